use serde_json::{Value, json};

use super::{MASK_BYTES_MAX, UnknownPath, UpdateMask};
use crate::fields::{Kind, Shape};

/// A value as the shape of values like it: an empty object may have any member.
#[derive(Clone)]
struct Like(Value);

impl Shape for Like {
    fn kind(&self) -> Kind {
        match &self.0 {
            Value::Object(members) if members.is_empty() => Kind::Map,
            Value::Object(_) => Kind::Object,
            _ => Kind::Scalar,
        }
    }

    fn member(&self, name: &str) -> Option<Like> {
        match self.kind() {
            Kind::Map => Some(Like(json!(""))),
            _ => self.0.get(name).cloned().map(Like),
        }
    }

    fn members(&self) -> impl Iterator<Item = Like> {
        self.0.as_object().into_iter().flat_map(|members| members.values().cloned().map(Like))
    }
}

fn shape() -> Like {
    Like(json!({ "title": "", "displayName": "", "size": { "length": 1, "width": 1 }, "labels": {} }))
}

#[test]
fn what_is_named_is_as_it_was_sent() {
    let stored = || json!({ "title": "old", "size": { "length": 1, "width": 2 }, "labels": { "a": "1" } });
    let sent = json!({ "title": "new", "displayName": "D", "size": { "length": 9, "width": null }, "labels": null });
    let cases = [
        ("title", json!({ "title": "new", "size": { "length": 1, "width": 2 }, "labels": { "a": "1" } })),
        ("size.length", json!({ "title": "old", "size": { "length": 9, "width": 2 }, "labels": { "a": "1" } })),
        ("size", json!({ "title": "old", "size": { "length": 9 }, "labels": { "a": "1" } })),
        ("labels", json!({ "title": "old", "size": { "length": 1, "width": 2 } })),
        ("labels.a, size", json!({ "title": "old", "size": { "length": 9 }, "labels": {} })),
        ("*", json!({ "title": "new", "displayName": "D", "size": { "length": 9 } })),
        ("", stored()),
    ];
    for (mask, expected) in cases {
        let mut value = stored();
        UpdateMask::parse(mask, &shape()).unwrap().apply(&mut value, &sent);
        assert_eq!(value, expected, "{mask}");
    }
}

#[test]
fn a_path_leads_somewhere() {
    let paths = |names: &[&str]| UpdateMask::Paths(vec![names.iter().map(|name| (*name).to_owned()).collect()]);
    assert_eq!(UpdateMask::parse("display_name", &shape()), Ok(paths(&["displayName"])));
    assert_eq!(UpdateMask::parse("labels.a_b", &shape()), Ok(paths(&["labels", "a_b"])));
    for wrong in ["titel", "size.depth", "title.x", "size..width", "displayname"] {
        assert_eq!(UpdateMask::parse(wrong, &shape()), Err(UnknownPath(wrong.to_owned())), "{wrong}");
    }
    let long = "x".repeat(MASK_BYTES_MAX + 1);
    assert!(UpdateMask::parse(&long, &shape()).is_err());
    assert!(UpdateMask::parse("", &shape()).unwrap().is_empty());
}
