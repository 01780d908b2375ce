//! Writing a comment, as the control desk does.

use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_store::{Batch, ErrorKind, Expectation, Key};
use serde_json::{Value, json};

use super::{Head, Status, key, moderate};
use crate::app::App;
use crate::services::blogger::blog::Blog;
use crate::services::blogger::{index, user};
use crate::services::seeding::date;
use crate::services::seeding::member::{address, optional, wrong};
use crate::services::store_fault;
use crate::{ids, random};

/// How often it starts again after another change of the post overtook it.
const ROUNDS_MAX: usize = 100;
/// Whom a comment is by who does not say so.
const ANONYMOUS: &str = "Anonymous";

/// All that may be said of a comment.
pub(crate) const SAID: [&str; 8] =
    ["author", "blogId", "content", "email", "inReplyTo", "postId", "published", "status"];

/// Adds a comment: `{"postId", "content", "author"?, "email"?, "inReplyTo"?, "status"?, "published"?}`; its id.
///
/// # Errors
/// 404 where the post, or the comment that is answered, is not there; 400 for what cannot be.
pub(crate) async fn add(app: &App, blog: &Blog, sent: &Value, at: &str) -> Result<String, Fault> {
    let post_id = id(sent, "postId", at)?.ok_or_else(|| wrong(at, "\"postId\" is required, as a decimal number"))?;
    let content = optional(sent, "content", at)?.filter(|content| !content.trim().is_empty());
    let content = content.ok_or_else(|| wrong(at, "\"content\" is required, as text"))?;
    let status = optional(sent, "status", at)?.unwrap_or("LIVE").to_ascii_uppercase();
    let status = Status::parse(&status).filter(|status| *status != Status::Emptied);
    let status = status.ok_or_else(|| wrong(at, "\"status\" is LIVE, PENDING or SPAM"))?;
    let created_ms = created_ms(app, sent, at)?;
    let address = address(sent, "email", at)?;
    let author = author(app, optional(sent, "author", at)?, address).await?;
    let in_reply_to = id(sent, "inReplyTo", at)?;
    let head = Head { created_ms, updated_ms: created_ms, status, post: post_id.clone(), in_reply_to, author };
    let body = canonical(&json!({"content": content}));
    for _ in 0..ROUNDS_MAX {
        let (post, post_head) = moderate::post(app, blog, &post_id).await?;
        let id = ids::next();
        let batch = Batch::new(random::batch_id(), random::tag()).expect(Expectation::Absent(key(blog, &id)));
        let batch = batch.put(key(blog, &id), head.to_bytes(), body.clone());
        let mut batch = user::introduce(app, batch, address.as_slice()).await?;
        if let Some(other) = &head.in_reply_to {
            answered(app, blog, &post_id, other).await?;
            batch = batch.expect(Expectation::Present(key(blog, other)));
        }
        let more = i64::from(status == Status::Live);
        match app.store.commit(moderate::counted(batch, blog, &post, &post_head, more)).await {
            Ok(_) => return Ok(id),
            Err(error) if error.kind() == ErrorKind::Conflict => {}
            Err(error) => return Err(store_fault(&error)),
        }
    }
    Err(Fault::unavailable(1))
}

/// The id in a member, which may be absent.
fn id(sent: &Value, name: &str, at: &str) -> Result<Option<String>, Fault> {
    match &sent[name] {
        Value::Null => Ok(None),
        id => user::decimal(id).map(Some).ok_or_else(|| wrong(at, &format!("\"{name}\" is a decimal number"))),
    }
}

/// When it is said to have been written; now, unless it is said.
fn created_ms(app: &App, sent: &Value, at: &str) -> Result<i64, Fault> {
    let now_ms = app.clock.now_ms();
    let complaint = || wrong(at, "\"published\" is a time such as 2026-11-30T12:00:00Z, or -3d");
    optional(sent, "published", at)?.map_or(Ok(now_ms), |time| date::parse(time, now_ms).ok_or_else(complaint))
}

/// The comment that is answered must be on the same post.
async fn answered(app: &App, blog: &Blog, post: &str, comment: &str) -> Result<(), Fault> {
    let missing = || Fault::not_found(format!("There is no comment {comment} on the post {post}."));
    let key = Key::new(blog.space.clone(), index::COMMENTS, comment);
    let found = app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?.record();
    let is_here = found.and_then(|record| Head::parse(&record.head).ok()).is_some_and(|head| head.post == post);
    if is_here { Ok(()) } else { Err(missing()) }
}

/// Who wrote a comment, as it is kept: a user if there is an address, under another name if there is one.
async fn author(app: &App, name: Option<&str>, address: Option<&str>) -> Result<Value, Fault> {
    let Some(address) = address else { return Ok(stranger(name)) };
    let mut author = user::author(app, address).await?;
    if let Some(name) = name {
        author["displayName"] = name.into();
    }
    Ok(author)
}

/// Somebody of whom no more than a name is known.
pub(crate) fn stranger(name: Option<&str>) -> Value {
    json!({"displayName": name.unwrap_or(ANONYMOUS)})
}
