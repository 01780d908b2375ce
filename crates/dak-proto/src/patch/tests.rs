use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{diff, merge};

fn merged(before: &Value, patch: &Value) -> Value {
    let mut value = before.clone();
    merge(&mut value, patch.clone());
    value
}

/// One line a case: resource, patch, what it becomes.
const MERGES: &str = r#"
{"title":"Old","n":1} | {"title":"New title"} | {"title":"New title","n":1}
{"title":"Old"} | {"comment":"Added"} | {"title":"Old","comment":"Added"}
{"title":"Old","comment":"c"} | {"comment":null} | {"title":"Old"}
{"title":"Old"} | {"comment":null} | {"title":"Old"}
{"title":"Old"} | {"title":""} | {"title":""}
{"a":{"b":"1","c":"2"}} | {"a":{"b":"3"}} | {"a":{"b":"3","c":"2"}}
{"a":{"b":"1","c":"2"}} | {"a":{"b":null}} | {"a":{"c":"2"}}
{"a":{"b":"1"}} | {"a":{"b":null}} | {"a":{}}
{"a":{"b":"1"}} | {"a":null} | {}
{"a":[1,2,3]} | {"a":[9]} | {"a":[9]}
{"a":[1,2,3]} | {"b":1} | {"a":[1,2,3],"b":1}
{"a":[{"x":1}]} | {"a":[{"y":null}]} | {"a":[{"y":null}]}
{"a":[1]} | {"a":[null,{"b":null}]} | {"a":[null,{"b":null}]}
{"a":"text"} | {"a":{"b":{"c":null,"d":1}}} | {"a":{"b":{"d":1}}}
{} | {"a":{"b":{"c":null}}} | {"a":{"b":{}}}
{"a":{"b":1}} | {"a":"text"} | {"a":"text"}
{"a":[1]} | {"a":{"b":1}} | {"a":{"b":1}}
{"a":{"b":1}} | {"a":[1]} | {"a":[1]}
{"a":null} | {"b":1} | {"a":null,"b":1}
{"a":null} | {"a":{"b":1}} | {"a":{"b":1}}
{"a":1} | {} | {"a":1}
{"a":false} | {"a":0} | {"a":0}
{"":1} | {"":null} | {}
{"a":{"b":{"c":{"d":1,"e":2}}}} | {"a":{"b":{"c":{"d":null,"f":[]}}}} | {"a":{"b":{"c":{"e":2,"f":[]}}}}
{"a":1} | [1,null] | [1,null]
{"a":1} | null | null
[1,2] | {"a":1,"b":null} | {"a":1}
7 | {} | {}
"#;

/// A line of cases as JSON values.
fn values(line: &str) -> Vec<Value> {
    line.split(" | ").map(|text| serde_json::from_str(text).unwrap()).collect()
}

#[test]
fn patches_are_merged() {
    for line in MERGES.trim().lines() {
        let values = values(line);
        let [before, patch, after] = values.as_slice() else {
            panic!("{line}");
        };
        assert_eq!(merged(before, patch), *after, "{line}");
        assert_eq!(merged(after, patch), *after, "twice: {line}");
    }
}

/// The examples of the documents: `P9`, then `P10`.
#[test]
fn the_documents_examples() {
    let before = json!({
        "title": "New title", "comment": "First comment.",
        "characteristics": {"length": "short", "level": "5", "followers": ["Jo", "Will"]},
    });
    let change = json!({
        "title": "", "comment": null,
        "characteristics": {"length": "short", "level": "10", "followers": ["Jo", "Liz"], "accuracy": "high"},
    });
    let after = json!({
        "title": "",
        "characteristics": {"length": "short", "level": "10", "followers": ["Jo", "Liz"], "accuracy": "high"},
    });
    assert_eq!(merged(&before, &change), after);

    let change = json!({"comment": "A new comment", "characteristics": {"volume": "loud", "accuracy": null}});
    let after_that = json!({
        "title": "", "comment": "A new comment",
        "characteristics": {"length": "short", "level": "10", "followers": ["Jo", "Liz"], "volume": "loud"},
    });
    assert_eq!(merged(&after, &change), after_that);
}

#[test]
fn members_keep_their_order() {
    let before = json!({"a": 1, "b": 2, "c": 3, "d": 4});
    let after = merged(&before, &json!({"e": 5, "b": null, "c": 6}));
    assert_eq!(after.to_string(), r#"{"a":1,"c":6,"d":4,"e":5}"#);
}

/// One line a case: before, after, the smallest patch or `none`.
const DIFFS: &str = r#"
{"a":1} | {"a":1} | none
{"a":1,"b":2} | {"b":2,"a":1} | none
{"a":1} | {"a":2} | {"a":2}
{"a":1} | {} | {"a":null}
{} | {"a":1} | {"a":1}
{"a":{"b":1,"c":2}} | {"a":{"b":1,"c":3}} | {"a":{"c":3}}
{"a":{"b":1}} | {"a":{}} | {"a":{"b":null}}
{"a":{"b":1},"c":1} | {"c":1} | {"a":null}
{"a":[1,2]} | {"a":[1,3]} | {"a":[1,3]}
{"a":[{"x":1}]} | {"a":[{"x":1}]} | none
{"a":[{"x":1}]} | {"a":[{"x":null}]} | {"a":[{"x":null}]}
{"a":1} | {"a":{"b":1}} | {"a":{"b":1}}
{"a":{"b":1}} | {"a":"text"} | {"a":"text"}
{"a":null} | {} | {"a":null}
{"a":1} | [1] | [1]
"#;

#[test]
fn differences_are_smallest() {
    for line in DIFFS.trim().lines() {
        let (values_text, patch) = line.rsplit_once(" | ").unwrap();
        let values = values(values_text);
        let [before, after] = values.as_slice() else {
            panic!("{line}");
        };
        let wanted = (patch != "none").then(|| serde_json::from_str::<Value>(patch).unwrap());
        assert_eq!(diff(before, after), wanted, "{line}");
    }
}

/// Values whose objects hold no nulls; arrays may.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (0..3i64).prop_map(Value::from),
        "[ab]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let element = prop_oneof![inner.clone(), Just(Value::Null)];
        prop_oneof![
            prop::collection::vec(element, 0..3).prop_map(Value::Array),
            prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn a_difference_merges_into_what_it_was_taken_from(before in value(), after in value()) {
        match diff(&before, &after) {
            Some(patch) => prop_assert_eq!(merged(&before, &patch), after),
            None => prop_assert_eq!(before, after),
        }
    }

    #[test]
    fn a_second_merge_changes_nothing(before in value(), after in value()) {
        let patch = diff(&before, &after).unwrap_or_else(|| json!({}));
        let once = merged(&before, &patch);
        prop_assert_eq!(merged(&once, &patch), once);
    }
}
