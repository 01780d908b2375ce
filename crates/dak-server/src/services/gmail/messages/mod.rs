//! Messages.

pub(super) mod attachments;
pub(super) mod delete;
mod get;
pub(super) mod insert;
pub(super) mod list;
pub(super) mod modify;
pub(super) mod send;
mod sorting;
pub(super) mod threading;

use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_store::{Lookup, Record, Tag};
use serde_json::{Map, Value, json};

use super::mailbox::Mailbox;
use super::stored::Head;
use super::{fault, index, unknown};
use crate::app::App;
use crate::reply::{Reply, Version};
use crate::services::{Call, store_fault};

/// The most messages of one request.
const IDS_MAX: usize = 1000;
/// How many digits an id has.
const ID_DIGITS: usize = 16;

pub(super) async fn carry_out(call: Call<'_>, verb: &str) -> Result<Reply, Fault> {
    match verb {
        "batchDelete" => delete::batch_delete(call).await,
        "batchModify" => modify::batch_modify(call).await,
        "delete" => delete::delete(&call).await,
        "get" => get::get(&call).await,
        "import" => insert::import(call).await,
        "insert" => insert::insert(call).await,
        "list" => list::list(&call).await,
        "send" => send::send(call).await,
        "modify" => modify::modify(call).await,
        "trash" => modify::trash(&call).await,
        "untrash" => modify::untrash(&call).await,
        _ => Err(unknown(&call)),
    }
}

/// Looks whether an upload could come to something.
pub(super) async fn check_upload(call: &Call<'_>, verb: &str) -> Result<(), Fault> {
    match verb {
        "import" | "insert" => insert::check_upload(call).await,
        "send" => super::check_metadata(call).await.map(drop),
        _ => Err(unknown(call)),
    }
}

/// Whether a text has the form of a message's or a thread's id.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == ID_DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The ids of messages in a request about many of them, each once.
///
/// # Errors
/// 400 for none, too many, or what is no id.
fn ids(members: &Map<String, Value>) -> Result<Vec<String>, Fault> {
    let mut ids = texts(members, "ids");
    match ids.len() {
        0 => return Err(fault::invalid("No message ids specified")),
        1..=IDS_MAX => {}
        _ => return Err(fault::invalid(format!("At most {IDS_MAX} message ids may be specified"))),
    }
    if !ids.iter().all(|id| is_id(id)) {
        return Err(fault::invalid("Invalid ids value"));
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The record of a message.
///
/// # Errors
/// 400 for what is no id, 404 for a message that is not there.
pub(super) async fn find(app: &App, mailbox: &Mailbox, id: &str) -> Result<Record, Fault> {
    if !is_id(id) {
        return Err(fault::invalid("Invalid id value"));
    }
    let lookup = app.store.lookup(&mailbox.key(index::MESSAGES, id), None).await;
    match lookup.map_err(|error| store_fault(&error))? {
        Lookup::Found(record) => Ok(record),
        _ => Err(fault::not_found()),
    }
}

/// The version of a message or thread, whose tag this is.
pub(super) fn version(tag: Tag) -> Version {
    Etag::from_tag(&tag.0).into()
}

/// A message as changes are answered with, and as the history tells of it. No labels are no member.
pub(super) fn reference(id: &str, head: &Head) -> Value {
    let mut reference = json!({"id": id, "threadId": head.thread_id});
    if !head.label_ids.is_empty() {
        reference["labelIds"] = json!(head.label_ids);
    }
    reference
}

/// The members of a request's body, which was checked before. Without one there are none.
pub(super) fn sent(call: &mut Call<'_>) -> Map<String, Value> {
    match call.body.take() {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// The text of a member, if it says something.
pub(super) fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The texts of a member that is a list.
pub(super) fn texts(members: &Map<String, Value>, name: &str) -> Vec<String> {
    let list = members.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
