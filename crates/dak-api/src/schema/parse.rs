//! Schemas out of a document.

use bytes::Bytes;
use serde_json::Value;

use crate::document::{DocumentError, Node};
use crate::scalar::Scalar;
use crate::schema::wording::Wording;
use crate::schema::{Fixed, Form, Object, Property, SchemaId, Schemas, TimeMember};

impl Schemas {
    /// Reads the document's `schemas`.
    ///
    /// # Errors
    /// The path of what cannot be read: a reference to nothing, a type that does not exist, a wrong JSON type.
    pub(crate) fn parse(root: &Node<'_>, ignore_case: bool) -> Result<Schemas, DocumentError> {
        let Some(schemas) = root.member("schemas") else {
            return Ok(Schemas::default());
        };
        let named = schemas.entries()?;
        let mut builder = Builder::new(&named, ignore_case);
        builder.required_is_advice = root.flag("dakRequiredIsAdvice")?;
        for (index, node) in named.iter().enumerate() {
            let form = builder.form(node)?;
            if let Some(place) = builder.schemas.forms.get_mut(index) {
                *place = form;
            }
        }
        Ok(builder.schemas)
    }

    /// The schema that a `$ref` inside the node names.
    pub(crate) fn reference(&self, node: &Node<'_>) -> Result<SchemaId, DocumentError> {
        let name = node.required_text("$ref")?;
        self.named(name).ok_or_else(|| node.error(format!("there is no schema \"{name}\"")))
    }
}

struct Builder {
    schemas: Schemas,
    ignore_case: bool,
    /// Whether what the document calls required is left to the service to judge.
    required_is_advice: bool,
}

impl Builder {
    /// Every named schema gets its number first, so that references can lead forwards.
    fn new(named: &[Node<'_>], ignore_case: bool) -> Builder {
        let number = |(index, node): (usize, &Node<'_>)| (node.name().to_owned(), SchemaId(index as u32));
        let mut names: Vec<_> = named.iter().enumerate().map(number).collect();
        names.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let schemas = Schemas { forms: vec![Form::Any; named.len()], names };
        Builder { schemas, ignore_case, required_is_advice: false }
    }

    fn add(&mut self, node: &Node<'_>) -> Result<SchemaId, DocumentError> {
        if node.optional_text("$ref")?.is_some() {
            return self.schemas.reference(node);
        }
        let form = self.form(node)?;
        Ok(self.push(form))
    }

    fn push(&mut self, form: Form) -> SchemaId {
        let id = SchemaId(self.schemas.forms.len() as u32);
        self.schemas.forms.push(form);
        id
    }

    fn form(&mut self, node: &Node<'_>) -> Result<Form, DocumentError> {
        node.members()?;
        if node.optional_text("$ref")?.is_some() {
            return self.schemas.reference(node).map(Form::Reference);
        }
        match node.optional_text("type")? {
            Some("any") => Ok(Form::Any),
            Some("array") => self.array(node),
            Some("object") => self.object(node).map(Form::Object),
            Some(_) => Scalar::parse(node, self.ignore_case).map(Form::Scalar),
            None if node.member("properties").is_some() => self.object(node).map(Form::Object),
            None => Ok(Form::Any),
        }
    }

    fn array(&mut self, node: &Node<'_>) -> Result<Form, DocumentError> {
        match node.member("items") {
            Some(items) => self.add(&items).map(Form::Array),
            None => Ok(Form::Array(self.push(Form::Any))),
        }
    }

    fn object(&mut self, node: &Node<'_>) -> Result<Object, DocumentError> {
        let mut object = Object::default();
        if let Some(properties) = node.member("properties") {
            for property in properties.entries()? {
                let parsed = self.property(&property)?;
                object.fixed.extend(fixed(&property));
                object.times.extend(self.time(&property, &parsed));
                object.properties.push(parsed);
            }
        }
        object.properties.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        object.additional = self.additional(node)?;
        Ok(object)
    }

    fn property(&mut self, node: &Node<'_>) -> Result<Property, DocumentError> {
        let required_by = match node.member("annotations") {
            Some(annotations) if !self.required_is_advice => annotations.texts("required")?,
            _ => Vec::new(),
        };
        let wording = wording(node)?;
        Ok(Property {
            name: node.name().to_owned(),
            schema: self.add(node)?,
            read_only: node.flag("readOnly")? || wording.is_output_only(),
            guards_changes: node.name() == "etag" && wording.guards_changes(),
            required_by,
        })
    }

    fn time(&self, node: &Node<'_>, property: &Property) -> Option<TimeMember> {
        match self.schemas.form(property.schema) {
            Form::Scalar(scalar) => TimeMember::of(node.name(), scalar, property.read_only, wording(node).ok()?),
            _ => None,
        }
    }

    /// An object that says nothing of its members may have any.
    fn additional(&mut self, node: &Node<'_>) -> Result<Option<SchemaId>, DocumentError> {
        if let Some(additional) = node.member("additionalProperties") {
            return self.add(&additional).map(Some);
        }
        let says_nothing = node.member("properties").is_none();
        Ok(says_nothing.then(|| self.push(Form::Any)))
    }
}

/// What a member's description says.
fn wording<'a>(node: &Node<'a>) -> Result<Wording<'a>, DocumentError> {
    Ok(Wording(node.optional_text("description")?.unwrap_or_default()))
}

/// `dakValue` is our own key for a member that never changes; a `kind` is one by its default, or by the one that its
/// description names (`D82`).
fn fixed(property: &Node<'_>) -> Option<Fixed> {
    let own = property.member("dakValue").map(|value| value.value().to_string());
    let named = || wording(property).ok()?.kind().map(|kind| Value::from(kind).to_string());
    let json = match property.name() {
        "kind" if property.optional_text("type") == Ok(Some("string")) => {
            own.or_else(|| property.member("default").map(|value| value.value().to_string())).or_else(named)
        }
        _ => own,
    };
    Some(Fixed { name: property.name().to_owned(), json: Bytes::from(json?) })
}
