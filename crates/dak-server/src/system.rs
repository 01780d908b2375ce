//! The server's own records: tokens, the answers of repeatable requests, the free-form document.

use dak_store::{Entries, Key, Order, time_key};
use serde_json::Value;

/// The space of the server's own records.
pub const SPACE: &str = "dak";
/// Tokens, by the hash of their text.
pub const TOKENS: &str = "dak.tokens";
/// Answers kept for requests with an Idempotency-Key.
pub const ANSWERS: &str = "dak.answers";
/// Uploads, by the hash of what opens them.
pub const UPLOADS: &str = "dak.uploads";
/// Segments whose bytes are to go, by their name.
pub const GARBAGE: &str = "dak.garbage";
/// The document of `/data`.
pub const DOCUMENTS: &str = "dak.documents";
/// The order of all of them: when they end.
pub const EXPIRES: &str = "expires";

/// Whether a collection holds the server's own records.
#[must_use]
pub fn is_own(collection: &str) -> bool {
    collection.starts_with("dak.")
}

/// The orders of the server's own collections.
#[must_use]
pub fn orders() -> Vec<Order> {
    vec![Order::time(EXPIRES)]
}

/// The tag of uploads that have not ended.
pub const ACTIVE: &str = "active";

/// The tag of uploads that come in one request.
pub const ONCE: &str = "once";

/// The index entries of one of the server's own records: its end, if it has one.
#[must_use]
pub fn entries(key: &Key, head: &[u8], body: &[u8]) -> Entries {
    if &*key.collection == UPLOADS {
        return upload_entries(head);
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match body["expiresMs"].as_i64() {
        Some(expires_ms) => Entries::default().with_sort(EXPIRES, time_key(expires_ms)),
        None => Entries::default(),
    }
}

/// An upload changes its head alone.
fn upload_entries(head: &[u8]) -> Entries {
    let head: Value = serde_json::from_slice(head).unwrap_or_default();
    let entries = Entries::default().with_sort(EXPIRES, time_key(head["dueMs"].as_i64().unwrap_or(1)));
    let entries = if head["session"]["state"] == ACTIVE { entries.with_tag(ACTIVE) } else { entries };
    if head["once"] == true { entries.with_tag(ONCE) } else { entries }
}
