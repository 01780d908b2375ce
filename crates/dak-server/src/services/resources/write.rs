//! Insert, update, patch and delete. Everything is checked before anything is changed, and of concurrent writes that
//! name one version exactly one wins.

use std::sync::Arc;

use bytes::Bytes;
use dak_api::{Action, Change, Collection, Outcome};
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_proto::patch::merge;
use dak_proto::update_mask::UpdateMask;
use dak_store::{Batch, ErrorKind, Expectation, Key, Lookup, Operation, Record, Segment, Tag};
use http::header;
use serde_json::{Map, Value, json};

use super::layout::{self, Times};
use super::outcome::Answer;
use super::sent::{self, About, Sent};
use super::{act, head, media, present};
use crate::media::{Media, discard};
use crate::reply::Reply;
use crate::services::idempotency::{self, Repeatable};
use crate::services::{Call, store_fault};
use crate::uploads::sweep;
use crate::{ids, random};

/// How often a write that names no version starts again after another one overtook it.
pub(super) const ROUNDS_MAX: usize = 100;

/// Makes a new item, with the id that the request gives it or else one of the server's.
pub(super) async fn insert(mut call: Call<'_>, change: &Change) -> Result<Reply, Fault> {
    let repeatable = idempotency::repeatable(&call)?;
    let Sent { item, new_id, .. } = Sent::take(&mut call, change)?;
    make(&call, change, item, new_id, repeatable.as_ref()).await
}

/// Makes an item of which all is known but perhaps its id.
pub(super) async fn make(
    call: &Call<'_>,
    change: &Change,
    mut item: Map<String, Value>,
    beside: Option<String>,
    repeatable: Option<&Repeatable>,
) -> Result<Reply, Fault> {
    let given = given_id(call, change, &item, beside)?;
    for _ in 0..ROUNDS_MAX {
        if let Some(repeatable) = repeatable
            && let Some(answer) = repeatable.answer(call).await?
        {
            return Ok(answer);
        }
        if let Some(id) = &given {
            refuse_duplicate(call, &change.collection, id).await?;
        }
        let id = given.clone().unwrap_or_else(|| new_id(&change.collection));
        if let Some(reply) = add(call, change, id, &mut item, repeatable).await? {
            return Ok(reply);
        }
    }
    Err(overtaken())
}

/// Replaces an item whole (PUT): optional members that are left out are cleared (P13). Media alone replaces media alone.
pub(super) async fn update(mut call: Call<'_>, change: &Change) -> Result<Reply, Fault> {
    let key = key(&call, change)?;
    if brings_media_alone(&call) {
        return alter(&call, change, &key, About::of(&call, change)?, None, stored).await;
    }
    let about = About::of(&call, change)?;
    let item = Sent::take(&mut call, change)?.item;
    alter(&call, change, &key, about, Some(&item), |_| Ok(item.clone())).await
}

/// Merges the members that were sent into an item (P7), or makes those that a mask names what was sent.
pub(super) async fn patch(mut call: Call<'_>, change: &Change) -> Result<Reply, Fault> {
    let key = key(&call, change)?;
    if brings_media_alone(&call) {
        return alter(&call, change, &key, About::of(&call, change)?, None, stored).await;
    }
    if call.body.is_none() {
        return Err(Fault::invalid_body("A patch is a JSON object with the members to change; the body is empty."));
    }
    let about = About::of(&call, change)?;
    let sent = Sent::take(&mut call, change)?;
    let mask = sent::mask(&call, change, sent.mask.as_deref())?;
    let merged = |stored: &[u8]| merged(&call, &change.collection, &key, stored, &sent.item, mask.as_ref());
    alter(&call, change, &key, about, Some(&sent.item), merged).await
}

/// The key of the item that is changed.
fn key(call: &Call<'_>, change: &Change) -> Result<Key, Fault> {
    let (collection, body) = (&change.collection, call.body.as_ref());
    let item = match &change.item_member {
        Some(member) => body.and_then(|body| body.get(member)),
        None => body,
    };
    let item = item.and_then(Value::as_object).filter(|_| change.is_named_inside);
    let told = item.and_then(|item| told_id(collection, item));
    let id = told.as_deref().and_then(|told| collection.id_in(told, call.arguments));
    layout::key_of(collection, call.arguments, id)
}

/// What an item that was sent says it is called: its name or id.
fn told_id(collection: &Collection, item: &Map<String, Value>) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let inside = collection.id_inside.as_ref().and_then(|[outer, inner]| item.get(outer)?.get(inner));
    let told = inside.or_else(|| item.get(&collection.id_member.as_ref()?.name));
    told.and_then(text).filter(|told| !told.is_empty())
}

/// Deletes an item.
pub(super) async fn delete(call: Call<'_>, change: &Change) -> Result<Reply, Fault> {
    check_named(&call)?;
    let (tag, repeatable) = (sent::tag(&call, change), sent::repeatable(&call)?);
    let key = layout::key(&change.collection, call.arguments)?;
    for _ in 0..ROUNDS_MAX {
        if let Some(answer) = answered(&call, change, repeatable.as_ref()).await? {
            return Ok(answer);
        }
        let found = match current(&call, &change.collection, &key, tag.as_deref()).await {
            Err(fault) if fault.code == 404 && change.takes_allow_missing && call.arguments.flag("allowMissing") => {
                return missing(&call, change, &key).await;
            }
            found => found?,
        };
        if let Some(reply) = remove(&call, change, &key, &found, repeatable.as_ref()).await? {
            return Ok(reply);
        }
    }
    Err(overtaken())
}

/// The answer to a deletion of what is not there, where the request allows that (AIP-135).
async fn missing(call: &Call<'_>, change: &Change, key: &Key) -> Result<Reply, Fault> {
    let (id, head, body) = (Arc::clone(&key.id), head::new(0, 0, None), "{}".into());
    let record = Record { id, head, body, tag: Tag::default(), sequence: 0 };
    let answer = Answer::new(call, change, &record, present::item(call, &change.collection, &record));
    let batch = answer.remembered(Batch::new(random::batch_id(), random::tag()));
    match batch.operations.is_empty() || only_validates(call, change) || committed(call, batch).await? {
        true => Ok(answer.reply()),
        false => Err(overtaken()),
    }
}

/// What the first request of this key was answered.
pub(super) async fn answered(
    call: &Call<'_>,
    change: &Change,
    repeatable: Option<&Repeatable>,
) -> Result<Option<Reply>, Fault> {
    let Some(repeatable) = repeatable else { return Ok(None) };
    let answer = repeatable.answer(call).await?;
    Ok(answer.map(|answer| if change.outcome == Outcome::Nothing { Reply::NoContent } else { answer }))
}

/// Commits that the version which was read is deleted; `None` to try again.
pub(super) async fn remove(
    call: &Call<'_>,
    change: &Change,
    key: &Key,
    found: &Record,
    repeatable: Option<&Repeatable>,
) -> Result<Option<Reply>, Fault> {
    let answer = Answer::new(call, change, found, present::item(call, &change.collection, found));
    if only_validates(call, change) {
        return Ok(Some(answer.reply()));
    }
    let batch = Batch::new(random::batch_id(), random::tag())
        .expect(Expectation::Tagged(key.clone(), found.tag))
        .delete(key.clone());
    let segments = Media::of_head(&found.head).map(|media| media.segments).unwrap_or_default();
    let batch = answer.remembered(discard(batch, &segments, call.app.clock.now_ms()));
    let batch = kept(call, batch, &answer, found, repeatable);
    let committed = committed(call, batch).await?;
    if committed {
        sweep::soon(call.app, &segments);
    }
    Ok(committed.then(|| answer.reply()))
}

/// Keeps the answer with what is done, where the request may be repeated.
fn kept(call: &Call<'_>, batch: Batch, answer: &Answer, record: &Record, repeatable: Option<&Repeatable>) -> Batch {
    match repeatable {
        Some(repeatable) => repeatable.keep(call, batch, &answer.rope(), record.tag),
        None => batch,
    }
}

/// Reads an item, makes another of it, and commits that against the version that was read. One that is not there is
/// made of `new`, if the request allows that.
async fn alter(
    call: &Call<'_>,
    change: &Change,
    key: &Key,
    about: About,
    new: Option<&Map<String, Value>>,
    make: impl Fn(&[u8]) -> Result<Map<String, Value>, Fault>,
) -> Result<Reply, Fault> {
    check_named(call)?;
    let collection = &change.collection;
    for _ in 0..ROUNDS_MAX {
        if let Some(answer) = answered(call, change, about.repeatable.as_ref()).await? {
            return Ok(answer);
        }
        let found = match current(call, collection, key, about.tag.as_deref()).await {
            Err(fault) if fault.code == 404 && allows_missing(call, change) => {
                let mut item = new.cloned().unwrap_or_default();
                drop_nulls(&mut item);
                call.api.check_merged(call.method, &Value::Object(item.clone()))?;
                match add(call, change, key.id.to_string(), &mut item, about.repeatable.as_ref()).await? {
                    Some(reply) => return Ok(reply),
                    None => continue,
                }
            }
            found => found?,
        };
        if let Some(reply) = replace(call, change, key, &found, make(&found.body)?, about.repeatable.as_ref()).await? {
            return Ok(reply);
        }
    }
    Err(overtaken())
}

/// Commits an item in place of the version that was read; `None` to try again.
pub(super) async fn replace(
    call: &Call<'_>,
    change: &Change,
    key: &Key,
    found: &Record,
    mut item: Map<String, Value>,
    repeatable: Option<&Repeatable>,
) -> Result<Option<Reply>, Fault> {
    let (created_ms, now_ms) = (head::created_ms(&found.head), call.app.clock.now_ms());
    layout::locate(call, &change.collection, &mut item);
    let times = Times { created_ms, changed_ms: now_ms };
    layout::stamp(call.api, &change.collection, &mut item, times, Some(&found.body));
    let (media, replaced) = media_of(call, found);
    let head = head::new(created_ms, now_ms, media.as_ref());
    let record = record(&change.collection, found.id.clone(), head, &mut item);
    let answer = Answer::new(call, change, &record, present::item(call, &change.collection, &record));
    if only_validates(call, change) {
        return Ok(Some(answer.reply()));
    }
    let batch = Batch::new(random::batch_id(), random::tag()).expect(Expectation::Tagged(key.clone(), found.tag));
    let batch = answer.remembered(discard(with(batch, key.clone(), &record), &replaced, now_ms));
    let batch = kept(call, batch, &answer, &record, repeatable);
    if !committed(call, closed(call, batch, &answer)).await? {
        return Ok(None);
    }
    sweep::soon(call.app, &replaced);
    Ok(Some(answer.reply()))
}

/// The media that a changed item has, and where the bytes are that it had before and has no more.
pub(super) fn media_of(call: &Call<'_>, found: &Record) -> (Option<Media>, Vec<Segment>) {
    let had = Media::of_head(&found.head);
    match call.arrived {
        Some(arrived) => (Some(arrived.media.clone()), had.map(|media| media.segments).unwrap_or_default()),
        None => (had, Vec::new()),
    }
}

/// Commits a new item, together with its answer where the request may be repeated; `None` to try again.
async fn add(
    call: &Call<'_>,
    change: &Change,
    id: String,
    item: &mut Map<String, Value>,
    repeatable: Option<&Repeatable>,
) -> Result<Option<Reply>, Fault> {
    let collection = &change.collection;
    let parent = layout::parent(call, collection).await?;
    let now_ms = call.app.clock.now_ms();
    layout::locate(call, collection, item);
    layout::stamp(call.api, collection, item, Times { created_ms: now_ms, changed_ms: now_ms }, None);
    let media = call.arrived.map(|arrived| &arrived.media);
    let record = record(collection, id.into(), head::new(now_ms, now_ms, media), item);
    let key = Key::new(collection.space(call.arguments), Arc::clone(&collection.path), record.id.clone());
    let answer = Answer::new(call, change, &record, present::item(call, collection, &record));
    if only_validates(call, change) {
        return Ok(Some(answer.reply()));
    }
    let batch = Batch::new(random::batch_id(), random::tag()).expect(Expectation::Absent(key.clone()));
    let batch = parent.into_iter().fold(batch, |batch, parent| batch.expect(Expectation::Present(parent)));
    let batch = answer.remembered(with(batch, key, &record));
    let batch = kept(call, batch, &answer, &record, repeatable);
    let committed = committed(call, closed(call, batch, &answer)).await?;
    Ok(committed.then(|| answer.reply()))
}

/// An id of the server's, as large as the API takes.
fn new_id(collection: &Collection) -> String {
    match collection.id_max {
        Some(max) => random::number(max).to_string(),
        None => ids::next(),
    }
}

/// A new item takes no other's place.
pub(super) async fn refuse_duplicate(call: &Call<'_>, collection: &Collection, id: &str) -> Result<(), Fault> {
    let key = Key::new(collection.space(call.arguments), Arc::clone(&collection.path), id);
    match call.app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))? {
        Lookup::Absent => Ok(()),
        _ => Err(Fault::duplicate(format!("Already Exists: \"{id}\" is there already."))),
    }
}

/// The id that a request gives its new item: in its path, beside the item, or in the item's own name.
fn given_id(
    call: &Call<'_>,
    change: &Change,
    item: &Map<String, Value>,
    beside: Option<String>,
) -> Result<Option<String>, Fault> {
    let collection = &change.collection;
    let in_path = collection.id(call.arguments).map(str::to_owned);
    let told = told_id(collection, item);
    let in_name = told.as_deref().and_then(|told| collection.id_in(told, call.arguments)).map(str::to_owned);
    let given = in_path.or(beside).filter(|id| !id.is_empty()).or(in_name);
    match given {
        Some(id) if id.len() > Key::PART_BYTES_MAX || (id.contains('/') && collection.name_parts.is_some()) => {
            Err(Fault::bad_request("invalid", "The id of the new item is too long, or has a slash in it."))
        }
        given => Ok(given),
    }
}

fn allows_missing(call: &Call<'_>, change: &Change) -> bool {
    let makes_missing = change.keeping.as_ref().is_some_and(|keeping| keeping.makes_missing);
    change.collection.is_single || makes_missing || (change.takes_allow_missing && call.arguments.flag("allowMissing"))
}

pub(super) fn only_validates(call: &Call<'_>, change: &Change) -> bool {
    change.takes_validate_only && call.arguments.flag("validateOnly")
}

fn drop_nulls(item: &mut Map<String, Value>) {
    let mut whole = json!({});
    merge(&mut whole, Value::Object(std::mem::take(item)));
    if let Value::Object(members) = whole {
        *item = members;
    }
}

/// The item as it is now, if the request's conditions, and the tag it may say besides, let it be changed.
pub(super) async fn current(
    call: &Call<'_>,
    collection: &Collection,
    key: &Key,
    tag: Option<&str>,
) -> Result<Record, Fault> {
    let lookup = call.app.store.lookup(key, None).await.map_err(|error| store_fault(&error))?;
    let Lookup::Found(record) = lookup else { return Err(layout::not_found(collection, &key.id)) };
    call.check(&present::version(&record))?;
    check_tag(&record, tag)?;
    Ok(record)
}

/// Refuses what is about another version (AIP-154).
fn check_tag(record: &Record, tag: Option<&str>) -> Result<(), Fault> {
    match tag {
        Some(tag) if Etag::from_opaque(tag) != Some(present::etag(record)) => {
            let message = "The etag is of another version of the resource; get it again and repeat the change.";
            Err(Fault::new(409, "aborted", message))
        }
        _ => Ok(()),
    }
}

/// An API may demand that a change names the version it changes (P9).
pub(super) fn check_named(call: &Call<'_>) -> Result<(), Fault> {
    if call.api.if_match_required && !call.headers.contains_key(header::IF_MATCH) {
        return Err(Fault::precondition_required());
    }
    Ok(())
}

/// Looks whether an upload to this method could come to something: its metadata, the item it is to change.
pub(super) async fn check_upload(call: &Call<'_>) -> Result<(), Fault> {
    match call.method.action.shape() {
        Action::Insert(change) => {
            let body = call.body.clone().unwrap_or_else(|| call.api.blank_body(call.method, call.arguments));
            let Sent { item, new_id, .. } = Sent::of(call, body, change)?;
            let within = change.keeping.as_ref().and_then(|keeping| keeping.within.as_deref());
            layout::parent(call, within.unwrap_or(&change.collection)).await?;
            // A repetition is answered as the first was, in the end.
            match given_id(call, change, &item, new_id)? {
                Some(id) if idempotency::repeatable(call)?.is_none() => {
                    refuse_duplicate(call, &change.collection, &id).await
                }
                _ => Ok(()),
            }
        }
        Action::Update(change) | Action::Patch(change) => {
            if let Some(body) = call.body.clone() {
                sent::object(call.api.accept_body(call.method, body)?)?;
            }
            check_named(call)?;
            let key = key(call, change)?;
            let tag = sent::tag(call, change);
            match current(call, &change.collection, &key, tag.as_deref()).await {
                Err(fault) if fault.code == 404 && allows_missing(call, change) => {
                    layout::parent(call, &change.collection).await.map(drop)
                }
                found => found.map(drop),
            }
        }
        Action::Ruled(rule) => act::check_upload(call, rule).await,
        _ => Err(Fault::not_implemented(format!("Nothing is known of what {} does with media.", call.method.id))),
    }
}

/// Whether an upload has no metadata.
fn brings_media_alone(call: &Call<'_>) -> bool {
    call.arrived.is_some() && call.body.is_none()
}

/// An item as it is stored.
pub(super) fn stored(body: &[u8]) -> Result<Map<String, Value>, Fault> {
    sent::object(serde_json::from_slice(body).map_err(|_| Fault::internal())?)
}

/// Ends the upload that brought the item's media in the batch that makes the item.
pub(super) fn closed(call: &Call<'_>, batch: Batch, answer: &Answer) -> Batch {
    match call.arrived {
        Some(arrived) => arrived.close(call, batch, answer.reply()),
        None => batch,
    }
}

/// What a patch makes of an item, if it is still a valid one (P11).
fn merged(
    call: &Call<'_>,
    collection: &Collection,
    key: &Key,
    stored: &[u8],
    sent: &Map<String, Value>,
    mask: Option<&UpdateMask>,
) -> Result<Map<String, Value>, Fault> {
    let mut item = serde_json::from_slice(stored).map_err(|_| Fault::internal())?;
    // What an item is called is no part of what is stored, but it counts among what is required.
    if let (Some(member), Value::Object(members)) = (&collection.id_member, &mut item) {
        members.insert(member.name.clone(), collection.told_id(&key.id, call.arguments).into());
    }
    match mask {
        Some(mask) => mask.apply(&mut item, &Value::Object(sent.clone())),
        None => merge(&mut item, Value::Object(sent.clone())),
    }
    call.api.check_merged(call.method, &item)?;
    sent::object(item)
}

/// Commits; false when another write came first.
pub(super) async fn committed(call: &Call<'_>, batch: Batch) -> Result<bool, Fault> {
    match call.app.store.commit(batch).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::Conflict => Ok(false),
        Err(error) => Err(store_fault(&error)),
    }
}

pub(super) fn with(mut batch: Batch, key: Key, record: &Record) -> Batch {
    let (head, body, tag) = (record.head.clone(), record.body.clone(), record.tag);
    batch.operations.push(Operation::Put { key, head, body, tag });
    batch
}

/// The record that will stand in the store. The item's name, and what its media tells of itself, is no part of it.
pub(super) fn record(collection: &Collection, id: Arc<str>, head: Bytes, item: &mut Map<String, Value>) -> Record {
    if let Some(member) = &collection.id_member {
        item.shift_remove(&member.name);
    }
    if let Some([outer, inner]) = &collection.id_inside {
        let object = item.entry(outer.clone()).or_insert_with(|| json!({}));
        if let Value::Object(members) = object {
            members.insert(inner.clone(), Value::from(&*id));
        }
    }
    if Media::of_head(&head).is_some() {
        media::strip(item);
    }
    let body = canonical(&Value::Object(item.clone())).into();
    Record { id, head, body, tag: Tag(random::tag().0), sequence: 0 }
}

pub(super) fn overtaken() -> Fault {
    Fault::unavailable(1)
}
