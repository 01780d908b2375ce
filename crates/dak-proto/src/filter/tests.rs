use serde_json::{Value, json};

use super::{FILTER_BYTES_MAX, Filter, Misfit};
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
    Like(
        json!({ "title": "", "displayName": "", "pages": 1, "done": true, "size": { "height": 1 }, "labels": {}, "tags": "" }),
    )
}

fn parse(text: &str) -> Result<Filter, Misfit> {
    Filter::parse(text, &shape())
}

#[test]
fn what_fits() {
    let item = json!({ "title": "It's \u{9be}", "displayName": "D", "pages": 3, "done": true, "size": { "height": 2.5 },
        "labels": { "env": "prod" }, "tags": ["a", "b"] });
    let cases = [
        ("", true),
        ("   ", true),
        ("title = \"It's \u{9be}\"", true),
        ("title=\"It's\"", false),
        ("title != 'x'", true),
        ("display_name = D", true),
        ("pages = 3 AND done = true", true),
        ("pages = 3 AND done = false", false),
        ("(pages=3) AND (size.height=2.5 AND labels.env = \"prod\")", true),
        ("labels.team = \"\"", true),
        ("labels.team != \"\"", false),
        ("tags = \"b\"", true),
        ("tags = \"c\"", false),
        ("pages != 3", false),
    ];
    for (filter, fits) in cases {
        assert_eq!(parse(filter).unwrap().fits(&item), fits, "{filter}");
    }
}

#[test]
fn what_is_not_understood_is_told() {
    let beyond = |text: &str| Misfit::Beyond(text.to_owned());
    let cases = [
        ("pages > 3", beyond("pages")),
        ("title = \"x", beyond("title = \"x")),
        ("title = x OR pages = 3", beyond("OR")),
        ("NOT title = x", beyond("NOT")),
        ("title", beyond("title")),
        ("title =", beyond("title")),
        ("= 3", beyond("=")),
        ("(title = x", beyond("x")),
        ("title = x)", beyond(")")),
        ("title = x AND", beyond("AND")),
        ("titel = x", Misfit::Unknown("titel".to_owned())),
        ("size.depth = 1", Misfit::Unknown("size.depth".to_owned())),
        ("title.first = 1", Misfit::Unknown("title.first".to_owned())),
    ];
    for (filter, expected) in cases {
        assert_eq!(parse(filter), Err(expected), "{filter}");
    }
    assert!(parse(&" ".repeat(FILTER_BYTES_MAX + 1)).is_err());
    assert!(parse(&"(".repeat(1000)).is_err());
}
