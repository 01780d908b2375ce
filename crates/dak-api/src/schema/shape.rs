//! Schemas as the shapes that masks are checked against.

use dak_proto::comparable::{Comparable, Typed};
use dak_proto::fields::{Kind, Shape};

use crate::schema::{Form, Object, SchemaId, Schemas};

/// A schema seen as a mask sees it: arrays are their elements.
#[derive(Clone, Copy, Debug)]
pub struct SchemaShape<'a> {
    schemas: &'a Schemas,
    id: SchemaId,
}

impl<'a> SchemaShape<'a> {
    pub(crate) fn new(schemas: &'a Schemas, id: SchemaId) -> SchemaShape<'a> {
        SchemaShape { schemas, id: schemas.element(id) }
    }

    fn object(&self) -> Option<&'a Object> {
        self.schemas.object(self.id)
    }
}

impl Shape for SchemaShape<'_> {
    fn kind(&self) -> Kind {
        match self.schemas.form(self.id) {
            Form::Scalar(_) => Kind::Scalar,
            Form::Object(object) if object.additional().is_some() => Kind::Map,
            Form::Object(_) => Kind::Object,
            Form::Any | Form::Array(_) | Form::Reference(_) => Kind::Any,
        }
    }

    fn member(&self, name: &str) -> Option<Self> {
        let id = self.object()?.member(name)?;
        Some(SchemaShape::new(self.schemas, id))
    }

    fn members(&self) -> impl Iterator<Item = Self> {
        let object = self.object();
        let named = object.map(Object::properties).unwrap_or_default();
        let named = named.iter().map(|property| property.schema);
        let additional = object.and_then(Object::additional);
        let schemas = self.schemas;
        named.chain(additional).map(move |id| SchemaShape::new(schemas, id))
    }
}

impl Typed for SchemaShape<'_> {
    fn comparable(&self) -> Comparable {
        match self.schemas.form(self.id) {
            Form::Scalar(scalar) => scalar.comparable(),
            _ => Comparable::Any,
        }
    }
}
