//! Messages as they are stored.
//!
//! The head is what changes: labels above all. The body is written once: a line of [`Facts`], so that lists and indexes
//! need not read the mail again, then the mail itself. A mail of more than [`INLINE_BYTES_MAX`] is in segments that the
//! head names; in its place the body has what it is searched by.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_store::{Record, Segment, Tag};
use serde_json::{Value, json};

use crate::media::{segments_from_json, segments_to_json};

/// The largest mail that stands in a record itself.
pub(super) const INLINE_BYTES_MAX: usize = 1 << 20;
/// In how many bytes at the beginning of a body its facts are: each of them is bounded.
pub(super) const FACTS_BYTES_MAX: usize = 32 << 10;

/// The head of a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Head {
    /// Its thread.
    pub(super) thread_id: String,
    /// Its labels, each once, in the order in which they were put on.
    pub(super) label_ids: Vec<String>,
    /// Its place in lists, in ms since 1970.
    pub(super) internal_date_ms: i64,
    /// The bytes of the mail.
    pub(super) size: u64,
    /// The draft whose message it is.
    pub(super) draft: Option<String>,
    /// Where the mail is, if it is too large for the record.
    pub(super) segments: Vec<Segment>,
    /// Whether it was in the inbox when it was thrown away.
    pub(super) was_in_inbox: bool,
    /// Values of classification labels, as the API shows them.
    pub(super) classification: Vec<Value>,
}

impl Head {
    /// Reads a record's head.
    ///
    /// # Errors
    /// 500 for what is none.
    pub(super) fn parse(head: &[u8]) -> Result<Head, Fault> {
        let head: Value = serde_json::from_slice(head).map_err(|_| Fault::internal())?;
        Head::from_json(&head).ok_or_else(Fault::internal)
    }

    fn from_json(head: &Value) -> Option<Head> {
        let list = |name: &str| head.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Some(Head {
            thread_id: head.get("threadId")?.as_str()?.to_owned(),
            label_ids: list("labelIds").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            internal_date_ms: head.get("internalDate")?.as_i64()?,
            size: head.get("size")?.as_u64()?,
            draft: head.get("draft").and_then(Value::as_str).map(str::to_owned),
            segments: head.get("segments").and_then(segments_from_json).unwrap_or_default(),
            was_in_inbox: head.get("wasInInbox").is_some(),
            classification: list("classification").to_vec(),
        })
    }

    /// The stored form: what is as usual is left out.
    pub(super) fn to_bytes(&self) -> Bytes {
        let mut head = json!({
            "threadId": self.thread_id,
            "labelIds": self.label_ids,
            "internalDate": self.internal_date_ms,
            "size": self.size,
        });
        if let Some(draft) = &self.draft {
            head["draft"] = draft.as_str().into();
        }
        if !self.segments.is_empty() {
            head["segments"] = segments_to_json(&self.segments);
        }
        if self.was_in_inbox {
            head["wasInInbox"] = true.into();
        }
        if !self.classification.is_empty() {
            head["classification"] = self.classification.clone().into();
        }
        head.to_string().into()
    }

    /// Whether it has this label.
    pub(super) fn has(&self, label: &str) -> bool {
        self.label_ids.iter().any(|has| has == label)
    }

    /// Takes a label off.
    pub(super) fn remove(&mut self, label: &str) {
        self.label_ids.retain(|has| has != label);
    }
}

/// A message that is there, without its body.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Message {
    /// Its id.
    pub(super) id: Arc<str>,
    /// Its version.
    pub(super) tag: Tag,
    /// What is known of it.
    pub(super) head: Head,
}

impl Message {
    /// The message of a record.
    ///
    /// # Errors
    /// 500 for a record that is none.
    pub(super) fn of(record: &Record) -> Result<Message, Fault> {
        Ok(Message { id: Arc::clone(&record.id), tag: record.tag, head: Head::parse(&record.head)? })
    }
}

/// What is known of a mail without reading it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// The beginning of its text, as the API shows it.
    pub(super) snippet: String,
    /// Its Message-ID, without the angle brackets; empty if it has none.
    pub(super) message_id: String,
    /// Its subject without what replies and forwards put before it.
    pub(super) subject: String,
    /// What it is found by beside its words and labels.
    pub(super) tags: Vec<String>,
}

impl Facts {
    /// The facts at the beginning of a body.
    pub(super) fn of(body: &[u8]) -> Facts {
        let facts: Value = serde_json::from_slice(parts(body).0).unwrap_or_default();
        let text = |name: &str| facts[name].as_str().unwrap_or_default().to_owned();
        let tags = facts["tags"].as_array().into_iter().flatten().filter_map(Value::as_str);
        Facts {
            snippet: text("snippet"),
            message_id: text("messageId"),
            subject: text("subject"),
            tags: tags.map(str::to_owned).collect(),
        }
    }

    /// A body with these facts and the mail.
    pub(super) fn with_mail(&self, mail: &[u8]) -> Bytes {
        self.body(&json!({}), mail)
    }

    /// A body with these facts and, in place of the mail, what it is searched by: pairs of name and text.
    pub(super) fn with_text(&self, fields: &[(String, String)]) -> Bytes {
        self.body(&json!({"apart": true}), json!(fields).to_string().as_bytes())
    }

    fn body(&self, extra: &Value, rest: &[u8]) -> Bytes {
        let mut facts = json!({"snippet": self.snippet, "messageId": self.message_id, "subject": self.subject});
        if !self.tags.is_empty() {
            facts["tags"] = self.tags.clone().into();
        }
        if extra["apart"] == true {
            facts["apart"] = true.into();
        }
        [facts.to_string().as_bytes(), b"\n", rest].concat().into()
    }
}

/// What stands behind the facts of a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// The mail.
    Mail(Bytes),
    /// What a mail that is elsewhere is searched by: pairs of name and text.
    Text(Vec<(String, String)>),
}

impl Content {
    /// The content of a body.
    pub(super) fn of(body: &Bytes) -> Content {
        let (facts, rest) = parts(body);
        let facts: Value = serde_json::from_slice(facts).unwrap_or_default();
        if facts["apart"] == true {
            return Content::Text(fields(rest));
        }
        Content::Mail(body.slice_ref(rest))
    }
}

fn fields(text: &[u8]) -> Vec<(String, String)> {
    let fields: Value = serde_json::from_slice(text).unwrap_or_default();
    let field = |pair: &Value| Some((pair.get(0)?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned()));
    fields.as_array().into_iter().flatten().filter_map(field).collect()
}

/// The facts, and what stands behind them. JSON on one line has no line end of its own.
fn parts(body: &[u8]) -> (&[u8], &[u8]) {
    let end = body.iter().position(|byte| *byte == b'\n').unwrap_or(body.len());
    let (facts, rest) = body.split_at(end);
    (facts, rest.get(1..).unwrap_or_default())
}
