//! What a rule says of a method, carried out.

use std::sync::Arc;

use dak_api::{Act, Action, Asked, Assignment, Collection, Condition, Effect, Expression, Rule, Scope};
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Batch, Cursor, Direction, Expectation, Key, Page, Query, Record};
use serde_json::{Map, Value, json};

use super::layout::{self, Times};
use super::outcome::{Answer, value};
use super::write::{self, ROUNDS_MAX};
use super::{head, indexer, present, sent};
use crate::clock::rfc3339;
use crate::media::{Media, discard};
use crate::random;
use crate::reply::Reply;
use crate::services::idempotency::{self, Repeatable};
use crate::services::{Call, store_fault};
use crate::uploads::sweep;

/// How many items of a collection are changed in one commit.
const ITEMS_PER_COMMIT: usize = 500;

/// Does what a rule says.
pub(super) async fn carry_out(mut call: Call<'_>, rule: &Rule) -> Result<Reply, Fault> {
    let repeatable = idempotency::repeatable(&call)?;
    let tag = match rule {
        Rule::Act(act) => sent::tag(&call, &act.change),
        Rule::Answer(_) | Rule::Shape(_) => None,
    };
    let sent = match rule {
        Rule::Shape(_) => call.body.clone(),
        Rule::Act(_) | Rule::Answer(_) => call.body.take(),
    };
    let (body, now) = (body(&call, sent)?, rfc3339(call.app.clock.now_ms()));
    let asked = Asked { now: &now, user: &call.principal.user, arguments: call.arguments, body: &body };
    match rule {
        Rule::Shape(action) => shaped(call, &action.bound(&asked)).await,
        Rule::Answer(_) if call.method.response.is_none() => Ok(Reply::NoContent),
        Rule::Answer(said) => {
            let said = said.bound(&asked).value(&Value::Null);
            Ok(Reply::shown(Arc::new(Rope::value(&said.unwrap_or_else(|| json!({}))))))
        }
        Rule::Act(act) => acted(&call, &act.bound(&asked), tag.as_deref(), repeatable.as_ref()).await,
    }
}

/// Does what a method's shape tells; its answer is the rule's.
async fn shaped(call: Call<'_>, action: &Action) -> Result<Reply, Fault> {
    match action {
        Action::Insert(change) => Box::pin(write::insert(call, change)).await,
        Action::Update(change) => Box::pin(write::update(call, change)).await,
        Action::Patch(change) => Box::pin(write::patch(call, change)).await,
        _ => Err(Fault::internal()),
    }
}

async fn acted(call: &Call<'_>, act: &Act, tag: Option<&str>, repeatable: Option<&Repeatable>) -> Result<Reply, Fault> {
    match (&act.scope, &act.effect) {
        (Scope::Item, _) => one(call, act, tag, repeatable).await,
        (Scope::Each(conditions), _) => each(call, act, conditions).await,
        (Scope::Collection, Effect::Insert { item, set }) => {
            let new = item.value(&Value::Null).unwrap_or_else(|| json!({}));
            insert(call, act, new, set, repeatable).await
        }
        (Scope::Collection, _) => {
            layout::parent(call, &act.change.collection).await?;
            Ok(Answer::bare(&act.change.outcome).reply())
        }
    }
}

/// Looks whether media could come to something by a rule: what was said of it, the item it is to change.
pub(super) async fn check_upload(call: &Call<'_>, rule: &Rule) -> Result<(), Fault> {
    let (body, now) = (body(call, call.body.clone())?, rfc3339(call.app.clock.now_ms()));
    let asked = Asked { now: &now, user: &call.principal.user, arguments: call.arguments, body: &body };
    let Rule::Act(act) = rule else { return Ok(()) };
    let (act, collection) = (act.bound(&asked), &act.change.collection);
    match act.scope {
        Scope::Item => {
            let (key, tag) = (layout::key(collection, call.arguments)?, sent::tag(call, &act.change));
            found(call, &act, &key, tag.as_deref()).await.map(drop)
        }
        Scope::Each(_) | Scope::Collection => layout::parent(call, collection).await.map(drop),
    }
}

/// What was sent, checked. Of an item what the server sets is left out.
fn body(call: &Call<'_>, sent: Option<Value>) -> Result<Value, Fault> {
    let mut body = call.api.accept_body(call.method, sent.unwrap_or_else(|| json!({})))?;
    if let Some(request) = call.method.request {
        call.api.strip_server_set(request, &mut body);
    }
    Ok(body)
}

async fn insert(
    call: &Call<'_>,
    act: &Act,
    new: Value,
    set: &[Assignment],
    repeatable: Option<&Repeatable>,
) -> Result<Reply, Fault> {
    let mut item = sent::object(new.clone())?;
    set.iter().for_each(|assignment| assignment.apply(&mut item, &new));
    let item = checked(call, act, Value::Object(item))?;
    let new_id = sent::said(call, act.change.new_id.as_ref(), &item);
    write::make(call, &act.change, item, new_id, repeatable).await
}

/// An item as a rule made it, if its members may be so.
fn checked(call: &Call<'_>, act: &Act, mut item: Value) -> Result<Map<String, Value>, Fault> {
    call.api.check_item(call.method, act.change.collection.item, &mut item)?;
    sent::object(item)
}

async fn one(call: &Call<'_>, act: &Act, tag: Option<&str>, repeatable: Option<&Repeatable>) -> Result<Reply, Fault> {
    let collection = &act.change.collection;
    if act.effect != Effect::Nothing {
        write::check_named(call)?;
    }
    let key = layout::key(collection, call.arguments)?;
    for _ in 0..ROUNDS_MAX {
        if let Some(answer) = write::answered(call, &act.change, repeatable).await? {
            return Ok(answer);
        }
        let (found, shown) = found(call, act, &key, tag).await?;
        let reply = match &act.effect {
            Effect::Insert { item, set } => return copy(call, act, &shown, item, set, repeatable).await,
            Effect::Alter { set, parent } => {
                let item = altered(call, act, set, &found, &shown)?;
                match parent.as_ref().and_then(|parent| parent.value(&shown)) {
                    Some(parent) => move_to(call, act, &key, &found, item, &parent).await?,
                    None => write::replace(call, &act.change, &key, &found, item, repeatable).await?,
                }
            }
            Effect::Delete => write::remove(call, &act.change, &key, &found, repeatable).await?,
            Effect::Nothing if call.arrived.is_some() => {
                write::replace(call, &act.change, &key, &found, write::stored(&found.body)?, repeatable).await?
            }
            Effect::Nothing => told(call, act, &found).await?,
        };
        if let Some(reply) = reply {
            return Ok(reply);
        }
    }
    Err(write::overtaken())
}

/// The item that an act is about and how it looks, if it is as the rule asks for.
async fn found(call: &Call<'_>, act: &Act, key: &Key, tag: Option<&str>) -> Result<(Record, Value), Fault> {
    let found = write::current(call, &act.change.collection, key, tag).await?;
    let shown = value(&present::item(call, &act.change.collection, &found));
    match act.conditions.iter().find(|condition| !condition.holds(&shown)) {
        Some(condition) => Err(not_so(call, condition, &shown)),
        None => Ok((found, shown)),
    }
}

/// Makes another item beside one, of what a client may say of that.
async fn copy(
    call: &Call<'_>,
    act: &Act,
    shown: &Value,
    item: &Expression,
    set: &[Assignment],
    repeatable: Option<&Repeatable>,
) -> Result<Reply, Fault> {
    let mut act = act.clone();
    // The path says which item is there, not which one is made.
    act.change.collection.id = None;
    let mut source = shown.clone();
    call.api.strip_server_set(act.change.collection.item, &mut source);
    if let (Some(member), Some(members)) = (&act.change.collection.id_member, source.as_object_mut()) {
        members.shift_remove(&member.name);
    }
    let mut new = sent::object(item.value(&source).unwrap_or_else(|| json!({})))?;
    set.iter().for_each(|assignment| assignment.apply(&mut new, shown));
    insert(call, &act, Value::Object(new), &[], repeatable).await
}

/// 400: an item is not in the state that a rule asks for.
fn not_so(call: &Call<'_>, condition: &Condition, shown: &Value) -> Fault {
    let wanted = condition.values.iter().map(|value| value.value(shown).unwrap_or(Value::Null).to_string());
    let wanted: Vec<String> = wanted.collect();
    let (id, member) = (&call.method.id, condition.member());
    let message = format!("{id} is for items whose {member} is {}.", wanted.join(" or "));
    Fault::bad_request("failedPrecondition", message)
}

fn altered(
    call: &Call<'_>,
    act: &Act,
    set: &[Assignment],
    found: &Record,
    shown: &Value,
) -> Result<Map<String, Value>, Fault> {
    let mut item = write::stored(&found.body)?;
    set.iter().for_each(|assignment| assignment.apply(&mut item, shown));
    checked(call, act, Value::Object(item))
}

/// The answer about an item that stays as it is; what it has to be remembered by is committed.
async fn told(call: &Call<'_>, act: &Act, found: &Record) -> Result<Option<Reply>, Fault> {
    let answer = Answer::new(call, &act.change, found, present::item(call, &act.change.collection, found));
    let batch = answer.remembered(Batch::new(random::batch_id(), random::tag()));
    let is_remembered = batch.operations.is_empty() || write::committed(call, batch).await?;
    Ok(is_remembered.then(|| answer.reply()))
}

/// Commits an item inside another parent in place of the version that was read; `None` to try again.
async fn move_to(
    call: &Call<'_>,
    act: &Act,
    key: &Key,
    found: &Record,
    mut item: Map<String, Value>,
    parent: &Value,
) -> Result<Option<Reply>, Fault> {
    let collection = &act.change.collection;
    let arguments = parent.as_str().and_then(|parent| collection.under(call.arguments, parent));
    let arguments = arguments.ok_or_else(|| {
        Fault::bad_request("invalid", format!("{} cannot be moved to {parent}: that is no parent.", key.id))
    })?;
    let there = call.with_arguments(&arguments);
    let new_key = layout::key(collection, there.arguments)?;
    if new_key == *key {
        return write::replace(call, &act.change, key, found, item, None).await;
    }
    let parent = layout::parent(&there, collection).await?;
    write::refuse_duplicate(&there, collection, &key.id).await?;
    let (created_ms, now_ms) = (head::created_ms(&found.head), call.app.clock.now_ms());
    layout::locate(&there, collection, &mut item);
    let times = Times { created_ms, changed_ms: now_ms };
    layout::stamp(call.api, collection, &mut item, times, Some(&found.body));
    let (media, replaced) = write::media_of(call, found);
    let head = head::new(created_ms, now_ms, media.as_ref());
    let record = write::record(collection, Arc::clone(&found.id), head, &mut item);
    let answer = Answer::new(&there, &act.change, &record, present::item(&there, collection, &record));
    if write::only_validates(call, &act.change) {
        return Ok(Some(answer.reply()));
    }
    let batch = Batch::new(random::batch_id(), random::tag())
        .expect(Expectation::Tagged(key.clone(), found.tag))
        .expect(Expectation::Absent(new_key.clone()));
    let batch = parent.into_iter().fold(batch, |batch, parent| batch.expect(Expectation::Present(parent)));
    let batch = answer.remembered(write::with(batch.delete(key.clone()), new_key, &record));
    let batch = write::closed(call, discard(batch, &replaced, now_ms), &answer);
    let is_committed = write::committed(call, batch).await?;
    if is_committed {
        sweep::soon(call.app, &replaced);
    }
    Ok(is_committed.then(|| answer.reply()))
}

/// Carries out an act on all items of a collection of which something holds, a few hundred to a commit: what was done
/// stays done if the rest fails.
async fn each(call: &Call<'_>, act: &Act, conditions: &[Condition]) -> Result<Reply, Fault> {
    layout::parent(call, &act.change.collection).await?;
    let (mut after, mut rounds) = (None, 0);
    while !write::only_validates(call, &act.change) {
        let page = page(call, &act.change.collection, after.clone()).await?;
        if !change_all(call, act, conditions, &page).await? {
            rounds += 1;
            if rounds == ROUNDS_MAX {
                return Err(write::overtaken());
            }
            continue;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(Answer::bare(&act.change.outcome).reply())
}

async fn page(call: &Call<'_>, collection: &Collection, after: Option<Cursor>) -> Result<Page, Fault> {
    let order = indexer::order_name(layout::CREATED[0]);
    let query = Query {
        direction: Direction::Ascending,
        limit: ITEMS_PER_COMMIT,
        after,
        ..Query::new(collection.space(call.arguments), Arc::clone(&collection.path), order)
    };
    call.app.store.query(&query).await.map_err(|error| store_fault(&error))
}

/// Commits the change of a page's items; false if another write came first.
async fn change_all(call: &Call<'_>, act: &Act, conditions: &[Condition], page: &Page) -> Result<bool, Fault> {
    let collection = &act.change.collection;
    let now_ms = call.app.clock.now_ms();
    let mut batch = Batch::new(random::batch_id(), random::tag());
    let mut segments = Vec::new();
    for found in &page.records {
        let shown = value(&present::item(call, collection, found));
        if !conditions.iter().all(|condition| condition.holds(&shown)) {
            continue;
        }
        let key = Key::new(collection.space(call.arguments), Arc::clone(&collection.path), Arc::clone(&found.id));
        let media = Media::of_head(&found.head);
        batch = batch.expect(Expectation::Tagged(key.clone(), found.tag));
        match &act.effect {
            Effect::Alter { set, .. } => {
                let mut item = altered(call, act, set, found, &shown)?;
                let created_ms = head::created_ms(&found.head);
                let times = Times { created_ms, changed_ms: now_ms };
                layout::stamp(call.api, collection, &mut item, times, Some(&found.body));
                let head = head::new(created_ms, now_ms, media.as_ref());
                let record = write::record(collection, Arc::clone(&found.id), head, &mut item);
                batch = write::with(batch, key, &record);
            }
            Effect::Delete => {
                segments.extend(media.map(|media| media.segments).unwrap_or_default());
                batch = batch.delete(key);
            }
            Effect::Nothing | Effect::Insert { .. } => {}
        }
    }
    if batch.operations.is_empty() {
        return Ok(true);
    }
    let is_committed = write::committed(call, discard(batch, &segments, now_ms)).await?;
    if is_committed {
        sweep::soon(call.app, &segments);
    }
    Ok(is_committed)
}
