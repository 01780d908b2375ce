//! The documents and the data that come with Dak.

#[cfg(test)]
mod tests;

use serde_json::Value;

const SEED: &[u8] = include_bytes!("builtin/demo.seed.json");

/// The Discovery documents of the built-in APIs.
pub fn builtin() -> [&'static [u8]; 4] {
    [
        include_bytes!("builtin/demo.v1.json"),
        include_bytes!("builtin/wrapped.v1.json"),
        include_bytes!("builtin/blogger.v3.json"),
        include_bytes!("builtin/gmail.v1.json"),
    ]
}

/// What a new store holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seed {
    /// The name of the data: [`Api::store`](crate::Api::store).
    pub store: String,
    /// The name of the collection: [`Collection::name`](crate::Collection::name).
    pub collection: String,
    /// Its items, oldest first.
    pub items: Vec<SeedItem>,
}

/// An item of a new store.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedItem {
    /// Its id.
    pub id: String,
    /// Its members, without those that the server sets.
    pub body: Value,
}

/// The two items of the documents' demo API (`P2`, `P8`).
pub fn demo_seed() -> Seed {
    let seed: Value = serde_json::from_slice(SEED).unwrap_or_default();
    let text = |name: &str| seed.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let items = seed.get("items").and_then(Value::as_array);
    Seed {
        store: text("store"),
        collection: text("collection"),
        items: items.into_iter().flatten().filter_map(seed_item).collect(),
    }
}

fn seed_item(item: &Value) -> Option<SeedItem> {
    let mut body = item.as_object()?.clone();
    let id = body.shift_remove("id")?;
    Some(SeedItem { id: id.as_str()?.to_owned(), body: Value::Object(body) })
}
