//! Where Gmail's records stand, and what they are found by.

use std::sync::Arc;

use dak_store::{Entries, Key, Order, TextField};

/// The space of those who have a mailbox, and of mail for others.
pub(super) const SPACE: &str = "gmail";
/// Who has a mailbox, by address, in [`SPACE`].
pub(super) const USERS: &str = "gmail.users";
/// Those who may act in a mailbox, by address, in its space.
pub(super) const DELEGATES: &str = "gmail.delegates";
/// The counter of a mailbox's messages.
pub(super) const MESSAGES_TOTAL: &str = "messages";
/// The counter of a mailbox's threads.
pub(super) const THREADS_TOTAL: &str = "threads";
/// What all names of Gmail's collections begin with.
const PREFIX: &str = "gmail.";

/// The order of collections that have none of their own: by id.
pub(super) const ID: &str = "id";
/// Changes with what the functions here answer.
pub(crate) const REVISION: &str = "1";

/// Where all that is in the mailbox of an address, which is in lower case, stands.
pub(super) fn space(address: &str) -> Arc<str> {
    format!("{SPACE}:{address}").into()
}

/// Whether a collection is Gmail's.
pub(crate) fn is_own(collection: &str) -> bool {
    collection.starts_with(PREFIX)
}

/// The orders of one of Gmail's collections. The first is the one that lists have.
pub(crate) fn orders(_collection: &str) -> Vec<Order> {
    vec![Order::bytes(ID)]
}

/// What a record is found by.
pub(crate) fn entries(key: &Key, _head: &[u8], _body: &[u8]) -> Entries {
    Entries::default().with_sort(ID, key.id.as_bytes())
}

/// The words that a record is searched by.
pub(crate) fn text(_key: &Key, _body: &[u8]) -> Vec<TextField> {
    Vec::new()
}
