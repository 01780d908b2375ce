//! Documents for tests.

use serde_json::{Value, json};

use crate::api::Api;
use crate::builtin::builtin;
use crate::method::Method;

pub(crate) fn demo() -> Api {
    Api::parse(builtin()[0]).unwrap()
}

pub(crate) fn wrapped() -> Api {
    Api::parse(builtin()[1]).unwrap()
}

/// The demo document with the value at a JSON pointer replaced or added.
pub(crate) fn demo_with(pointer: &str, value: Value) -> Vec<u8> {
    let mut document: Value = serde_json::from_slice(builtin()[0]).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap()[name] = value;
    document.to_string().into_bytes()
}

/// A document `test` of version `v1` with these members besides.
pub(crate) fn document(members: &Value) -> Api {
    let mut document = json!({ "name": "test", "version": "v1" });
    for (name, value) in members.as_object().unwrap() {
        document[name] = value.clone();
    }
    Api::parse(document.to_string().as_bytes()).unwrap()
}

/// A document with one method `test.run`.
pub(crate) fn method(method: &Value) -> Api {
    let mut run = json!({ "id": "test.run", "httpMethod": "GET", "path": "run" });
    for (name, value) in method.as_object().unwrap() {
        run[name] = value.clone();
    }
    document(&json!({ "methods": { "run": run } }))
}

/// A document whose methods are `ID METHOD PATH` lines with the path parameters that the path names.
pub(crate) fn routes(name: &str, lines: &[&str]) -> Api {
    let mut methods = json!({});
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let [id, http_method, path] = words[..] else {
            panic!("{line}");
        };
        let names = path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().trim_start_matches('+'));
        let parameter =
            |name: &str| (name.to_owned(), json!({ "type": "string", "location": "path", "required": true }));
        let parameters: serde_json::Map<String, Value> = names.map(parameter).collect();
        methods[id] = json!({ "id": id, "httpMethod": http_method, "path": path, "parameters": parameters });
    }
    document(&json!({ "name": name, "methods": methods }))
}

pub(crate) fn run(api: &Api) -> &Method {
    api.method("test.run").unwrap()
}
