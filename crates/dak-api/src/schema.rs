//! The schemas of a document: one flat list whose parts name each other by number, so that cycles cost nothing.

mod parse;
mod shape;
#[cfg(test)]
mod tests;
mod time;
mod wording;

use bytes::Bytes;
use serde_json::Value;

use crate::scalar::Scalar;

pub use shape::SchemaShape;
pub use time::{Event, TimeForm, TimeMember};

/// How many references and arrays are followed to find what an element is; only a cycle has more.
const HOPS_MAX: usize = 32;

/// The number of a schema in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SchemaId(u32);

/// All schemas of a document, the named ones and those inside them.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    forms: Vec<Form>,
    /// In the order of their names.
    names: Vec<(String, SchemaId)>,
}

impl Schemas {
    /// Anything: the schema of what no document describes.
    pub(crate) const ANYTHING: SchemaId = SchemaId(u32::MAX);

    /// The schema with this name.
    pub fn named(&self, name: &str) -> Option<SchemaId> {
        let place = self.names.binary_search_by(|(other, _)| (**other).cmp(name));
        let (_, id) = self.names.get(place.ok()?)?;
        Some(*id)
    }

    /// The name of a schema that has one.
    pub fn name_of(&self, id: SchemaId) -> Option<&str> {
        let target = self.target(id);
        self.names.iter().find(|(_, other)| *other == target).map(|(name, _)| name.as_str())
    }

    /// The names of the named schemas, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name.as_str())
    }

    /// What the schema describes. References are followed.
    pub fn form(&self, id: SchemaId) -> &Form {
        self.form_of(self.target(id))
    }

    /// The schema's object, if it describes one.
    pub fn object(&self, id: SchemaId) -> Option<&Object> {
        match self.form(id) {
            Form::Object(object) => Some(object),
            _ => None,
        }
    }

    /// What the elements of an array are, arrays in arrays included; any other schema is its own element.
    pub fn element(&self, id: SchemaId) -> SchemaId {
        let mut id = id;
        for _ in 0..HOPS_MAX {
            match self.form_of(id) {
                Form::Array(inner) | Form::Reference(inner) => id = *inner,
                _ => break,
            }
        }
        id
    }

    /// Whether names lead through an array to one of its elements' members, which is more than one thing (AIP-161).
    pub fn leads_through_array(&self, id: SchemaId, path: &[String]) -> bool {
        let Some((name, rest)) = path.split_first().filter(|(_, rest)| !rest.is_empty()) else { return false };
        let Some(member) = self.object(id).and_then(|object| object.member(name)) else { return false };
        matches!(self.form(member), Form::Array(_)) || self.leads_through_array(member, rest)
    }

    /// Whether a value without members may stand where this schema is.
    pub(crate) fn takes(&self, id: SchemaId, value: &Value) -> bool {
        matches!(self.form(id), Form::Scalar(scalar) if scalar.accept_value(&mut value.clone()).is_ok())
    }

    /// The shape a mask is checked against.
    pub fn shape(&self, id: SchemaId) -> SchemaShape<'_> {
        SchemaShape::new(self, id)
    }

    /// The schema behind references.
    pub(crate) fn target(&self, id: SchemaId) -> SchemaId {
        let mut id = id;
        for _ in 0..HOPS_MAX {
            match self.form_of(id) {
                Form::Reference(inner) => id = *inner,
                _ => break,
            }
        }
        id
    }

    fn form_of(&self, id: SchemaId) -> &Form {
        self.forms.get(id.0 as usize).unwrap_or(&Form::Any)
    }
}

/// What a schema describes.
#[derive(Clone, Debug)]
pub enum Form {
    /// Any JSON value.
    Any,
    /// A string, number or boolean.
    Scalar(Scalar),
    /// An array of what the schema with this number describes.
    Array(SchemaId),
    /// An object.
    Object(Object),
    /// The same as another schema. [`Schemas::form`] gives it only for a reference that leads back to itself.
    Reference(SchemaId),
}

/// The members of an object.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// Sorted by name.
    properties: Vec<Property>,
    additional: Option<SchemaId>,
    fixed: Vec<Fixed>,
    times: Vec<TimeMember>,
}

impl Object {
    /// The member with this name, if the schema names it.
    pub fn property(&self, name: &str) -> Option<&Property> {
        let place = self.properties.binary_search_by(|property| (*property.name).cmp(name));
        self.properties.get(place.ok()?)
    }

    /// The named members, sorted by name.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// What members are that the schema does not name; `None` if there may be none.
    pub fn additional(&self) -> Option<SchemaId> {
        self.additional
    }

    /// The schema of the member with this name, named or not.
    pub fn member(&self, name: &str) -> Option<SchemaId> {
        let named = self.property(name).map(|property| property.schema);
        named.or(self.additional)
    }

    /// Members that have the same value in every response, in the document's order.
    pub fn fixed(&self) -> &[Fixed] {
        &self.fixed
    }

    /// Members that say when an item was made and changed.
    pub fn times(&self) -> &[TimeMember] {
        &self.times
    }
}

/// A named member of an object.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// What it is.
    pub schema: SchemaId,
    /// Whether only the server sets it.
    pub read_only: bool,
    /// Whether it is a tag that guards against changing another version (AIP-154).
    pub guards_changes: bool,
    /// The ids of the methods whose body must have it.
    pub required_by: Vec<String>,
}

/// A member that has the same value in every response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// Its name.
    pub name: String,
    /// Its value as compact JSON.
    pub json: Bytes,
}
