//! Merge patches (`P7`, RFC 7396): applying one, and finding the smallest that leads from one value to another.
//!
//! ```
//! use dak_proto::patch::{diff, merge};
//! use serde_json::json;
//!
//! let mut post = json!({"title": "Old", "comment": "c", "size": {"length": "short"}});
//! let wanted = json!({"title": "New", "size": {"length": "short", "level": "5"}});
//! let patch = diff(&post, &wanted).unwrap();
//! assert_eq!(patch, json!({"comment": null, "title": "New", "size": {"level": "5"}}));
//! merge(&mut post, patch);
//! assert_eq!(post, wanted);
//! ```

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

/// Merges a patch into a value: members are set, `null` deletes one, arrays and scalars replace what was there.
///
/// Members keep their order, new ones come last. `null` inside a new object deletes nothing and is dropped; inside an
/// array it is data.
pub fn merge(target: &mut Value, patch: Value) {
    let Value::Object(changes) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(members) = target {
        merge_members(members, changes);
    }
}

fn merge_members(members: &mut Map<String, Value>, changes: Map<String, Value>) {
    for (name, change) in changes {
        if change.is_null() {
            // `remove` would move the last member into the gap.
            members.shift_remove(&name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), change);
        }
    }
}

/// The smallest patch that makes `after` of `before`; `None` if they are equal.
///
/// Exact as long as no object in `after` holds a `null`: no merge patch can put one there.
pub fn diff(before: &Value, after: &Value) -> Option<Value> {
    match (before, after) {
        _ if before == after => None,
        (Value::Object(before), Value::Object(after)) => Some(Value::Object(diff_members(before, after))),
        _ => Some(after.clone()),
    }
}

fn diff_members(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let mut changes = Map::new();
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        changes.insert(name.clone(), Value::Null);
    }
    for (name, value) in after {
        let change = match before.get(name) {
            Some(old) => diff(old, value),
            None => Some(value.clone()),
        };
        changes.extend(change.map(|change| (name.clone(), change)));
    }
    changes
}
