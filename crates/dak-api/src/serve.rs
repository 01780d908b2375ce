//! Documents as they are served to clients, and the directory of them.

#[cfg(test)]
mod tests;

use std::borrow::Borrow;

use dak_proto::json::canonical;
use serde_json::{Map, Value, json};

use crate::api::Api;
use crate::method::Method;

/// The parameters every method takes, as documents list them.
const PARAMETERS: &[u8] = include_bytes!("builtin/parameters.json");

/// What our own keys begin with; they are not served.
const OWN_KEYS: &str = "dak";

/// The members whose own members have names that the document chose.
const NAMED: [&str; 5] = ["methods", "parameters", "properties", "resources", "schemas"];

/// The revision of a document that has none.
const REVISION_UNKNOWN: &str = "0";

impl Api {
    /// The document as served at a root URL, which ends in a slash: compact JSON.
    ///
    /// It has all that Python's and Node's clients, gapi-js and the generators read: URLs under `root_url`, the
    /// standard parameters, each method's `flatPath`, `parameterOrder` and upload paths. Left out are our own keys
    /// and `mtlsRootUrl`, which only leads away from here.
    pub fn document(&self, root_url: &str) -> Vec<u8> {
        let mut source = self.source();
        remove_own_keys(&mut source);
        let mut document = self.head(root_url, &source);
        if let Value::Object(members) = source {
            for (name, value) in members {
                document.entry(name).or_insert(value);
            }
        }
        document.shift_remove("mtlsRootUrl");
        add_parameters(&mut document);
        self.complete_methods(&mut document);
        canonical(&Value::Object(document))
    }

    /// The members that are ours to say, in the usual order.
    fn head(&self, root_url: &str, source: &Value) -> Map<String, Value> {
        let service_path = self.service_path();
        let or = |name: &str, default: &str| source.get(name).cloned().unwrap_or_else(|| default.into());
        let members = [
            ("kind", "discovery#restDescription".into()),
            ("discoveryVersion", "v1".into()),
            ("id", self.id().into()),
            ("name", self.name.as_str().into()),
            ("version", self.version.as_str().into()),
            ("revision", or("revision", REVISION_UNKNOWN)),
            ("title", self.title.as_str().into()),
            ("description", or("description", "")),
            ("protocol", "rest".into()),
            ("rootUrl", root_url.into()),
            ("servicePath", service_path.into()),
            ("baseUrl", format!("{root_url}{service_path}").into()),
            ("basePath", format!("/{service_path}").into()),
            ("batchPath", self.batch_path.as_str().into()),
        ];
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }

    fn service_path(&self) -> &str {
        let path = self.service_paths.first().map_or("", String::as_str);
        path.trim_start_matches('/')
    }

    fn complete_methods(&self, node: &mut Map<String, Value>) {
        for method in inner_objects(node, "methods") {
            let id = method.get("id").and_then(Value::as_str).unwrap_or_default();
            if let Some(known) = self.method(id) {
                self.complete(method, known);
            }
        }
        for resource in inner_objects(node, "resources") {
            self.complete_methods(resource);
        }
    }

    fn complete(&self, node: &mut Map<String, Value>, method: &Method) {
        let path = node.get("path").cloned().unwrap_or_default();
        node.entry("flatPath").or_insert(path);
        node.entry("parameters").or_insert_with(|| json!({}));
        node.entry("parameterOrder").or_insert_with(|| json!(method.parameter_order));
        let upload = node.get_mut("mediaUpload").and_then(Value::as_object_mut);
        if let Some(upload) = upload {
            upload.insert("protocols".to_owned(), self.protocols(method));
        }
    }

    /// Python ignores these paths and Node ignores the service path: here both come to the same.
    fn protocols(&self, method: &Method) -> Value {
        let path = format!("upload/{}{}", self.service_path(), method.template);
        let media = method.media_upload.clone().unwrap_or_default();
        let mut protocols = json!({ "simple": { "multipart": media.multipart, "path": format!("/{path}") } });
        if media.resumable {
            protocols["resumable"] = json!({ "multipart": media.multipart, "path": format!("/resumable/{path}") });
        }
        protocols
    }
}

/// The directory of APIs at a root URL, which ends in a slash: compact JSON. Of several versions of an API the last
/// is the preferred one.
pub fn directory<A: Borrow<Api>>(apis: &[A], root_url: &str) -> Vec<u8> {
    let apis: Vec<&Api> = apis.iter().map(Borrow::borrow).collect();
    let is_last = |place: usize, name: &str| apis.iter().skip(place + 1).all(|api| api.name != name);
    let item = |(place, api): (usize, &&Api)| {
        json!({
            "kind": "discovery#directoryItem",
            "id": api.id(),
            "name": api.name,
            "version": api.version,
            "title": api.title,
            "discoveryRestUrl": format!("{root_url}discovery/v1/apis/{}/{}/rest", api.name, api.version),
            "preferred": is_last(place, &api.name),
        })
    };
    let items: Vec<Value> = apis.iter().enumerate().map(item).collect();
    canonical(&json!({
        "kind": "discovery#directoryList",
        "discoveryVersion": "v1",
        "items": items,
    }))
}

fn add_parameters(document: &mut Map<String, Value>) {
    let standard: Map<String, Value> = serde_json::from_slice(PARAMETERS).unwrap_or_default();
    let parameters = document.entry("parameters").or_insert_with(|| json!({}));
    if let Value::Object(parameters) = parameters {
        for (name, parameter) in standard {
            parameters.entry(name).or_insert(parameter);
        }
    }
}

/// The objects that are members of a member.
fn inner_objects<'a>(node: &'a mut Map<String, Value>, name: &str) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    let members = node.get_mut(name).and_then(Value::as_object_mut);
    members.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut)
}

/// Only where keys are words of the format: the names a document gives are not ours to judge.
fn remove_own_keys(value: &mut Value) {
    let Value::Object(members) = value else {
        return;
    };
    members.retain(|name, _| !is_own_key(name));
    for (name, value) in members {
        let names_below = NAMED.contains(&name.as_str());
        match value {
            Value::Object(inner) if names_below => inner.values_mut().for_each(remove_own_keys),
            _ => remove_own_keys(value),
        }
    }
}

/// `dak` and a capital.
fn is_own_key(name: &str) -> bool {
    let rest = name.strip_prefix(OWN_KEYS);
    rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()))
}
