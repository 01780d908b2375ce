//! Inserting and importing mail: into one mailbox, and to nobody else.

use dak_mail::labels::{self, DRAFT};
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::Key;
use serde_json::{Map, Value};

use super::{modify, reference, sent, sorting, text, texts};
use crate::ids;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::check_metadata;
use crate::services::gmail::mail::Letter;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::posting::{Answer, Delivery, Drafting, Posting};
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
    let (mailbox, members) = check_metadata(call).await?;
    let asked = texts(&members, "labelIds");
    let known = modify::user_labels(call.app, &mailbox, asked.iter()).await?;
    Way::Insert.labels(&mailbox, &asked, &Letter::default(), &known).map(drop)
}

async fn add(mut call: Call<'_>, way: Way) -> Result<Reply, Fault> {
    let repeatable = idempotency::repeatable(&call)?;
    let mailbox = Mailbox::open(&call).await?;
    let mut message = sent(&mut call);
    let raw = Raw::sent(&call, &mut message).await?;
    let letter = Letter::of(&raw.bytes).await?;
    let asked = texts(&message, "labelIds");
    let user_labels = modify::user_labels(call.app, &mailbox, asked.iter()).await?;
    let label_ids = way.labels(&mailbox, &asked, &letter, &user_labels)?;
    if call.arguments.flag("deleted") {
        return Ok(gone(label_ids));
    }
    let internal_date_ms = internal_date_ms(&call, way, &letter);
    let is_draft = label_ids.iter().any(|label| label == DRAFT);
    let kept = Kept::of(&call, &raw).await?;
    let mut delivery = Delivery::new(&mailbox, letter, &raw.bytes, kept).await?;
    let classification = list(&message, "classificationLabelValues");
    delivery.head = Head { label_ids, internal_date_ms, classification, ..delivery.head };
    delivery.thread_id = text(&message, "threadId").map(str::to_owned);
    delivery.user_labels = user_labels;
    if way == Way::Import && !is_draft {
        let may_be_spam = !call.arguments.flag("neverMarkSpam");
        sorting::sort(call.app, &mut delivery, &raw.bytes, may_be_spam).await?;
    }
    let posting = Posting {
        call: &call,
        repeatable: repeatable.as_ref(),
        deliveries: vec![delivery],
        drafting: if is_draft { Drafting::Create } else { Drafting::Nothing },
        outgoing: None,
        answer: Answer::Message,
    };
    posting.carry_out().await
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
fn gone(label_ids: Vec<String>) -> Reply {
    let id = ids::next_hex();
    let head = Head { thread_id: id.clone(), label_ids, ..Head::default() };
    Reply::json(Rope::value(&reference(&id, &head)))
}

fn list(members: &Map<String, Value>, name: &str) -> Vec<Value> {
    members.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}
