use serde_json::json;

use crate::sample;

#[test]
fn what_a_description_alone_is_worth() {
    let query = |name: &str| (name.to_owned(), json!({ "type": "string", "location": "query" }));
    let parameters = |names: &[&str]| {
        let id = ("id".to_owned(), json!({ "type": "string", "location": "path", "required": true }));
        names.iter().map(|name| query(name)).chain([id]).collect::<serde_json::Map<_, _>>()
    };
    let thing = json!({ "$ref": "Thing" });
    let api = sample::document(&json!({
        "schemas": { "Thing": { "type": "object", "properties": { "id": { "type": "string" } } } },
        "methods": {
            "get": { "id": "get", "httpMethod": "GET", "path": "things/{id}", "response": thing,
                     "parameters": parameters(&["fields"]) },
            "patch": { "id": "patch", "httpMethod": "PATCH", "path": "things/{id}", "request": thing, "response": thing,
                       "parameters": parameters(&["updateMask", "view", "draft"]) },
            "run": { "id": "run", "httpMethod": "POST", "path": "things/{id}:run", "parameters": parameters(&[]) },
        },
    }));
    let cases = [("get", "served"), ("patch", "partly: no effect of view, draft"), ("run", "not: its verb is its own")];
    for (id, expected) in cases {
        assert_eq!(api.method(id).unwrap().verdict().to_string(), expected, "{id}");
    }
}
