//! Writing posts and pages. Everything is checked before anything is changed, and of concurrent writes that name one
//! version exactly one wins.

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_proto::patch::merge;
use dak_store::{Batch, Direction, Expectation, Filter, Key, Lookup, Operation, Query, Record, Tag};
use serde_json::{Map, Value, json};

use super::present::{Showing, entry, version};
use super::{find, id, key, schedule};
use crate::clock::parse_rfc3339;
use crate::reply::Reply;
use crate::services::blogger::blog::{Blog, Role, forbidden};
use crate::services::blogger::head::Head;
use crate::services::blogger::kind::Kind;
use crate::services::blogger::slug::Slug;
use crate::services::blogger::{index, labels, user};
use crate::services::idempotency::{self, Repeatable};
use crate::services::{Call, store_fault};
use crate::{ids, random};

/// How often a write that names no version starts again after another one overtook it.
const ROUNDS_MAX: usize = 100;
/// After so many that are taken a path gets the id instead of a number.
const NUMBERED_PATHS_MAX: usize = 20;
/// How many comments are deleted with their post at a time.
const COMMENTS_AT_ONCE: usize = 1000;

/// A post or page on its way into the store.
struct Written {
    kind: Kind,
    id: Arc<str>,
    head: Head,
    body: Map<String, Value>,
}

/// Makes a post or page, published unless it is to be a draft.
pub(crate) async fn insert(mut call: Call<'_>, kind: Kind) -> Result<Reply, Fault> {
    let repeatable = idempotency::repeatable(&call)?;
    let blog = Blog::open(&call).await?;
    blog.require(Role::Author)?;
    let mut body = sent(&mut call)?;
    let date_ms = take_date(&mut body).flatten();
    labels::settle(&mut body)?;
    let author = user::author(call.app, &call.principal.user).await?;
    for _ in 0..ROUNDS_MAX {
        if let Some(repeatable) = &repeatable
            && let Some(answer) = repeatable.answer(&call).await?
        {
            return Ok(answer);
        }
        let now_ms = call.app.clock.now_ms();
        let mut head = Head::new(author.clone(), now_ms);
        head.date(kind, date_ms, now_ms);
        if !call.arguments.flag("isDraft") {
            head.publish(kind, None, now_ms);
        }
        let written = Written { kind, id: ids::next().into(), head, body: body.clone() };
        if let Some(reply) = commit(&call, &blog, None, written, repeatable.as_ref()).await? {
            return Ok(reply);
        }
    }
    Err(Fault::unavailable(1))
}

/// Replaces what its author sent (PUT): what is left out is cleared, but for the date of what is published.
pub(crate) async fn update(mut call: Call<'_>, kind: Kind) -> Result<Reply, Fault> {
    if call.body.is_none() {
        return Err(Fault::invalid_body(
            "A PUT replaces all that its author sent; the body is empty. Send {} to clear it.",
        ));
    }
    let sent = sent(&mut call)?;
    change(&call, kind, |head, body, now_ms| {
        *body = sent.clone();
        redate(kind, head, body, now_ms);
        act(&call, kind, head, now_ms)
    })
    .await
}

/// Merges what was sent into it (P7).
pub(crate) async fn patch(mut call: Call<'_>, kind: Kind) -> Result<Reply, Fault> {
    if call.body.is_none() {
        return Err(Fault::invalid_body("A patch is a JSON object with the members to change; the body is empty."));
    }
    let sent = sent(&mut call)?;
    change(&call, kind, |head, body, now_ms| {
        let mut sent = sent.clone();
        redate(kind, head, &mut sent, now_ms);
        let mut merged = Value::Object(std::mem::take(body));
        merge(&mut merged, Value::Object(sent));
        call.api.check_merged(call.method, &merged)?;
        *body = object(merged)?;
        act(&call, kind, head, now_ms)
    })
    .await
}

/// Publishes it: at `publishDate`, else at the date its author chose, else now.
pub(crate) async fn publish(call: &Call<'_>, kind: Kind) -> Result<Reply, Fault> {
    let date_ms = call.arguments.text("publishDate").and_then(parse_rfc3339);
    change(call, kind, |head, _, now_ms| {
        head.publish(kind, date_ms, now_ms);
        Ok(())
    })
    .await
}

/// Makes it a draft.
pub(crate) async fn revert(call: &Call<'_>, kind: Kind) -> Result<Reply, Fault> {
    change(call, kind, |head, _, _| {
        head.revert();
        Ok(())
    })
    .await
}

/// Deletes it with its comments, or puts it into the trash.
pub(crate) async fn delete(call: &Call<'_>, kind: Kind) -> Result<Reply, Fault> {
    if call.arguments.flag("useTrash") {
        let trashed = change(call, kind, |head, _, now_ms| {
            head.trash(now_ms);
            Ok(())
        });
        return trashed.await.map(|_| Reply::NoContent);
    }
    let blog = Blog::open(call).await?;
    for _ in 0..ROUNDS_MAX {
        let (record, head) = writable(call, &blog, kind).await?;
        let mut batch = Batch::new(random::batch_id(), random::tag())
            .expect(Expectation::Tagged(key(&blog, kind, &record.id), record.tag))
            .delete(key(&blog, kind, &record.id));
        if let Some(path) = &head.path {
            batch = batch.delete(path_key(&blog, path));
        }
        batch = without_comments(call, &blog, kind, &record.id, batch).await?;
        batch = schedule::settle(batch, blog.id(), &record.id, Some(&head), None);
        batch = batch.add(blog.space.clone(), kind.plural(), -i64::from(head.is_live()));
        if committed(call, batch).await? {
            return leave_none_behind(call, &blog, kind, &record.id).await;
        }
    }
    Err(Fault::unavailable(1))
}

/// Deletes the comments that wait to be approved and came while their post was being deleted; none comes any more.
async fn leave_none_behind(call: &Call<'_>, blog: &Blog, kind: Kind, id: &str) -> Result<Reply, Fault> {
    let batch = Batch::new(random::batch_id(), random::tag());
    let batch = without_comments(call, blog, kind, id, batch).await?;
    if !batch.operations.is_empty() {
        committed(call, batch).await?;
    }
    Ok(Reply::NoContent)
}

/// Whether the caller may change it: authors their own, administrators any.
pub(crate) fn may_edit(blog: &Blog, head: &Head) -> bool {
    blog.role == Role::Admin || (blog.role == Role::Author && head.is_by(&blog.caller))
}

/// Commits; false when another write came first.
pub(crate) async fn committed(call: &Call<'_>, batch: Batch) -> Result<bool, Fault> {
    match call.app.store.commit(batch).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == dak_store::ErrorKind::Conflict => Ok(false),
        Err(error) => Err(store_fault(&error)),
    }
}

/// Reads it, makes another of it, and commits that against the version that was read.
async fn change(
    call: &Call<'_>,
    kind: Kind,
    make: impl Fn(&mut Head, &mut Map<String, Value>, i64) -> Result<(), Fault>,
) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    for _ in 0..ROUNDS_MAX {
        let (record, before) = writable(call, &blog, kind).await?;
        let now_ms = call.app.clock.now_ms();
        let mut head = Head { updated_ms: now_ms, ..before.clone() };
        let mut body = object(serde_json::from_slice(&record.body).map_err(|_| Fault::internal())?)?;
        make(&mut head, &mut body, now_ms)?;
        labels::settle(&mut body)?;
        let written = Written { kind, id: record.id.clone(), head, body };
        if let Some(reply) = commit(call, &blog, Some((&before, record.tag)), written, None).await? {
            return Ok(reply);
        }
    }
    Err(Fault::unavailable(1))
}

/// What is there, if the caller may change it and the request's conditions hold.
async fn writable(call: &Call<'_>, blog: &Blog, kind: Kind) -> Result<(Record, Head), Fault> {
    blog.require(Role::Author)?;
    let (record, head) = find(call, blog, kind, id(call, kind)).await?;
    if !may_edit(blog, &head) {
        return Err(forbidden());
    }
    call.check(&version(&record, &head))?;
    Ok((record, head))
}

/// Commits what was written, with its path, its schedule and the count of what is published; `None` to try again.
async fn commit(
    call: &Call<'_>,
    blog: &Blog,
    before: Option<(&Head, Tag)>,
    mut written: Written,
    repeatable: Option<&Repeatable>,
) -> Result<Option<Reply>, Fault> {
    let key = key(blog, written.kind, &written.id);
    let expectation = match before {
        Some((_, tag)) => Expectation::Tagged(key.clone(), tag),
        None => Expectation::Absent(key.clone()),
    };
    let mut batch = Batch::new(random::batch_id(), random::tag()).expect(expectation);
    if let Some(path) = path(call, blog, &written).await? {
        let claim = path_key(blog, &path);
        let body = json!({written.kind.singular(): &*written.id}).to_string();
        batch = batch.expect(Expectation::Absent(claim.clone())).put(claim, "{}", body);
        written.head.path = Some(path);
    }
    let record = written.record();
    let (head, body, tag) = (record.head.clone(), record.body.clone(), record.tag);
    batch.operations.push(Operation::Put { key, head, body, tag });
    let head_before = before.map(|(head, _)| head);
    let was_live = head_before.is_some_and(Head::is_live);
    let more = i64::from(written.head.is_live()) - i64::from(was_live);
    batch = batch.add(blog.space.clone(), written.kind.plural(), more);
    batch = schedule::settle(batch, blog.id(), &written.id, head_before, Some(&written.head));
    let rope = Arc::new(entry(call, blog, Showing::one(call, written.kind, blog.role), &record).await?);
    if let Some(repeatable) = repeatable {
        batch = repeatable.keep(call, batch, &rope, record.tag);
    }
    let committed = committed(call, batch).await?;
    if committed && written.head.due_ms().is_some() {
        call.app.alarm.notify_one();
    }
    Ok(committed.then(|| Reply::written(rope, version(&record, &written.head))))
}

impl Written {
    fn record(&self) -> Record {
        Record {
            id: self.id.clone(),
            head: self.head.to_bytes(),
            body: canonical(&Value::Object(self.body.clone())).into(),
            tag: random::tag(),
            sequence: 0,
        }
    }
}

/// The path of what is published or scheduled for the first time: one that nothing else in the blog has.
async fn path(call: &Call<'_>, blog: &Blog, written: &Written) -> Result<Option<String>, Fault> {
    let Written { kind, head, body, .. } = written;
    if head.path.is_some() || !(head.is_live() || head.due_ms().is_some()) {
        return Ok(None);
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let published_ms = head.published_ms.unwrap_or(head.created_ms);
    let slug = Slug::new(*kind, text("title"), text("content"), published_ms);
    for round in 0..NUMBERED_PATHS_MAX {
        let path = slug.path(round);
        let lookup = call.app.store.lookup(&path_key(blog, &path), None).await;
        if lookup.map_err(|error| store_fault(&error))? == Lookup::Absent {
            return Ok(Some(path));
        }
    }
    Ok(Some(slug.path(written.id.parse().unwrap_or(NUMBERED_PATHS_MAX))))
}

fn path_key(blog: &Blog, path: &str) -> Key {
    Key::new(blog.space.clone(), index::PATHS, path)
}

/// Makes a batch delete all comments on a post; a page has none.
async fn without_comments(
    call: &Call<'_>,
    blog: &Blog,
    kind: Kind,
    post: &str,
    mut batch: Batch,
) -> Result<Batch, Fault> {
    if kind == Kind::Page {
        return Ok(batch);
    }
    let mut query = Query {
        filter: Filter::Tag(format!("post={post}")),
        limit: COMMENTS_AT_ONCE,
        direction: Direction::Ascending,
        ..Query::new(blog.space.clone(), index::COMMENTS, index::PUBLISHED)
    };
    loop {
        let page = call.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        for comment in page.records {
            batch = batch.delete(Key::new(blog.space.clone(), index::COMMENTS, comment.id));
        }
        let Some(next) = page.next else { return Ok(batch) };
        query.after = Some(next);
    }
}

/// What a request asks to be done after its change.
fn act(call: &Call<'_>, kind: Kind, head: &mut Head, now_ms: i64) -> Result<(), Fault> {
    match (call.arguments.flag("publish"), call.arguments.flag("revert")) {
        (true, true) => {
            let message = "Of \"publish\" and \"revert\" only one can be true.";
            return Err(Fault::invalid_parameter("revert", message));
        }
        (true, false) => head.publish(kind, None, now_ms),
        (false, true) => head.revert(),
        (false, false) => {}
    }
    Ok(())
}

/// Takes the date out of what was sent and follows it, if there was one.
fn redate(kind: Kind, head: &mut Head, sent: &mut Map<String, Value>, now_ms: i64) {
    if let Some(date_ms) = take_date(sent) {
        head.date(kind, date_ms, now_ms);
    }
}

/// Takes the date out of what was sent; `Some(None)` where it is to be removed.
fn take_date(sent: &mut Map<String, Value>) -> Option<Option<i64>> {
    sent.shift_remove("published").map(|date| date.as_str().and_then(parse_rfc3339))
}

/// The members that were sent, checked, without those that the server sets.
fn sent(call: &mut Call<'_>) -> Result<Map<String, Value>, Fault> {
    let body = call.body.take().unwrap_or_else(|| json!({}));
    object(call.api.accept_body(call.method, body)?)
}

fn object(value: Value) -> Result<Map<String, Value>, Fault> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Fault::invalid_body("Invalid JSON payload received. The body must be a JSON object.")),
    }
}
