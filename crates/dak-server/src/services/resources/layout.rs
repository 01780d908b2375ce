//! Where items stand in the store, and which members of them the server sets.

use std::sync::Arc;

use dak_api::{Api, Arguments, Collection};
use dak_proto::fault::Fault;
use dak_store::Key;
use serde_json::{Map, Value};

/// Names by which descriptions call the time of an item's creation.
pub(super) const CREATED: [&str; 2] = ["created", "createTime"];
/// Names by which descriptions call the time of an item's last change.
pub(super) const UPDATED: [&str; 2] = ["updated", "updateTime"];

/// The key of the item that a request is about.
pub(super) fn key(collection: &Collection, arguments: &Arguments<'_>) -> Result<Key, Fault> {
    let id = collection.id(arguments).ok_or_else(Fault::internal)?;
    if id.is_empty() || id.len() > Key::PART_BYTES_MAX {
        return Err(not_found(collection, id));
    }
    Ok(Key::new(collection.space(arguments), Arc::clone(&collection.path), id))
}

/// 404 for an item that is not there.
pub(super) fn not_found(collection: &Collection, id: &str) -> Fault {
    const SHOWN_CHARS_MAX: usize = 100;
    let shown: String = id.chars().take(SHOWN_CHARS_MAX).collect();
    Fault::not_found(format!("Not Found: there is no {} \"{shown}\".", singular(&collection.name)))
}

/// The last word of a collection's name, for one of its items.
fn singular(name: &str) -> &str {
    let last = name.rsplit('.').next().unwrap_or(name);
    last.strip_suffix('s').unwrap_or(last)
}

/// Sets the members that say when an item was made and changed, where its schema has them.
pub(super) fn stamp(api: &Api, collection: &Collection, item: &mut Map<String, Value>, created: &str, updated: &str) {
    let Some(object) = api.schemas.object(collection.item) else { return };
    for (names, time) in [(CREATED, created), (UPDATED, updated)] {
        for name in names.into_iter().filter(|name| object.property(name).is_some()) {
            item.shift_remove(name);
            item.insert(name.to_owned(), Value::from(time));
        }
    }
}
