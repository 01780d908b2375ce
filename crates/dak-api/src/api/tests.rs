use dak_proto::query::Query;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::api::Api;
use crate::builtin::builtin;
use crate::router::{Found, Router};
use crate::sample;

/// The JSON pointers of everything in a value.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                pointers(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                pointers(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Something that may stand in a document, though seldom there.
fn misfit() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        Just(json!([])),
        Just(json!({})),
        Just(json!({ "$ref": "Item" })),
        Just(json!({ "type": "array", "items": { "$ref": "ItemList" } })),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(|text| json!(text)),
        "[a-z/{}+:]{0,12}".prop_map(|text| json!(text)),
        prop_oneof![
            Just("object"),
            Just("array"),
            Just("any"),
            Just("integer"),
            Just("int64"),
            Just("PUT"),
            Just("path")
        ]
        .prop_map(|word| json!(word)),
    ]
}

/// Whatever can be read can also be routed, asked and served.
fn exercise(api: &Api) {
    api.document("http://localhost/");
    let Ok(router) = Router::new(&[api]) else {
        return;
    };
    let body = json!({ "title": "t", "characteristics": { "followers": [null, 1] }, "pagemap": { "a": {} }, "x": 1 });
    for path in ["/demo/v1", "/demo/v1/324", "/demo/v1/a:b", "/", "/a/b/c"] {
        let Found::Route(route) = router.find(&http::Method::PATCH, path) else {
            continue;
        };
        let method = &api.methods[route.method];
        let query = Query::parse("maxResults=5&orderBy=title+desc&status=active").unwrap();
        let _ = method.arguments(&route.captures, &query);
        let _ = api.accept_body(method, body.clone());
        let _ = api.check_merged(method, &body);
    }
}

proptest! {
    #[test]
    fn a_mutated_document_is_read_or_refused(changes in proptest::collection::vec((any::<Index>(), misfit()), 1..4)) {
        let mut document: Value = serde_json::from_slice(builtin()[0]).unwrap();
        for (place, value) in changes {
            let mut all = Vec::new();
            pointers(&document, "", &mut all);
            *document.pointer_mut(&all[place.index(all.len())]).unwrap() = value;
        }
        if let Ok(api) = Api::parse(document.to_string().as_bytes()) {
            exercise(&api);
        }
    }

    #[test]
    fn a_cut_or_spoilt_document_is_read_or_refused(place in any::<Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut document = builtin()[0].to_vec();
        let place = place.index(document.len());
        document[place] = byte;
        if cut {
            document.truncate(place);
        }
        if let Ok(api) = Api::parse(&document) {
            exercise(&api);
        }
    }

    #[test]
    fn any_path_and_query_is_found_or_not(path in "[/a-z0-9:%{}é]{0,40}", query in "[a-zA-Z=&%0-9$.]{0,40}") {
        let api = Api::parse(builtin()[0]).unwrap();
        let router = Router::new(&[&api]).unwrap();
        let path = format!("/demo/v1{path}");
        if let (Found::Route(route), Ok(query)) = (router.find(&http::Method::GET, &path), Query::parse(&query)) {
            let _ = api.methods[route.method].arguments(&route.captures, &query);
        }
    }
}

#[test]
fn apart_means_below_its_name_and_version() {
    let own = json!({ "servicePath": "api/", "dakServicePaths": ["/old/"] });
    let paths = ["test/v1/api/", "test/v1/old/"];
    assert_eq!(sample::document(&own).apart().apart().service_paths, paths);
    let mut said = own;
    said["dakApart"] = json!(true);
    assert_eq!(sample::document(&said).service_paths, paths);
}
