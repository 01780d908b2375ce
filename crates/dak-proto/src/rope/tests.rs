use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;
use crate::fields::tests::{any_mask, any_value};

fn written(rope: &Rope, mask: &Mask, layout: Layout) -> String {
    let mut out = Vec::new();
    rope.write(mask, layout, &mut out);
    String::from_utf8(out).unwrap()
}

fn item() -> Rope {
    let computed = vec![("etag".into(), Rope::string("E\"1")), ("selfLink".into(), Rope::string("http://x/1"))];
    Rope::stored(computed, Bytes::from_static(br#"{"id":324,"author":{"uri":"U","email":"M"},"tags":["a"]}"#))
}

fn list() -> Rope {
    let context = Rope::value(&json!({ "facets": [[{ "label": "L", "anchor": "A" }]] }));
    Rope::object(vec![
        ("kind".into(), Rope::string("demo")),
        ("total".into(), Rope::number(2_u64)),
        ("more".into(), Rope::flag(false)),
        ("items".into(), Rope::array(vec![item(), Rope::json(&br#"{"id":325}"#[..])])),
        ("context".into(), context),
        ("none".into(), Rope::array(Vec::new())),
    ])
}

/// A mask and what it keeps of the list.
const CASES: &[(&str, &str)] = &[
    ("kind,total,more,none", r#"{"kind":"demo","total":2,"more":false,"none":[]}"#),
    ("items(etag,id)", r#"{"items":[{"etag":"E\"1","id":324},{"id":325}]}"#),
    ("items(id,author/email)", r#"{"items":[{"id":324,"author":{"email":"M"}},{"id":325}]}"#),
    ("items/tags/x,items/selfLink/x", r#"{"items":[{},{}]}"#),
    ("items/tags", r#"{"items":[{"tags":["a"]},{}]}"#),
    ("context/facets/label", r#"{"context":{"facets":[[{"label":"L"}]]}}"#),
    ("kind/x,none/x", r#"{"none":[]}"#),
    ("*/id", r#"{"items":[{"id":324},{"id":325}],"context":{},"none":[]}"#),
    ("nothing", "{}"),
];

#[test]
fn a_reply_is_narrowed_across_its_pieces() {
    for (text, expected) in CASES {
        assert_eq!(written(&list(), &Mask::parse(text).unwrap(), Layout::Compact), *expected, "{text}");
    }
}

#[test]
fn computed_members_come_first() {
    let expected = r#"{"etag":"E\"1","selfLink":"http://x/1","id":324,"author":{"uri":"U","email":"M"},"tags":["a"]}"#;
    assert_eq!(written(&item(), &Mask::all(), Layout::Compact), expected);
}

#[test]
fn objects_without_computed_or_stored_members_have_no_stray_commas() {
    let cases = [
        (Rope::object(Vec::new()), "{}"),
        (Rope::stored(Vec::new(), Bytes::from_static(b"{}")), "{}"),
        (Rope::stored(Vec::new(), Bytes::from_static(b"{\"a\":1}")), "{\"a\":1}"),
        (Rope::stored(vec![("b".into(), Rope::flag(true))], Bytes::from_static(b"{}")), "{\"b\":true}"),
    ];
    for (rope, expected) in cases {
        assert_eq!(written(&rope, &Mask::all(), Layout::Compact), expected);
    }
}

#[test]
fn a_scalar_or_its_array_selects_nothing() {
    let mask = Mask::parse("a").unwrap();
    for rope in [Rope::string("s"), Rope::number(-7), Rope::array(vec![Rope::flag(true)])] {
        assert_eq!(written(&rope, &mask, Layout::Pretty), "null");
    }
}

/// A rope and the value it stands for.
fn any_rope() -> impl Strategy<Value = (Rope, Value)> {
    let leaf = any_value().prop_map(|value| (Rope::value(&value), value));
    leaf.prop_recursive(3, 24, 4, |inner| {
        let object = (vec(inner.clone(), 0..4), any_value()).prop_map(|(members, stored)| object(members, stored));
        prop_oneof![vec(inner, 0..4).prop_map(array_of), object]
    })
}

fn array_of(elements: Vec<(Rope, Value)>) -> (Rope, Value) {
    let (ropes, values): (Vec<_>, Vec<_>) = elements.into_iter().unzip();
    (Rope::array(ropes), values.into())
}

/// The computed members have names that masks know, and that the stored object gives up.
fn object(members: Vec<(Rope, Value)>, stored: Value) -> (Rope, Value) {
    let names = ["a", "*", "quo\"te", "id"];
    let mut stored = stored.as_object().cloned().unwrap_or_default();
    let mut computed = Vec::new();
    let mut whole = Map::new();
    for (name, (rope, value)) in names.into_iter().zip(members) {
        stored.shift_remove(name);
        computed.push((name.into(), rope));
        whole.insert(name.into(), value);
    }
    whole.extend(stored.clone());
    (Rope::stored(computed, json::canonical(&stored.into()).into()), whole.into())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rope_is_written_as_the_value_it_stands_for((rope, value) in any_rope(), mask in any_mask()) {
        for mask in [mask, Mask::all()] {
            let expected = mask.apply(value.clone());
            prop_assert_eq!(written(&rope, &mask, Layout::Compact), expected.to_string());
            prop_assert_eq!(written(&rope, &mask, Layout::Pretty), format!("{expected:#}"));
        }
    }

    #[test]
    fn a_wrapped_rope_stands_in_one_member((rope, value) in any_rope(), mask in any_mask()) {
        let expected = json!({ "data": mask.apply(value) });
        let mut out = Vec::new();
        rope.write_wrapped("data", &mask, Layout::Pretty, &mut out);
        prop_assert_eq!(String::from_utf8(out).unwrap(), format!("{expected:#}"));
    }

    #[test]
    fn the_length_told_before_is_nearly_the_length((rope, _) in any_rope()) {
        let length = written(&rope, &Mask::all(), Layout::Compact).len();
        prop_assert!(length.abs_diff(rope.bytes_about()) < 100);
    }
}
