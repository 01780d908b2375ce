//! Making, changing and deleting labels.

use dak_mail::labels::{self, MAILBOX_LABELS_MAX};
use dak_proto::fault::Fault;
use dak_proto::patch::merge;
use dak_store::{Batch, Expectation, Key};
use http::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::reply::Reply;
use crate::services::gmail::index::{LABEL_NAMES, LABELS, LABELS_TOTAL};
use crate::services::gmail::item::{self, Item};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::settings::values;
use crate::services::gmail::{fault, strips};
use crate::services::{Call, store_fault};

/// Where the number of the newest label stands, so that no id is given twice.
const NUMBER: &str = "labelNumber";
/// What may be said of a label.
const SETTABLE: [&str; 4] = ["name", "messageListVisibility", "labelListVisibility", "color"];

/// Makes a label. A name is enough.
pub(super) async fn create(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let sent = sent(call);
    item::change(call.app, || async {
        let mut value = unsaid("");
        set(&mut value, &sent, &values::language(call.app, mailbox).await?)?;
        let batch = made(call.app, mailbox, &mut value).await?;
        item::kept(call, finished(batch, &value))
    })
    .await
}

/// The id of the label with this name, which is made if there is none. Of a name that no label may have the
/// [possible one](labels::possible_name) is taken.
///
/// # Errors
/// 400 where a mailbox has as many labels as it may, and whatever the store refuses.
pub(super) async fn of_name(app: &App, mailbox: &Mailbox, name: &str) -> Result<String, Fault> {
    let name = labels::possible_name(name, &values::language(app, mailbox).await?);
    if let Some(claimed) = item::find(app, claim(mailbox, &name)).await? {
        return Ok(claimed.text("id").to_owned());
    }
    let made = item::change(app, || async {
        let mut value = unsaid("");
        value["name"] = name.as_str().into();
        let batch = made(app, mailbox, &mut value).await?;
        Ok((batch, value["id"].as_str().unwrap_or_default().to_owned()))
    });
    match made.await {
        // Somebody else made it just now.
        Err(fault) if fault == labels::already_there() => {
            let claimed = item::find(app, claim(mailbox, &name)).await?;
            claimed.map(|claimed| claimed.text("id").to_owned()).ok_or(fault)
        }
        made => made,
    }
}

/// Makes a label with all that a request might say of it, unless one of its name is there.
pub(super) async fn sow(app: &App, mailbox: &Mailbox, label: &Value) -> Result<(), Fault> {
    if item::find(app, claim(mailbox, name(label))).await?.is_some() {
        return Ok(());
    }
    item::change(app, || async {
        let mut value = unsaid("");
        set(&mut value, label, &values::language(app, mailbox).await?)?;
        Ok((made(app, mailbox, &mut value).await?, ()))
    })
    .await
}

/// What makes a label, which gets its id by that.
async fn made(app: &App, mailbox: &Mailbox, value: &mut Value) -> Result<Batch, Fault> {
    if count(app, mailbox).await? >= MAILBOX_LABELS_MAX {
        return Err(fault::failed_precondition("Too many labels"));
    }
    let number = number(app, mailbox).await?;
    let next = number.value["last"].as_u64().unwrap_or(0) + 1;
    let id = format!("Label_{next}");
    value["id"] = id.as_str().into();
    let batch = number.replaced(item::batch(), &json!({"last": next}));
    let batch = claimed(app, batch, mailbox, name(value), &id).await?;
    let batch = Item::unwritten(mailbox.key(LABELS, id), Value::Null).replaced(batch, value);
    Ok(batch.add(mailbox.space.clone(), LABELS_TOTAL, 1))
}

/// Changes a label. A PUT says all that may be said, a PATCH what changes.
pub(super) async fn change(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let sent = sent(call);
    item::change(call.app, || async {
        let before = named(call, mailbox, "Invalid update request").await?;
        let mut value = if call.http_method == Method::PUT { unsaid(before.id()) } else { before.value.clone() };
        set(&mut value, &sent, &values::language(call.app, mailbox).await?)?;
        let mut batch = before.replaced(item::batch(), &value);
        if labels::key(name(&value)) != labels::key(before.text("name")) {
            batch = claimed(call.app, batch, mailbox, name(&value), before.id()).await?;
            batch = batch.delete(claim(mailbox, before.text("name")));
        }
        Ok(finished(batch, &value))
    })
    .await
}

/// Deletes a label. It is not shown any more from now on, and taken off its messages by and by.
pub(super) async fn delete(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    item::change(call.app, || async {
        let before = named(call, mailbox, "Invalid delete request").await?;
        let batch = before.deleted(item::batch()).delete(claim(mailbox, before.text("name")));
        let batch = strips::begin(batch, mailbox, before.id());
        Ok((batch.add(mailbox.space.clone(), LABELS_TOTAL, -1), Reply::NoContent))
    })
    .await
}

/// The user's label that a path names, if the request's conditions hold.
///
/// # Errors
/// 400 for one of the system's, 404 for one that is not there.
async fn named(call: &Call<'_>, mailbox: &Mailbox, of_system: &str) -> Result<Item, Fault> {
    let id = call.arguments.text("id").unwrap_or_default();
    if labels::system(id).is_some() {
        return Err(fault::invalid(of_system));
    }
    let label = item::named(call, mailbox.key(LABELS, id)).await?;
    call.check(&item::version(call.app, mailbox).await?)?;
    Ok(label)
}

/// A label of which nothing was said.
fn unsaid(id: &str) -> Value {
    json!({
        "id": id,
        "name": "",
        "messageListVisibility": "show",
        "labelListVisibility": "labelShow",
        "type": "user",
    })
}

/// Merges what was sent, as far as it may be said, and checks what comes of it.
fn set(value: &mut Value, sent: &Value, language: &str) -> Result<(), Fault> {
    merge(value, sent.clone());
    let trimmed = name(value).trim().to_owned();
    labels::check_name(&trimmed, language)?;
    value["name"] = trimmed.into();
    match value.get_mut("color").filter(|color| !color.is_null()) {
        Some(color) => check_colours(color),
        None => Ok(()),
    }
}

fn check_colours(color: &mut Value) -> Result<(), Fault> {
    for name in ["textColor", "backgroundColor"] {
        let Some(colour) = color[name].as_str().map(str::to_ascii_lowercase) else {
            return Err(fault::invalid("A label has both a textColor and a backgroundColor, or no color"));
        };
        labels::check_colour(&colour)?;
        color[name] = colour.into();
    }
    Ok(())
}

/// What may be said, of what was sent. Of a visibility that goes the usual one is left.
fn sent(call: &Call<'_>) -> Value {
    let mut sent = call.body.clone().unwrap_or_else(|| json!({}));
    let usual = unsaid("");
    if let Some(members) = sent.as_object_mut() {
        members.retain(|name, _| SETTABLE.contains(&name.as_str()));
        for (name, member) in members.iter_mut().filter(|(name, member)| member.is_null() && *name != "color") {
            *member = usual[name.as_str()].clone();
        }
    }
    sent
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap_or_default()
}

fn finished(batch: Batch, value: &Value) -> (Batch, Reply) {
    let tag = batch.tag;
    (batch, item::written(value, tag))
}

/// Adds to a batch that a label has this name.
///
/// # Errors
/// 409 where another has it.
async fn claimed(app: &App, batch: Batch, mailbox: &Mailbox, name: &str, id: &str) -> Result<Batch, Fault> {
    let key = claim(mailbox, name);
    match item::find(app, key.clone()).await? {
        Some(_) => Err(labels::already_there()),
        None => Ok(batch.expect(Expectation::Absent(key.clone())).put(key, "{}", json!({"id": id}).to_string())),
    }
}

fn claim(mailbox: &Mailbox, name: &str) -> Key {
    claim_on(mailbox, &labels::key(name))
}

/// The claim on the names of this key.
pub(super) fn claim_on(mailbox: &Mailbox, key: &str) -> Key {
    mailbox.key(LABEL_NAMES, key)
}

async fn number(app: &App, mailbox: &Mailbox) -> Result<Item, Fault> {
    let key = mailbox.key(values::SETTINGS, NUMBER);
    let found = item::find(app, key.clone()).await?;
    Ok(found.unwrap_or_else(|| Item::unwritten(key, json!({"last": 0}))))
}

async fn count(app: &App, mailbox: &Mailbox) -> Result<usize, Fault> {
    let count = app.store.counter(&mailbox.space, LABELS_TOTAL).await.map_err(|error| store_fault(&error))?;
    Ok(usize::try_from(count).unwrap_or(0))
}
