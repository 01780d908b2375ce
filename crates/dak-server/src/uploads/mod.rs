//! Media on its way in (`U1` to `U15`), beside the road: `/upload/…` and `/resumable/upload/…`.
//!
//! ```text
//! first request ─▶ origin … own ─▶ begin ─▶ session's URI          (resumable)
//!                                    └────▶ intake ─▶ finish ─▶ … service ─▶ encode   (media, multipart)
//! bytes for a session ─▶ session ─▶ intake ─▶ finish ─▶ …
//! ```
//!
//! Everything that can be refused is refused at the beginning. Bytes go from the connection into a segment, checkpoint by
//! checkpoint; when all are there, the request that began the upload goes down the rest of the road, and one commit makes
//! the resource and ends the session. The rules are [`dak_proto::media`]'s; here they are carried out.

mod answers;
mod begin;
mod finish;
mod intake;
pub(crate) mod record;
mod session;
mod source;
pub(crate) mod sweep;
mod turns;
pub mod watch;

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_proto::query::{Query, name_of};
use dak_proto::secrets::UPLOAD_ID;
use http::Method;
use http::request::Parts;

pub use finish::Arrived;
pub(crate) use turns::Turns;

use crate::app::App;
use crate::body::Body;
use crate::pipeline::{Trace, route};
use crate::reply::Answer;

/// What stands before the path of a method that media is sent to.
const PREFIXES: [&str; 2] = ["/resumable/upload/", "/upload/"];
/// Parameters that belong to the upload or are secret: what is kept of a request's target is without them.
const LEFT_OUT: [&str; 6] = ["uploadType", "upload_protocol", UPLOAD_ID, "access_token", "oauth_token", "key"];

/// The path of the method that media is sent to; `None` for a path that is not for media.
#[must_use]
pub fn target(path: &str) -> Option<&str> {
    let prefix = PREFIXES.iter().find(|prefix| path.starts_with(**prefix))?;
    // The slash stays.
    path.get(prefix.len() - 1..)
}

/// Whether a query opens a session.
#[must_use]
pub fn is_session(query: &str) -> bool {
    query.split('&').any(|pair| name_of(pair) == UPLOAD_ID)
}

/// Answers a request to a path for media. `path` is [`target`]'s.
///
/// # Errors
/// Whatever the road ends with.
pub(crate) async fn answer<'a>(
    app: &'a Arc<App>,
    head: &Parts,
    path: &str,
    method: &Method,
    body: Body,
    base_url: &str,
    trace: &mut Trace<'a>,
) -> Result<Answer, Fault> {
    let text = head.uri.query().unwrap_or_default();
    let query = Query::parse(text)?;
    if let Some(upload_id) = query.first(UPLOAD_ID) {
        trace.method_id = began_by(app, upload_id).await;
        let upload_id = upload_id.to_owned();
        let request = session::Request {
            upload_id: upload_id.clone(),
            method: method.clone(),
            headers: head.headers.clone(),
            body,
        };
        return Ok(answers::with_id(session::answer(app, request).await, &upload_id));
    }
    let target = [path, &kept_query(text, &LEFT_OUT)].concat();
    let request = begin::Request {
        method,
        path,
        target,
        query: &query,
        headers: &head.headers,
        body,
        base_url,
        upload_url: upload_url(base_url, head.uri.path(), text),
    };
    begin::answer(app, request, trace).await
}

/// 411 for a request that says nowhere how long its body is.
fn length_required() -> Fault {
    let message = "The request must say how long its body is: Content-Length, or Transfer-Encoding: chunked.";
    Fault::new(411, "lengthRequired", message).at_header("Content-Length")
}

/// The id of the method that began an upload, for log and metrics.
async fn began_by<'a>(app: &'a App, upload_id: &str) -> Option<&'a str> {
    let key = record::key(upload_id);
    let stored = record::Stored::find(&*app.store, &key).await.ok()??;
    let begun = stored.upload.begun;
    let path = begun.target.split('?').next().unwrap_or_default();
    Some(&route::find(app, &begun.method, path).ok()?.method.id)
}

/// A query without some of its parameters, as it was written, with the question mark; empty if nothing is left.
fn kept_query(query: &str, left_out: &[&str]) -> String {
    let is_kept = |pair: &&str| !pair.is_empty() && !left_out.contains(&&*name_of(pair));
    let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
    if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) }
}

/// What the URI of a session begins with: as its upload was begun, secrets left out, `uploadType` always there, for some
/// servers and proxies go by it.
fn upload_url(base_url: &str, path: &str, query: &str) -> String {
    let rest = kept_query(query, &LEFT_OUT);
    let rest = rest.strip_prefix('?').map(|rest| format!("{rest}&")).unwrap_or_default();
    format!("{base_url}{path}?uploadType=resumable&{rest}")
}
