//! Adding an address to send from, and changing one.

use dak_mail::sanitise::without_scripts;
use dak_proto::fault::Fault;
use dak_proto::patch::merge;
use dak_store::Batch;
use http::Method;
use serde_json::{Value, json};

use super::{OF_MAILBOX, all, is_usable, key, named, smtp, with};
use crate::app::App;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::item::{self, Item};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::settings::{address, body};
use crate::services::gmail::{aliases, fault};

/// What may be said of every address.
const SETTABLE: [&str; 3] = ["displayName", "replyToAddress", "signature"];
/// What may be said of all but the user's own.
const SETTABLE_OF_OTHERS: [&str; 2] = ["treatAsAlias", "smtpMsa"];

pub(super) async fn create(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let sent = body(call);
    let address = address::required(&sent, "sendAsEmail")?;
    let mut value = json!({
        "sendAsEmail": address,
        "displayName": "",
        "replyToAddress": "",
        "signature": "",
        "isPrimary": false,
        "isDefault": false,
        "treatAsAlias": false,
    });
    set(&mut value, &sent)?;
    item::change(call.app, || async {
        let status = status(call.app, mailbox, address).await?;
        let new = Item::unwritten(key(mailbox, address), with(&value, "verificationStatus", status.into()));
        let others = all(call.app, mailbox).await?;
        if others.iter().any(|other| other.id() == new.id()) {
            return Err(Fault::duplicate(OF_MAILBOX.taken));
        }
        let mut batch = OF_MAILBOX.grown(call.app, mailbox, item::batch()).await?;
        if is_usable(&new) {
            batch = aliases::claim(batch, mailbox, address);
            for owner in aliases::owners(address).filter(|owner| owner != mailbox) {
                batch = batch.expect(owner.absent());
            }
        }
        item::kept(call, write(batch, &new, new.value.clone(), &sent, &others)?)
    })
    .await
}

/// Nobody sends from another user's own address unasked, whatever stands behind its plus sign, not even within a domain.
async fn status(app: &App, mailbox: &Mailbox, address: &str) -> Result<&'static str, Fault> {
    let owner = Mailbox::at(app, address).await?;
    Ok(if owner.is_some_and(|owner| owner != *mailbox) {
        address::PENDING
    } else {
        address::status(&mailbox.address, address)
    })
}

/// A PUT says all that may be said, a PATCH what changes.
pub(super) async fn change(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let sent = body(call);
    item::change(call.app, || async {
        let before = named(call, mailbox).await?;
        call.check(&before.version())?;
        let mut value = before.value.clone();
        smtp::join(&mut value, &before.secrets);
        if call.http_method == Method::PUT {
            clear(&mut value);
        }
        set(&mut value, &sent)?;
        write(item::batch(), &before, value, &sent, &all(call.app, mailbox).await?)
    })
    .await
}

/// Adds an address to a batch, and takes the default from the one that had it where this one is to be the default.
fn write(
    batch: Batch,
    before: &Item,
    mut value: Value,
    sent: &Value,
    addresses: &[Item],
) -> Result<(Batch, Reply), Fault> {
    let mut batch = batch;
    let was_default = before.value["isDefault"] == true;
    match sent["isDefault"].as_bool() {
        Some(false) if was_default => {
            return Err(fault::invalid("isDefault can only be set to true: make another address the default"));
        }
        Some(true) if !was_default => {
            if !is_usable(before) {
                return Err(fault::failed_precondition("The send-as address is not verified"));
            }
            value["isDefault"] = true.into();
            for other in addresses.iter().filter(|other| other.value["isDefault"] == true) {
                batch = other.replaced(batch, &with(&other.value, "isDefault", false.into()));
            }
        }
        _ => {}
    }
    let secrets = smtp::split(&mut value);
    let batch = before.rewritten(batch, &value, &secrets);
    let tag = batch.tag;
    Ok((batch, item::written(&value, tag)))
}

/// Makes everything that may be said as if it had never been.
fn clear(value: &mut Value) {
    for name in SETTABLE {
        value[name] = "".into();
    }
    if value["isPrimary"] != true {
        value["treatAsAlias"] = false.into();
    }
    if let Some(members) = value.as_object_mut() {
        members.shift_remove("smtpMsa");
    }
}

/// Merges what was sent, as far as it may be said, and checks what comes of it.
fn set(value: &mut Value, sent: &Value) -> Result<(), Fault> {
    let is_primary = value["isPrimary"] == true;
    let is_settable = |name: &str| SETTABLE.contains(&name) || (!is_primary && SETTABLE_OF_OTHERS.contains(&name));
    let members = sent.as_object().into_iter().flatten().filter(|(name, _)| is_settable(name));
    for (name, member) in members {
        match member {
            // What is taken away from a text leaves an empty one.
            Value::Null if SETTABLE.contains(&name.as_str()) => value[name] = "".into(),
            member => merge(value, json!({name: member})),
        }
    }
    if let Some(signature) = value["signature"].as_str() {
        value["signature"] = without_scripts(signature).into();
    }
    address::optional(value, "replyToAddress")?;
    match value.get("smtpMsa") {
        Some(server) => smtp::check(server),
        None => Ok(()),
    }
}
