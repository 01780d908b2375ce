//! What new mailboxes have: labels, filters and messages out of a seed, by user.

mod plan;

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_store::{Batch, Key, Lookup};
use serde_json::Value;

use self::plan::Sown;
use super::desk::intake;
use super::mailbox::Mailbox;
use super::{API, labels, settings};
use crate::app::App;
use crate::services::store_fault;
use crate::{random, system};

/// The members of a seed's user that are Gmail's.
pub(crate) const OF_USER: [&str; 3] = ["labels", "filters", "messages"];
/// How many messages are added in one commit.
const AT_ONCE: usize = 100;

/// Refuses a seed in which a mailbox cannot be as it is.
///
/// # Errors
/// 400 that names the member.
pub(crate) fn check(app: &App) -> Result<(), Fault> {
    plan(app).map(drop)
}

/// Writes the seed; nothing where Gmail is not served or where one was written before. It goes on where it was killed: what
/// is there already is not made again.
///
/// # Errors
/// As [`check`], and whatever the store refuses.
pub(crate) async fn write(app: &Arc<App>) -> Result<(), Fault> {
    let claim = Key::new(system::SPACE, system::DOCUMENTS, "seed:gmail");
    let lookup = app.store.lookup(&claim, None).await.map_err(|error| store_fault(&error))?;
    if lookup != Lookup::Absent {
        return Ok(());
    }
    for sown in plan(app)? {
        sow(app, &sown).await?;
    }
    let batch = Batch::new(random::batch_id(), random::tag()).put(claim, "{}", "{}");
    app.store.commit(batch).await.map(drop).map_err(|error| store_fault(&error))
}

fn plan(app: &App) -> Result<Vec<Sown>, Fault> {
    let is_served = app.served.iter().any(|served| served.api.id() == API);
    match &app.settings.seed {
        Some(seed) if is_served => plan::read(seed, app.clock.now_ms()),
        _ => Ok(Vec::new()),
    }
}

async fn sow(app: &Arc<App>, sown: &Sown) -> Result<(), Fault> {
    let mailbox = Mailbox::of(&sown.address);
    mailbox.make(app).await?;
    for (at, label) in &sown.labels {
        labels::sow(app, &mailbox, label).await.map_err(|fault| plan::wrong_there(at, &fault))?;
    }
    for (at, filter) in &sown.filters {
        let mut filter = filter.clone();
        for place in ["/action/addLabelIds", "/action/removeLabelIds"] {
            for label in filter.pointer_mut(place).and_then(Value::as_array_mut).into_iter().flatten() {
                *label = label_id(app, &mailbox, label.as_str().unwrap_or_default()).await?.into();
            }
        }
        settings::filters::sow(app, &mailbox, &filter).await.map_err(|fault| plan::wrong_there(at, &fault))?;
    }
    for parcels in sown.messages.chunks(AT_ONCE) {
        intake::add(app, &mailbox, parcels).await?;
    }
    Ok(())
}

async fn label_id(app: &App, mailbox: &Mailbox, name: &str) -> Result<String, Fault> {
    match dak_mail::labels::system(name) {
        Some(system) => Ok(system.id.to_owned()),
        None => labels::of_name(app, mailbox, name).await,
    }
}
