//! What a new store has: users, blogs, posts, pages and comments out of a seed. Unless another is given it is one blog with
//! three posts, one of them in Bengali.

mod plan;

use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_store::{Batch, ErrorKind, Expectation, Key, Lookup};
use serde_json::{Value, json};

use self::plan::Plan;
use super::API;
use crate::app::App;
use crate::services::store_fault;
use crate::{random, system};

const BUILT_IN: &[u8] = include_bytes!("seed.json");
/// What is said of a seed that comes too late.
const ANOTHER: &str =
    "The data began with another seed; only a new folder can be sown: name one with --data, or leave --seed out.";

/// Writes the seed; nothing where Blogger is not served or where one was written before.
///
/// # Errors
/// 400 that names the member which cannot be, or says that the store began with another seed than the one that the
/// settings name; and whatever the store refuses.
pub(crate) async fn write(app: &App) -> Result<(), Fault> {
    let Some(served) = app.served.iter().find(|served| served.api.id() == API) else { return Ok(()) };
    let seed = match &app.settings.seed {
        Some(seed) => seed.clone(),
        None => serde_json::from_slice(BUILT_IN).map_err(|_| Fault::internal())?,
    };
    let claim = Key::new(system::SPACE, system::DOCUMENTS, "seed:blogger");
    let fingerprint = json!({"seed": fingerprint(&seed)}).to_string();
    let batch = Batch::new(random::batch_id(), random::tag()).expect(Expectation::Absent(claim.clone())).put(
        claim.clone(),
        "{}",
        fingerprint.clone(),
    );
    let plan = Plan::new(&served.api, &app.settings.authorisation.default_user, app.clock.now_ms(), batch);
    match app.store.commit(plan.carry_out(&seed)?).await {
        Err(error) if error.kind() != ErrorKind::Conflict => Err(store_fault(&error)),
        Err(_) if app.settings.seed.is_some() => same(app, &claim, &fingerprint).await,
        _ => Ok(()),
    }
}

/// What a seed is told from others by: its members in their order, be they YAML or JSON.
fn fingerprint(seed: &Value) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, &canonical(seed));
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(digest)
}

/// Refuses a seed that was named for a store which began with another (D47): it would be passed over in silence.
async fn same(app: &App, claim: &Key, fingerprint: &str) -> Result<(), Fault> {
    let lookup = app.store.lookup(claim, None).await.map_err(|error| store_fault(&error))?;
    match lookup {
        Lookup::Found(began) if *began.body == *fingerprint.as_bytes() => Ok(()),
        _ => Err(Fault::bad_request("failedPrecondition", ANOTHER)),
    }
}
