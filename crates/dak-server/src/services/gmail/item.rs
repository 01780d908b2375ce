//! What a mailbox holds beside mail: labels, filters, addresses, settings. Each is a small record whose body is the
//! resource as it is shown; what was sent and is never shown stands in its head.

mod growing;

use std::sync::Arc;

use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_proto::rope::Rope;
use dak_store::{Batch, Direction, ErrorKind, Expectation, Key, Lookup, Query, Record, Tag};
use http::Method;
use serde_json::{Value, json};

use super::mailbox::{self, Mailbox};
use super::{fault, index};
use crate::app::App;
use crate::reply::{Reply, Version};
use crate::services::idempotency::{self, Repeatable};
use crate::services::{Call, store_fault};
use crate::{ids, random};

pub(super) use self::growing::Growing;

/// How often a change starts again after another one overtook it.
const ROUNDS_MAX: usize = 100;
/// How many records are read at once.
const READ_AT_ONCE: usize = 1000;

/// Something in a mailbox, as it was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// Where it stands.
    pub(super) key: Key,
    /// As it is shown.
    pub(super) value: Value,
    /// What is never shown; an object.
    pub(super) secrets: Value,
    /// Its version; `None` for one that nobody has written yet.
    tag: Option<Tag>,
}

impl Item {
    /// One that is there without having been written: a new mailbox has it.
    pub(super) fn unwritten(key: Key, value: Value) -> Item {
        Item { key, value, secrets: json!({}), tag: None }
    }

    fn of(key: Key, record: &Record) -> Result<Item, Fault> {
        let read = |bytes| serde_json::from_slice(bytes).map_err(|_| Fault::internal());
        Ok(Item { key, value: read(&record.body)?, secrets: read(&record.head)?, tag: Some(record.tag) })
    }

    /// Its id.
    pub(super) fn id(&self) -> &str {
        &self.key.id
    }

    /// A text member; empty where there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.value[name].as_str().unwrap_or_default()
    }

    /// What tells this version from others.
    pub(super) fn version(&self) -> Version {
        match self.tag {
            Some(tag) => Etag::from_tag(&tag.0).into(),
            None => Etag::from_bytes(self.value.to_string().as_bytes()).into(),
        }
    }

    /// That it is still as it was read.
    pub(super) fn unchanged(&self) -> Expectation {
        match self.tag {
            Some(tag) => Expectation::Tagged(self.key.clone(), tag),
            None => Expectation::Absent(self.key.clone()),
        }
    }

    /// Adds to a batch that it becomes this value, if it is still as it was read.
    pub(super) fn replaced(&self, batch: Batch, value: &Value) -> Batch {
        self.rewritten(batch, value, &self.secrets)
    }

    /// The same with other secrets.
    pub(super) fn rewritten(&self, batch: Batch, value: &Value, secrets: &Value) -> Batch {
        // Nothing comes into a mailbox that is being deleted.
        let batch = batch.expect(self.unchanged()).expect(mailbox::there(&self.key.space));
        batch.put(self.key.clone(), canonical(secrets), canonical(value))
    }

    /// Adds to a batch that it goes, if it is still as it was read.
    pub(super) fn deleted(&self, batch: Batch) -> Batch {
        batch.expect(self.unchanged()).delete(self.key.clone())
    }
}

/// What stands at a key; `None` if nothing does.
pub(super) async fn find(app: &App, key: Key) -> Result<Option<Item>, Fault> {
    match app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))? {
        Lookup::Found(record) => Item::of(key, &record).map(Some),
        Lookup::Absent | Lookup::Unchanged => Ok(None),
    }
}

/// All of a collection, by id.
pub(super) async fn all(app: &App, mailbox: &Mailbox, collection: &'static str) -> Result<Vec<Item>, Fault> {
    let mut query = Query {
        direction: Direction::Ascending,
        limit: READ_AT_ONCE,
        ..Query::new(Arc::clone(&mailbox.space), collection, index::ID)
    };
    let mut items = Vec::new();
    loop {
        let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        for record in &page.records {
            items.push(Item::of(mailbox.key(collection, Arc::clone(&record.id)), record)?);
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(items),
        }
    }
}

/// An id for something new, above all earlier ones, that tells nothing to who sees it.
pub(super) fn new_id() -> String {
    let number: u64 = ids::next().parse().unwrap_or_default();
    format!("ANe1Bm{number:016x}{}", random::upload_id())
}

/// A new batch.
pub(super) fn batch() -> Batch {
    Batch::new(random::batch_id(), random::tag())
}

/// Carries out a batch; false if another change was faster.
///
/// # Errors
/// Whatever else the store refuses.
pub(super) async fn committed(app: &App, batch: Batch) -> Result<bool, Fault> {
    match app.store.commit(batch).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::Conflict => Ok(false),
        Err(error) => Err(store_fault(&error)),
    }
}

/// Plans a change and carries it out; where another one was faster, it is planned again on what is there then.
///
/// # Errors
/// What the plan refuses, and 503 where others are always faster.
pub(super) async fn change<T, F>(app: &App, plan: impl Fn() -> F) -> Result<T, Fault>
where
    F: Future<Output = Result<(Batch, T), Fault>>,
{
    for _ in 0..ROUNDS_MAX {
        let (batch, made) = plan().await?;
        if committed(app, batch).await? {
            return Ok(made);
        }
    }
    Err(Fault::unavailable(1))
}

/// Carries out a request; one that makes something does so once for each `Idempotency-Key` (D21).
pub(super) async fn once(call: &Call<'_>, made: impl Future<Output = Result<Reply, Fault>>) -> Result<Reply, Fault> {
    let Some(repeatable) = repeatable(call)? else { return made.await };
    if let Some(answer) = repeatable.answer(call).await? {
        return Ok(answer);
    }
    match made.await {
        // Of two that come together the second finds what the first one made.
        Err(fault) => repeatable.answer(call).await?.ok_or(fault),
        made => made,
    }
}

/// Adds to the batch that makes something the request's answer, for whoever repeats it.
pub(super) fn kept(call: &Call<'_>, (batch, reply): (Batch, Reply)) -> Result<(Batch, Reply), Fault> {
    let batch = match (repeatable(call)?, &reply) {
        (Some(repeatable), Reply::Representation(shown)) => {
            let tag = batch.tag;
            repeatable.keep(call, batch, &shown.rope, tag)
        }
        _ => batch,
    };
    Ok((batch, reply))
}

fn repeatable(call: &Call<'_>) -> Result<Option<Repeatable>, Fault> {
    if call.http_method == Method::POST { idempotency::repeatable(call) } else { Ok(None) }
}

/// Shows an item to who reads it.
pub(super) fn read(call: &Call<'_>, item: &Item) -> Result<Reply, Fault> {
    match call.short_cut(&item.version())? {
        Some(reply) => Ok(reply),
        None => Ok(Reply::read(Rope::value(&item.value), item.version())),
    }
}

/// Shows a value to who wrote it with a batch of this tag.
pub(super) fn written(value: &Value, tag: Tag) -> Reply {
    Reply::written(Rope::value(value), Etag::from_tag(&tag.0))
}

/// The version of all that is in a mailbox: read before what it labels.
pub(super) async fn version(app: &App, mailbox: &Mailbox) -> Result<Version, Fault> {
    let version = app.store.version(&mailbox.space).await.map_err(|error| store_fault(&error))?;
    Ok(Etag::from_tag(&version.tag.0).into())
}

/// Shows a list under a name, which is absent when there is nothing in it.
pub(super) fn listed(name: &str, values: Vec<Value>, version: Version) -> Reply {
    let list = if values.is_empty() { json!({}) } else { json!({name: values}) };
    Reply::read(Rope::value(&list), version)
}

/// Shows all of a collection under a name.
pub(super) async fn list(
    call: &Call<'_>,
    mailbox: &Mailbox,
    collection: &'static str,
    name: &str,
) -> Result<Reply, Fault> {
    let version = version(call.app, mailbox).await?;
    let items = all(call.app, mailbox, collection).await?;
    Ok(listed(name, items.into_iter().map(|item| item.value).collect(), version))
}

/// What stands at a key.
///
/// # Errors
/// 404 where nothing does.
pub(super) async fn named(call: &Call<'_>, key: Key) -> Result<Item, Fault> {
    find(call.app, key).await?.ok_or_else(fault::not_found)
}

/// Adds something to a collection and shows it.
///
/// # Errors
/// 409 if something of its id is there already, 400 where the collection is full.
pub(super) async fn insert(
    call: &Call<'_>,
    mailbox: &Mailbox,
    collection: &Growing,
    id: String,
    value: &Value,
    secrets: &Value,
) -> Result<Reply, Fault> {
    let new = Item::unwritten(mailbox.key(collection.name, id), Value::Null);
    change(call.app, || async {
        if find(call.app, new.key.clone()).await?.is_some() {
            return Err(Fault::duplicate(collection.taken));
        }
        let batch = collection.grown(call.app, mailbox, batch()).await?;
        let batch = new.rewritten(batch, value, secrets);
        let tag = batch.tag;
        kept(call, (batch, written(value, tag)))
    })
    .await
}

/// Deletes what stands at a key.
///
/// # Errors
/// 404 where nothing does, 412 where it is another version.
pub(super) async fn delete(call: &Call<'_>, key: Key) -> Result<Reply, Fault> {
    change(call.app, || async {
        let item = named(call, key.clone()).await?;
        call.check(&item.version())?;
        Ok((item.deleted(batch()), Reply::NoContent))
    })
    .await
}
