//! Where Blogger's records stand, and what they are found by.

use std::sync::Arc;

use dak_store::{Cursor, Entries, Key, Order, Record, TextField, time_key};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::html;
use crate::services::resources::tag;

/// The space of the blogs and users.
pub(super) const SPACE: &str = "blogger";
/// Blogs, in [`SPACE`].
pub(super) const BLOGS: &str = "blogger.blogs";
/// Users, in [`SPACE`].
pub(super) const USERS: &str = "blogger.users";
/// What is published when its time comes, in [`SPACE`].
pub(super) const SCHEDULE: &str = "blogger.schedule";
/// Posts, in their blog's space.
pub(super) const POSTS: &str = "blogger.posts";
/// Pages, in their blog's space.
pub(super) const PAGES: &str = "blogger.pages";
/// Comments, in their blog's space.
pub(super) const COMMENTS: &str = "blogger.comments";
/// Which path belongs to what, in the blog's space.
pub(super) const PATHS: &str = "blogger.paths";
const ALL: [&str; 7] = [BLOGS, USERS, SCHEDULE, POSTS, PAGES, COMMENTS, PATHS];

/// How much of a post's words a search finds it by, in bytes: whoever else writes waits while they are indexed.
const TEXT_BYTES_MAX: usize = 512 << 10;

/// The order by the time of publication.
pub(super) const PUBLISHED: &str = "published";
/// The order by the time of the last change.
pub(super) const UPDATED: &str = "updated";
/// Changes with what the functions here answer.
pub(crate) const REVISION: &str = "4";

/// Where all that is in a blog stands.
pub(super) fn space(blog: &str) -> Arc<str> {
    format!("{SPACE}:{blog}").into()
}

/// Where the views of a blog are counted: reading it is no change of it.
pub(super) fn views_space(blog: &str) -> Arc<str> {
    format!("{SPACE}.views:{blog}").into()
}

/// Whether a collection is Blogger's.
pub(crate) fn is_own(collection: &str) -> bool {
    ALL.contains(&collection)
}

/// The orders of Blogger's collections. The first is the one that lists have.
pub(crate) fn orders() -> Vec<Order> {
    vec![Order::time(PUBLISHED), Order::time(UPDATED)]
}

/// What a record is found by.
pub(crate) fn entries(key: &Key, head: &[u8], body: &[u8]) -> Entries {
    let head: Value = serde_json::from_slice(head).unwrap_or_default();
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut entries = Entries::default();
    for order in [PUBLISHED, UPDATED] {
        entries = entries.with_sort(order, sort_key(order, &head));
    }
    for member in ["status", "post"] {
        if let Some(value) = head[member].as_str() {
            entries = entries.with_tag(tag(member, value));
        }
    }
    for label in body["labels"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        entries = entries.with_tag(label_tag(label));
    }
    if &*key.collection == BLOGS {
        entries = blog_entries(&head, &body, entries);
    }
    entries
}

/// Where a record is in one of the orders.
pub(super) fn cursor(order: &str, record: &Record) -> Cursor {
    let head: Value = serde_json::from_slice(&record.head).unwrap_or_default();
    Cursor { key: sort_key(order, &head).to_vec(), id: record.id.to_string() }
}

fn sort_key(order: &str, head: &Value) -> [u8; 8] {
    let time = if order == UPDATED { "updatedMs" } else { "publishedMs" };
    let times = [time, "createdMs"].into_iter();
    time_key(times.filter_map(|time| head[time].as_i64()).next().unwrap_or(0))
}

fn blog_entries(head: &Value, body: &Value, mut entries: Entries) -> Entries {
    entries = entries.with_tag(address_tag(body["url"].as_str().unwrap_or_default()));
    for (user, role) in head["members"].as_object().into_iter().flatten() {
        entries = entries.with_tag(member_tag(user, role.as_str().unwrap_or_default()));
    }
    entries
}

/// The tag of posts with a label, in whichever of Unicode's forms its letters are written: keyboards differ in them.
pub(super) fn label_tag(label: &str) -> String {
    tag("label", &label.nfc().collect::<String>())
}

/// The tag of blogs in which a user has a role.
pub(super) fn member_tag(user: &str, role: &str) -> String {
    tag(role, user)
}

/// The tag of the blog at an address, however that is written.
pub(super) fn address_tag(url: &str) -> String {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    tag("url", &host.trim_end_matches('/').to_lowercase())
}

/// The words that posts are searched by: those of title, labels and content.
pub(crate) fn text(key: &Key, body: &[u8]) -> Vec<TextField> {
    if &*key.collection != POSTS {
        return Vec::new();
    }
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return Vec::new() };
    let labels = body["labels"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut text = body["title"].as_str().unwrap_or_default().to_owned();
    for label in labels {
        text.push('\n');
        text.push_str(label);
    }
    text.push('\n');
    text.push_str(&html::words(body["content"].as_str().unwrap_or_default()));
    text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
    vec![TextField::unnamed(text)]
}
