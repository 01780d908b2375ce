//! What a new store has: users, blogs, posts, pages and comments out of JSON. Unless another is given it is one blog with
//! three posts, one of them in Bengali.

mod date;
mod plan;

use dak_api::Api;
use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_store::{Batch, ErrorKind, Expectation, Key};
use serde_json::{Map, Value, json};

use super::blog::Role;
use super::{API, blog};
use crate::app::App;
use crate::services::store_fault;
use crate::{random, system};

const BUILT_IN: &[u8] = include_bytes!("seed.json");

/// Writes the seed; nothing where Blogger is not served or where one was written before.
///
/// # Errors
/// 400 that names the member which cannot be, and whatever the store refuses.
pub(crate) async fn write(app: &App) -> Result<(), Fault> {
    let Some(served) = app.served.iter().find(|served| served.api.id() == API) else { return Ok(()) };
    let claim = Key::new(system::SPACE, system::DOCUMENTS, "seed:blogger");
    let batch =
        Batch::new(random::batch_id(), random::tag()).expect(Expectation::Absent(claim.clone())).put(claim, "{}", "{}");
    let batch = planned(app, &served.api, batch)?;
    match app.store.commit(batch).await {
        Err(error) if error.kind() != ErrorKind::Conflict => Err(store_fault(&error)),
        _ => Ok(()),
    }
}

fn planned(app: &App, api: &Api, batch: Batch) -> Result<Batch, Fault> {
    let default_user = &app.settings.authorisation.default_user;
    let plan = |seed: &Value| plan::Plan::new(api, default_user, app.clock.now_ms(), batch).carry_out(seed);
    match &app.settings.seed {
        Some(seed) => plan(seed),
        None => plan(&serde_json::from_slice(BUILT_IN).map_err(|_| Fault::internal())?),
    }
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
