//! Query parameters that are called like a member of the items, and say what it must be.

use dak_proto::params::is_standard;

use crate::action::{Collection, Listing};
use crate::method::Method;
use crate::parameter::{Parameter, Place};
use crate::schema::{Form, Object, SchemaId, Schemas};

/// How deep a member is looked for.
const DEPTH_MAX: usize = 4;
/// How many objects of one depth are looked at for one parameter.
const OBJECTS_MAX: usize = 500;

/// A parameter and the member it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberParameter {
    /// The parameter.
    pub parameter: String,
    /// The names that lead to the member.
    pub path: Vec<String>,
}

/// The parameter that says which items a list shows: it is called like the member or the variable of the path that tells
/// an item's id, or like several of them.
pub(super) fn ids_parameter(method: &Method, collection: &Collection) -> Option<String> {
    if collection.is_single {
        return None;
    }
    let member = collection.id_member.as_ref().map(|member| member.name.as_str());
    let names = [member, collection.id_parameter.as_deref()];
    let named = names.into_iter().flatten().find_map(|name| {
        let several = format!("{name}s");
        [name, &several].into_iter().find_map(|name| method.parameter(name).filter(|known| is_narrowing(known)))
    });
    named.map(|parameter| parameter.name.clone())
}

/// The other parameters that are called like a member.
pub(super) fn member_parameters(method: &Method, listing: &Listing, schemas: &Schemas) -> Vec<MemberParameter> {
    let used = listing.parameters();
    let Some(item) = schemas.object(listing.collection.item) else { return Vec::new() };
    let others = method.parameters.iter().filter(|parameter| {
        let name = parameter.name.as_str();
        // A filter has a language of its own, though its values may be named.
        parameter.place == Place::Query && name != "filter" && !used.contains(&name)
    });
    let about = |parameter: &Parameter| {
        let path = path(parameter, item, schemas)?;
        Some(MemberParameter { parameter: parameter.name.clone(), path })
    };
    others.filter_map(about).collect()
}

/// What a request must have is where the items are, and may stand anywhere in them.
fn is_narrowing(parameter: &Parameter) -> bool {
    parameter.place == Place::Query && !parameter.required
}

/// The member of the item that is called so; of a parameter that may be repeated, or like several of it; else the only one
/// of that name inside the item's objects, the nearest first.
fn path(parameter: &Parameter, item: &Object, schemas: &Schemas) -> Option<Vec<String>> {
    let name = parameter.name.as_str();
    let singular = name.strip_suffix('s').filter(|_| parameter.repeated);
    let names = [Some(name), singular];
    let own = |name: &str| is_scalar(item, name, schemas).then(|| vec![name.to_owned()]);
    names.into_iter().flatten().find_map(own).or_else(|| {
        let may_be_inside = is_narrowing(parameter) && !is_standard(name);
        names.into_iter().flatten().filter(|_| may_be_inside).find_map(|name| nested(name, item, schemas))
    })
}

fn nested(name: &str, item: &Object, schemas: &Schemas) -> Option<Vec<String>> {
    let mut level: Vec<(Vec<String>, &Object)> = vec![(Vec::new(), item)];
    for _ in 1..DEPTH_MAX {
        let next = level.iter().flat_map(|(path, object)| inside(path, object, schemas));
        level = next.take(OBJECTS_MAX + 1).collect();
        if level.len() > OBJECTS_MAX {
            return None;
        }
        let mut named = level.iter().filter(|(_, object)| is_scalar(object, name, schemas));
        if let Some((path, _)) = named.next() {
            let is_only = named.next().is_none();
            return is_only.then(|| path.iter().cloned().chain([name.to_owned()]).collect());
        }
    }
    None
}

/// The objects that are members of one.
fn inside<'s>(
    path: &[String],
    object: &'s Object,
    schemas: &'s Schemas,
) -> impl Iterator<Item = (Vec<String>, &'s Object)> {
    object.properties().iter().filter_map(move |property| {
        let inner = schemas.object(property.schema)?;
        Some((path.iter().cloned().chain([property.name.clone()]).collect(), inner))
    })
}

fn is_scalar(object: &Object, name: &str, schemas: &Schemas) -> bool {
    let form = |schema: SchemaId| matches!(schemas.form(schema), Form::Scalar(_));
    object.property(name).is_some_and(|property| form(property.schema))
}
