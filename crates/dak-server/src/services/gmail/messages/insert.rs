//! Inserting and importing mail: into one mailbox, and to nobody else.

use bytes::Bytes;
use dak_mail::labels;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::Key;
use serde_json::{Map, Value};

use super::add::Addition;
use super::{modify, reference, sent, texts};
use crate::ids;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::change;
use crate::services::gmail::mail::{self, Letter};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::raw::{Kept, Raw};
use crate::services::gmail::stored::Head;
use crate::services::idempotency;

/// The two ways of putting mail into a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As IMAP's APPEND does.
    Insert,
    /// As mail that comes in.
    Import,
}

/// Puts a mail into a mailbox.
pub(super) async fn insert(call: Call<'_>) -> Result<Reply, Fault> {
    add(call, Way::Insert).await
}

/// Takes a mail in as if it had been sent to the mailbox.
pub(super) async fn import(call: Call<'_>) -> Result<Reply, Fault> {
    add(call, Way::Import).await
}

/// Looks whether an upload could come to something.
pub(super) async fn check_upload(call: &Call<'_>) -> Result<(), Fault> {
    let mailbox = Mailbox::open(call).await?;
    let members = match &call.body {
        Some(body) => call.api.accept_body(call.method, body.clone())?,
        None => Value::Null,
    };
    let asked = members.as_object().map(|members| texts(members, "labelIds")).unwrap_or_default();
    let known = modify::user_labels(call.app, &mailbox, asked.iter()).await?;
    Way::Insert.labels(&mailbox, &asked, &Letter::default(), &known).map(drop)
}

async fn add(mut call: Call<'_>, way: Way) -> Result<Reply, Fault> {
    let repeatable = idempotency::repeatable(&call)?;
    let mailbox = Mailbox::open(&call).await?;
    let mut message = sent(&mut call)?;
    let raw = Raw::sent(&call, &mut message).await?;
    let letter = Letter::read(&raw.bytes);
    let asked = texts(&message, "labelIds");
    let user_labels = modify::user_labels(call.app, &mailbox, asked.iter()).await?;
    let mut head = Head {
        label_ids: way.labels(&mailbox, &asked, &letter, &user_labels)?,
        internal_date_ms: internal_date_ms(&call, way, &letter),
        size: raw.bytes.len() as u64,
        ..Head::default()
    };
    if call.arguments.flag("deleted") {
        return Ok(gone(head));
    }
    let kept = Kept::of(&call, &raw).await?;
    head.segments.clone_from(&kept.segments);
    let addition = Addition {
        call: &call,
        repeatable: repeatable.as_ref(),
        mailbox: &mailbox,
        letter: &letter,
        body: body(&letter, &raw.bytes, &kept),
        head,
        kept: &kept,
        thread_id: text(&message, "threadId"),
        user_labels,
        classification: list(&message, "classificationLabelValues"),
    };
    let reply = change::carry_out(call.app, &addition).await;
    match &reply {
        Ok(_) => kept.settle(&call),
        Err(_) => kept.give_up(call.app).await,
    }
    reply
}

impl Way {
    /// The labels of a new message.
    fn labels(self, mailbox: &Mailbox, asked: &[String], letter: &Letter, known: &[Key]) -> Result<Vec<String>, Fault> {
        let is_known = |id: &str| known.iter().any(|key| &*key.id == id);
        let is_from_user = letter.from.iter().any(|from| **from == *mailbox.address);
        match self {
            Way::Insert => labels::inserted(asked, is_from_user, is_known),
            // An empty list is none in JSON.
            Way::Import => labels::imported(Some(asked).filter(|asked| !asked.is_empty()), false, is_known),
        }
    }

    /// What the place of a new message in lists is told from, unless the request says.
    fn date_source(self) -> &'static str {
        match self {
            Way::Insert => "receivedTime",
            Way::Import => "dateHeader",
        }
    }
}

/// The place of a new message in lists.
fn internal_date_ms(call: &Call<'_>, way: Way, letter: &Letter) -> i64 {
    let source = call.arguments.text("internalDateSource").unwrap_or_else(|| way.date_source());
    let written_ms = letter.date_ms.filter(|date_ms| source == "dateHeader" && *date_ms >= 0);
    written_ms.unwrap_or_else(|| call.app.clock.now_ms())
}

/// A mail that is inserted as one that was deleted for good: there is no place here where it could be seen again.
fn gone(head: Head) -> Reply {
    let id = ids::next_hex();
    let head = Head { thread_id: id.clone(), ..head };
    Reply::json(Rope::value(&reference(&id, &head)))
}

/// The body of the record of a mail.
pub(in crate::services::gmail) fn body(letter: &Letter, raw: &Bytes, kept: &Kept) -> Bytes {
    match kept.segments.is_empty() {
        true => letter.facts.with_mail(raw),
        false => letter.facts.with_text(&mail::search_fields(raw)),
    }
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn list(members: &Map<String, Value>, name: &str) -> Vec<Value> {
    members.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}
