//! Comments: reading them, and moderating them. The API has no way to write one; the control desk has.

pub(super) mod add;
pub(super) mod moderate;
pub(super) mod read;

use std::borrow::Cow;

use bytes::Bytes;
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Key, Lookup, Record};
use serde_json::{Value, json};

use super::blog::{Blog, Role, not_found};
use super::entries::present::without_content;
use super::{index, user};
use crate::clock::rfc3339;
use crate::reply::Version;
use crate::services::{Call, store_fault};

/// Where a comment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Shown to everybody, and counted.
    Live,
    /// Its content was removed.
    Emptied,
    /// Waits to be approved.
    Pending,
    /// Spam.
    Spam,
}

impl Status {
    /// As the API calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Status::Live => "LIVE",
            Status::Emptied => "EMPTIED",
            Status::Pending => "PENDING",
            Status::Spam => "SPAM",
        }
    }

    /// The status of this name; nothing else is one.
    pub(super) fn parse(name: &str) -> Option<Status> {
        [Status::Live, Status::Emptied, Status::Pending, Status::Spam].into_iter().find(|status| status.name() == name)
    }

    /// Whether readers may see it.
    fn is_public(self) -> bool {
        matches!(self, Status::Live | Status::Emptied)
    }
}

/// The head of a comment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    /// When it was written, in ms.
    pub(super) created_ms: i64,
    /// When it was changed last, in ms.
    pub(super) updated_ms: i64,
    /// Where it stands.
    pub(super) status: Status,
    /// The post it is on.
    pub(super) post: String,
    /// The comment it answers.
    pub(super) in_reply_to: Option<String>,
    /// Who wrote it: `{"displayName"}`, and `"id"` of a user who is known.
    pub(super) author: Value,
}

impl Head {
    /// As it is stored.
    pub(super) fn to_bytes(&self) -> Bytes {
        let head = json!({
            "createdMs": self.created_ms,
            "updatedMs": self.updated_ms,
            "status": self.status.name(),
            "post": self.post,
            "inReplyTo": self.in_reply_to,
            "author": self.author,
        });
        head.to_string().into()
    }

    /// Reads what [`Head::to_bytes`] wrote.
    ///
    /// # Errors
    /// 500 for anything else.
    pub(super) fn parse(head: &[u8]) -> Result<Head, Fault> {
        let head: Value = serde_json::from_slice(head).map_err(|_| Fault::internal())?;
        let time = |name: &str| head[name].as_i64().ok_or_else(Fault::internal);
        Ok(Head {
            created_ms: time("createdMs")?,
            updated_ms: time("updatedMs")?,
            status: head["status"].as_str().and_then(Status::parse).ok_or_else(Fault::internal)?,
            post: head["post"].as_str().ok_or_else(Fault::internal)?.to_owned(),
            in_reply_to: head["inReplyTo"].as_str().map(str::to_owned),
            author: head["author"].clone(),
        })
    }
}

/// The comment that a request is about, on the post that it names.
///
/// # Errors
/// 404 where there is none.
async fn find(call: &Call<'_>, blog: &Blog) -> Result<(Record, Head), Fault> {
    let argument = |name: &str| call.arguments.text(name).unwrap_or_default();
    let id = argument("commentId");
    if !user::is_id(id) {
        return Err(not_found());
    }
    let lookup = call.app.store.lookup(&key(blog, id), None).await.map_err(|error| store_fault(&error))?;
    let Lookup::Found(record) = lookup else { return Err(not_found()) };
    let head = Head::parse(&record.head)?;
    if head.post == argument("postId") { Ok((record, head)) } else { Err(not_found()) }
}

fn key(blog: &Blog, id: &str) -> Key {
    Key::new(blog.space.clone(), index::COMMENTS, id)
}

fn version(record: &Record, head: &Head) -> Version {
    let modified_s = u64::try_from(head.updated_ms).ok().map(|ms| ms / 1000);
    Version { etag: Etag::from_tag(&record.tag.0), modified_s }
}

/// A comment as it is answered.
fn present(call: &Call<'_>, blog: &Blog, view: Role, content: bool, record: &Record) -> Result<Rope, Fault> {
    let head = Head::parse(&record.head)?;
    let link = blog.link(call, &format!("/posts/{}/comments/{}", head.post, record.id));
    let mut members: Vec<(Cow<'static, str>, Rope)> = vec![
        ("kind".into(), Rope::string("blogger#comment")),
        ("id".into(), Rope::string(&record.id)),
        ("post".into(), Rope::value(&json!({"id": head.post}))),
        ("blog".into(), Rope::value(&json!({"id": blog.id()}))),
        ("published".into(), Rope::string(&rfc3339(head.created_ms))),
        ("updated".into(), Rope::string(&rfc3339(head.updated_ms))),
        ("selfLink".into(), Rope::string(&link)),
        ("author".into(), user::shown_author(&head.author, call.base_url)),
    ];
    if let Some(other) = &head.in_reply_to {
        members.push(("inReplyTo".into(), Rope::value(&json!({"id": other}))));
    }
    if view > Role::Reader {
        members.push(("status".into(), Rope::string(head.status.name())));
    }
    let stored = if content { record.body.clone() } else { without_content(&record.body)? };
    Ok(Rope::stored(members, stored))
}
