//! Values and masks that meet often: few names, all of which need some care.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};

use super::Mask;

const NAMES: [&str; 12] = ["a", "b", "c", "id", "", "*", "a/b", "quo\"te", "back\\slash", "`tick`", " blank ", "ক\n"];

/// Masks as people and machines write them.
pub(crate) fn any_mask() -> impl Strategy<Value = Mask> {
    mask_text().prop_map(|text| Mask::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}")))
}

/// JSON values with the masks' names.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        select(vec!["", "\\", "\"", "}", "]", "\\\"", ",", "\u{1}\u{7f}"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let members = vec((select(&NAMES[..]), inner.clone()), 0..6);
        prop_oneof![
            vec(inner, 0..5).prop_map(Value::from),
            members.prop_map(|members| {
                let named = members.into_iter().map(|(name, value)| (name.to_owned(), value));
                Value::Object(named.collect::<Map<_, _>>())
            }),
        ]
    })
}

fn mask_text() -> impl Strategy<Value = String> {
    let path = vec(segment(), 1..4).prop_map(|segments| segments.join("/"));
    let item = path.prop_recursive(3, 20, 4, |inner| {
        (segment(), vec(inner, 1..5)).prop_map(|(name, items)| format!("{name}({})", items.join(",")))
    });
    vec(item, 1..5).prop_map(|items| items.join(","))
}

/// The empty name alone cannot be written.
fn segment() -> impl Strategy<Value = String> {
    let names = NAMES.iter().filter(|name| !name.is_empty()).map(|name| quoted(name));
    let plain = ["a", "b", "c", "id", "*"].map(str::to_owned);
    select(names.chain(plain.clone()).chain(plain).collect::<Vec<_>>())
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}
