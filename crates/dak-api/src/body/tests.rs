use dak_proto::query::Query;
use serde_json::{Value, json};

use crate::api::Api;
use crate::sample;

/// The body as accepted, or the fault's message.
fn accept(api: &Api, id: &str, sent: Value) -> Value {
    match api.accept_body(api.method(id).unwrap(), sent) {
        Ok(body) => body,
        Err(fault) => {
            assert_eq!((fault.code, fault.rpc_status()), (400, "INVALID_ARGUMENT"));
            json!(fault.message)
        }
    }
}

fn check(api: &Api, id: &str, cases: &[(Value, Value)]) {
    for (sent, expected) in cases {
        assert_eq!(accept(api, id, sent.clone()), *expected, "{id} {sent}");
    }
}

#[test]
fn an_upload_without_metadata_has_what_is_required() {
    let demo = sample::demo();
    let insert = demo.method("demo.items.insert").unwrap();
    let query = Query::default();
    let arguments = insert.arguments(&[], &query).unwrap();
    let blank = demo.blank_body(insert, &arguments);
    assert_eq!(blank, json!({"title": ""}));
    assert_eq!(demo.accept_body(insert, blank.clone()), Ok(blank));
}

#[test]
fn of_a_new_demo_item() {
    let unknown = "Invalid JSON payload received. Unknown name";
    let cases = [
        (json!({"title": ""}), json!({"title": ""})),
        (
            json!({"id": 7, "kind": [], "etag": "x", "created": "no", "updated": null, "title": "t"}),
            json!({"title": "t"}),
        ),
        (json!({"title": "t", "comment": null, "author": {"uri": null}}), json!({"title": "t", "author": {}})),
        (
            json!({"title": "t", "links": {"a": null, "b": {"href": "x"}}}),
            json!({"title": "t", "links": {"b": {"href": "x"}}}),
        ),
        (json!({}), json!("\"title\" is required and missing.")),
        (json!({"title": null}), json!("\"title\" is required and missing.")),
        (json!({"title": 1}), json!("Invalid value at 'title' (TYPE_STRING), 1: expected a string.")),
        (json!({"title": "t", "x": 1}), json!(format!("{unknown} \"x\": Cannot find field."))),
        (
            json!({"title": "t", "characteristics": {"x": 1}}),
            json!(format!("{unknown} \"x\" at 'characteristics': Cannot find field.")),
        ),
        (
            json!({"title": "t", "characteristics": {"followers": ["Jo", 5]}}),
            json!("Invalid value at 'characteristics.followers[1]' (TYPE_STRING), 5: expected a string."),
        ),
        (
            json!({"title": "t", "characteristics": {"followers": "Jo"}}),
            json!("Invalid value at 'characteristics.followers', \"Jo\": expected an array."),
        ),
        (json!({"title": "t", "author": []}), json!("Invalid value at 'author', an array: expected an object.")),
        (
            json!({"title": "t", "pagemap": {"a": {"titel": "x"}}}),
            json!(format!("{unknown} \"titel\" at 'pagemap.a': Cannot find field.")),
        ),
        (json!([]), json!("Invalid JSON payload received. The body must be an object, not an array.")),
        (json!("t"), json!("Invalid JSON payload received. The body must be an object, not \"t\".")),
    ];
    check(&sample::demo(), "demo.items.insert", &cases);
    check(&sample::demo(), "demo.items.update", &cases);
}

/// The patches of `P7`–`P11`.
#[test]
fn of_a_patch_of_a_demo_item() {
    let p9 = json!({"etag": "ETagString", "title": "", "comment": null, "characteristics":
        {"length": "short", "level": "10", "followers": ["Jo", "Liz"], "accuracy": "high"}});
    let p9_accepted = json!({"title": "", "comment": null, "characteristics":
        {"length": "short", "level": "10", "followers": ["Jo", "Liz"], "accuracy": "high"}});
    let p10 = json!({"comment": "A new comment", "characteristics": {"volume": "loud", "accuracy": null}});
    let same = |value: Value| (value.clone(), value);
    let cases = [
        same(json!({"title": "New title"})),
        same(json!({})),
        (p9, p9_accepted),
        same(p10),
        same(json!({"characteristics": null, "links": {"next": null}})),
        (json!({"title": null}), json!("\"title\" is required and cannot be removed.")),
        (
            json!({"characteristics": {"followers": [null]}}),
            json!("Invalid value at 'characteristics.followers[0]' (TYPE_STRING), null: expected a string."),
        ),
        (json!({"x": null}), json!("Invalid JSON payload received. Unknown name \"x\": Cannot find field.")),
        (json!(null), json!("Invalid JSON payload received. The body must be an object, not null.")),
    ];
    check(&sample::demo(), "demo.items.patch", &cases);
}

#[test]
fn with_a_wrapper_or_without() {
    let cases = [
        (json!({"data": {"title": "t"}}), json!({"title": "t"})),
        (json!({"title": "t"}), json!({"title": "t"})),
        (
            json!({"data": {"title": "t"}, "x": 1}),
            json!("Invalid JSON payload received. Unknown name \"data\": Cannot find field."),
        ),
        (json!({"data": 1}), json!("Invalid JSON payload received. The body must be an object, not 1.")),
    ];
    check(&sample::wrapped(), "wrapped.items.insert", &cases);
    let unwrapped = json!("Invalid JSON payload received. Unknown name \"data\": Cannot find field.");
    check(&sample::demo(), "demo.items.insert", &[(json!({"data": {"title": "t"}}), unwrapped)]);
}

#[test]
fn a_fault_has_the_place_in_its_details() {
    let api = sample::demo();
    let method = api.method("demo.items.patch").unwrap();
    let fault = api.accept_body(method, json!({"author": {"x": 1}})).unwrap_err();
    let message = "Invalid JSON payload received. Unknown name \"x\" at 'author': Cannot find field.";
    let detail = json!({
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": "author", "description": message}],
    });
    assert_eq!(fault.details, [detail]);
    let fault = api.accept_body(method, json!({"title": null})).unwrap_err();
    assert_eq!(fault.reason, "required");
}

/// An API whose `Thing` has members of all kinds.
fn things() -> Api {
    let thing = json!({"$ref": "Thing"});
    let id = json!({"type": "string", "location": "path", "required": true});
    sample::document(&json!({
        "schemas": { "Thing": { "type": "object", "properties": {
            "id": {"type": "string"},
            "size": {"type": "string", "format": "int64"},
            "free": {"type": "any"},
            "state": {"type": "string", "enum": ["on", "off"]},
            "parts": {"type": "array", "items": thing},
            "inner": {"type": "object", "properties": {
                "must": {"type": "string", "annotations": {"required": ["things.insert"]}},
                "seen": {"type": "string", "readOnly": true},
                "id": {"type": "string"},
            }},
        } } },
        "methods": {
            "insert": {"id": "things.insert", "httpMethod": "POST", "path": "things", "request": thing, "response": thing},
            "patch": {"id": "things.patch", "httpMethod": "PATCH", "path": "things/{id}", "request": thing,
                "response": thing, "parameters": {"id": id}},
            "send": {"id": "things.send", "httpMethod": "POST", "path": "things/send", "request": thing},
            "poke": {"id": "things.poke", "httpMethod": "POST", "path": "things/poke"},
        },
    }))
}

#[test]
fn of_things_inside_things() {
    let cases = [
        (json!({"size": 5}), json!({"size": "5"})),
        (json!({"state": "on"}), json!({"state": "on"})),
        (json!({"state": "lost"}), json!("Invalid value at 'state' (TYPE_ENUM), \"lost\": expected one of on, off.")),
        (json!({"free": {"a": null}}), json!({"free": {"a": null}})),
        (json!({"free": null, "size": null}), json!({"free": null})),
        (json!({"parts": [{"size": 1, "inner": null}]}), json!({"parts": [{"size": "1"}]})),
        (json!({"parts": [{"inner": {}}]}), json!("\"parts[0].inner.must\" is required and missing.")),
        (json!({"inner": {"must": "", "seen": 5, "id": "x"}, "id": "x"}), json!({"inner": {"must": "", "id": "x"}})),
        (
            json!({"parts": [{"parts": [{}, {"size": "x"}]}]}),
            json!(
                "Invalid value at 'parts[0].parts[1].size' (TYPE_INT64), \"x\": \
                expected a whole number from -9223372036854775808 to 9223372036854775807."
            ),
        ),
    ];
    check(&things(), "things.insert", &cases);
}

/// Only in the body of a resource is an `id` the server's.
#[test]
fn of_methods_that_are_no_write() {
    check(&things(), "things.send", &[(json!({"id": "x"}), json!({"id": "x"}))]);
    check(&things(), "things.poke", &[(json!([1, null]), json!([1, null]))]);
}

#[test]
fn a_patch_must_leave_a_valid_resource() {
    let api = things();
    let method = api.method("things.patch").unwrap();
    assert_eq!(accept(&api, "things.patch", json!({"inner": {"id": "x"}})), json!({"inner": {"id": "x"}}));
    assert!(api.check_merged(method, &json!({"inner": {"must": ""}, "unheard": 1})).is_ok());
    let fault = api.check_merged(method, &json!({"inner": {"id": "x"}})).unwrap_err();
    assert_eq!((fault.code, &*fault.message), (400, "\"inner.must\" is required and missing."));
}

/// What a request holds, and whether its media may be in it.
#[test]
fn media_within_a_body() {
    let bytes = json!({"type": "object", "properties": {"raw": {"type": "string", "format": "byte"}}});
    let object = |member: Value| json!({"type": "object", "properties": {"inner": member}});
    for (schema, upload, expected) in [
        (bytes.clone(), json!({"maxSize": "3MB"}), Some((4 << 20) + (3 << 15) + (1 << 20))),
        (object(bytes.clone()), json!({"maxSize": "3MB"}), Some((4 << 20) + (3 << 15) + (1 << 20))),
        (object(object(bytes.clone())), json!({"maxSize": "3MB"}), None),
        (object(json!({"type": "string"})), json!({"maxSize": "3MB"}), None),
        (object(json!({"type": "string", "format": "byte", "readOnly": true})), json!({"maxSize": "3MB"}), None),
        (bytes.clone(), json!({}), None),
    ] {
        let api = sample::document(&json!({
            "schemas": {"Mail": schema},
            "methods": {"insert": {
                "id": "mails.insert", "httpMethod": "POST", "path": "mails", "request": {"$ref": "Mail"}, "mediaUpload": upload,
            }},
        }));
        assert_eq!(api.inline_media_bytes_max(api.method("mails.insert").unwrap()), expected, "{upload}");
    }
}

/// `D80`: what the query says of a new item, where the body leaves it out.
#[test]
fn the_query_fills_what_the_body_leaves_out() {
    let file = json!({"$ref": "File"});
    let query = |scalar: Value| {
        let mut parameter = scalar;
        parameter["location"] = json!("query");
        parameter
    };
    let api = sample::document(&json!({
        "schemas": {"File": {"type": "object", "properties": {
            "name": {"type": "string", "annotations": {"required": ["files.insert"]}},
            "size": {"type": "string", "format": "int64"},
            "parent": {"type": "string", "description": "Output only. Where it is."},
            "tags": {"type": "array", "items": {"type": "string"}},
            "open": {"type": "boolean"},
            "etag": {"type": "string"},
        }}},
        "methods": {
            "get": {"id": "files.get", "httpMethod": "GET", "path": "files/{file}", "response": file,
                "parameters": {"file": {"type": "string", "location": "path", "required": true}}},
            "insert": {"id": "files.insert", "httpMethod": "POST", "path": "files", "request": file, "response": file,
                "parameters": {
                    "name": query(json!({"type": "string"})),
                    "size": query(json!({"type": "string", "format": "int64"})),
                    "parent": query(json!({"type": "string"})),
                    "tags": query(json!({"type": "string", "repeated": true})),
                    "open": query(json!({"type": "string"})),
                    "etag": query(json!({"type": "string"})),
                    "other": query(json!({"type": "string"})),
                }},
        },
    }));
    let method = api.method("files.insert").unwrap();
    let cases = [
        ("name=a", json!({}), json!({"name": "a"})),
        ("name=a", json!({"name": "b"}), json!({"name": "b"})),
        ("name=a", json!({"name": null}), json!({"name": "a"})),
        ("name=a&size=7", json!({}), json!({"name": "a", "size": "7"})),
        ("name=a&parent=p", json!({"parent": "q"}), json!({"name": "a", "parent": "p"})),
        ("name=a&tags=x&tags=y", json!({}), json!({"name": "a", "tags": ["x", "y"]})),
        ("name=a&open=yes&etag=e&other=o", json!({}), json!({"name": "a"})),
        ("size=7", json!({}), json!("\"name\" is required and missing.")),
    ];
    for (text, sent, expected) in cases {
        let query = Query::parse(text).unwrap();
        let arguments = method.arguments(&[], &query).unwrap();
        let accepted = api.accept_filled(method, sent, &arguments);
        assert_eq!(accepted.unwrap_or_else(|fault| fault.message.into()), expected, "{text}");
    }
}
