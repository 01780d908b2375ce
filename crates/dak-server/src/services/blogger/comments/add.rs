//! Writing a comment, as the control desk does.

use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_store::{Batch, ErrorKind, Expectation, Key};
use serde_json::{Value, json};

use super::{Head, Status, key, moderate};
use crate::app::App;
use crate::clock::parse_rfc3339;
use crate::services::blogger::blog::Blog;
use crate::services::blogger::{index, user};
use crate::services::store_fault;
use crate::{ids, random};

/// How often it starts again after another change of the post overtook it.
const ROUNDS_MAX: usize = 100;
/// Whom a comment is by who does not say so.
const ANONYMOUS: &str = "Anonymous";

/// Adds a comment: `{"postId", "content", "author"?, "email"?, "inReplyTo"?, "status"?, "published"?}`; its id.
///
/// # Errors
/// 404 where the post, or the comment that is answered, is not there; 400 for a status that is none.
pub(crate) async fn add(app: &App, blog: &Blog, sent: &Value) -> Result<String, Fault> {
    let text = |name: &str| sent[name].as_str();
    let post_id = text("postId").ok_or_else(|| Fault::required("postId"))?;
    let content =
        text("content").filter(|content| !content.trim().is_empty()).ok_or_else(|| Fault::required("content"))?;
    let status = text("status").unwrap_or("LIVE").to_ascii_uppercase();
    let status = Status::parse(&status).filter(|status| *status != Status::Emptied);
    let status = status.ok_or_else(|| Fault::invalid_body("\"status\" is LIVE, PENDING or SPAM."))?;
    let created_ms = match text("published") {
        None => app.clock.now_ms(),
        Some(time) => parse_rfc3339(time).ok_or_else(|| Fault::invalid_body("\"published\" is no time."))?,
    };
    let author = author(text("author"), text("email"));
    let in_reply_to = text("inReplyTo").map(str::to_owned);
    let head = Head { created_ms, updated_ms: created_ms, status, post: post_id.to_owned(), in_reply_to, author };
    let body = canonical(&json!({"content": content}));
    for _ in 0..ROUNDS_MAX {
        let (post, post_head) = moderate::post(app, blog, post_id).await?;
        let id = ids::next();
        let mut batch = Batch::new(random::batch_id(), random::tag()).expect(Expectation::Absent(key(blog, &id))).put(
            key(blog, &id),
            head.to_bytes(),
            body.clone(),
        );
        if let Some(other) = &head.in_reply_to {
            answered(app, blog, post_id, other).await?;
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

/// The comment that is answered must be on the same post.
async fn answered(app: &App, blog: &Blog, post: &str, comment: &str) -> Result<(), Fault> {
    let missing = || Fault::not_found(format!("There is no comment \"{comment}\" on this post."));
    if !user::is_id(comment) {
        return Err(missing());
    }
    let key = Key::new(blog.space.clone(), index::COMMENTS, comment);
    let found = app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?.record();
    let is_here = found.and_then(|record| Head::parse(&record.head).ok()).is_some_and(|head| head.post == post);
    if is_here { Ok(()) } else { Err(missing()) }
}

/// Who wrote a comment, as it is kept: a user if there is an address.
pub(crate) fn author(name: Option<&str>, address: Option<&str>) -> Value {
    match address {
        Some(address) => {
            json!({"id": user::id(address), "displayName": name.unwrap_or_else(|| user::plain_name(address))})
        }
        None => json!({"displayName": name.unwrap_or(ANONYMOUS)}),
    }
}
