//! Mail for those who have no mailbox here. It is kept until somebody takes it: nothing here sends it on.

use std::sync::Arc;

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_proto::page::{self, Token};
use dak_proto::query::Query as Asked;
use dak_store::{Batch, Cursor, Direction, Expectation, Key, Lookup, Query, Record};
use serde_json::{Value, json};

use super::raw::{Kept, Raw};
use super::stored::Facts;
use super::{index, paging};
use crate::app::App;
use crate::clock::rfc3339;
use crate::media::{discard, segments_from_json, segments_to_json};
use crate::services::store_fault;
use crate::uploads::sweep;
use crate::{ids, random};

/// What a page token of the list is bound to.
const LIST: [(&str, &str); 1] = [("", "outbox")];

/// A mail for others.
pub(super) struct Outgoing {
    /// Who sends it.
    pub(super) from: Arc<str>,
    /// Whom it is for.
    pub(super) recipients: Vec<String>,
    /// Its bytes' number.
    pub(super) size: u64,
    /// The body of its record, which is as a message's.
    pub(super) body: Bytes,
    /// Where its bytes are.
    pub(super) kept: Kept,
}

impl Outgoing {
    /// Adds it to a batch.
    pub(super) fn put(&self, app: &App, batch: Batch) -> Batch {
        let head = json!({
            "from": &*self.from,
            "recipients": self.recipients,
            "createdMs": app.clock.now_ms(),
            "size": self.size,
            "segments": segments_to_json(&self.kept.segments),
        });
        let key = key(&ids::next());
        let batch = self.kept.include(app, batch).expect(Expectation::Absent(key.clone()));
        batch.put(key, head.to_string(), self.body.clone())
    }
}

/// Lists the mails, the oldest first: `{"mails": [{"id", "from", "recipients", "created", "size", "snippet"}]}`, and
/// `nextPageToken` where there are more. `asked` may have `pageToken` and `maxResults`, as other lists do.
///
/// # Errors
/// 400 for what is no token of this list or no number.
pub(super) async fn list(app: &App, asked: &Asked<'_>) -> Result<Value, Fault> {
    let query = Query {
        direction: Direction::Ascending,
        limit: limit(asked)?,
        after: after(asked)?,
        ..Query::new(index::SPACE, index::OUTBOX, index::ID)
    };
    let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let mut list = json!({"mails": page.records.iter().map(shown).collect::<Vec<_>>()});
    if let Some(next) = page.next {
        list["nextPageToken"] = Token { cursor: next.to_bytes(), filter: page::fingerprint(LIST) }.encode().into();
    }
    Ok(list)
}

fn limit(asked: &Asked<'_>) -> Result<usize, Fault> {
    let invalid = |_| Fault::invalid_parameter("maxResults", "\"maxResults\" is a whole number.");
    let items = asked.first("maxResults").map(|text| text.parse().map_err(invalid)).transpose()?;
    Ok(paging::items_of(items))
}

fn after(asked: &Asked<'_>) -> Result<Option<Cursor>, Fault> {
    let Some(token) = asked.first("pageToken").filter(|token| !token.is_empty()) else { return Ok(None) };
    let after = Cursor::from_bytes(&Token::decode(token, page::fingerprint(LIST))?.cursor);
    after.map(Some).ok_or_else(|| Fault::invalid_parameter("pageToken", "Invalid Value"))
}

/// Shows a mail, with its bytes as `raw` in base64url.
///
/// # Errors
/// 404 for one that is not there.
pub(super) async fn get(app: &App, id: &str) -> Result<Value, Fault> {
    let record = find(app, id).await?;
    let head: Value = serde_json::from_slice(&record.head).map_err(|_| Fault::internal())?;
    let segments = segments_from_json(&head["segments"]).unwrap_or_default();
    let raw = Raw::stored(app, &segments, head["size"].as_u64().unwrap_or(0), &record).await?;
    let mut mail = shown(&record);
    mail["raw"] = base64_simd::URL_SAFE.encode_to_string(&raw.bytes).into();
    Ok(mail)
}

/// Takes a mail out for good.
///
/// # Errors
/// 404 for one that is not there.
pub(super) async fn remove(app: &Arc<App>, id: &str) -> Result<Value, Fault> {
    let record = find(app, id).await?;
    let head: Value = serde_json::from_slice(&record.head).map_err(|_| Fault::internal())?;
    let segments = segments_from_json(&head["segments"]).unwrap_or_default();
    let batch =
        Batch::new(random::batch_id(), random::tag()).expect(Expectation::Tagged(key(id), record.tag)).delete(key(id));
    let batch = discard(batch, &segments, app.clock.now_ms());
    app.store.commit(batch).await.map_err(|error| store_fault(&error))?;
    sweep::soon(app, &segments);
    Ok(shown(&record))
}

fn shown(record: &Record) -> Value {
    let head: Value = serde_json::from_slice(&record.head).unwrap_or_default();
    json!({
        "id": &*record.id,
        "from": head["from"],
        "recipients": head["recipients"],
        "created": rfc3339(head["createdMs"].as_i64().unwrap_or(0)),
        "size": head["size"],
        "snippet": Facts::of(&record.body).snippet,
    })
}

async fn find(app: &App, id: &str) -> Result<Record, Fault> {
    let missing = || Fault::not_found(format!("There is no mail \"{id}\" in the outbox."));
    if id.is_empty() || id.len() > Key::PART_BYTES_MAX {
        return Err(missing());
    }
    match app.store.lookup(&key(id), None).await.map_err(|error| store_fault(&error))? {
        Lookup::Found(record) => Ok(record),
        _ => Err(missing()),
    }
}

fn key(id: &str) -> Key {
    Key::new(index::SPACE, index::OUTBOX, id)
}
