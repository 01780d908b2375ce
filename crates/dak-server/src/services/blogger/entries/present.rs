//! How a post or page looks: what the server knows of it, then what was sent.

use std::borrow::Cow;

use bytes::Bytes;
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_proto::rope::Rope;
use dak_store::Record;
use serde_json::{Value, json};

use crate::clock::rfc3339;
use crate::reply::Version;
use crate::services::Call;
use crate::services::blogger::blog::{self, Blog, Role};
use crate::services::blogger::head::Head;
use crate::services::blogger::kind::Kind;
use crate::services::blogger::{comments, html, user};

/// How much of posts or pages is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Showing {
    /// Posts or pages.
    pub(crate) kind: Kind,
    /// Who sees it: only authors see the status.
    pub(crate) view: Role,
    /// Whether the content is.
    pub(crate) content: bool,
    /// Whether the pictures in it are listed.
    pub(crate) images: bool,
    /// How many comments come with it.
    pub(crate) comments: usize,
}

impl Showing {
    /// What a request for one post or page asks for.
    pub(crate) fn one(call: &Call<'_>, kind: Kind, view: Role) -> Showing {
        let showing = Showing::all_of(kind, view);
        Showing {
            content: call.arguments.text("fetchBody") != Some("false"),
            images: call.arguments.flag("fetchImages"),
            comments: blog::items(call, "maxComments"),
            ..showing
        }
    }

    /// What a request for a list asks for.
    pub(crate) fn each(call: &Call<'_>, kind: Kind, view: Role) -> Showing {
        let content = call.arguments.text("fetchBodies") != Some("false");
        Showing { content, images: call.arguments.flag("fetchImages"), ..Showing::all_of(kind, view) }
    }

    /// All but pictures and comments.
    pub(crate) fn all_of(kind: Kind, view: Role) -> Showing {
        Showing { kind, view, content: true, images: false, comments: 0 }
    }
}

/// A post or page as it is answered.
pub(crate) async fn entry(call: &Call<'_>, blog: &Blog, showing: Showing, record: &Record) -> Result<Rope, Fault> {
    let head = Head::parse(&record.head)?;
    let mut members = common(call, blog, showing, record, &head);
    if showing.kind == Kind::Post {
        let link = blog.link(call, &format!("/posts/{}/comments", record.id));
        let mut replies: Vec<(Cow<'static, str>, Rope)> = vec![
            ("totalItems".into(), Rope::string(&head.replies.to_string())),
            ("selfLink".into(), Rope::string(&link)),
        ];
        if showing.comments > 0 {
            let newest = comments::read::newest(call, blog, &record.id, showing.comments).await?;
            replies.push(("items".into(), Rope::array(newest)));
        }
        members.push(("replies".into(), Rope::object(replies)));
    }
    if showing.images {
        members.push(("images".into(), images(&record.body)?));
    }
    let stored = if showing.content { record.body.clone() } else { without_content(&record.body)? };
    Ok(Rope::stored(members, stored))
}

/// The members that every list has.
pub(crate) fn listed(kind: &str, etag: &Etag, items: Vec<Rope>) -> Vec<(Cow<'static, str>, Rope)> {
    vec![
        ("kind".into(), Rope::string(kind)),
        ("etag".into(), Rope::string(etag.opaque())),
        ("items".into(), Rope::array(items)),
    ]
}

/// A post's or page's validator.
pub(crate) fn version(record: &Record, head: &Head) -> Version {
    let modified_s = u64::try_from(head.updated_ms).ok().map(|ms| ms / 1000);
    Version { etag: Etag::from_tag(&record.tag.0), modified_s }
}

/// Stored JSON without its content.
pub(crate) fn without_content(body: &[u8]) -> Result<Bytes, Fault> {
    let mut body: Value = serde_json::from_slice(body).map_err(|_| Fault::internal())?;
    if let Some(members) = body.as_object_mut() {
        members.shift_remove("content");
    }
    Ok(canonical(&body).into())
}

/// What posts and pages have in common.
fn common(
    call: &Call<'_>,
    blog: &Blog,
    showing: Showing,
    record: &Record,
    head: &Head,
) -> Vec<(Cow<'static, str>, Rope)> {
    let Showing { kind, view, .. } = showing;
    let kind_name = match kind {
        Kind::Post => "blogger#post",
        Kind::Page => "blogger#page",
    };
    let time = |time_ms| Rope::string(&rfc3339(time_ms));
    let mut members: Vec<(Cow<'static, str>, Rope)> = vec![
        ("kind".into(), Rope::string(kind_name)),
        ("id".into(), Rope::string(&record.id)),
        ("blog".into(), Rope::value(&json!({"id": blog.id()}))),
        ("published".into(), time(head.published_ms.unwrap_or(head.created_ms))),
        ("updated".into(), time(head.updated_ms)),
        ("selfLink".into(), Rope::string(&blog.link(call, &format!("/{}/{}", kind.plural(), record.id)))),
        ("etag".into(), Rope::string(Etag::from_tag(&record.tag.0).opaque())),
        ("author".into(), user::shown_author(&head.author, call.base_url)),
    ];
    if let Some(path) = &head.path {
        members.push(("url".into(), Rope::string(&format!("{}{path}", blog.url))));
    }
    if let Some(trashed_ms) = head.trashed_ms {
        members.push(("trashed".into(), time(trashed_ms)));
    }
    if view > Role::Reader {
        members.push(("status".into(), Rope::string(head.status.name())));
    }
    members
}

/// The pictures in the content.
fn images(body: &[u8]) -> Result<Rope, Fault> {
    let parsed: Value = serde_json::from_slice(body).map_err(|_| Fault::internal())?;
    let images = html::images(parsed["content"].as_str().unwrap_or_default());
    Ok(Rope::array(images.into_iter().map(|url| Rope::value(&json!({"url": url}))).collect()))
}
