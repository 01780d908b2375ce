//! Telling of changes: what a user wants to be told of is kept. That something is told is not part of this yet (G50).

use dak_mail::labels::system;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use serde_json::{Value, json};

use super::item::{self, Item};
use super::mailbox::Mailbox;
use super::settings::values::SETTINGS;
use super::{fault, history, labels};
use crate::reply::Reply;
use crate::services::{Call, store_fault};

/// Where it stands among the settings.
const WATCH: &str = "watch";
/// How long changes are told of.
const LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// What a second topic is refused with while the first one lasts.
const ONE_TOPIC: &str = "Only one user push notification client allowed per developer (call /stop then try again)";

/// Begins to tell of changes, or goes on for another week.
pub(super) async fn watch(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let sent = call.body.clone().unwrap_or_else(|| json!({}));
    let topic = sent["topicName"].as_str().unwrap_or_default();
    if !is_topic(topic) {
        return Err(fault::invalid("Invalid topicName does not match projects/*/topics/*"));
    }
    check_labels(call, &mailbox, &sent).await?;
    let said = [&sent["labelFilterBehavior"], &sent["labelFilterAction"]];
    let behavior = said.into_iter().find(|said| !said.is_null());
    let expiration_ms = call.app.clock.now_ms() + LIFE_MS;
    let value = json!({
        "topicName": topic,
        "labelIds": sent["labelIds"],
        "labelFilterBehavior": behavior,
        "expirationMs": expiration_ms,
    });
    let key = mailbox.key(SETTINGS, WATCH);
    item::change(call.app, || async {
        let before = item::find(call.app, key.clone()).await?;
        let before = before.unwrap_or_else(|| Item::unwritten(key.clone(), Value::Null));
        let is_active = before.value["expirationMs"].as_i64().is_some_and(|end_ms| end_ms > call.app.clock.now_ms());
        if is_active && before.text("topicName") != topic {
            return Err(fault::invalid(ONE_TOPIC));
        }
        Ok((before.replaced(item::batch(), &value), ()))
    })
    .await?;
    let version = call.app.store.version(&mailbox.space).await.map_err(|error| store_fault(&error))?;
    let watched = json!({"historyId": history::id(version.sequence), "expiration": expiration_ms.to_string()});
    Ok(Reply::json(Rope::value(&watched)))
}

/// Stops telling of changes, if it was begun.
pub(super) async fn stop(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let batch = item::batch().delete(mailbox.key(SETTINGS, WATCH));
    item::committed(call.app, batch).await?;
    Ok(Reply::NoContent)
}

/// `projects/PROJECT/topics/TOPIC`.
fn is_topic(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    matches!(parts[..], ["projects", project, "topics", topic] if !project.is_empty() && !topic.is_empty())
}

async fn check_labels(call: &Call<'_>, mailbox: &Mailbox, sent: &Value) -> Result<(), Fault> {
    let named = sent["labelIds"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let others: Vec<&str> = named.filter(|id| system(id).is_none()).collect();
    if others.is_empty() {
        return Ok(());
    }
    let own = labels::ids(call.app, mailbox).await?;
    match others.into_iter().find(|id| !own.contains(*id)) {
        Some(unknown) => Err(dak_mail::labels::invalid(unknown)),
        None => Ok(()),
    }
}
