//! What happened in a mailbox: each commit that changes messages leaves a record, in the form in which the API shows it.

mod list;
mod retention;

use std::collections::BTreeSet;

use dak_proto::fault::Fault;
use dak_store::{Batch, Entries, Operation, time_key};
use serde_json::{Map, Value, json};

use super::change::Step;
use super::mailbox::Mailbox;
use super::messages::reference;
use super::stored::Head;
use super::{index, unknown};
use crate::ids;
use crate::reply::Reply;
use crate::services::Call;

pub(super) use self::retention::carry_out_due;

/// What is added to a mailbox's sequence: the first numbers are never given, so that `1` is too old in every mailbox.
const BASE: u64 = 1000;
/// The four kinds of events, as the API calls them.
const KINDS: [&str; 4] = ["messagesAdded", "messagesDeleted", "labelsAdded", "labelsRemoved"];

pub(super) async fn carry_out(call: Call<'_>, verb: &str) -> Result<Reply, Fault> {
    match verb {
        "list" => list::list(&call).await,
        _ => Err(unknown(&call)),
    }
}

/// The history id of a commit.
pub(super) fn id(sequence: u64) -> String {
    sequence.saturating_add(BASE).to_string()
}

/// The commit of a history id; `None` for one that is before all commits.
fn sequence(id: u64) -> Option<u64> {
    id.checked_sub(BASE)
}

/// What one commit does to messages.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// All messages that something happens to.
    messages: Vec<Value>,
    /// The events of each kind, in the order of [`KINDS`].
    kinds: [Vec<Value>; 4],
}

impl Events {
    /// Records what becomes of a message. A change that the API shows nothing of leaves no event.
    pub(super) fn record(&mut self, step: &Step) {
        match step {
            Step::Add(new) => self.push(0, &new.id, &new.head, None),
            Step::Delete(was) => self.push(1, &was.id, &was.head, None),
            Step::Alter { was, head } => {
                for (kind, more, less) in [(2, head, &was.head), (3, &was.head, head)] {
                    let labels: Vec<&String> = more.label_ids.iter().filter(|label| !less.has(label)).collect();
                    if !labels.is_empty() {
                        self.push(kind, &was.id, head, Some(json!(labels)));
                    }
                }
            }
        }
    }

    fn push(&mut self, kind: usize, id: &str, head: &Head, labels: Option<Value>) {
        let mut event = json!({"message": reference(id, head)});
        if let Some(labels) = labels {
            event["labelIds"] = labels;
        }
        self.kinds[kind].push(event);
        if self.messages.last().is_none_or(|last| last["id"] != id) {
            self.messages.push(json!({"id": id, "threadId": head.thread_id}));
        }
    }

    fn to_json(&self) -> Value {
        let mut record = Map::new();
        record.insert("messages".to_owned(), self.messages.clone().into());
        for (name, events) in KINDS.into_iter().zip(&self.kinds).filter(|(_, events)| !events.is_empty()) {
            record.insert(name.to_owned(), events.clone().into());
        }
        Value::Object(record)
    }
}

/// Adds what happens in a mailbox to the batch in which it happens.
pub(super) fn put(batch: &mut Batch, mailbox: &Mailbox, events: &Events, now_ms: i64) {
    if events.messages.is_empty() {
        return;
    }
    let key = mailbox.key(index::HISTORY, ids::next());
    let head = json!({"timeMs": now_ms}).to_string().into();
    let body = events.to_json().to_string().into();
    batch.operations.push(Operation::Put { key, head, body, tag: batch.tag });
}

/// What a record of history is found by: its time, the kinds of its events, and these with the labels concerned.
pub(super) fn entries(head: &[u8], body: &[u8]) -> Entries {
    let record: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut tags = BTreeSet::new();
    for kind in KINDS {
        for event in record[kind].as_array().into_iter().flatten() {
            tags.insert(kind_tag(kind, None));
            tags.extend(labels(event).map(|label| kind_tag(kind, Some(label))));
        }
    }
    let entries = Entries::default().with_sort(index::TIME, time_key(index::time_ms(head)));
    Entries { tags: tags.into_iter().collect(), ..entries }
}

/// The labels that an event is about: those that came or went, and those that its message then had.
fn labels(event: &Value) -> impl Iterator<Item = &str> {
    let lists = [&event["labelIds"], &event["message"]["labelIds"]];
    lists.into_iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str)
}

/// The tag of records with events of a kind, of messages with this label.
fn kind_tag(kind: &str, label: Option<&str>) -> String {
    format!("{kind}/{}", label.unwrap_or_default())
}
