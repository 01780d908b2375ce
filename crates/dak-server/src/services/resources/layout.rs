//! Where items stand in the store, and which members of them the server sets.

use std::sync::Arc;

use dak_api::{Api, Arguments, Collection, Event, Form, Object, TimeForm};
use dak_proto::fault::Fault;
use dak_store::{Key, Lookup};
use serde_json::{Map, Value};

use crate::clock::rfc3339;
use crate::services::{Call, store_fault};

/// Names by which descriptions call the time of an item's creation.
pub(super) const CREATED: [&str; 2] = ["created", "createTime"];
/// Members in which some descriptions have what the server says of an item, its times among it.
const ACCOUNTS: [&str; 2] = ["metadata", "snippet"];

/// The key of the item that a request is about.
pub(super) fn key(collection: &Collection, arguments: &Arguments<'_>) -> Result<Key, Fault> {
    key_of(collection, arguments, None)
}

/// The same, where its body may say which item that is.
pub(super) fn key_of(collection: &Collection, arguments: &Arguments<'_>, inside: Option<&str>) -> Result<Key, Fault> {
    refuse_across(collection, arguments)?;
    let parameter = || collection.id_parameter.as_deref().unwrap_or("id");
    let id = collection.id(arguments).or(inside).ok_or_else(|| Fault::required(parameter()))?;
    if id.is_empty() || id.len() > Key::PART_BYTES_MAX {
        return Err(not_found(collection, id));
    }
    Ok(Key::new(collection.space(arguments), Arc::clone(&collection.path), id))
}

/// 404 for an item that is not there.
pub(super) fn not_found(collection: &Collection, id: &str) -> Fault {
    Fault::not_found(format!("Not Found: there is no {} \"{}\".", collection.noun, shown(id)))
}

/// 400 for an item that is looked for in all parents and is in several, or in one of too many.
pub(super) fn ambiguous(collection: &Collection, id: &str) -> Fault {
    let message =
        format!("There may be more than one {} \"{}\"; say which parent it is in.", collection.noun, shown(id));
    Fault::bad_request("invalid", message)
}

/// Refuses to take `-` for a parent where one item is meant, or will be (AIP-159).
fn refuse_across(collection: &Collection, arguments: &Arguments<'_>) -> Result<(), Fault> {
    match collection.is_across(arguments) {
        false => Ok(()),
        true => Err(Fault::bad_request(
            "invalid",
            format!(
                "\"-\" stands for all parents at once, which a list or a get can be about; say which one the {} is in.",
                collection.noun
            ),
        )),
    }
}

/// An id as an error repeats it: the beginning of a long one.
fn shown(id: &str) -> String {
    const SHOWN_CHARS_MAX: usize = 100;
    id.chars().take(SHOWN_CHARS_MAX).collect()
}

/// Refuses a request about a collection inside an item that is not there, where items of that kind are made here.
/// The key of that item, if there is one: who writes expects it.
pub(super) async fn parent(call: &Call<'_>, collection: &Collection) -> Result<Option<Key>, Fault> {
    refuse_across(collection, call.arguments)?;
    let Some(parent) = collection.parent(call.arguments) else { return Ok(None) };
    let missing = || Fault::not_found(format!("Not Found: there is no \"{}\" for this to be in.", shown(&parent.id)));
    if parent.id.is_empty() || parent.id.len() > Key::PART_BYTES_MAX {
        return Err(missing());
    }
    let key = Key::new(parent.space.clone(), parent.path.clone(), parent.id.as_str());
    match call.app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))? {
        Lookup::Found(_) | Lookup::Unchanged => Ok(Some(key)),
        _ => Err(missing()),
    }
}

/// Sets the members that say where an item is: those called like the path's variables, such as `courseId`.
pub(super) fn locate(call: &Call<'_>, collection: &Collection, item: &mut Map<String, Value>) {
    let Some(object) = call.api.schemas.object(collection.item) else { return };
    for name in collection.located() {
        let Some(property) = object.property(name).filter(|_| !item.contains_key(name)) else { continue };
        let Form::Scalar(_) = call.api.schemas.form(property.schema) else { continue };
        item.extend(call.arguments.value(name).map(|value| (name.to_owned(), value)));
    }
}

/// When an item was made and when it was changed last, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) created_ms: i64,
    pub(super) changed_ms: i64,
}

/// Sets the members that say when an item was made and changed, where its schema has them. What a request may say, and
/// says, stays; `stored` is the item as it was, whose time of change counts as not said (`D84`).
pub(super) fn stamp(
    api: &Api,
    collection: &Collection,
    item: &mut Map<String, Value>,
    times: Times,
    stored: Option<&[u8]>,
) {
    let Some(object) = api.schemas.object(collection.item) else { return };
    let inner = |name: &&str| api.schemas.object(object.property(name)?.schema);
    let accounts: Vec<(&str, &Object)> = ACCOUNTS.iter().filter_map(|name| Some((*name, inner(name)?))).collect();
    let mut all = std::iter::once(object).chain(accounts.iter().map(|(_, inner)| *inner)).flat_map(Object::times);
    let before: Value = match stored.filter(|_| all.any(|time| time.may_be_given)) {
        Some(stored) => serde_json::from_slice(stored).unwrap_or_default(),
        None => Value::Null,
    };
    stamp_members(object, item, times, &before);
    for (name, inner) in accounts {
        if let Some(Value::Object(members)) = item.get_mut(name) {
            stamp_members(inner, members, times, &before[name]);
        }
    }
}

fn stamp_members(object: &Object, item: &mut Map<String, Value>, times: Times, before: &Value) {
    for time in object.times() {
        let was = before.get(&time.name);
        let said = item.shift_remove(&time.name).filter(|said| time.may_be_given && !said.is_null());
        let (kept, ms) = match time.event {
            Event::Created => (said.or_else(|| was.filter(|_| time.may_be_given).cloned()), times.created_ms),
            Event::Changed => (said.filter(|said| Some(said) != was), times.changed_ms),
        };
        item.insert(time.name.clone(), kept.unwrap_or_else(|| written(time.form, ms)));
    }
}

fn written(form: TimeForm, ms: i64) -> Value {
    match form {
        TimeForm::Text => rfc3339(ms),
        TimeForm::Milliseconds => ms.to_string(),
        TimeForm::Seconds => ms.div_euclid(1000).to_string(),
    }
    .into()
}
