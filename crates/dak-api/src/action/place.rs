//! Where a method stands: at a collection, or at an item of it.

use std::fmt::Write;
use std::ops::Range;

use dak_proto::template::Segment;
use http::Method as Http;

use crate::action::{NamePart, Slot};
use crate::method::Method;
use crate::steps::{Step, Steps};

/// Where a method stands.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The collection's path, its variable parts as stars: methods of one collection have the same.
    pub(super) key: String,
    /// The key of the collection it is directly inside of.
    pub(super) parent_key: Option<String>,
    /// What says inside which items the collection is.
    pub(super) parents: Vec<Slot>,
    /// What says which item.
    pub(super) id: Option<Slot>,
    /// What the item's name is made of, where a parameter holds more than its id.
    pub(super) name_parts: Option<Vec<NamePart>>,
}

impl Place {
    /// `None` for a method with a verb, and for one whose parents may have any number of segments.
    pub(super) fn of(method: &Method) -> Option<Place> {
        if has_verb(method) {
            return None;
        }
        Place::at(method, Steps::new("", &method.template, &method.parameters))
    }

    /// The same for a method with a verb of its own, which does not count: `:move`, or a last segment `move`.
    pub(super) fn of_verb(method: &Method) -> Option<Place> {
        let mut row = Steps::new("", &method.template, &method.parameters);
        if method.template.verb().is_none() && matches!(row.steps.last(), Some(Step::Literal(_))) {
            let last = row.steps.pop();
            if let Some(Step::Literal(text)) = last
                && let Some((before, _)) = text.split_once(':')
            {
                row.steps.push(Step::Literal(before.to_owned()));
            }
        }
        Place::at(method, row)
    }

    fn at(method: &Method, row: Steps) -> Option<Place> {
        let (last, before) = row.steps.split_last()?;
        let is_item = !matches!(last, Step::Literal(_));
        let collection = if is_item { before } else { &row.steps };
        if collection.contains(&Step::Rest) {
            return None;
        }
        let mut parents = slots(method, &row);
        let id = if is_item { parents.pop() } else { queried_id(method) };
        Some(Place {
            key: key(collection),
            parent_key: parent_key(collection),
            parents,
            name_parts: name_parts(&row),
            id,
        })
    }
}

impl Place {
    /// That of a method whose path may have any number of segments: its parameters say where.
    pub(super) fn whole(method: &Method) -> Place {
        let parents = method.template.variables().map(Slot::whole).collect();
        Place { key: method.template.to_string(), parent_key: None, parents, id: None, name_parts: None }
    }

    /// Whether another one is at the same path.
    pub(super) fn is_beside(&self, other: &Place) -> bool {
        self.key == other.key && self.id.is_some() == other.id.is_some()
    }

    /// The same as that of a collection whose items are below it.
    pub(super) fn into_collection(self, key: String) -> Place {
        let parents = self.parents.into_iter().chain(self.id).collect();
        Place { parent_key: Some(self.key), key, parents, id: None, name_parts: None }
    }
}

/// Older methods of an item may have its id in their query.
fn queried_id(method: &Method) -> Option<Slot> {
    let is_of_item = [Http::PATCH, Http::PUT, Http::DELETE].contains(&method.http_method);
    method.parameter("id").filter(|_| is_of_item)?;
    Some(Slot::whole("id"))
}

/// The word of its own by which a method does something: of `things/{id}:move`, `things:import` or `things/{id}/move`.
pub(super) fn verb(method: &Method) -> Option<&str> {
    let last = match method.template.segments().last() {
        Some(Segment::Literal(text)) => Some(text.rsplit(':').next().unwrap_or(text)),
        _ => None,
    };
    method.template.verb().or(last)
}

/// Whether it does something to a thing by a word of its own: `things/{id}:move`, `things:import`.
pub(super) fn has_verb(method: &Method) -> bool {
    let last = method.template.segments().last();
    method.template.verb().is_some() || matches!(last, Some(Segment::Literal(text)) if text.contains(':'))
}

/// For each variable step where its value stands among the parameters.
fn slots(method: &Method, row: &Steps) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (name, span) in method.template.variables().zip(&row.spans) {
        let is_whole = span.len() == 1;
        for (skipped, step) in row.steps.iter().skip(span.start).take(span.len()).enumerate() {
            if !matches!(step, Step::Literal(_)) {
                let is_open = is_whole || *step == Step::Rest;
                slots.push(Slot { parameter: name.to_owned(), skipped, is_open });
            }
        }
    }
    slots
}

/// The parts of the last variable, if it has several and the path ends with it.
fn name_parts(row: &Steps) -> Option<Vec<NamePart>> {
    let is_last = |span: &&Range<usize>| span.len() > 1 && span.end == row.steps.len();
    let span = row.spans.last().filter(is_last)?;
    let before = row.steps.iter().take(span.start).filter(|step| !matches!(step, Step::Literal(_))).count();
    let mut parent = before;
    let mut parts = Vec::new();
    for (place, step) in row.steps.iter().enumerate().skip(span.start) {
        parts.push(match step {
            Step::Literal(text) => NamePart::Literal(text.clone()),
            _ if place + 1 == row.steps.len() => NamePart::Id,
            _ => {
                parent += 1;
                NamePart::Parent(parent - 1)
            }
        });
    }
    Some(parts)
}

fn key(steps: &[Step]) -> String {
    let mut key = String::new();
    for step in steps {
        let text = match step {
            Step::Literal(text) => text,
            Step::Variable | Step::Rest => "*",
        };
        let _ = write!(key, "/{text}");
    }
    key
}

/// `v1/shelves` for `v1/shelves/*/books`: what stands before the last variable.
fn parent_key(collection: &[Step]) -> Option<String> {
    let last = collection.iter().rposition(|step| *step == Step::Variable)?;
    collection.get(..last).map(key)
}
