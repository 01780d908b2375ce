//! Bodies of requests, checked against the schema of their method.

mod check;
mod path;
#[cfg(test)]
mod tests;

use dak_proto::fault::Fault;
use serde_json::{Map, Value};

use crate::action::Change;
use crate::api::Api;
use crate::arguments::Arguments;
use crate::body::check::{Check, Mode};
use crate::method::Method;
use crate::schema::{Form, Object, Property, SchemaId, Schemas};

/// The member that a data wrapper puts around everything.
const WRAPPER: &str = "data";

/// How deep in a body media may stand: in it, or in a member of it.
const INLINE_MEDIA_DEPTH_MAX: usize = 2;
/// How much may stand beside it.
const BESIDE_MEDIA_BYTES: u64 = 1 << 20;

/// What the server sets in every resource, whether or not the document says so (`P13`).
pub(crate) const SERVER_SET: [&str; 8] =
    ["created", "createTime", "etag", "id", "kind", "selfLink", "updated", "updateTime"];

impl Api {
    /// Checks what was sent to a method and gives it in canonical form: without the wrapper, without what only the
    /// server sets (in the body of a resource), 64 bit integers as strings, and, unless it is a patch, without
    /// members that are null. A method without a request schema takes anything.
    ///
    /// # Errors
    /// 400 that names the member: unknown, of the wrong type or value, required and missing, or required and removed
    /// by a patch (`P11`, `P13`).
    pub fn accept_body(&self, method: &Method, sent: Value) -> Result<Value, Fault> {
        self.accept(method, sent, None)
    }

    /// The same for a request that makes an item: parameters of its query that are called like members are their values
    /// where the body leaves them out (`D80`).
    ///
    /// # Errors
    /// As [`Api::accept_body`].
    pub fn accept_filled(&self, method: &Method, sent: Value, arguments: &Arguments<'_>) -> Result<Value, Fault> {
        self.accept(method, sent, Some(arguments))
    }

    fn accept(&self, method: &Method, sent: Value, arguments: Option<&Arguments<'_>>) -> Result<Value, Fault> {
        // What is said of media where nothing is described is said of its item.
        let kept = || method.action.change().filter(|change| change.keeping.is_some());
        let Some(schema) = method.request.or_else(|| Some(kept()?.collection.item)) else {
            return Ok(sent);
        };
        let mut body = self.unwrap(schema, sent);
        if let Some(change) = method.action.change() {
            let item = match &change.item_member {
                Some(member) => body.get_mut(member),
                None => Some(&mut body),
            };
            if let Some(item) = item {
                self.strip(change.collection.item, item, Some(method));
                arguments.iter().for_each(|arguments| fill(change, arguments, item));
            }
        }
        let mode = if method.http_method == http::Method::PATCH { Mode::Patch } else { Mode::Whole };
        let check = Check::new(&self.schemas, method);
        check.body(schema, &mut body, mode)?;
        if mode == Mode::Whole {
            check.required(schema, &body)?;
        }
        Ok(body)
    }

    /// Whether the item that a method takes media for has this member (`D94`).
    pub fn tells(&self, method: &Method, member: &str) -> bool {
        let item = method.action.collection().and_then(|collection| self.schemas.object(collection.item));
        item.is_some_and(|item| item.property(member).is_some())
    }

    /// How many bytes the JSON body of a method may have that can hold its media as well, in base64; `None` where a body
    /// has only what is said of it.
    pub fn inline_media_bytes_max(&self, method: &Method) -> Option<u64> {
        let bytes_max = method.media_upload.as_ref()?.bytes_max?;
        let holds_bytes = self.has_bytes(method.request?, INLINE_MEDIA_DEPTH_MAX);
        // Three bytes are four letters, lines of them have ends, and there is what is said beside them.
        holds_bytes.then(|| {
            bytes_max.div_ceil(3).saturating_mul(4).saturating_add(bytes_max / 32).saturating_add(BESIDE_MEDIA_BYTES)
        })
    }

    /// Whether a member holds bytes, or one of an object in it. What only the server sets is not sent.
    fn has_bytes(&self, schema: SchemaId, depth_max: usize) -> bool {
        match self.schemas.form(schema) {
            Form::Scalar(scalar) => scalar.is_bytes(),
            Form::Object(object) if depth_max > 0 => {
                let mut sent = object.properties().iter().filter(|property| !property.read_only);
                sent.any(|property| self.has_bytes(property.schema, depth_max - 1))
            }
            _ => false,
        }
    }

    /// The body of an upload that comes without metadata: members that the method requires are empty where they may be,
    /// for empty is a value (`P13`). What its query says is no part of it.
    pub fn blank_body(&self, method: &Method, arguments: &Arguments<'_>) -> Value {
        let object = method.request.and_then(|schema| self.schemas.object(schema));
        let properties = object.map_or(&[][..], Object::properties).iter();
        let is_required = |property: &&Property| property.required_by.contains(&method.id);
        let is_said = |property: &&Property| arguments.all(&property.name).next().is_some();
        let is_text = |property: &&Property| self.schemas.takes(property.schema, &Value::from(""));
        properties
            .filter(is_required)
            .filter(is_text)
            .filter(|property| !is_said(property))
            .map(|property| (property.name.clone(), Value::from("")))
            .collect()
    }

    /// Checks what a patch made of a resource: all that is required must be there (`P11`).
    ///
    /// # Errors
    /// 400 that names the member that is missing.
    pub fn check_merged(&self, method: &Method, merged: &Value) -> Result<(), Fault> {
        match method.action.collection() {
            Some(collection) => Check::new(&self.schemas, method).required(collection.item, merged),
            None => Ok(()),
        }
    }

    /// Checks the types of an item that a rule made, and brings its values into canonical form.
    ///
    /// # Errors
    /// 400 that names the member.
    pub fn check_item(&self, method: &Method, schema: SchemaId, item: &mut Value) -> Result<(), Fault> {
        Check::new(&self.schemas, method).body(schema, item, Mode::Whole)
    }

    /// Removes what only the server sets, whatever its type: members that are `readOnly`, at any depth, and those of
    /// the resource itself that are so by convention (`id`, `kind`, `etag`, `selfLink` and the times).
    pub fn strip_server_set(&self, schema: SchemaId, body: &mut Value) {
        self.strip(schema, body, None);
    }

    /// The same, but for what a method requires: who must say it sets it.
    fn strip(&self, schema: SchemaId, body: &mut Value, method: Option<&Method>) {
        let is_kept = |property: &Property| method.is_some_and(|method| property.required_by.contains(&method.id));
        if let (Some(object), Some(members)) = (self.schemas.object(schema), body.as_object_mut()) {
            members.retain(|name, _| !SERVER_SET.contains(&name.as_str()) || object.property(name).is_none_or(is_kept));
        }
        strip_read_only(&self.schemas, schema, body);
    }

    /// A body that should be wrapped may come without: the wrapper is then no part of it.
    fn unwrap(&self, schema: SchemaId, sent: Value) -> Value {
        let has_own = self.schemas.object(schema).is_some_and(|object| object.member(WRAPPER).is_some());
        match sent {
            Value::Object(mut members) if self.data_wrapper && !has_own && members.len() == 1 => {
                members.remove(WRAPPER).unwrap_or(Value::Object(members))
            }
            sent => sent,
        }
    }
}

/// Gives a new item what its request's query says of it.
fn fill(change: &Change, arguments: &Arguments<'_>, item: &mut Value) {
    let Value::Object(members) = item else { return };
    let given = change.filling.iter().filter(|name| arguments.all(name).next().is_some());
    for name in given {
        if members.get(name).is_none_or(Value::is_null)
            && let Some(value) = arguments.value(name)
        {
            members.insert(name.clone(), value);
        }
    }
}

fn strip_read_only(schemas: &Schemas, schema: SchemaId, value: &mut Value) {
    match (schemas.form(schema), value) {
        (Form::Array(element), Value::Array(values)) => {
            for value in values {
                strip_read_only(schemas, *element, value);
            }
        }
        (Form::Object(object), Value::Object(members)) => {
            let is_read_only = |name: &str| object.property(name).is_some_and(|property| property.read_only);
            remove(members, is_read_only);
            for (name, value) in members {
                if let Some(schema) = object.member(name) {
                    strip_read_only(schemas, schema, value);
                }
            }
        }
        _ => {}
    }
}

/// Keeps the order of the others.
fn remove(members: &mut Map<String, Value>, is_unwanted: impl Fn(&str) -> bool) {
    members.retain(|name, _| !is_unwanted(name));
}
