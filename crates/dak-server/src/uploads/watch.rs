//! `GET /_dak/uploads`: the uploads under way, once or as they go on.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_proto::media::session::Phase;
use dak_store::{Filter, Key, Query, Record};
use http::StatusCode;
use http::header::{self, HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::record::Upload;
use crate::app::App;
use crate::body::Interrupted;
use crate::clock::rfc3339;
use crate::reply::{Answer, Content, Making};
use crate::services::store_fault;
use crate::system;

/// How many uploads are listed; the store may end a page of them earlier.
const LISTED_MAX: usize = 10_000;
/// How often who watches is told what changed.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// The uploads under way: `{"uploads": [{"id", "method", "user", "offset", "length", "bytesPerSecond", …}]}`, those that began
/// last first, with `"areMore": true` where there are more than are listed. Their ids are hashes and open nothing.
///
/// # Errors
/// Whatever the store refuses.
pub async fn list(app: &App) -> Result<Value, Fault> {
    let mut query = Query {
        filter: Filter::Tag(system::ACTIVE.to_owned()),
        limit: LISTED_MAX,
        ..Query::new(system::SPACE, system::UPLOADS, system::EXPIRES)
    };
    let (mut listed, now_s) = (Vec::new(), app.clock.now_s());
    loop {
        let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        listed.extend(page.records.iter().filter_map(|record| active(app, record, now_s)));
        query.after = page.next;
        match &query.after {
            None => return Ok(json!({ "uploads": listed })),
            Some(_) if listed.len() >= LISTED_MAX => return Ok(json!({ "uploads": listed, "areMore": true })),
            Some(_) => {}
        }
    }
}

/// What is shown of a session; nothing of one that has run out and is not swept yet.
fn active(app: &App, record: &Record, now_s: u64) -> Option<Value> {
    let upload =
        Upload::parse(&record.head, &record.body).filter(|upload| upload.session.phase(now_s) == Phase::Active)?;
    Some(shown(app, &Key::new(system::SPACE, system::UPLOADS, record.id.clone()), &upload))
}

fn shown(app: &App, key: &Key, upload: &Upload) -> Value {
    let (session, begun, pace) = (&upload.session, &upload.begun, app.turns.pace(key));
    let time = |time_s: u64| rfc3339(i64::try_from(time_s.saturating_mul(1000)).unwrap_or(i64::MAX));
    json!({
        "id": &*key.id,
        "method": begun.method_id,
        "user": &*begun.principal.user,
        "contentType": session.declared.content_type,
        "length": session.declared.length,
        "offset": session.offset,
        "isReceiving": pace.is_some(),
        "receivedBytes": pace.map(|pace| pace.received),
        "bytesPerSecond": pace.map(|pace| pace.rate.round()),
        "created": time(session.created_s),
        "expires": time(session.expires_s),
    })
}

/// Whether a caller wants to be told as things go on (`Accept: text/event-stream`).
#[must_use]
pub fn wants_events(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.split(',').any(|kind| kind.split(';').next().unwrap_or_default().trim() == "text/event-stream")
}

/// The same list as an event whenever it has changed, until the caller goes.
#[must_use]
pub fn events(app: &Arc<App>) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let first = Watching { app: Arc::clone(app), told: None };
    Answer::new(StatusCode::OK, headers, Content::made(None, first, |watching| Making::new(watching.next())))
}

/// Who watches, and what it was told last.
struct Watching {
    app: Arc<App>,
    told: Option<Value>,
}

impl Watching {
    /// The next event, or a comment that shows that the connection is still good.
    async fn next(mut self) -> Option<(Result<Bytes, Interrupted>, Watching)> {
        if self.told.is_some() {
            tokio::time::sleep(TOLD_EVERY).await;
        }
        let list = list(&self.app).await.ok()?;
        if self.told.as_ref() == Some(&list) {
            return Some((Ok(Bytes::from_static(b":\n\n")), self));
        }
        let event = format!("event: uploads\ndata: {list}\n\n");
        self.told = Some(list);
        Some((Ok(event.into()), self))
    }
}
