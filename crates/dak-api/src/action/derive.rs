//! From the shapes of all methods of a document to what each does.
//!
//! A path that ends in a variable is an item's, the path before it its collection's. Paths with `{+name}` are left
//! as custom methods.

use http::Method as Http;

use dak_proto::template::Segment;

use crate::action::{Action, Collection, Listing};
use crate::method::Method;
use crate::schema::{Form, SchemaId, Schemas};

/// Gives each method its action.
pub(crate) fn assign(methods: &mut [Method], schemas: &Schemas, store: &str) {
    let actions: Vec<Action> = methods.iter().map(|method| action(method, methods, schemas)).collect();
    for (method, mut action) in methods.iter_mut().zip(actions) {
        action.settle(store);
        method.action = action;
    }
}

fn action(method: &Method, methods: &[Method], schemas: &Schemas) -> Action {
    let Some(place) = Place::of(method) else {
        return Action::Custom;
    };
    let found = match (&method.http_method, place.id) {
        (&Http::GET, None) => list(method, &place, methods, schemas).map(Box::new).map(Action::List),
        (&Http::POST, None) => whole(method, &place, methods, schemas).map(Action::Insert),
        (&Http::GET, Some(_)) => answered(method, &place, schemas).map(Action::Get),
        (&Http::PUT, Some(_)) => whole(method, &place, methods, schemas).map(Action::Update),
        (&Http::PATCH, Some(_)) => whole(method, &place, methods, schemas).map(Action::Patch),
        (&Http::DELETE, Some(_)) => beside(&place, methods, schemas).map(Action::Delete),
        _ => None,
    };
    found.unwrap_or(Action::Custom)
}

/// Where a method stands: at a collection or at an item of it.
struct Place<'a> {
    collection: &'a [Segment],
    id: Option<&'a str>,
}

impl<'a> Place<'a> {
    fn of(method: &'a Method) -> Option<Place<'a>> {
        let segments = method.template.segments();
        let is_rest = |segment: &Segment| matches!(segment, Segment::CaptureRest(_));
        if method.template.verb().is_some() || segments.iter().any(is_rest) {
            return None;
        }
        let (last, before) = segments.split_last()?;
        Some(match last {
            Segment::Capture(id) => Place { collection: before, id: Some(id) },
            _ => Place { collection: segments, id: None },
        })
    }

    fn is_same_collection(&self, other: &Place<'_>) -> bool {
        let same = |(one, other): (&Segment, &Segment)| match (one, other) {
            (Segment::Literal(one), Segment::Literal(other)) => one == other,
            (Segment::Capture(_), Segment::Capture(_)) => true,
            _ => false,
        };
        self.collection.len() == other.collection.len() && self.collection.iter().zip(other.collection).all(same)
    }

    fn parents(&self) -> Vec<String> {
        let names = self.collection.iter().filter_map(Segment::variable);
        names.map(str::to_owned).collect()
    }
}

/// Get: the item is what it answers.
fn answered(method: &Method, place: &Place<'_>, schemas: &Schemas) -> Option<Collection> {
    let item = method.response.filter(|id| schemas.object(*id).is_some())?;
    Some(collection(method, place, place.id, item, schemas))
}

/// Insert, update and patch take an item and answer one.
fn whole(method: &Method, place: &Place<'_>, methods: &[Method], schemas: &Schemas) -> Option<Collection> {
    let item = method.request.filter(|id| method.response == Some(*id))?;
    schemas.object(item)?;
    let id = place.id.or_else(|| id_beside(place, methods));
    Some(collection(method, place, id, item, schemas))
}

/// Delete says nothing of the item: the methods beside it do.
fn beside(place: &Place<'_>, methods: &[Method], schemas: &Schemas) -> Option<Collection> {
    let of_item = |method: &Method| {
        let other = Place::of(method).filter(|other| other.id.is_some())?;
        let item = method.response.or(method.request).filter(|id| schemas.object(*id).is_some())?;
        let fits = other.is_same_collection(place);
        fits.then(|| collection(method, place, place.id, item, schemas))
    };
    methods.iter().find_map(of_item)
}

fn list(method: &Method, place: &Place<'_>, methods: &[Method], schemas: &Schemas) -> Option<Listing> {
    let response = schemas.object(method.response?)?;
    let wanted = item_beside(place, methods);
    let arrays = response.properties().iter().filter_map(|property| match schemas.form(property.schema) {
        Form::Array(element) => Some((property, schemas.target(*element))),
        _ => None,
    });
    let mut lists: Vec<_> = arrays.filter(|(_, element)| schemas.object(*element).is_some()).collect();
    if wanted.is_some() {
        lists.retain(|(_, element)| Some(*element) == wanted);
    }
    let named = lists.iter().find(|(property, _)| property.name == "items");
    let (member, item) = named.or_else(|| lists.first().filter(|_| lists.len() == 1))?;
    let id = id_beside(place, methods);
    let collection = collection(method, place, id, *item, schemas);
    Some(Listing::new(method, response, member.name.clone(), collection, schemas))
}

fn collection(method: &Method, place: &Place<'_>, id: Option<&str>, item: SchemaId, schemas: &Schemas) -> Collection {
    Collection {
        name: method.resource.clone(),
        path: "".into(),
        parents: place.parents(),
        id_parameter: id.map(str::to_owned),
        id_member: id_member(item, id, schemas),
        item,
    }
}

/// `id`, else the member with the parameter's name, else `name`.
fn id_member(item: SchemaId, id: Option<&str>, schemas: &Schemas) -> Option<String> {
    let object = schemas.object(item)?;
    let candidates = [Some("id"), id, Some("name")];
    let mut present = candidates.into_iter().flatten().filter(|name| object.property(name).is_some());
    present.next().map(str::to_owned)
}

fn id_beside<'m>(place: &Place<'_>, methods: &'m [Method]) -> Option<&'m str> {
    items_beside(place, methods).find_map(|(_, other)| other.id)
}

fn item_beside(place: &Place<'_>, methods: &[Method]) -> Option<SchemaId> {
    let mut gets = items_beside(place, methods).filter(|(method, _)| method.http_method == Http::GET);
    gets.find_map(|(method, _)| method.response)
}

/// The methods of the collection's items.
fn items_beside<'m>(place: &Place<'_>, methods: &'m [Method]) -> impl Iterator<Item = (&'m Method, Place<'m>)> {
    let placed = methods.iter().filter_map(|method| Some((method, Place::of(method)?)));
    placed.filter(|(_, other)| other.id.is_some() && other.is_same_collection(place))
}
