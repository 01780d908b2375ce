//! Labels: what messages are sorted by. Those of the system are the same in every mailbox; those of the user are records,
//! each with a claim on its name.
//!
//! A label's version is its mailbox's: what is counted of it is shown with it.

mod write;

use std::collections::BTreeSet;

use dak_mail::labels::{SYSTEM, SystemLabel, system};
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use serde_json::{Value, json};

use super::index::{self, Counted, LABELS};
use super::mailbox::Mailbox;
use super::{fault, item, unknown};
use crate::app::App;
use crate::reply::Reply;
use crate::services::{Call, store_fault};

pub(super) async fn carry_out(call: Call<'_>, verb: &str) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(&call).await?;
    match verb {
        "list" => list(&call, &mailbox).await,
        "get" => get(&call, &mailbox).await,
        "create" => item::once(&call, write::create(&call, &mailbox)).await,
        "update" | "patch" => write::change(&call, &mailbox).await,
        "delete" => write::delete(&call, &mailbox).await,
        _ => Err(unknown(&call)),
    }
}

/// The ids of the user's own labels.
pub(super) async fn ids(app: &App, mailbox: &Mailbox) -> Result<BTreeSet<String>, Fault> {
    let labels = item::all(app, mailbox, LABELS).await?;
    Ok(labels.iter().map(|label| label.id().to_owned()).collect())
}

/// The id of the label that a search calls so: its name's [`key`](dak_mail::labels::key), or its id in lower case. A name
/// counts before an id that looks like it.
pub(super) async fn called(app: &App, mailbox: &Mailbox, key: &str) -> Result<Option<String>, Fault> {
    if let Some(claim) = item::find(app, write::claim_on(mailbox, key)).await? {
        return Ok(Some(claim.text("id").to_owned()));
    }
    let Some(number) = key.strip_prefix("label_") else { return Ok(None) };
    let label = item::find(app, mailbox.key(LABELS, format!("Label_{number}"))).await?;
    Ok(label.map(|label| label.id().to_owned()))
}

/// The id of the label with this name, made if there is none ([`write::of_name`]).
///
/// # Errors
/// Whatever making it ends with.
pub(super) async fn of_name(app: &App, mailbox: &Mailbox, name: &str) -> Result<String, Fault> {
    write::of_name(app, mailbox, name).await
}

/// Makes a label with all that a request might say of it, unless one of its name is there.
///
/// # Errors
/// 400 for what no label may be, and whatever making it ends with.
pub(super) async fn sow(app: &App, mailbox: &Mailbox, label: &Value) -> Result<(), Fault> {
    write::sow(app, mailbox, label).await
}

/// The labels of the system, then the user's in the order they were made in.
async fn list(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let version = item::version(call.app, mailbox).await?;
    if let Some(reply) = call.short_cut(&version)? {
        return Ok(reply);
    }
    let mut labels = Vec::new();
    for label in &SYSTEM {
        if label.always_listed || counted(call.app, mailbox, label.id, Counted::Messages).await? > 0 {
            labels.push(shown(label));
        }
    }
    let mut own = item::all(call.app, mailbox, LABELS).await?;
    own.sort_by_key(|label| (label.id().len(), label.id().to_owned()));
    labels.extend(own.into_iter().map(|label| label.value));
    Ok(item::listed("labels", labels, version))
}

/// A label with what is counted of it.
async fn get(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let version = item::version(call.app, mailbox).await?;
    let id = call.arguments.text("id").unwrap_or_default();
    let mut label = match system(id) {
        Some(label) => shown(label),
        None => item::find(call.app, mailbox.key(LABELS, id)).await?.ok_or_else(fault::not_found)?.value,
    };
    if let Some(reply) = call.short_cut(&version)? {
        return Ok(reply);
    }
    for what in Counted::ALL {
        label[what.member()] = counted(call.app, mailbox, id, what).await?.into();
    }
    Ok(Reply::read(Rope::value(&label), version))
}

async fn counted(app: &App, mailbox: &Mailbox, id: &str, what: Counted) -> Result<i64, Fault> {
    app.store.counter(&mailbox.space, &index::counter(id, what)).await.map_err(|error| store_fault(&error))
}

/// A label of the system as it is listed.
fn shown(label: &SystemLabel) -> Value {
    let mut shown = json!({"id": label.id, "name": label.id});
    if let Some((in_message_list, in_label_list)) = label.visibility {
        shown["messageListVisibility"] = in_message_list.into();
        shown["labelListVisibility"] = in_label_list.into();
    }
    shown["type"] = "system".into();
    shown
}
