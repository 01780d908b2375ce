use dak_proto::fields::Mask;
use dak_proto::query::Query;
use serde_json::{Value, json};

use crate::api::Api;
use crate::builtin::{builtin, demo_seed};
use crate::sample;

#[test]
fn the_wrapped_api_is_the_demo_api_in_a_wrapper() {
    let mut demo: Value = serde_json::from_slice(builtin()[0]).unwrap();
    let wrapped = std::str::from_utf8(builtin()[1]).unwrap();
    let wrapped = wrapped.replace("wrapped.items", "demo.items").replace("\"wrapped/v1", "\"demo/v1");
    let mut wrapped: Value = serde_json::from_str(&wrapped).unwrap();
    assert_eq!(wrapped["features"], json!(["dataWrapper"]));
    for name in ["features", "id", "name", "title", "description"] {
        demo.as_object_mut().unwrap().remove(name);
        wrapped.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(demo, wrapped);
}

#[test]
fn the_seed_belongs_to_the_demo_api() {
    let (api, seed) = (sample::demo(), demo_seed());
    let insert = api.method("demo.items.insert").unwrap();
    assert_eq!(seed.store, api.store);
    assert_eq!(seed.store, sample::wrapped().store);
    assert_eq!(seed.collection, insert.action.collection().unwrap().name);
    let ids: Vec<_> = seed.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["324", "325"]);
    for item in seed.items {
        assert_eq!(api.accept_body(insert, item.body.clone()), Ok(item.body));
    }
}

/// A list of the seed's items as it would be answered, without what a server adds.
fn list() -> Value {
    let items: Vec<Value> = demo_seed()
        .items
        .into_iter()
        .map(|item| {
            let mut body = item.body;
            body["id"] = json!(item.id);
            body
        })
        .collect();
    let api: Api = sample::demo();
    let mut list = json!({ "kind": "demo", "items": items });
    for fixed in api.schemas.named("ItemList").and_then(|id| api.schemas.object(id)).unwrap().fixed() {
        list[&fixed.name] = serde_json::from_slice(&fixed.json).unwrap();
    }
    list
}

#[test]
fn the_example_of_partial_response() {
    let mask = Mask::parse("kind,items(title,characteristics/length)").unwrap();
    let expected = json!({"kind": "demo", "items": [
        {"title": "First title", "characteristics": {"length": "short"}},
        {"title": "Second title", "characteristics": {"length": "long"}},
    ]});
    assert_eq!(mask.apply(list()), expected);
}

/// Every example of `P3` finds something in the first item.
#[test]
fn the_examples_of_masks_select_something() {
    let list = list();
    let of_list = [
        ("items", "/items/0"),
        ("etag,items", "/items/0"),
        ("items/title", "/items/0/title"),
        ("context/facets/label", "/context/facets/0/label"),
        ("items(title,author/uri)", "/items/0/author/uri"),
        ("items(id,author/email)", "/items/0/author/email"),
        ("items/pagemap/*", "/items/0/pagemap/article/title"),
        ("items/pagemap/*/title", "/items/0/pagemap/article/title"),
    ];
    for (mask, pointer) in of_list {
        let selected = Mask::parse(mask).unwrap().apply(list.clone());
        assert!(selected.pointer(pointer).is_some(), "{mask}");
    }
    let of_item = [("title", "/title"), ("author/uri", "/author/uri"), ("links/*/href", "/links/self/href")];
    for (mask, pointer) in of_item {
        let selected = Mask::parse(mask).unwrap().apply(list["items"][0].clone());
        assert!(selected.pointer(pointer).is_some(), "{mask}");
    }
    assert_eq!(list.pointer("/items/0/characteristics/level"), Some(&json!("5")));
    assert_eq!(list.pointer("/items/0/characteristics/accuracy"), None);
}

fn gmail() -> Api {
    Api::parse(builtin()[3]).unwrap()
}

/// Google's client compares the facts of this document with its own copy (`gmail_settings_google_client.py`).
#[test]
fn gmail_has_all_methods() {
    let api = gmail();
    let document: Value = serde_json::from_slice(&api.document("http://127.0.0.1/")).unwrap();
    let size = |name: &str| document.pointer(name).unwrap().as_object().unwrap().len();
    assert_eq!((api.methods.len(), size("/schemas"), size("/auth/oauth2/scopes")), (79, 56, 14));
    assert_eq!(document["batchPath"], "batch");
    let colours = document.pointer("/schemas/LabelColor/properties/textColor/description").unwrap();
    assert_eq!(colours.as_str().unwrap().matches('#').count(), 113);
}

#[test]
fn gmail_takes_media_in_six_methods() {
    let api = gmail();
    let uploads: Vec<_> =
        api.methods.iter().filter_map(|method| Some((&*method.id, method.media_upload.as_ref()?))).collect();
    let expected = [
        ("gmail.users.drafts.create", 35),
        ("gmail.users.drafts.send", 35),
        ("gmail.users.drafts.update", 35),
        ("gmail.users.messages.import", 150),
        ("gmail.users.messages.insert", 150),
        ("gmail.users.messages.send", 35),
    ];
    let sizes: Vec<_> = uploads.iter().map(|(id, upload)| (*id, upload.bytes_max.unwrap() >> 20)).collect();
    assert_eq!(sizes, expected);
    for (id, upload) in uploads {
        assert!(upload.multipart && upload.resumable && upload.accept == ["message/*"], "{id}");
    }
}

/// Google's servers take less than their document calls required (G32).
#[test]
fn gmail_judges_itself_what_is_required() {
    let api = gmail();
    for (id, body) in [
        ("gmail.users.labels.create", json!({"name": "a"})),
        ("gmail.users.labels.update", json!({"name": "a"})),
        ("gmail.users.messages.insert", json!({})),
        ("gmail.users.drafts.send", json!({})),
    ] {
        let method = api.method(id).unwrap();
        assert_eq!(api.accept_body(method, body.clone()), Ok(body), "{id}");
        let query = Query::default();
        let arguments = method.arguments(&["me", "1"][..method.template.variables().count()], &query).unwrap();
        assert_eq!(api.blank_body(method, &arguments), json!({}), "{id}");
    }
}
