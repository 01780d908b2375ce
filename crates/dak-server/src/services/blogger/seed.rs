//! The blog that a new store has: three posts, one of them in Bengali.

use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_store::{Batch, ErrorKind, Expectation, Key};
use serde_json::{Map, Value, json};

use super::blog::Role;
use super::head::Head;
use super::kind::Kind;
use super::{API, blog, index, slug, user};
use crate::app::App;
use crate::services::store_fault;
use crate::{random, system};

const SEED: &[u8] = include_bytes!("seed.json");
const HOUR_MS: i64 = 60 * 60 * 1000;

/// Writes the blog, whose administrator is the default user; nothing where Blogger is not served or where it was
/// written before.
pub(crate) async fn write(app: &App) -> Result<(), Fault> {
    if !app.served.iter().any(|served| served.api.id() == API) {
        return Ok(());
    }
    let seed: Value = serde_json::from_slice(SEED).map_err(|_| Fault::internal())?;
    let claim = Key::new(system::SPACE, system::DOCUMENTS, "seed:blogger");
    let batch =
        Batch::new(random::batch_id(), random::tag()).expect(Expectation::Absent(claim.clone())).put(claim, "{}", "{}");
    let address = &app.settings.authorisation.default_user;
    let batch = with_blog(batch, &seed, address, app.clock.now_ms());
    match app.store.commit(batch).await {
        Err(error) if error.kind() != ErrorKind::Conflict => Err(store_fault(&error)),
        _ => Ok(()),
    }
}

fn with_blog(batch: Batch, seed: &Value, address: &str, now_ms: i64) -> Batch {
    let (user, name) = (user::id(address), user::plain_name(address));
    let author = json!({"id": user, "displayName": name});
    let id = seed["id"].as_str().unwrap_or_default();
    let posts: Vec<&Value> = seed["posts"].as_array().into_iter().flatten().collect();
    let mut body = members(seed);
    body.retain(|name, _| name != "posts");
    let created_ms = now_ms - hours_ago(posts.first().copied().unwrap_or(seed));
    let mut batch = put_blog(batch, id, &body, &[(user.clone(), Role::Admin)], created_ms);
    batch = user::put(batch, &user, &members(&json!({"displayName": name})), created_ms);
    for post in &posts {
        batch = with_post(batch, id, post, &author, now_ms - hours_ago(post));
    }
    let count = i64::try_from(posts.len()).unwrap_or(0);
    batch.add(index::space(id), Kind::Post.plural(), count)
}

/// Adds a blog to a batch.
pub(super) fn put_blog(
    batch: Batch,
    id: &str,
    body: &Map<String, Value>,
    members: &[(String, Role)],
    now_ms: i64,
) -> Batch {
    let members: Map<String, Value> =
        members.iter().map(|(user, role)| (user.clone(), Value::from(role.name()))).collect();
    let head = json!({"createdMs": now_ms, "updatedMs": now_ms, "status": "LIVE", "members": members});
    let (key, address) =
        (blog::key(id), blog::address_key(body.get("url").and_then(Value::as_str).unwrap_or_default()));
    let batch = batch.expect(Expectation::Absent(key.clone())).expect(Expectation::Absent(address.clone()));
    let batch = batch.put(address, "{}", json!({"blog": id}).to_string());
    batch.put(key, head.to_string(), canonical(&Value::Object(body.clone())))
}

fn with_post(batch: Batch, blog: &str, post: &Value, author: &Value, published_ms: i64) -> Batch {
    let text = |name: &str| post[name].as_str().unwrap_or_default();
    let path = slug::path(Kind::Post, text("title"), text("content"), published_ms, 0);
    let mut head = Head { path: Some(path.clone()), ..Head::new(author.clone(), published_ms) };
    head.publish(Kind::Post, None, published_ms);
    let mut body = members(post);
    body.retain(|name, _| name != "hoursAgo");
    let (id, space) = (text("id"), index::space(blog));
    let claim = json!({Kind::Post.singular(): id}).to_string();
    batch.put(Key::new(space.clone(), index::POSTS, id), head.to_bytes(), canonical(&Value::Object(body))).put(
        Key::new(space, index::PATHS, path),
        "{}",
        claim,
    )
}

/// The members of what has an id, without it.
fn members(value: &Value) -> Map<String, Value> {
    let mut members = value.as_object().cloned().unwrap_or_default();
    members.shift_remove("id");
    members
}

fn hours_ago(post: &Value) -> i64 {
    post["hoursAgo"].as_i64().unwrap_or(0) * HOUR_MS
}
