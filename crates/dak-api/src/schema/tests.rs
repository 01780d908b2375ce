use dak_proto::fields::Mask;
use serde_json::json;

use crate::api::Api;
use crate::sample;

fn is_known(api: &Api, schema: &str, mask: &str) -> bool {
    let schema = api.schemas.named(schema).unwrap();
    Mask::parse(mask).unwrap().check(api.shape(schema)).is_ok()
}

/// The masks of `P3`, and what is wrong with others.
#[test]
fn masks_over_the_demo_list() {
    let api = sample::demo();
    let known = [
        "kind,items(title,characteristics/length)",
        "items",
        "etag,items",
        "items/title",
        "context/facets/label",
        "items(title,author/uri)",
        "items(id,author/email)",
        "items/pagemap/*",
        "items/pagemap/*/title",
        "items/pagemap/article/title",
        "items/characteristics/followers",
        "items/*/title",
        "*",
    ];
    let unknown = [
        "titel",
        "data/items",
        "items/titel",
        "items/title/x",
        "items/characteristics/followers/x",
        "items/pagemap/*/titel",
        "context/*/x",
    ];
    for mask in known {
        assert!(is_known(&api, "ItemList", mask), "{mask}");
    }
    for mask in unknown {
        assert!(!is_known(&api, "ItemList", mask), "{mask}");
    }
    for mask in ["title", "author/uri", "links/*/href", "links"] {
        assert!(is_known(&api, "Item", mask), "{mask}");
    }
}

#[test]
fn schemas_may_lead_back_to_themselves() {
    let api = sample::document(&json!({ "schemas": {
        "Tree": { "type": "object", "properties": {
            "name": { "type": "string" },
            "children": { "type": "array", "items": { "$ref": "Tree" } },
        } },
        "Alias": { "$ref": "Tree" },
        "Loop": { "$ref": "Loop" },
        "Nest": { "type": "array", "items": { "$ref": "Nest" } },
    } }));
    let cases = [
        ("Tree", "children/children/children/name", true),
        ("Tree", "children/children/nome", false),
        ("Alias", "children/name", true),
        ("Alias", "nome", false),
        ("Loop", "anything/at/all", true),
        ("Nest", "anything/at/all", true),
    ];
    for (schema, mask, expected) in cases {
        assert_eq!(is_known(&api, schema, mask), expected, "{schema} {mask}");
    }
}

#[test]
fn objects_without_names_take_any() {
    let api = sample::document(&json!({ "schemas": {
        "Free": { "type": "object" },
        "Anything": { "type": "any" },
        "Untyped": {},
        "Empty": { "type": "object", "properties": {} },
        "Map": { "type": "object", "additionalProperties": { "type": "string" } },
        "Both": { "type": "object", "properties": { "a": { "type": "string" } }, "additionalProperties": { "type": "any" } },
        "Grid": { "type": "array", "items": { "type": "array", "items": { "type": "object", "properties": { "a": {} } } } },
    } }));
    let cases = [
        ("Free", "a/b", true),
        ("Anything", "a/b", true),
        ("Untyped", "a/b", true),
        ("Empty", "a", false),
        ("Map", "a", true),
        ("Map", "a/b", false),
        ("Both", "a/b", false),
        ("Both", "b/c", true),
        ("Grid", "a/b", true),
        ("Grid", "b", false),
    ];
    for (schema, mask, expected) in cases {
        assert_eq!(is_known(&api, schema, mask), expected, "{schema} {mask}");
    }
}

#[test]
fn members_that_never_change_keep_the_documents_order() {
    let api = sample::demo();
    let list = api.schemas.named("ItemList").and_then(|id| api.schemas.object(id)).unwrap();
    let fixed: Vec<_> = list.fixed().iter().map(|fixed| (fixed.name.as_str(), &fixed.json[..])).collect();
    let context = br#"{"facets":[{"label":"length"},{"label":"accuracy"},{"label":"level"}]}"#;
    assert_eq!(fixed, [("kind", &br#""demo""#[..]), ("context", context)]);
    let item = api.schemas.named("Item").and_then(|id| api.schemas.object(id)).unwrap();
    assert_eq!(item.fixed().len(), 1);
    assert_eq!(item.fixed()[0].json, &br#""demo#item""#[..]);
}
