//! Mail that clients encrypt: who sends it, and with which keys.

pub(super) mod identities;
pub(super) mod keypairs;

use dak_proto::fault::Fault;
use dak_proto::page::{self, Token};
use dak_proto::rope::Rope;
use dak_store::{Cursor, Direction, Query};
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::services::gmail::index;
use crate::services::gmail::item;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::{Call, store_fault};

/// How many a page has unless the request says otherwise.
const ITEMS_DEFAULT: usize = 20;
/// How many a page has at most.
const ITEMS_MAX: usize = 100;

/// A page of a collection under a name.
async fn page(call: &Call<'_>, mailbox: &Mailbox, collection: &'static str, name: &str) -> Result<Reply, Fault> {
    let version = item::version(call.app, mailbox).await?;
    let fingerprint = page::fingerprint(call.arguments.iter().chain([("", call.method.id.as_str())]));
    let query = Query {
        direction: Direction::Ascending,
        limit: limit(call)?,
        bytes_max: call.app.settings.limits.page_bytes_max,
        after: after(call, fingerprint)?,
        ..Query::new(mailbox.space.clone(), collection, index::ID)
    };
    let page = call.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let mut list = json!({});
    let items = page.records.iter().map(|record| serde_json::from_slice(&record.body));
    let items: Vec<Value> = items.collect::<Result<_, _>>().map_err(|_| Fault::internal())?;
    if !items.is_empty() {
        list[name] = items.into();
    }
    if let Some(next) = page.next {
        list["nextPageToken"] = Token { cursor: next.to_bytes(), filter: fingerprint }.encode().into();
    }
    Ok(Reply::read(Rope::value(&list), version))
}

/// 0 is the default, more than the maximum is the maximum (D10).
fn limit(call: &Call<'_>) -> Result<usize, Fault> {
    let asked: i64 = call.arguments.text("pageSize").and_then(|asked| asked.parse().ok()).unwrap_or(0);
    match usize::try_from(asked) {
        Ok(0) => Ok(ITEMS_DEFAULT),
        Ok(asked) => Ok(asked.min(ITEMS_MAX)),
        Err(_) => Err(Fault::invalid_parameter("pageSize", "Invalid Value")),
    }
}

fn after(call: &Call<'_>, fingerprint: u64) -> Result<Option<Cursor>, Fault> {
    let token = call.arguments.text("pageToken").filter(|token| !token.is_empty());
    let Some(token) = token else { return Ok(None) };
    let cursor = Cursor::from_bytes(&Token::decode(token, fingerprint)?.cursor);
    cursor.map(Some).ok_or_else(|| Fault::invalid_parameter("pageToken", "Invalid Value"))
}
