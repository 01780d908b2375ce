//! Insert, update, patch and delete. Everything is checked before anything is changed, and of concurrent writes that
//! name one version exactly one wins.

use std::sync::Arc;

use bytes::Bytes;
use dak_api::{Action, Collection};
use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_proto::patch::merge;
use dak_proto::rope::Rope;
use dak_store::{Batch, ErrorKind, Expectation, Key, Lookup, Operation, Record, Tag};
use http::header;
use serde_json::{Map, Value, json};

use super::{layout, media, present};
use crate::clock::rfc3339;
use crate::media::{Media, discard};
use crate::reply::Reply;
use crate::services::idempotency::{self, Repeatable};
use crate::services::{Call, store_fault};
use crate::uploads::sweep;
use crate::{ids, random};

/// How often a write that names no version starts again after another one overtook it.
const ROUNDS_MAX: usize = 100;

/// Makes a new item (POST), with an id that the server gives.
pub(super) async fn insert(mut call: Call<'_>, collection: &Collection) -> Result<Reply, Fault> {
    let repeatable = idempotency::repeatable(&call)?;
    let mut item = sent(&mut call)?;
    for _ in 0..ROUNDS_MAX {
        if let Some(repeatable) = &repeatable
            && let Some(answer) = repeatable.answer(&call).await?
        {
            return Ok(answer);
        }
        let now_ms = call.app.clock.now_ms();
        let now = rfc3339(now_ms);
        layout::stamp(call.api, collection, &mut item, &now, &now);
        let media = call.arrived.map(|arrived| &arrived.media);
        let record = record(ids::next().into(), head(now_ms, now_ms, media), &mut item);
        let key = Key::new(collection.space(call.arguments), Arc::clone(&collection.path), record.id.clone());
        if let Some(reply) = add(&call, collection, key, record, repeatable.as_ref()).await? {
            return Ok(reply);
        }
    }
    Err(overtaken())
}

/// Replaces an item whole (PUT): optional members that are left out are cleared (P13). Media alone replaces media alone.
pub(super) async fn update(mut call: Call<'_>, collection: &Collection) -> Result<Reply, Fault> {
    if brings_media_alone(&call) {
        return change(&call, collection, stored).await;
    }
    let item = sent(&mut call)?;
    change(&call, collection, |_| Ok(item.clone())).await
}

/// Merges the members that were sent into an item (P7).
pub(super) async fn patch(mut call: Call<'_>, collection: &Collection) -> Result<Reply, Fault> {
    if brings_media_alone(&call) {
        return change(&call, collection, stored).await;
    }
    if call.body.is_none() {
        return Err(Fault::invalid_body("A patch is a JSON object with the members to change; the body is empty."));
    }
    let sent = sent(&mut call)?;
    change(&call, collection, |stored| merged(&call, stored, &sent)).await
}

/// Deletes an item.
pub(super) async fn delete(call: Call<'_>, collection: &Collection) -> Result<Reply, Fault> {
    check_named(&call)?;
    let key = layout::key(collection, call.arguments)?;
    for _ in 0..ROUNDS_MAX {
        let found = current(&call, collection, &key).await?;
        let batch = Batch::new(random::batch_id(), random::tag())
            .expect(Expectation::Tagged(key.clone(), found.tag))
            .delete(key.clone());
        let segments = Media::of_head(&found.head).map(|media| media.segments).unwrap_or_default();
        if committed(&call, discard(batch, &segments, call.app.clock.now_ms())).await? {
            sweep::soon(call.app, &segments);
            return Ok(Reply::NoContent);
        }
    }
    Err(overtaken())
}

/// Reads an item, makes another of it, and commits that against the version that was read.
async fn change(
    call: &Call<'_>,
    collection: &Collection,
    make: impl Fn(&[u8]) -> Result<Map<String, Value>, Fault>,
) -> Result<Reply, Fault> {
    check_named(call)?;
    let key = layout::key(collection, call.arguments)?;
    for _ in 0..ROUNDS_MAX {
        let found = current(call, collection, &key).await?;
        let mut item = make(&found.body)?;
        let (created_ms, now_ms) = (created_ms(&found.head), call.app.clock.now_ms());
        layout::stamp(call.api, collection, &mut item, &rfc3339(created_ms), &rfc3339(now_ms));
        let had = Media::of_head(&found.head);
        let has = call.arrived.map(|arrived| &arrived.media).or(had.as_ref());
        let record = record(found.id.clone(), head(created_ms, now_ms, has), &mut item);
        let replaced = had.filter(|_| call.arrived.is_some()).map(|media| media.segments).unwrap_or_default();
        let batch = Batch::new(random::batch_id(), random::tag()).expect(Expectation::Tagged(key.clone(), found.tag));
        let batch = discard(with(batch, key.clone(), &record), &replaced, now_ms);
        let rope = Arc::new(present::item(call, collection, &record));
        if committed(call, closed(call, batch, &rope, &record)).await? {
            sweep::soon(call.app, &replaced);
            return Ok(Reply::written(rope, present::version(&record)));
        }
    }
    Err(overtaken())
}

/// Commits a new item, together with its answer where the request may be repeated; `None` to try again.
async fn add(
    call: &Call<'_>,
    collection: &Collection,
    key: Key,
    record: Record,
    repeatable: Option<&Repeatable>,
) -> Result<Option<Reply>, Fault> {
    let rope = Arc::new(present::item(call, collection, &record));
    let batch = Batch::new(random::batch_id(), random::tag()).expect(Expectation::Absent(key.clone()));
    let mut batch = with(batch, key, &record);
    if let Some(repeatable) = repeatable {
        batch = repeatable.keep(call, batch, &rope, record.tag);
    }
    let committed = committed(call, closed(call, batch, &rope, &record)).await?;
    Ok(committed.then(|| Reply::written(rope, present::version(&record))))
}

/// The item as it is now, if the request's conditions let it be changed.
async fn current(call: &Call<'_>, collection: &Collection, key: &Key) -> Result<Record, Fault> {
    let lookup = call.app.store.lookup(key, None).await.map_err(|error| store_fault(&error))?;
    let Lookup::Found(record) = lookup else { return Err(layout::not_found(collection, &key.id)) };
    call.check(&present::version(&record))?;
    Ok(record)
}

/// An API may demand that a change names the version it changes (P9).
fn check_named(call: &Call<'_>) -> Result<(), Fault> {
    if call.api.if_match_required && !call.headers.contains_key(header::IF_MATCH) {
        return Err(Fault::precondition_required());
    }
    Ok(())
}

/// Looks whether an upload to this method could come to something: its metadata, the item it is to change.
pub(super) async fn check_upload(call: &Call<'_>) -> Result<(), Fault> {
    match &call.method.action {
        Action::Insert(_) => {
            let body = call.body.clone().unwrap_or_else(|| call.api.blank_body(call.method));
            call.api.accept_body(call.method, body).map(drop)
        }
        Action::Update(collection) | Action::Patch(collection) => {
            if let Some(body) = call.body.clone() {
                object(call.api.accept_body(call.method, body)?)?;
            }
            check_named(call)?;
            let key = layout::key(collection, call.arguments)?;
            current(call, collection, &key).await.map(drop)
        }
        _ => Err(Fault::not_implemented(format!("Nothing is known of what {} does with media.", call.method.id))),
    }
}

/// Whether an upload has no metadata.
fn brings_media_alone(call: &Call<'_>) -> bool {
    call.arrived.is_some() && call.body.is_none()
}

/// An item as it is stored.
fn stored(body: &[u8]) -> Result<Map<String, Value>, Fault> {
    object(serde_json::from_slice(body).map_err(|_| Fault::internal())?)
}

/// Ends the upload that brought the item's media in the batch that makes the item.
fn closed(call: &Call<'_>, batch: Batch, rope: &Arc<Rope>, record: &Record) -> Batch {
    match call.arrived {
        Some(arrived) => arrived.close(call, batch, rope, present::version(record)),
        None => batch,
    }
}

/// The members that were sent, checked, without those that the server sets.
fn sent(call: &mut Call<'_>) -> Result<Map<String, Value>, Fault> {
    let blank = || if call.arrived.is_some() { call.api.blank_body(call.method) } else { json!({}) };
    let body = call.body.take().unwrap_or_else(blank);
    object(call.api.accept_body(call.method, body)?)
}

/// What a patch makes of an item, if it is still a valid one (P11).
fn merged(call: &Call<'_>, stored: &[u8], sent: &Map<String, Value>) -> Result<Map<String, Value>, Fault> {
    let mut item = serde_json::from_slice(stored).map_err(|_| Fault::internal())?;
    merge(&mut item, Value::Object(sent.clone()));
    call.api.check_merged(call.method, &item)?;
    object(item)
}

fn object(value: Value) -> Result<Map<String, Value>, Fault> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Fault::invalid_body("Invalid JSON payload received. The body must be a JSON object.")),
    }
}

/// Commits; false when another write came first.
async fn committed(call: &Call<'_>, batch: Batch) -> Result<bool, Fault> {
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

/// The record that will stand in the store. What the media tells of itself is no part of the item.
pub(super) fn record(id: Arc<str>, head: Bytes, item: &mut Map<String, Value>) -> Record {
    if Media::of_head(&head).is_some() {
        media::strip(item);
    }
    let body = canonical(&Value::Object(item.clone())).into();
    Record { id, head, body, tag: Tag(random::tag().0), sequence: 0 }
}

/// A record's head: when it was made and when it was changed last, and its media.
pub(super) fn head(created_ms: i64, updated_ms: i64, media: Option<&Media>) -> Bytes {
    let media = media.map(|media| format!(",\"media\":{}", media.to_json())).unwrap_or_default();
    format!("{{\"createdMs\":{created_ms},\"updatedMs\":{updated_ms}{media}}}").into()
}

/// When a record was made, from its head.
pub(super) fn created_ms(head: &[u8]) -> i64 {
    time_ms(head, "\"createdMs\":").unwrap_or(0)
}

/// When a record was changed last, from its head.
pub(super) fn updated_ms(head: &[u8]) -> Option<i64> {
    time_ms(head, "\"updatedMs\":")
}

/// A head is read at every request, and only [`head`] writes it: what stands behind the name is enough.
fn time_ms(head: &[u8], name: &str) -> Option<i64> {
    let (_, rest) = std::str::from_utf8(head).ok()?.split_once(name)?;
    rest.split([',', '}']).next()?.parse().ok()
}

fn overtaken() -> Fault {
    Fault::unavailable(1)
}
