//! How a blog begins: what may be said of it, by a seed or at the control desk, and what is written.

use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_store::{Batch, Expectation};
use serde_json::{Map, Value, json};

use super::blog::{self, Role};
use crate::services::seeding::member::{only, optional, text, within, wrong};

/// All that may be said of a blog. What comes first is kept as it was said; the others say who is who there.
pub(super) const SAID: [&str; 7] = ["customMetaData", "description", "locale", "name", "url", "authors", "owner"];
/// How many of them are kept.
const KEPT: usize = 5;

/// What is kept of what is said of a blog. Its address is made from its id unless it has one.
///
/// # Errors
/// 400 for what cannot be.
pub(super) fn body(blog: &Value, id: &str, at: &str) -> Result<Map<String, Value>, Fault> {
    if text(blog, "name", at)?.trim().is_empty() {
        return Err(wrong(at, "\"name\" is required, as text"));
    }
    for name in ["customMetaData", "description"] {
        optional(blog, name, at)?;
    }
    locale(blog, at)?;
    let url = optional(blog, "url", at)?.map_or_else(|| format!("http://blog-{id}.example.com/"), str::to_owned);
    if !blog::is_address(&url) {
        return Err(wrong(at, "\"url\" is an address such as http://rina.example.com/"));
    }
    let mut body = blog.as_object().cloned().unwrap_or_default();
    body.retain(|name, value| SAID.iter().take(KEPT).any(|kept| kept == name) && !value.is_null());
    body.insert("url".to_owned(), url.into());
    Ok(body)
}

/// Checks the locale of a blog or a user.
///
/// # Errors
/// 400 where it is none.
pub(super) fn locale(value: &Value, at: &str) -> Result<(), Fault> {
    const NAMES: [&str; 3] = ["language", "country", "variant"];
    let (at, locale) = (within(at, "locale"), &value["locale"]);
    if locale.is_null() {
        return Ok(());
    }
    only(locale, &NAMES, &at)?;
    NAMES.iter().try_for_each(|name| optional(locale, name, &at).map(drop))
}

/// Adds a blog to a batch.
pub(super) fn put(batch: Batch, id: &str, body: &Map<String, Value>, members: &[(String, Role)], now_ms: i64) -> Batch {
    let members: Map<String, Value> =
        members.iter().map(|(user, role)| (user.clone(), Value::from(role.name()))).collect();
    let head = json!({"createdMs": now_ms, "updatedMs": now_ms, "status": "LIVE", "members": members});
    let (key, address) =
        (blog::key(id), blog::address_key(body.get("url").and_then(Value::as_str).unwrap_or_default()));
    let batch = batch.expect(Expectation::Absent(key.clone())).expect(Expectation::Absent(address.clone()));
    let batch = batch.put(address, "{}", json!({"blog": id}).to_string());
    batch.put(key, head.to_string(), canonical(&Value::Object(body.clone())))
}
