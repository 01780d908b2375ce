use serde_json::{Value, json};

use crate::api::Api;
use crate::sample;
use crate::serve::directory;

const ROOT: &str = "http://127.0.0.1:7070/";

fn served(api: &Api) -> Value {
    serde_json::from_slice(&api.document(ROOT)).unwrap()
}

#[test]
fn the_demo_document() {
    let document = served(&sample::demo());
    let expected = [
        ("/kind", json!("discovery#restDescription")),
        ("/discoveryVersion", json!("v1")),
        ("/id", json!("demo:v1")),
        ("/name", json!("demo")),
        ("/version", json!("v1")),
        ("/protocol", json!("rest")),
        ("/rootUrl", json!(ROOT)),
        ("/servicePath", json!("")),
        ("/baseUrl", json!(ROOT)),
        ("/basePath", json!("/")),
        ("/batchPath", json!("batch")),
        ("/parameters/fields/location", json!("query")),
        ("/parameters/$.xgafv/enum", json!(["1", "2"])),
        ("/resources/items/methods/get/flatPath", json!("demo/v1/{id}")),
        ("/resources/items/methods/get/parameterOrder", json!(["id"])),
        ("/resources/items/methods/list/response/$ref", json!("ItemList")),
        ("/schemas/ItemList/properties/kind/default", json!("demo")),
    ];
    for (pointer, value) in expected {
        assert_eq!(document.pointer(pointer), Some(&value), "{pointer}");
    }
    assert_eq!(document.pointer("/auth"), None);
    assert_eq!(document.pointer("/features"), None);
}

#[test]
fn the_wrapped_document_says_so() {
    assert_eq!(served(&sample::wrapped())["features"], json!(["dataWrapper"]));
}

#[test]
fn our_own_keys_are_left_out() {
    let api = sample::document(&json!({
        "dakStore": "x",
        "dakIfMatchRequired": true,
        "schemas": { "dakThing": { "type": "object", "properties": {
            "dakMember": { "type": "string", "dakValue": "v" },
            "dak": { "type": "string" },
        } } },
        "methods": { "dakMethod": { "id": "test.dak", "httpMethod": "GET", "path": "a" } },
    }));
    assert!(api.if_match_required);
    let document = served(&api);
    assert_eq!(document.get("dakStore"), None);
    let members = json!({ "dakMember": { "type": "string" }, "dak": { "type": "string" } });
    assert_eq!(document.pointer("/schemas/dakThing/properties"), Some(&members));
    assert!(document.pointer("/methods/dakMethod").is_some());
}

#[test]
fn what_a_document_lacks_is_added() {
    let api = sample::document(&json!({
        "servicePath": "/base/",
        "rootUrl": "https://example.com/",
        "mtlsRootUrl": "https://mtls.example.com/",
        "revision": "7",
        "parameters": { "alt": { "type": "string", "location": "query" } },
        "methods": { "up": {
            "id": "test.up", "httpMethod": "POST", "path": "things/{id}",
            "parameters": { "id": { "type": "string", "location": "path", "required": true } },
            "mediaUpload": { "accept": ["*/*"], "protocols": { "simple": { "multipart": true }, "resumable": {} } },
        } },
    }));
    let document = served(&api);
    let protocols = json!({
        "simple": { "multipart": true, "path": "/upload/base/things/{id}" },
        "resumable": { "multipart": true, "path": "/resumable/upload/base/things/{id}" },
    });
    let expected = [
        ("/rootUrl", json!(ROOT)),
        ("/servicePath", json!("base/")),
        ("/baseUrl", json!(format!("{ROOT}base/"))),
        ("/revision", json!("7")),
        ("/title", json!("test")),
        ("/methods/up/flatPath", json!("things/{id}")),
        ("/methods/up/parameterOrder", json!(["id"])),
        ("/methods/up/mediaUpload/protocols", protocols),
        ("/parameters/alt", json!({ "type": "string", "location": "query" })),
    ];
    for (pointer, value) in expected {
        assert_eq!(document.pointer(pointer), Some(&value), "{pointer}");
    }
    assert_eq!(document.get("mtlsRootUrl"), None);
}

/// What is served can be read again and says the same.
#[test]
fn a_served_document_is_a_document() {
    for api in [sample::demo(), sample::wrapped()] {
        let again = Api::parse(&api.document(ROOT)).unwrap();
        assert_eq!(again.document(ROOT), api.document(ROOT));
    }
}

#[test]
fn the_directory() {
    let list: Value = serde_json::from_slice(&directory(&[sample::demo(), sample::wrapped()], ROOT)).unwrap();
    assert_eq!(list["kind"], "discovery#directoryList");
    let demo = json!({
        "kind": "discovery#directoryItem",
        "id": "demo:v1",
        "name": "demo",
        "version": "v1",
        "title": "Demo API",
        "discoveryRestUrl": "http://127.0.0.1:7070/discovery/v1/apis/demo/v1/rest",
        "preferred": true,
    });
    assert_eq!(list["items"][0], demo);
    assert_eq!(list["items"][1]["id"], "wrapped:v1");
}
