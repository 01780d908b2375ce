use serde_json::{Value, json};

use super::super::{Kind, MaskError, Shape};
use super::{Mask, mask};

/// A schema as a tree: objects have `members`, maps a `map`; `any` is unknown, everything else a scalar.
#[derive(Clone, Copy)]
struct Tree<'v>(&'v Value);

impl Shape for Tree<'_> {
    fn kind(&self) -> Kind {
        match self.0 {
            Value::Object(members) if members.contains_key("map") => Kind::Map,
            Value::Object(_) => Kind::Object,
            Value::Bool(_) => Kind::Any,
            _ => Kind::Scalar,
        }
    }

    fn member(&self, name: &str) -> Option<Self> {
        match self.kind() {
            Kind::Map => Some(Tree(&self.0["map"])),
            _ => self.0.get(name).map(Tree),
        }
    }

    fn members(&self) -> impl Iterator<Item = Self> {
        self.0.as_object().into_iter().flat_map(|members| members.values().map(Tree))
    }
}

/// A shape that has itself for a member: schemas do that.
#[derive(Clone, Copy)]
struct Endless;

impl Shape for Endless {
    fn kind(&self) -> Kind {
        Kind::Object
    }

    fn member(&self, name: &str) -> Option<Self> {
        (name == "part").then_some(Endless)
    }

    fn members(&self) -> impl Iterator<Item = Self> {
        [Endless, Endless, Endless].into_iter()
    }
}

fn schema() -> Value {
    json!({
        "kind": "string",
        "items": {
            "id": "string",
            "title": "string",
            "author": { "uri": "string", "email": "string" },
            "pagemap": { "map": { "title": "string" } },
            "extra": true,
        },
        "a": { "c": "string" },
    })
}

#[test]
fn known_names_pass() {
    let cases = [
        "",
        "*",
        "kind,items",
        "items(id,author/uri)",
        "items/pagemap/anything/title",
        "items/pagemap/*/title",
        "items/extra/what/ever(there,is)",
        "*/title",
        "*/*/uri",
        "items/*/email,items/*/title",
        "items/*/anything",
        "*,zzz/b",
    ];
    for text in cases {
        assert_eq!(mask(text).check(Tree(&schema())), Ok(()), "{text}");
    }
}

#[test]
fn unknown_names_are_refused_by_the_path_that_was_written() {
    // A mask, the path in the message, the path in the details.
    let cases = [
        ("titel", "titel", "titel"),
        ("a/b", "a/b", "a.b"),
        ("b/c/d", "b/c/d", "b.c.d"),
        ("kind,items(id,titel)", "titel", "items.titel"),
        ("items(id,author/name,title)", "author/name", "items.author.name"),
        ("items(zzz/author,id)", "zzz/author", "items.zzz.author"),
        ("items(zzz(author,id))", "zzz", "items.zzz"),
        ("items(author(uri,  name / first ))", "name / first", "items.author.name.first"),
        ("items.author.name", "items.author.name", "items.author.name"),
        ("kind/x", "kind/x", "kind.x"),
        ("items/pagemap/anything/size", "items/pagemap/anything/size", "items.pagemap.anything.size"),
        ("*/zzz", "*/zzz", "*.zzz"),
        ("a/*/zzz", "a/*/zzz", "a.*.zzz"),
        ("*/zzz,items/id", "*/zzz", "*.zzz"),
        ("zzz,aaa", "zzz", "zzz"),
        ("items(author/uri),items(zzz),b", "zzz", "items.zzz"),
        ("`a/b`", "`a/b`", "`a/b`"),
        ("kind/*", "kind/*", "kind.*"),
        ("data/items", "data/items", "data.items"),
    ];
    for (text, written, full) in cases {
        let fault = mask(text).check(Tree(&schema())).unwrap_err().fault(text);
        let description = format!("Error expanding 'fields' parameter. Cannot find matching fields for path '{full}'.");
        let violations = json!([{ "field": text, "description": description }]);
        assert_eq!(fault.message, format!("Invalid field selection {written}"), "{text}");
        assert_eq!(fault.details[0]["fieldViolations"], violations, "{text}");
        assert_eq!(fault.location.map(|location| location.name).as_deref(), Some("fields"));
    }
}

#[test]
fn a_wildcards_name_stands_in_one_member_at_least() {
    assert_eq!(mask("*/id,a/c").check(Tree(&schema())), Ok(()));
    assert_eq!(mask("*(id,c)").check(Tree(&schema())), Ok(()));
    let unknown = mask("*(id,c,d)").check(Tree(&schema())).unwrap_err();
    assert_eq!(unknown.to_string(), "Cannot find matching fields for path '*.d'.");
}

#[test]
fn a_schema_without_end_is_checked_as_far_as_it_is_sure() {
    let deep = vec!["part"; 90].join("/");
    assert_eq!(mask(&deep).check(Endless), Ok(()));
    assert!(mask(&format!("{deep}/x")).check(Endless).is_err());
    assert!(mask("*/*/x").check(Endless).is_err());
    assert_eq!(mask(&format!("{}/x", vec!["*"; 90].join("/"))).check(Endless), Ok(()));
}

#[test]
fn the_list_of_unknown_paths_is_short() {
    let names: Vec<String> = (0..1000).map(|n| format!("n{n}")).collect();
    let text = names.join(",");
    let error = Mask::parse(&text).unwrap().check(Endless).unwrap_err();
    let MaskError::Unknown(paths) = error else { panic!("{error}") };
    assert!(paths.len() <= 32);
}
