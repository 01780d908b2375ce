//! Where Gmail's records stand, and what they are found by.
//!
//! | collection | id | head | body |
//! |---|---|---|---|
//! | `gmail.messages` | 16 hexadecimal digits | what changes: labels, … | facts, then the mail ([`stored`](super::stored)) |
//! | `gmail.threads` | its first message's | counts of labels, the newest message | |
//! | `gmail.history` | by time | when | what happened, as the API shows it |
//! | `gmail.drafts` | `r-`, 19 digits | its message | |
//! | `gmail.floors` | `history` | how much of the history is forgotten | |
//! | `gmail.outbox` | by time | from whom, for whom | as a message's |
//! | others | as the API calls them | | JSON |

use std::sync::Arc;

use dak_mail::labels::is_user_label;
use dak_mail::search::Feature;
use dak_store::{Entries, Key, Order, TextField, time_key};
use serde_json::Value;

use super::stored::{Content, FACTS_BYTES_MAX, Facts, Head};
use super::{history, mail, sizes};
use crate::services::resources::tag;

/// The space of those who have a mailbox, and of mail for others.
pub(super) const SPACE: &str = "gmail";
/// Who has a mailbox, by address, in [`SPACE`].
pub(super) const USERS: &str = "gmail.users";
/// Whose mailboxes are being deleted, by address, in [`SPACE`].
pub(super) const GOING: &str = "gmail.going";
/// Who sends from an address that is not the own one, by both, in [`SPACE`].
pub(super) const ALIASES: &str = "gmail.aliases";
/// Mail for those who have no mailbox here, in [`SPACE`].
pub(super) const OUTBOX: &str = "gmail.outbox";
/// Messages, in their mailbox's space, as all that follow.
pub(super) const MESSAGES: &str = "gmail.messages";
/// Threads.
pub(super) const THREADS: &str = "gmail.threads";
/// What happened.
pub(super) const HISTORY: &str = "gmail.history";
/// How much of the history is forgotten.
pub(super) const FLOORS: &str = "gmail.floors";
/// Drafts.
pub(super) const DRAFTS: &str = "gmail.drafts";
/// Labels of the user's own.
pub(super) const LABELS: &str = "gmail.labels";
/// Labels that are gone and still on messages.
pub(super) const STRIPS: &str = "gmail.strips";
/// Those who may act in a mailbox, by address.
pub(super) const DELEGATES: &str = "gmail.delegates";
/// Labels by the [keys](dak_mail::labels::key) of their names.
pub(super) const LABEL_NAMES: &str = "gmail.labelNames";
/// What mail from elsewhere is known by: the hash of a mail without Message-ID, the thread that a thread there became.
pub(super) const IMPORTS: &str = "gmail.imports";
/// All that is in a mailbox beside messages and threads; the history last, for what is deleted writes it.
pub(super) const OF_MAILBOX: [&str; 16] = [
    THREADS,
    DRAFTS,
    LABELS,
    LABEL_NAMES,
    IMPORTS,
    DELEGATES,
    FLOORS,
    "gmail.settings",
    "gmail.filters",
    "gmail.forwardingAddresses",
    "gmail.sendAs",
    "gmail.smimeInfo",
    "gmail.cseIdentities",
    "gmail.cseKeyPairs",
    "gmail.strips",
    HISTORY,
];
/// What all names of Gmail's collections begin with.
const PREFIX: &str = "gmail.";

/// The order of messages by date.
pub(super) const DATE: &str = "date";
/// The order of messages by size: eight bytes.
pub(super) const SIZE: &str = "size";
/// The order of history by the number that its commit drew.
pub(super) const SEQUENCE: &str = "sequence";
/// The order of history by time.
pub(super) const TIME: &str = "time";
/// The order of collections that have none of their own: by id.
pub(super) const ID: &str = "id";

/// The counter of a mailbox's messages.
pub(super) const MESSAGES_TOTAL: &str = "messages";
/// The counter of a mailbox's own labels.
pub(super) const LABELS_TOTAL: &str = "labels";
/// The counter of a mailbox's threads.
pub(super) const THREADS_TOTAL: &str = "threads";
/// Changes with what the functions here answer.
pub(crate) const REVISION: &str = "3";

/// What is counted of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// Messages that bear it.
    Messages,
    /// Those of them that are unread.
    MessagesUnread,
    /// Threads in which a message bears it.
    Threads,
    /// Threads in which an unread message bears it.
    ThreadsUnread,
}

impl Counted {
    /// All that is counted.
    pub(super) const ALL: [Counted; 4] =
        [Counted::Messages, Counted::MessagesUnread, Counted::Threads, Counted::ThreadsUnread];

    /// As the API calls the sum.
    pub(super) fn member(self) -> &'static str {
        match self {
            Counted::Messages => "messagesTotal",
            Counted::MessagesUnread => "messagesUnread",
            Counted::Threads => "threadsTotal",
            Counted::ThreadsUnread => "threadsUnread",
        }
    }
}

/// The name of a label's counter.
pub(super) fn counter(label: &str, counted: Counted) -> String {
    format!("label:{label}:{}", counted.member())
}

/// Where all that is in the mailbox of an address, which is in lower case, stands.
pub(super) fn space(address: &str) -> Arc<str> {
    format!("{SPACE}:{address}").into()
}

/// Whether a collection is Gmail's.
pub(crate) fn is_own(collection: &str) -> bool {
    collection.starts_with(PREFIX)
}

/// The orders of one of Gmail's collections. The first is the one that lists have.
pub(crate) fn orders(collection: &str) -> Vec<Order> {
    match collection {
        MESSAGES => vec![Order::time(DATE), Order::bytes(SIZE)],
        HISTORY => vec![Order::sequence(SEQUENCE), Order::time(TIME)],
        _ => vec![Order::bytes(ID)],
    }
}

/// On how many bytes of a body the entries of a collection's records depend.
pub(crate) fn entries_body_bytes_max(collection: &str) -> usize {
    if collection == MESSAGES { FACTS_BYTES_MAX } else { usize::MAX }
}

/// What a record is found by.
pub(crate) fn entries(key: &Key, head: &[u8], body: &[u8]) -> Entries {
    match &*key.collection {
        MESSAGES => message_entries(head, body),
        HISTORY => history::entries(head, body),
        _ => Entries::default().with_sort(ID, key.id.as_bytes()),
    }
}

/// The tag of messages that bear a label.
pub(super) fn label_tag(label: &str) -> String {
    tag("label", label)
}

/// The tag of a thread's messages.
pub(super) fn thread_tag(thread: &str) -> String {
    tag("thread", thread)
}

/// The tag of messages with this Message-ID, which is without its angle brackets.
pub(super) fn message_id_tag(message_id: &str) -> String {
    tag("messageId", message_id)
}

/// The tag of messages in which this is.
pub(super) fn feature_tag(feature: Feature) -> String {
    tag("has", feature.name())
}

/// The key of a size in [`SIZE`].
pub(super) fn size_key(bytes: u64) -> [u8; 8] {
    bytes.to_be_bytes()
}

fn message_entries(head: &[u8], body: &[u8]) -> Entries {
    let Ok(head) = Head::parse(head) else { return Entries::default() };
    let facts = Facts::of(body);
    let mut entries = Entries::default()
        .with_sort(DATE, time_key(head.internal_date_ms))
        .with_sort(SIZE, size_key(head.size))
        .with_tag(thread_tag(&head.thread_id));
    entries.tags.extend(sizes::tags(head.size));
    entries.tags.extend(head.label_ids.iter().map(|label| label_tag(label)));
    entries.tags.extend(facts.tags);
    if head.label_ids.iter().any(|label| is_user_label(label)) {
        entries.tags.push(feature_tag(Feature::UserLabels));
    }
    if !facts.message_id.is_empty() {
        entries.tags.push(message_id_tag(&facts.message_id));
    }
    entries.with_group(head.thread_id)
}

/// The words that a record is searched by.
pub(crate) fn text(key: &Key, body: &[u8]) -> Vec<TextField> {
    if &*key.collection != MESSAGES {
        return Vec::new();
    }
    let fields = match Content::of(&bytes::Bytes::copy_from_slice(body)) {
        Content::Mail(mail) => mail::search_fields(&mail),
        Content::Text(fields) => fields,
    };
    fields.into_iter().map(|(name, text)| TextField { name, text }).collect()
}

/// The history's own time in the head of a record.
pub(super) fn time_ms(head: &[u8]) -> i64 {
    let head: Value = serde_json::from_slice(head).unwrap_or_default();
    head["timeMs"].as_i64().unwrap_or(0)
}
