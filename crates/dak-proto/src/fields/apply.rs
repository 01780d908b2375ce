//! A mask on a tree.

use serde_json::{Map, Value};

use super::selection::{Members, Selection};

/// What is kept of a value; `None` when nothing is, so that a member or an element disappears.
pub(super) fn apply(selection: &Selection, value: Value) -> Option<Value> {
    match selection {
        Selection::All => Some(value),
        Selection::Members(members) => select(members, value),
    }
}

fn select(members: &Members, value: Value) -> Option<Value> {
    match value {
        Value::Object(object) => Some(Value::Object(object_members(members, object))),
        Value::Array(elements) => array_elements(members, elements).map(Value::Array),
        Value::Null => Some(Value::Null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn object_members(members: &Members, object: Map<String, Value>) -> Map<String, Value> {
    let kept = object.into_iter().filter_map(|(name, value)| {
        let selection = members.member(name.as_bytes())?;
        Some((name, apply(selection, value)?))
    });
    kept.collect()
}

/// An array is transparent. One that loses all its elements disappears; one that had none stays.
fn array_elements(members: &Members, elements: Vec<Value>) -> Option<Vec<Value>> {
    let was_empty = elements.is_empty();
    let kept: Vec<Value> = elements.into_iter().filter_map(|element| select(members, element)).collect();
    (was_empty || !kept.is_empty()).then_some(kept)
}
