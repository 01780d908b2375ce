//! A walk along a body and its schema at once.

use dak_proto::fault::Fault;
use serde_json::{Value, json};

use crate::body::path::Path;
use crate::method::{Method, is_creation};
use crate::parameter::quoted;
use crate::scalar::Scalar;
use crate::schema::{Form, Object, Property, SchemaId, Schemas};

/// How a body is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// As a whole: a null is an absent member.
    Whole,
    /// As changes: a null removes a member (`P7`).
    Patch,
}

/// A check of bodies for one method.
pub(super) struct Check<'a> {
    schemas: &'a Schemas,
    method: &'a Method,
}

impl<'a> Check<'a> {
    pub(super) fn new(schemas: &'a Schemas, method: &'a Method) -> Check<'a> {
        Check { schemas, method }
    }

    /// Checks types and names, and brings values into canonical form.
    pub(super) fn body(&self, schema: SchemaId, body: &mut Value, mode: Mode) -> Result<(), Fault> {
        self.value(schema, body, &Path::Root, mode)
    }

    /// Checks that whatever is required is there.
    pub(super) fn required(&self, schema: SchemaId, body: &Value) -> Result<(), Fault> {
        self.required_in(schema, body, &Path::Root)
    }

    fn value(&self, schema: SchemaId, value: &mut Value, at: &Path<'_>, mode: Mode) -> Result<(), Fault> {
        match self.schemas.form(schema) {
            Form::Any | Form::Reference(_) => Ok(()),
            Form::Scalar(scalar) => accept(scalar, value, at),
            Form::Array(element) => self.array(*element, value, at),
            Form::Object(object) => self.object(object, value, at, mode),
        }
    }

    /// An array is replaced as a whole, even by a patch (`P7`).
    fn array(&self, element: SchemaId, value: &mut Value, at: &Path<'_>) -> Result<(), Fault> {
        let Value::Array(values) = value else {
            return Err(misfit(value, at, "an array"));
        };
        for (index, value) in values.iter_mut().enumerate() {
            self.value(element, value, &Path::Element(at, index), Mode::Whole)?;
        }
        Ok(())
    }

    fn object(&self, object: &Object, value: &mut Value, at: &Path<'_>, mode: Mode) -> Result<(), Fault> {
        let Value::Object(members) = value else {
            return Err(misfit(value, at, "an object"));
        };
        if mode == Mode::Whole {
            members.retain(|name, value| !value.is_null() || !self.takes_no_null(object, name));
        }
        for (name, value) in members {
            let schema = object.member(name).ok_or_else(|| unknown(name, at))?;
            let at = Path::Member(at, name);
            match value {
                Value::Null if mode == Mode::Patch => self.removal(object.property(name), &at)?,
                value => self.value(schema, value, &at, mode)?,
            }
        }
        Ok(())
    }

    /// Whether a null says that the member is absent; where anything may stand, it is a value.
    fn takes_no_null(&self, object: &Object, name: &str) -> bool {
        let form = object.member(name).map(|schema| self.schemas.form(schema));
        form.is_some_and(|form| !matches!(form, Form::Any))
    }

    fn removal(&self, property: Option<&Property>, at: &Path<'_>) -> Result<(), Fault> {
        match property.is_some_and(|property| self.requires(property)) {
            true => Err(required(&format!("\"{at}\" is required and cannot be removed."))),
            false => Ok(()),
        }
    }

    fn required_in(&self, schema: SchemaId, value: &Value, at: &Path<'_>) -> Result<(), Fault> {
        match (self.schemas.form(schema), value) {
            (Form::Array(element), Value::Array(values)) => {
                let mut places = values.iter().enumerate();
                places.try_for_each(|(index, value)| self.required_in(*element, value, &Path::Element(at, index)))
            }
            (Form::Object(object), Value::Object(members)) => {
                let is_missing =
                    |property: &&Property| self.requires(property) && !members.contains_key(&property.name);
                if let Some(property) = object.properties().iter().find(is_missing) {
                    let at = Path::Member(at, &property.name);
                    return Err(required(&format!("\"{at}\" is required and missing.")));
                }
                members.iter().try_for_each(|(name, value)| match object.member(name) {
                    Some(schema) => self.required_in(schema, value, &Path::Member(at, name)),
                    None => Ok(()),
                })
            }
            _ => Ok(()),
        }
    }

    /// Documents name the methods that require a member. A patch is asked for what the methods of its resource require
    /// that make one, lest it leave one that none of them would have made.
    fn requires(&self, property: &Property) -> bool {
        if property.read_only {
            return false;
        }
        let is_patch = self.method.http_method == http::Method::PATCH;
        let makes = |id: &str| is_patch && self.method.is_beside(id) && is_creation(id);
        property.required_by.iter().any(|id| *id == self.method.id || makes(id))
    }
}

fn accept(scalar: &Scalar, value: &mut Value, at: &Path<'_>) -> Result<(), Fault> {
    scalar.accept_value(value).map_err(|expected| {
        let (type_name, value) = (scalar.type_name(), shown(value));
        let message = format!("Invalid value at '{at}' ({type_name}), {value}: expected {expected}.");
        violation(at, message)
    })
}

fn misfit(value: &Value, at: &Path<'_>, expected: &str) -> Fault {
    let value = shown(value);
    let message = match at {
        Path::Root => format!("Invalid JSON payload received. The body must be {expected}, not {value}."),
        _ => format!("Invalid value at '{at}', {value}: expected {expected}."),
    };
    violation(at, message)
}

fn unknown(name: &str, at: &Path<'_>) -> Fault {
    let place = match at {
        Path::Root => String::new(),
        _ => format!(" at '{at}'"),
    };
    let message = format!("Invalid JSON payload received. Unknown name \"{name}\"{place}: Cannot find field.");
    violation(at, message)
}

fn required(message: &str) -> Fault {
    Fault::bad_request("required", message)
}

/// The fault with the `google.rpc.BadRequest` that names the place.
fn violation(at: &Path<'_>, message: String) -> Fault {
    let mut violation = json!({ "field": at.to_string(), "description": message });
    if let (Path::Root, Some(members)) = (at, violation.as_object_mut()) {
        members.remove("field");
    }
    Fault::invalid_body(message).with_detail(json!({
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [violation],
    }))
}

/// A value as an error repeats it: containers by their kind only.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}
