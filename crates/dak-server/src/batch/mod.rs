//! Many requests in one (`G60` to `G75`), beside the road: `/batch`, `/batch/{api}/{version}`, and the `batchPath` of every
//! description that is served.
//!
//! ```text
//! batch ─▶ origin, override ─▶ read whole ─▶ part ─▶ the road, from its beginning ─┐
//!                              400          part ─▶ …                            ─┼─▶ answers in their order, as they come
//!                                           part ─▶ …                            ─┘
//! ```
//!
//! A batch that cannot be read is refused before any of its parts is carried out; beyond that each part has an answer of its
//! own, and the batch is 200. The rules are [`dak_proto::batch`]'s; here they are carried out.

mod answers;
mod part;
mod target;

use std::sync::Arc;

use dak_proto::batch::{Part, Reader};
use dak_proto::encoding::content_coding;
use dak_proto::fault::Fault;
use dak_proto::media::multipart::content_type;
use dak_proto::params::{self, Standard};
use dak_proto::query::Query;
use http::request::Parts;
use http::{Method, header};

pub(crate) use target::Target;

use self::answers::Answers;
use self::part::Whole;
use crate::app::App;
use crate::body::{self, Body, Pieces};
use crate::pipeline::{Caller, Trace};
use crate::reply::Answer;
use crate::room::Taken;

/// How often its bytes are in memory at once: as they came, as those of a part, and as what they say.
const COPIES: u64 = 1 + body::COPIES;

/// What a batch is called in log and metrics.
const METHOD_ID: &str = "batch";

/// A batch that arrived.
pub(crate) struct Request<'r> {
    /// Its head.
    pub(crate) head: &'r Parts,
    /// Its method after an override.
    pub(crate) method: &'r Method,
    /// Its body.
    pub(crate) body: Body,
    /// The connection it came on.
    pub(crate) caller: Caller,
}

/// Answers a batch.
///
/// # Errors
/// 405 for another method than POST; 400 and 413 for a body that is no batch, or for one of too many parts.
pub(crate) async fn answer<'a>(
    app: &'a Arc<App>,
    target: Target,
    request: Request<'_>,
    trace: &mut Trace<'a>,
) -> Result<Answer, Fault> {
    let Request { head, method, body, caller } = request;
    if method != Method::POST {
        return Err(Fault::method_not_allowed(&[Method::POST]));
    }
    trace.method_id = Some(METHOD_ID);
    trace.terse_errors = !standard(head)?.errors_list;
    let (parts, room) = read(app, head, body).await?;
    let whole = Arc::new(Whole::new(app, head, caller, target, room));
    Ok(Answers::new(whole, parts).answer())
}

/// The parameters of the batch itself; those of its parts are theirs.
fn standard(head: &Parts) -> Result<Standard, Fault> {
    let query = Query::parse(head.uri.query().unwrap_or_default())?;
    if let Some((name, _)) = query.iter().find(|(name, _)| !params::is_standard(name)) {
        let message = format!("Unknown name \"{name}\": a batch has no such query parameter.");
        return Err(Fault::invalid_parameter(name, message));
    }
    Standard::parse(&query, &head.headers, &Method::POST)
}

/// All parts, read to the last before the first is carried out. Where they are large they take room, which is to be held
/// until all are carried out.
async fn read(app: &App, head: &Parts, body: Body) -> Result<(Vec<Part>, Option<Taken>), Fault> {
    let limits = &app.settings.limits;
    let coding = head.headers.get(header::CONTENT_ENCODING).and_then(|coding| coding.to_str().ok());
    let mut reader = Reader::new(content_type(&head.headers), limits.part_bytes_max)?;
    let mut pieces = Pieces::new(body, content_coding(coding)?, limits);
    let (mut parts, mut bytes, mut taken) = (Vec::new(), 0, None);
    while let Some(piece) = pieces.next().await? {
        bytes += piece.len();
        if bytes > limits.body_bytes_max {
            return Err(Fault::too_large(format!("A batch may have {} bytes.", limits.body_bytes_max)));
        }
        if taken.is_none() && COPIES * bytes as u64 > app.batch_room.free_bytes_max() as u64 {
            taken = Some(app.batch_room.take(COPIES.saturating_mul(limits.body_bytes_max as u64)).await?);
        }
        reader.push(&piece);
        while let Some(part) = reader.next()? {
            parts.push(part);
        }
    }
    reader.end();
    while let Some(part) = reader.next()? {
        parts.push(part);
    }
    Ok((parts, taken.and_then(|taken| taken.cut_to(COPIES * bytes as u64))))
}
