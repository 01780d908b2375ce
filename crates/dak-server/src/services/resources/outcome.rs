//! What a change is answered with: the item, something around it, an operation that is done, or nothing.

use std::borrow::Cow;
use std::sync::Arc;

use dak_api::{Change, Expression, Form, Object, Operation, Outcome, Property, SchemaId};
use dak_proto::fields::Mask;
use dak_proto::json::Layout;
use dak_proto::rope::Rope;
use dak_store::{Batch, Key, Record};
use http::Method;
use serde_json::{Map, Value, json};

use super::{head, media, present, write};
use crate::clock::rfc3339;
use crate::ids;
use crate::media::Media;
use crate::reply::{Reply, Version};
use crate::services::Call;
use crate::uploads::Arrived;

/// What the type of a message is called by, in a value of any type.
const TYPE: &str = "@type";

/// The answer to a change, before it is committed.
pub(super) struct Answer {
    /// `None` is no body at all.
    rope: Option<Arc<Rope>>,
    /// The item's version, where the item is the answer.
    version: Option<Version>,
    /// The record of the operation, where there are any.
    operation: Option<(Key, Record)>,
}

impl Answer {
    /// The answer to a change that left this record; `item` is how it looks.
    pub(super) fn new(call: &Call<'_>, change: &Change, record: &Record, item: Rope) -> Answer {
        let rope = |rope: Rope| Answer { rope: Some(Arc::new(rope)), version: None, operation: None };
        match &change.outcome {
            Outcome::Item => Answer { version: Some(present::version(record)), ..rope(item) },
            Outcome::Inside(member) => rope(Rope::object(vec![(Cow::Owned(member.clone()), item)])),
            Outcome::Listed(member) => rope(Rope::object(vec![(Cow::Owned(member.clone()), Rope::array(vec![item]))])),
            Outcome::Told(schema) => rope(told(call, *schema, record, &item)),
            Outcome::Empty => rope(Rope::object(Vec::new())),
            Outcome::Nothing => Answer { rope: None, version: None, operation: None },
            Outcome::Operation(operation) => done(call, change, operation, record, &item),
            Outcome::Said(said) => rope(spoken(said, &value(&item))),
        }
    }

    /// The answer to what was about no item in particular.
    pub(super) fn bare(outcome: &Outcome) -> Answer {
        let rope = match outcome {
            Outcome::Nothing => None,
            Outcome::Said(said) => Some(Arc::new(spoken(said, &Value::Null))),
            _ => Some(Arc::new(Rope::object(Vec::new()))),
        };
        Answer { rope, version: None, operation: None }
    }

    /// The JSON, for what keeps it.
    pub(super) fn rope(&self) -> Arc<Rope> {
        self.rope.clone().unwrap_or_else(|| Arc::new(Rope::object(Vec::new())))
    }

    /// Adds what is remembered of the change to its batch.
    pub(super) fn remembered(&self, batch: Batch) -> Batch {
        match &self.operation {
            Some((key, record)) => write::with(batch, key.clone(), record),
            None => batch,
        }
    }

    /// The reply.
    pub(super) fn reply(&self) -> Reply {
        match (self.rope.clone(), self.version.clone()) {
            (Some(rope), Some(version)) => Reply::written(rope, version),
            (Some(rope), None) => Reply::shown(rope),
            (None, _) => Reply::NoContent,
        }
    }
}

/// What a rule says of an item.
fn spoken(said: &Expression, item: &Value) -> Rope {
    Rope::value(&said.value(item).unwrap_or_else(|| json!({})))
}

/// An operation that is done as soon as it is asked for.
fn done(call: &Call<'_>, change: &Change, operation: &Operation, record: &Record, item: &Rope) -> Answer {
    let id = ids::next();
    let now_ms = call.app.clock.now_ms();
    let object = call.api.schemas.object(operation.schema);
    let mut body = object.map_or_else(Map::new, |object| members(call, change, object, record, item));
    let head = head::new(now_ms, now_ms, None);
    let Some(collection) = &operation.collection else {
        body.insert("name".to_owned(), format!("operations/{id}").into());
        let rope = inside(operation, Rope::value(&Value::Object(body)));
        return Answer { rope: Some(Arc::new(rope)), version: None, operation: None };
    };
    let record = write::record(collection, id.into(), head, &mut body);
    let key = Key::new(collection.space(call.arguments), Arc::clone(&collection.path), Arc::clone(&record.id));
    let rope = inside(operation, present::item(call, collection, &record));
    Answer { rope: Some(Arc::new(rope)), version: None, operation: Some((key, record)) }
}

/// An operation as its method answers it.
fn inside(operation: &Operation, rope: Rope) -> Rope {
    match &operation.member {
        Some(member) => Rope::object(vec![(Cow::Owned(member.clone()), rope)]),
        None => rope,
    }
}

/// What is known of an answer that is not the item: of what was sent, the item, the path and the media.
fn told(call: &Call<'_>, schema: SchemaId, record: &Record, item: &Rope) -> Rope {
    let schemas = &call.api.schemas;
    let Some(object) = schemas.object(schema) else { return Rope::object(Vec::new()) };
    let media = Media::of_head(&record.head);
    let mut members = present::fixed(object);
    members.extend(media.into_iter().flat_map(|media| media::members(schemas, object, &media)));
    let (sent, item) = (call.arrived.and_then(Arrived::metadata), value(item));
    for Property { name, schema, .. } in object.properties() {
        let asked = call.arguments.value(name);
        let known = sent.and_then(|sent| sent.get(name)).or(asked.as_ref()).or(item.get(name));
        let mut known = known.cloned().filter(|_| members.iter().all(|(other, _)| other != name));
        if known.as_mut().is_some_and(|known| call.api.check_item(call.method, *schema, known).is_ok()) {
            members.extend(known.map(|known| (Cow::Owned(name.clone()), Rope::value(&known))));
        }
    }
    Rope::object(members)
}

/// What an operation says of itself, as far as its schema has it.
fn members(call: &Call<'_>, change: &Change, object: &Object, record: &Record, item: &Rope) -> Map<String, Value> {
    let now = Value::from(rfc3339(call.app.clock.now_ms()));
    // A text as the member spells it, if it may be there.
    let spelled = |name: &str, value: &str| {
        let Form::Scalar(scalar) = call.api.schemas.form(object.property(name)?.schema) else { return None };
        let known = scalar.values().iter().find(|known| known.eq_ignore_ascii_case(value));
        // Some say that the target's id is a number, which only their own servers' ids are.
        let as_it_is = || scalar.values().is_empty() && scalar.accept_text(value).is_ok();
        known.cloned().or_else(|| as_it_is().then(|| value.to_owned())).map(Value::from)
    };
    let kind = call.method.id.rsplit('.').next().unwrap_or_default();
    let link = present::self_link(call, &change.collection, &record.id);
    let mut members = Map::new();
    let mut add = |name: &str, value: Value| {
        let known = match &value {
            Value::String(text) => spelled(name, text),
            _ => object.property(name).map(|_| value),
        };
        members.extend(known.map(|value| (name.to_owned(), value)));
    };
    add("done", true.into());
    add("status", "DONE".into());
    add("progress", 100.into());
    add("operationType", kind.into());
    add("targetId", (*record.id).into());
    add("targetLink", link.unwrap_or_default().into());
    ["insertTime", "startTime", "endTime"].into_iter().for_each(|name| add(name, now.clone()));
    add("response", response(call, change, item));
    members
}

/// The item with its type; of one that was deleted nothing.
fn response(call: &Call<'_>, change: &Change, item: &Rope) -> Value {
    if call.http_method == Method::DELETE {
        return json!({ TYPE: "type.googleapis.com/google.protobuf.Empty" });
    }
    let name = call.api.schemas.name_of(change.collection.item).unwrap_or_default();
    let mut response = Map::new();
    response.insert(TYPE.to_owned(), format!("type.googleapis.com/{name}").into());
    if let Value::Object(members) = value(item) {
        response.extend(members);
    }
    Value::Object(response)
}

/// What a rope shows.
pub(super) fn value(rope: &Rope) -> Value {
    let mut text = Vec::new();
    rope.write(&Mask::all(), Layout::Compact, &mut text);
    serde_json::from_slice(&text).unwrap_or_default()
}
