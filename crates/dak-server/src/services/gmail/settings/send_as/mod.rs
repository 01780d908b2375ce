//! The addresses a user sends from: the user's own, and others whose owners agreed.
//!
//! The own one is there from the beginning and is written when it is first changed. Exactly one is the default: whatever
//! moves it changes both in one commit.

mod smtp;
mod write;

use dak_proto::fault::Fault;
use dak_store::{Batch, Key};
use serde_json::{Value, json};

use super::address::{self, ACCEPTED, PENDING};
use super::smime;
use crate::app::App;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::item::{self, Growing, Item};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::{aliases, fault, unknown};

/// The collection.
pub(in crate::services::gmail) const SEND_AS: &str = "gmail.sendAs";
/// Those of one mailbox, the user's own among them once it was changed.
const OF_MAILBOX: Growing = Growing {
    name: SEND_AS,
    items_max: 100,
    full: "Too many send-as addresses",
    taken: "Send-as address already exists",
};

pub(super) async fn carry_out(call: &Call<'_>, verb: &str) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    match verb {
        "list" => list(call, &mailbox).await,
        "get" => item::read(call, &named(call, &mailbox).await?),
        "create" => write::create(call, &mailbox).await,
        "update" | "patch" => write::change(call, &mailbox).await,
        "delete" => delete(call, &mailbox).await,
        "verify" => verify(call, &mailbox).await,
        _ => Err(unknown(call)),
    }
}

/// The addresses a user may send from, the user's own first.
pub(in crate::services::gmail) async fn all(app: &App, mailbox: &Mailbox) -> Result<Vec<Item>, Fault> {
    let mut addresses = item::all(app, mailbox, SEND_AS).await?;
    let own = addresses.iter().position(|item| item.id() == &*mailbox.address);
    let own = own.map_or_else(|| primary(mailbox), |place| addresses.remove(place));
    addresses.insert(0, own);
    Ok(addresses)
}

/// Whether mail may be sent from an address.
pub(in crate::services::gmail) fn is_usable(address: &Item) -> bool {
    address.value["isPrimary"] == true || address.text("verificationStatus") == ACCEPTED
}

/// The address, if the user sends from it.
pub(in crate::services::gmail) async fn find(
    app: &App,
    mailbox: &Mailbox,
    address: &str,
) -> Result<Option<Item>, Fault> {
    let found = item::find(app, key(mailbox, address)).await?;
    Ok(found.or_else(|| (address::id(address) == *mailbox.address).then(|| primary(mailbox))))
}

/// The address that a path names.
///
/// # Errors
/// 404 for one the user does not send from.
pub(super) async fn named(call: &Call<'_>, mailbox: &Mailbox) -> Result<Item, Fault> {
    let address = call.arguments.text("sendAsEmail").unwrap_or_default();
    find(call.app, mailbox, address).await?.ok_or_else(fault::not_found)
}

fn key(mailbox: &Mailbox, address: &str) -> Key {
    mailbox.key(SEND_AS, address::id(address))
}

/// The user's own address as a new mailbox has it.
fn primary(mailbox: &Mailbox) -> Item {
    let value = json!({
        "sendAsEmail": &*mailbox.address,
        "displayName": "",
        "replyToAddress": "",
        "signature": "",
        "isPrimary": true,
        "isDefault": true,
    });
    Item::unwritten(key(mailbox, &mailbox.address), value)
}

async fn list(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let version = item::version(call.app, mailbox).await?;
    let addresses: Vec<Value> = all(call.app, mailbox).await?.into_iter().map(|address| address.value).collect();
    Ok(item::listed("sendAs", addresses, version))
}

/// The user's own address stays; it is the default again where the default goes.
async fn delete(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    item::change(call.app, || async {
        let address = named(call, mailbox).await?;
        call.check(&address.version())?;
        if address.value["isPrimary"] == true {
            return Err(fault::failed_precondition("The primary send-as address cannot be deleted"));
        }
        let mut batch = aliases::release(address.deleted(item::batch()), mailbox, address.id());
        if address.value["isDefault"] == true {
            batch = with_own_default(call.app, batch, mailbox).await?;
        }
        for certificate in smime::all(call.app, mailbox, address.id()).await? {
            batch = certificate.deleted(batch);
        }
        Ok((batch, Reply::NoContent))
    })
    .await
}

/// There is nobody to be asked again but whoever works the control desk.
async fn verify(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    match named(call, mailbox).await?.text("verificationStatus") == PENDING {
        true => Ok(Reply::NoContent),
        false => Err(fault::failed_precondition("The send-as address needs no verification")),
    }
}

/// Adds to a batch that the owner of an address has to agree before it is used again. Where it was the default the user's own is.
///
/// # Errors
/// Whatever the store refuses.
pub(in crate::services::gmail) async fn questioned(
    app: &App,
    batch: Batch,
    mailbox: &Mailbox,
    address: &Item,
) -> Result<Batch, Fault> {
    let value = with(&address.value, "verificationStatus", PENDING.into());
    let batch = address.replaced(batch, &with(&value, "isDefault", false.into()));
    match address.value["isDefault"] == true {
        true => with_own_default(app, batch, mailbox).await,
        false => Ok(batch),
    }
}

/// Adds to a batch that the user's own address is the default.
async fn with_own_default(app: &App, batch: Batch, mailbox: &Mailbox) -> Result<Batch, Fault> {
    let own = find(app, mailbox, &mailbox.address).await?.ok_or_else(fault::not_found)?;
    Ok(own.replaced(batch, &with(&own.value, "isDefault", true.into())))
}

/// The value with another member.
pub(super) fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut value = value.clone();
    value[name] = member;
    value
}
