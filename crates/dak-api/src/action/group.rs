//! A collection, as all the methods at its path together show it.

use std::collections::BTreeMap;

use http::Method as Http;

use crate::action::place::Place;
use crate::action::{IdMember, NamePart, change, upload};
use crate::method::{Method, is_creation};
use crate::scalar::Scalar;
use crate::schema::{Form, Object, SchemaId, Schemas};

/// A collection, as all its methods together show it.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) item: Option<SchemaId>,
    pub(super) id_parameter: Option<String>,
    pub(super) id_max: Option<i128>,
    pub(super) name_parts: Option<Vec<NamePart>>,
    /// Whether a method makes items of it.
    pub(super) is_made: bool,
    /// Whether another method has to do with its items, so that its path does not end in a verb.
    pub(super) is_used: bool,
    /// Whether there is one item at its path, which is got and changed there, and no other.
    pub(super) is_single: bool,
    /// Whether items of it are made of media.
    pub(super) is_uploaded: bool,
    /// Whether media is got by all that stands behind its path.
    pub(super) gives_media_by_name: bool,
    /// The parameters that say what it is inside of.
    pub(super) outer: Vec<String>,
}

pub(super) fn groups(methods: &[Method], schemas: &Schemas) -> BTreeMap<String, Group> {
    let places: Vec<Option<Place>> = methods.iter().map(Place::of).collect();
    let mut members: BTreeMap<&str, Vec<(&Method, &Place)>> = BTreeMap::new();
    for (method, place) in methods.iter().zip(&places) {
        if let Some(place) = place {
            members.entry(&place.key).or_default().push((method, place));
        }
    }
    // What has items takes its name before what has none, lest a verb take that of the collection it is about.
    let mut members: Vec<_> = members.into_iter().collect();
    members.sort_by_key(|(key, members)| (!members.iter().any(|(method, place)| reads(method, place)), *key));
    let mut names: Vec<String> = Vec::new();
    let mut group = |(key, members): (&str, Vec<(&Method, &Place)>)| {
        let group = Group::new(key, &members, &names, schemas);
        names.push(group.name.clone());
        (key.to_owned(), group)
    };
    let mut groups: BTreeMap<String, Group> = members.into_iter().map(&mut group).collect();
    // What an upload to a path makes that ends in a variable is below that, where something is, else there.
    let uploads = methods.iter().zip(&places).filter(|(method, _)| method.media_upload.is_some());
    for (method, place) in uploads.filter_map(|(method, place)| Some((method, place.as_ref()?))) {
        let key = [format!("{}/*", place.key), place.key.clone()].into_iter().find(|key| groups.contains_key(key));
        if let Some(group) = key.filter(|_| place.id.is_some()).and_then(|key| groups.get_mut(&key)) {
            let made = || upload::made(method, schemas).unwrap_or(Schemas::ANYTHING);
            group.item = Some(group.item.unwrap_or_else(made));
        }
    }
    groups
}

/// Whether a method gets an item, or lists some.
fn reads(method: &Method, place: &Place) -> bool {
    let verb = method.id.rsplit('.').next();
    method.http_method == Http::GET && (place.id.is_some() || verb == Some("list"))
}

impl Group {
    /// One of what a single method makes of media, which no other has to do with.
    pub(super) fn of_upload(name: String, place: &Place) -> Group {
        Group {
            name,
            item: None,
            id_parameter: place.id.as_ref().map(|id| id.parameter.clone()),
            id_max: None,
            name_parts: place.name_parts.clone(),
            is_made: false,
            is_used: false,
            is_single: false,
            is_uploaded: true,
            gives_media_by_name: false,
            outer: outer(place),
        }
    }

    fn new(key: &str, members: &[(&Method, &Place)], taken: &[String], schemas: &Schemas) -> Group {
        let of_item = || members.iter().filter(|(_, place)| place.id.is_some());
        let get = of_item().find(|(method, _)| method.http_method == Http::GET);
        let named = get.or_else(|| of_item().next());
        let single = single(members, schemas);
        let place = named.or(members.first().filter(|_| single.is_some())).map(|(_, place)| *place);
        let item = single.or_else(|| item(members, schemas)).or_else(|| upload::item(members, schemas));
        let resource = get.or(members.first()).map_or("", |(method, _)| &*method.resource);
        Group {
            name: free_name(resource, key, taken),
            item,
            is_used: single.is_some()
                || members.iter().any(|(method, place)| place.id.is_some() || reads(method, place)),
            is_single: single.is_some(),
            is_uploaded: members.iter().any(|(method, _)| method.media_upload.is_some()),
            outer: members.first().map(|(_, place)| outer(place)).unwrap_or_default(),
            gives_media_by_name: members.iter().any(|(method, place)| gives_by_name(method, place)),
            id_max: named.and_then(|(method, place)| id_parameter_max(method, place)),
            id_parameter: place.and_then(|place| Some(place.id.as_ref()?.parameter.clone())),
            name_parts: place.and_then(|place| place.name_parts.clone()),
            is_made: item.is_some_and(|item| members.iter().any(|(method, place)| makes(method, place, item, schemas))),
        }
    }
}

/// The resource, and where another collection has that name already, the last word of the path too, or all of it.
fn free_name(resource: &str, key: &str, taken: &[String]) -> String {
    let path = key.trim_start_matches('/');
    let last = path.rsplit('/').find(|part| *part != "*").unwrap_or_default();
    let names = [resource.to_owned(), format!("{resource}.{last}")];
    let free = names.into_iter().find(|name| !name.is_empty() && !taken.contains(name));
    free.unwrap_or_else(|| format!("{resource}.{}", path.replace('/', "-")))
}

/// What is got and changed at one path, where nothing is below it: PATCH or PUT takes what GET answers.
fn single(members: &[(&Method, &Place)], schemas: &Schemas) -> Option<SchemaId> {
    if members.iter().any(|(_, place)| place.id.is_some()) {
        return None;
    }
    let got = members.iter().find(|(method, _)| method.http_method == Http::GET)?;
    let item = got.0.response.map(|id| schemas.target(id)).filter(|id| schemas.object(*id).is_some())?;
    let changes = |(method, _): &(&Method, &Place)| {
        [Http::PATCH, Http::PUT].contains(&method.http_method) && takes(method, item, schemas)
    };
    members.iter().any(changes).then_some(item)
}

/// Whether a method's body is such an item or holds one.
pub(super) fn takes(method: &Method, item: SchemaId, schemas: &Schemas) -> bool {
    let request = method.request.map(|id| schemas.target(id));
    request.is_some_and(|request| request == item || change::item_member(request, item, schemas).is_some())
}

/// What a collection's items are: what get answers, else what the others take and answer.
fn item(members: &[(&Method, &Place)], schemas: &Schemas) -> Option<SchemaId> {
    let object = |id: Option<SchemaId>| id.map(|id| schemas.target(id)).filter(|id| schemas.object(*id).is_some());
    let got = |(method, place): &(&Method, &Place)| {
        let is_get = method.http_method == Http::GET && place.id.is_some();
        object(method.response.filter(|_| is_get))
    };
    let same = |(method, _): &(&Method, &Place)| {
        object(method.request).filter(|request| object(method.response) == Some(*request))
    };
    let operated = |(method, _): &(&Method, &Place)| {
        let is_operation = object(method.response).and_then(|id| schemas.object(id));
        object(method.request).filter(|_| is_operation.is_some_and(|object| change::is_operation(object, schemas)))
    };
    let held = |(method, _): &(&Method, &Place)| {
        let is_held = |item: &SchemaId| {
            method.request.is_some_and(|request| change::item_member(request, *item, schemas).is_some())
        };
        object(method.response).filter(|item| is_held(item))
    };
    let is_change = |(method, _): &&(&Method, &Place)| method.http_method != Http::GET;
    let changes = || members.iter().filter(is_change);
    let told = members.iter().find_map(got).or_else(|| changes().find_map(same));
    told.or_else(|| changes().find_map(operated)).or_else(|| changes().find_map(held))
}

/// Whether a method makes new items: a POST to the collection, or a PUT that says so.
fn makes(method: &Method, place: &Place, item: SchemaId, schemas: &Schemas) -> bool {
    takes(method, item, schemas)
        && match (&method.http_method, &place.id) {
            (&Http::POST, None) => true,
            (&Http::PUT, Some(_)) => is_creation(&method.id),
            _ => false,
        }
}

fn outer(place: &Place) -> Vec<String> {
    place.parents.iter().map(|slot| slot.parameter.clone()).collect()
}

/// Whether a method gives media by a name of any length.
fn gives_by_name(method: &Method, place: &Place) -> bool {
    let is_open = place.id.as_ref().is_some_and(|id| id.is_open && id.skipped == 0);
    let is_whole = place.name_parts.is_none() && place.parents.is_empty();
    method.media_download && method.http_method == Http::GET && is_open && is_whole
}

/// The last word of a collection's path, for one of its items.
pub(super) fn noun(key: &str) -> String {
    let last = key.rsplit('/').find(|part| !part.is_empty() && *part != "*");
    change::singular(last.unwrap_or("item"))
}

/// A schema's name in words: `CalendarListEntry` is a calendar list entry, and `GoogleCloudLibraryV1beta1BookShelf` a
/// book shelf.
pub(super) fn words(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let letters: Vec<char> = name.chars().collect();
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| letters.get(place));
        let after = letters.get(place + 1).is_some_and(char::is_ascii_lowercase);
        let begins = letter.is_uppercase() && (before.is_some_and(|before| !before.is_uppercase()) || after);
        match words.last_mut() {
            Some(word) if !begins => word.push(*letter),
            _ => words.push(letter.to_string()),
        }
    }
    let is_version = |word: &String| {
        word.strip_prefix('V').is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
    };
    let version = words.iter().rposition(is_version).filter(|place| place + 1 < words.len());
    let own = words.split_off(version.map_or(0, |place| place + 1));
    own.join(" ").to_lowercase().replace('_', " ")
}

/// The member that tells an item's name, or else its id: the one that is called like the parameter, `name`, `id`, or
/// `thingId` of a thing.
pub(super) fn id_member(item: SchemaId, group: &Group, noun: &str, schemas: &Schemas) -> Option<IdMember> {
    let object = schemas.object(item)?;
    let parameter = group.id_parameter.as_deref();
    let own_id = format!("{noun}Id");
    let is_id = parameter.is_none_or(|name| name.to_ascii_lowercase().ends_with("id"));
    let candidates = match (&group.name_parts, is_id) {
        (Some(_), _) => [parameter, Some("name"), Some("id")],
        (None, true) => [Some("id"), parameter, Some("name")],
        (None, false) => [Some("name"), parameter, Some("id")],
    };
    let tells = |name: &&str| {
        let has_name = !group.is_single || group.name_parts.is_some();
        has_name && scalar(object, name, schemas).is_some()
    };
    let name = candidates.into_iter().flatten().chain([own_id.as_str()]).find(tells);
    let name = name.or_else(|| only_id(object, group, schemas).filter(|_| group.is_uploaded && parameter.is_none()))?;
    let is_name = group.name_parts.is_some() && (Some(name) == parameter || name == "name");
    let is_number = scalar(object, name, schemas).is_some_and(|scalar| scalar.is_json_number());
    Some(IdMember { name: name.to_owned(), is_name, is_number })
}

/// The one text of an item that ends in `Id`, else its one whole number, where nothing else tells what it is called (`D92`).
fn only_id<'o>(object: &'o Object, group: &Group, schemas: &Schemas) -> Option<&'o str> {
    let only = |is_id: &dyn Fn(&str, &Scalar) -> bool| {
        let mut ids = object.properties().iter().filter(|property| match schemas.form(property.schema) {
            Form::Scalar(scalar) => is_id(&property.name, scalar) && !group.outer.contains(&property.name),
            _ => false,
        });
        ids.next().filter(|_| ids.next().is_none()).map(|property| property.name.as_str())
    };
    only(&|name, _| name.ends_with("Id")).or_else(|| only(&|_, scalar| scalar.is_json_number()))
}

/// `thingReference.thingId` or `metadata.name`: an id that stands in an object of its item.
pub(super) fn id_inside(item: SchemaId, group: &Group, schemas: &Schemas) -> Option<[String; 2]> {
    let object = schemas.object(item)?;
    let parameter = group.id_parameter.as_deref()?;
    let holds = |outer: &str, inner: &str| {
        let outer = object.property(outer).and_then(|outer| schemas.object(outer.schema));
        outer.is_some_and(|outer| scalar(outer, inner, schemas).is_some())
    };
    let mut references = object.properties().iter().filter(|property| property.name.ends_with("Reference"));
    let reference = references.find(|property| holds(&property.name, parameter));
    let pair = |outer: &str, inner: &str| [outer.to_owned(), inner.to_owned()];
    let named = || (object.property("name").is_none() && holds("metadata", "name")).then(|| pair("metadata", "name"));
    reference.map(|outer| pair(&outer.name, parameter)).or_else(named)
}

fn id_parameter_max(method: &Method, place: &Place) -> Option<i128> {
    let slot = place.id.as_ref().filter(|slot| slot.is_open && slot.skipped == 0)?;
    method.parameter(&slot.parameter)?.scalar.integer_max()
}

/// The member with this name, if it is no object or array.
fn scalar<'s>(object: &Object, name: &str, schemas: &'s Schemas) -> Option<&'s Scalar> {
    match schemas.form(object.property(name)?.schema) {
        Form::Scalar(scalar) => Some(scalar),
        _ => None,
    }
}

/// The largest id of a collection whose ids are numbers of few digits: of its parameter or of its member.
pub(super) fn id_max(item: SchemaId, group: &Group, member: Option<&IdMember>, schemas: &Schemas) -> Option<u64> {
    let of_member =
        || scalar(schemas.object(item)?, &member.filter(|member| !member.is_name)?.name, schemas)?.integer_max();
    let maxima = [group.id_max, of_member()].into_iter().flatten();
    let few = maxima.filter_map(|max| u64::try_from(max).ok()).filter(|max| *max < i64::MAX.unsigned_abs());
    few.min()
}
