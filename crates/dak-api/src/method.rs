//! The methods of an API.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use dak_proto::media::start::Limits;
use dak_proto::template::Template;

use crate::action::{Action, Keeping};
use crate::document::{DocumentError, Node};
use crate::parameter::{Parameter, Place};
use crate::schema::{SchemaId, Schemas};
use crate::steps::Steps;

/// The pattern of a value without slashes.
const ONE_SEGMENT: &str = "^[^/]+$";

/// A method: where it is found, what it takes, what it answers.
#[derive(Clone, Debug)]
pub struct Method {
    /// Its id, e.g. `demo.items.list`.
    pub id: String,
    /// The resource it stands under, e.g. `items` or `users.messages`; empty for a method of the API itself.
    pub resource: String,
    /// The HTTP method.
    pub http_method: http::Method,
    /// The path behind the service path.
    pub template: Template,
    /// Its parameters, those of the whole API included, the standard ones not.
    pub parameters: Vec<Parameter>,
    /// The names of the parameters that generated code takes by position.
    pub parameter_order: Vec<String>,
    /// What its body holds.
    pub request: Option<SchemaId>,
    /// What its answer holds.
    pub response: Option<SchemaId>,
    /// The scopes of which a token needs one.
    pub scopes: Vec<String>,
    /// What media it takes (`U1`).
    pub media_upload: Option<MediaUpload>,
    /// Whether `alt=media` gives bytes.
    pub media_download: bool,
    /// What it does.
    pub action: Action,
}

impl Method {
    /// The parameter with this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// What becomes of the media that it takes, where its shape alone does not tell what it does.
    pub fn keeping(&self) -> Option<&Keeping> {
        self.action.change()?.keeping.as_ref()
    }

    /// Whether the other id names a method of the same resource: both have the same words before the last dot.
    pub(crate) fn is_beside(&self, id: &str) -> bool {
        resource_of(&self.id) == resource_of(id)
    }
}

/// The media a method takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaUpload {
    /// The media types, e.g. `message/*`.
    pub accept: Vec<String>,
    /// The most bytes; `None` means no limit.
    pub bytes_max: Option<u64>,
    /// Whether media and metadata may come in one body (`U4`).
    pub multipart: bool,
    /// Whether an upload may be resumed (`U6`).
    pub resumable: bool,
}

impl MediaUpload {
    /// What it takes, as the rules of uploads want to know it.
    pub fn limits(&self) -> Limits<'_> {
        let MediaUpload { accept, bytes_max, multipart, resumable } = self;
        Limits { accept, length_max: *bytes_max, multipart: *multipart, resumable: *resumable }
    }

    fn parse(node: &Node<'_>) -> Result<MediaUpload, DocumentError> {
        let mut upload = MediaUpload {
            accept: node.texts("accept")?,
            bytes_max: node.member("maxSize").map(|size| parse_size(&size)).transpose()?,
            ..MediaUpload::default()
        };
        let Some(protocols) = node.member("protocols") else {
            return Ok(upload);
        };
        for protocol in protocols.entries()? {
            upload.multipart |= protocol.flag("multipart")?;
            upload.resumable |= protocol.name() == "resumable";
        }
        Ok(upload)
    }
}

/// What methods are read with: all that stands elsewhere in the document.
pub(crate) struct MethodContext<'a> {
    schemas: &'a Schemas,
    /// The API's own parameters that are not standard.
    shared: Vec<Parameter>,
    ignore_case: bool,
}

impl<'a> MethodContext<'a> {
    pub(crate) fn new(
        root: &Node<'_>,
        schemas: &'a Schemas,
        ignore_case: bool,
    ) -> Result<MethodContext<'a>, DocumentError> {
        let mut shared = parameters(root, ignore_case)?;
        shared.retain(|parameter| !dak_proto::params::is_standard(&parameter.name));
        Ok(MethodContext { schemas, shared, ignore_case })
    }

    /// Every method of the document, at any depth.
    pub(crate) fn methods(&self, root: &Node<'_>) -> Result<Vec<Method>, DocumentError> {
        let mut methods = Vec::new();
        self.collect(root, "", &mut methods, &mut BTreeSet::new())?;
        Ok(methods)
    }

    /// Those below a node; `ids` are all that were seen.
    fn collect(
        &self,
        node: &Node<'_>,
        resource: &str,
        methods: &mut Vec<Method>,
        ids: &mut BTreeSet<String>,
    ) -> Result<(), DocumentError> {
        if let Some(own) = node.member("methods") {
            for node in own.entries()? {
                let method = self.method(&node, resource)?;
                if !ids.insert(method.id.clone()) {
                    return Err(node.error(format!("another method has the id \"{}\" too", method.id)));
                }
                methods.push(method);
            }
        }
        if let Some(resources) = node.member("resources") {
            for inner in resources.entries()? {
                self.collect(&inner, &join(resource, inner.name()), methods, ids)?;
            }
        }
        Ok(())
    }

    fn method(&self, node: &Node<'_>, resource: &str) -> Result<Method, DocumentError> {
        let mut parameters = parameters(node, self.ignore_case)?;
        let own = |shared: &&Parameter| node.member("parameters").is_none_or(|own| own.member(&shared.name).is_none());
        parameters.extend(self.shared.iter().filter(own).cloned());
        Ok(Method {
            id: node.required_text("id")?.to_owned(),
            resource: resource.to_owned(),
            http_method: http_method(node)?,
            template: template(node, &parameters)?,
            parameter_order: parameter_order(node, &parameters)?,
            request: self.body(node, "request")?,
            response: self.body(node, "response")?,
            scopes: node.texts("scopes")?,
            media_upload: node.member("mediaUpload").map(|upload| MediaUpload::parse(&upload)).transpose()?,
            media_download: node.flag("supportsMediaDownload")?,
            action: Action::Custom("it was not looked at"),
            parameters,
        })
    }

    fn body(&self, node: &Node<'_>, name: &str) -> Result<Option<SchemaId>, DocumentError> {
        let Some(body) = node.member(name) else {
            return Ok(None);
        };
        match body.member("$ref") {
            Some(_) => self.schemas.reference(&body).map(Some),
            None => Ok(None),
        }
    }
}

/// The parameter by which a request that is repeated is known (AIP-155).
pub const REQUEST_ID: &str = "requestId";

/// Whether the method with this id makes a resource, by its last word.
pub(crate) fn is_creation(id: &str) -> bool {
    let last = id.rsplit('.').next().unwrap_or_default();
    ["create", "insert"].iter().any(|word| last.starts_with(word))
}

/// The words of a method's id before the last dot.
fn resource_of(id: &str) -> Option<&str> {
    id.rsplit_once('.').map(|(resource, _)| resource)
}

fn parameters(node: &Node<'_>, ignore_case: bool) -> Result<Vec<Parameter>, DocumentError> {
    let Some(parameters) = node.member("parameters") else {
        return Ok(Vec::new());
    };
    let parsed = parameters.entries()?;
    parsed.iter().map(|parameter| Parameter::parse(parameter, ignore_case)).collect()
}

fn http_method(node: &Node<'_>) -> Result<http::Method, DocumentError> {
    let name = node.required_text("httpMethod")?;
    let known = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
    if !known.contains(&name) {
        return Err(node.error(format!("the HTTP method \"{name}\" is not one of {}", known.join(", "))));
    }
    http::Method::from_bytes(name.as_bytes()).map_err(|_| node.error("has no valid HTTP method"))
}

/// The `path`, every variable of which must be a parameter.
fn template(node: &Node<'_>, parameters: &[Parameter]) -> Result<Template, DocumentError> {
    let path = node.required_text("path")?;
    let wrong = |what: String| node.error(format!("path \"{path}\": {what}"));
    let template = Template::parse(&simple(path, parameters)).map_err(|error| wrong(error.to_string()))?;
    let is_known =
        |name: &str| parameters.iter().any(|parameter| parameter.name == name && parameter.place == Place::Path);
    if let Some(name) = template.variables().find(|name| !is_known(name)) {
        return Err(wrong(format!("there is no path parameter \"{name}\"")));
    }
    if Steps::new("", &template, parameters).rests() > 1 {
        return Err(wrong("two of its variables may have any number of segments".to_owned()));
    }
    Ok(template)
}

/// A `{+name}` that can only be one segment is a `{name}`.
fn simple(path: &str, parameters: &[Parameter]) -> String {
    let is_segment = |parameter: &&Parameter| parameter.scalar.pattern() == Some(ONE_SEGMENT);
    let segments = parameters.iter().filter(is_segment);
    segments.fold(path.to_owned(), |path, Parameter { name, .. }| {
        path.replace(&format!("{{+{name}}}"), &format!("{{{name}}}"))
    })
}

/// As the document has it, else the required ones: those of the path first.
fn parameter_order(node: &Node<'_>, parameters: &[Parameter]) -> Result<Vec<String>, DocumentError> {
    if node.member("parameterOrder").is_some() {
        return node.texts("parameterOrder");
    }
    let at = |place: Place| {
        let required = move |parameter: &&Parameter| parameter.required && parameter.place == place;
        parameters.iter().filter(required).map(|parameter| parameter.name.clone())
    };
    Ok(at(Place::Path).chain(at(Place::Query)).collect())
}

/// A size in bytes, or with a unit: `35MB`. The units are powers of 1024, as Google's clients count.
fn parse_size(node: &Node<'_>) -> Result<u64, DocumentError> {
    let invalid = || node.error("must be a size like \"35MB\" or a number of bytes");
    if let Some(bytes) = node.value().as_u64() {
        return Ok(bytes);
    }
    let text = node.value().as_str().ok_or_else(invalid)?;
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits).ok_or_else(invalid)?;
    let unit = match unit.trim() {
        "" | "B" => 0,
        "KB" => 1,
        "MB" => 2,
        "GB" => 3,
        "TB" => 4,
        _ => return Err(invalid()),
    };
    let number: u64 = number.parse().map_err(|_| invalid())?;
    number.checked_mul(1024_u64.pow(unit)).ok_or_else(invalid)
}

fn join(resource: &str, name: &str) -> String {
    match resource {
        "" => name.to_owned(),
        _ => format!("{resource}.{name}"),
    }
}
