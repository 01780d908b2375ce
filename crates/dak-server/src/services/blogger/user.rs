//! Users: who they are, told from their e-mail addresses, which are shown to nobody.

use std::borrow::Cow;

use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Batch, Key, Lookup};
use serde_json::{Map, Value, json};

use super::index;
use crate::app::App;
use crate::clock::rfc3339;
use crate::pipeline::authorise;
use crate::reply::{Reply, Version};
use crate::services::{Call, store_fault};

/// What a caller is called by who does not know the caller's id.
const SELF: &str = "self";
/// The smallest number of 19 digits.
const ID_MIN: u64 = 1_000_000_000_000_000_000;
/// How many numbers of 19 digits there are.
const IDS: u64 = 9_000_000_000_000_000_000;

/// The id of the user with this e-mail address: the same on every server, and the address cannot be told from it
/// without a guess.
pub(super) fn id(address: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, address.to_lowercase().as_bytes());
    let number = digest.as_ref().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    (ID_MIN + number % IDS).to_string()
}

/// The user who calls; nobody has the id of a caller who has only an API key.
pub(super) fn caller(call: &Call<'_>) -> String {
    if call.principal.is_anonymous() { String::new() } else { id(&call.principal.user) }
}

/// The user that a path names.
///
/// # Errors
/// 401 where that is the caller and nobody knows who calls.
pub(super) fn named(call: &Call<'_>) -> Result<String, Fault> {
    match call.arguments.text("userId") {
        Some(SELF) | None if call.principal.is_anonymous() => Err(authorise::login_required()),
        Some(SELF) | None => Ok(caller(call)),
        Some(user) => Ok(user.to_owned()),
    }
}

/// The name that a user has unless told otherwise: what stands before the `@`.
pub(super) fn plain_name(address: &str) -> &str {
    address.split('@').next().unwrap_or(address)
}

/// A user as an author, by the name that is known here: `{"id", "displayName"}`.
pub(super) async fn author(app: &App, address: &str) -> Result<Value, Fault> {
    let id = id(address);
    let known = find(app, &id).await?.map(|(body, _)| body);
    let name = known.as_ref().and_then(|user| user["displayName"].as_str());
    Ok(json!({"id": id, "displayName": name.unwrap_or_else(|| plain_name(address))}))
}

/// An author as shown; none for a comment whose author is not known.
pub(super) fn shown_author(author: &Value, base_url: &str) -> Rope {
    let mut shown = author.clone();
    if let Some(id) = author["id"].as_str() {
        shown["url"] = link(base_url, id).into();
    }
    Rope::value(&shown)
}

/// Adds those of some users to a batch who are not known here yet, so that they are found where they are named.
pub(super) async fn introduce(app: &App, mut batch: Batch, addresses: &[&str]) -> Result<Batch, Fault> {
    for address in addresses {
        if find(app, &id(address)).await?.is_none() {
            let body = Map::from_iter([("displayName".to_owned(), plain_name(address).into())]);
            batch = put(batch, &id(address), &body, app.clock.now_ms());
        }
    }
    Ok(batch)
}

/// Adds a user to a batch.
pub(super) fn put(batch: Batch, id: &str, body: &Map<String, Value>, now_ms: i64) -> Batch {
    let head = json!({"createdMs": now_ms}).to_string();
    batch.put(key(id), head, Value::Object(body.clone()).to_string())
}

/// Gives a user: the caller, or one that is known here.
pub(super) async fn get(call: &Call<'_>) -> Result<Reply, Fault> {
    let id = named(call)?;
    let known = find(call.app, &id).await?;
    let (mut user, created_ms) = match known {
        Some((user, created_ms)) => (user, Some(created_ms)),
        None if id == caller(call) => (json!({"displayName": plain_name(&call.principal.user)}), None),
        None => return Err(Fault::not_found("Not Found")),
    };
    if let Some(created_ms) = created_ms {
        user["created"] = rfc3339(created_ms).into();
    }
    let url = link(call.base_url, &id);
    let blogs = json!({"selfLink": format!("{url}/blogs")});
    let computed: Vec<(Cow<'static, str>, Rope)> = vec![
        ("kind".into(), Rope::string("blogger#user")),
        ("id".into(), Rope::string(&id)),
        ("url".into(), Rope::string(&url)),
        ("selfLink".into(), Rope::string(&url)),
        ("blogs".into(), Rope::value(&blogs)),
    ];
    let rope = Rope::stored(computed, dak_proto::json::canonical(&user).into());
    let digest = ring::digest::digest(&ring::digest::SHA256, user.to_string().as_bytes());
    let etag = Etag::from_bytes(digest.as_ref());
    match call.check(&Version::from(etag.clone()))? {
        Some(reply) => Ok(reply),
        None => Ok(Reply::read(rope, etag)),
    }
}

/// What is stored of a user, and since when.
async fn find(app: &App, id: &str) -> Result<Option<(Value, i64)>, Fault> {
    if !is_id(id) {
        return Ok(None);
    }
    let lookup = app.store.lookup(&key(id), None).await.map_err(|error| store_fault(&error))?;
    let Lookup::Found(record) = lookup else { return Ok(None) };
    let read = |bytes| serde_json::from_slice::<Value>(bytes).map_err(|_| Fault::internal());
    Ok(Some((read(&record.body)?, read(&record.head)?["createdMs"].as_i64().unwrap_or(0))))
}

fn key(id: &str) -> Key {
    Key::new(index::SPACE, index::USERS, id)
}

fn link(base_url: &str, id: &str) -> String {
    format!("{base_url}/v3/users/{id}")
}

/// An id, of which YAML makes a number.
pub(super) fn decimal(id: &Value) -> Option<String> {
    match id {
        Value::String(id) if is_id(id) => Some(id.clone()),
        Value::Number(id) if id.is_u64() => Some(id.to_string()),
        _ => None,
    }
}

/// Whether a text can be the id of anything of Blogger's: a decimal number.
pub(super) fn is_id(id: &str) -> bool {
    const DIGITS_MAX: usize = 20;
    (1..=DIGITS_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}
