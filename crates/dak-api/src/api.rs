//! One API: what a Discovery document describes.

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::action;
use crate::document::{DocumentError, Node};
use crate::method::{Method, MethodContext};
use crate::schema::{SchemaId, SchemaShape, Schemas};

/// The path of batches to every API.
const BATCH_PATH: &str = "batch";

/// An API as its document describes it.
///
/// Beside Google's keys a document may have our own, which are left out of the document as served: `dakStore`,
/// `dakServicePaths`, `dakApart`, `dakEnumsIgnoreCase`, `dakIfMatchRequired`, `dakRequiredIsAdvice`, and `dakValue` on a
/// schema's property.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its name, e.g. `demo`.
    pub name: String,
    /// Its version, e.g. `v1`.
    pub version: String,
    /// Its name for people.
    pub title: String,
    /// What stands before the path of every method: the document's `servicePath`, then those of `dakServicePaths`.
    pub service_paths: Vec<String>,
    /// Every method, in the document's order.
    pub methods: Vec<Method>,
    /// Every schema.
    pub schemas: Schemas,
    /// The path that its batches are sent to, without a slash at its beginning (`G60`): `batchPath` if that is below
    /// `batch`, as in every document of Google's, else that.
    pub batch_path: String,
    /// Whether bodies are wrapped in a member `data` (`P4`).
    pub data_wrapper: bool,
    /// The name of the data: APIs with the same one share it. `dakStore`, else the API's name.
    pub store: String,
    /// Whether a change without `If-Match` is refused with 428 (`P9`): `dakIfMatchRequired`.
    pub if_match_required: bool,
    /// Whether it stands below a path of its own: `dakApart`.
    is_apart: bool,
    /// The document as it came.
    source: Vec<u8>,
}

impl Api {
    /// Reads a Discovery document.
    ///
    /// # Errors
    /// What cannot be read, with its JSON path.
    pub fn parse(document: &[u8]) -> Result<Api, DocumentError> {
        let value = parse_json(document)?;
        let root = Node::root(&value);
        if !value.is_object() {
            let kind = if value.is_array() { "an array" } else { "none" };
            return Err(root.error(format!("a description is a JSON object, and this is {kind}")));
        }
        let ignore_case = root.flag("dakEnumsIgnoreCase")?;
        let schemas = Schemas::parse(&root, ignore_case)?;
        let mut methods = MethodContext::new(&root, &schemas, ignore_case)?.methods(&root)?;
        let name = root.required_word("name")?;
        let store = root.optional_text("dakStore")?.unwrap_or(name);
        action::assign(&mut methods, &schemas, store);
        let api = Api {
            name: name.to_owned(),
            version: root.required_word("version")?.to_owned(),
            title: root.optional_text("title")?.unwrap_or(name).to_owned(),
            service_paths: service_paths(&root)?,
            methods,
            schemas,
            batch_path: batch_path(root.optional_text("batchPath")?),
            data_wrapper: root.texts("features")?.iter().any(|feature| feature == "dataWrapper"),
            store: store.to_owned(),
            if_match_required: root.flag("dakIfMatchRequired")?,
            is_apart: false,
            source: document.to_vec(),
        };
        Ok(if root.flag("dakApart")? { api.apart() } else { api })
    }

    /// The API below a path of its own, `NAME/VERSION/`, where no other one is in its way: many of Google's have the
    /// same paths on hosts of their own.
    #[must_use]
    pub fn apart(mut self) -> Api {
        if !self.is_apart {
            let (name, version) = (&self.name, &self.version);
            let below = |path: &String| format!("{name}/{version}/{}", path.trim_start_matches('/'));
            self.service_paths = self.service_paths.iter().map(below).collect();
            self.is_apart = true;
        }
        self
    }

    /// Whether it stands below a path of its own.
    pub fn is_apart(&self) -> bool {
        self.is_apart
    }

    /// `NAME:VERSION`.
    pub fn id(&self) -> String {
        format!("{}:{}", self.name, self.version)
    }

    /// The method with this id, e.g. `demo.items.list`.
    pub fn method(&self, id: &str) -> Option<&Method> {
        self.methods.iter().find(|method| method.id == id)
    }

    /// The shape a mask over this schema is checked against.
    pub fn shape(&self, schema: SchemaId) -> SchemaShape<'_> {
        self.schemas.shape(schema)
    }

    /// The document as it came.
    pub fn source_bytes(&self) -> &[u8] {
        &self.source
    }

    pub(crate) fn source(&self) -> Value {
        parse_json(&self.source).unwrap_or_default()
    }
}

fn batch_path(written: Option<&str>) -> String {
    let path = written.unwrap_or_default().trim_start_matches('/');
    let is_below = path.strip_prefix(BATCH_PATH).is_some_and(|rest| rest.starts_with('/'));
    if is_below { path } else { BATCH_PATH }.to_owned()
}

fn parse_json(document: &[u8]) -> Result<Value, DocumentError> {
    serde_json::from_slice(document)
        .map_err(|error| DocumentError { path: String::new(), message: format!("not JSON: {error}") })
}

fn service_paths(root: &Node<'_>) -> Result<Vec<String>, DocumentError> {
    let first = root.optional_text("servicePath")?.unwrap_or_default();
    let mut paths = vec![first.to_owned()];
    paths.extend(root.texts("dakServicePaths")?);
    Ok(paths)
}
