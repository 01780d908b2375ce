//! Addresses that mail may be forwarded to.

use dak_proto::fault::Fault;
use dak_store::Key;
use serde_json::json;

use super::address::{self, ACCEPTED};
use super::{body, values};
use crate::app::App;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::item::{self, Growing, Item};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::{fault, unknown};

/// The collection.
pub(super) const ADDRESSES: &str = "gmail.forwardingAddresses";
/// Those of one mailbox. The bound is of our own.
const OF_MAILBOX: Growing = Growing {
    name: ADDRESSES,
    items_max: 100,
    full: "Too many forwarding addresses",
    taken: "Forwarding address already exists",
};

pub(super) async fn carry_out(call: &Call<'_>, verb: &str) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    match verb {
        "list" => item::list(call, &mailbox, ADDRESSES, "forwardingAddresses").await,
        "get" => item::read(call, &item::named(call, key(call, &mailbox)).await?),
        "create" => create(call, &mailbox).await,
        "delete" => delete(call, &mailbox).await,
        _ => Err(unknown(call)),
    }
}

/// The address, if mail may be forwarded there.
///
/// # Errors
/// 400 for one that is not there or whose owner has not agreed.
pub(in crate::services::gmail) async fn accepted(app: &App, mailbox: &Mailbox, address: &str) -> Result<Item, Fault> {
    let found = match address {
        "" => None,
        _ => item::find(app, mailbox.key(ADDRESSES, address::id(address))).await?,
    };
    found
        .filter(|found| found.text("verificationStatus") == ACCEPTED)
        .ok_or_else(|| fault::invalid("Unrecognized forwarding address"))
}

async fn create(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let sent = body(call);
    let address = address::required(&sent, "forwardingEmail")?;
    let status = address::status(&mailbox.address, address);
    let value = json!({"forwardingEmail": address, "verificationStatus": status});
    item::insert(call, mailbox, &OF_MAILBOX, address::id(address), &value, &json!({})).await
}

/// Mail is not forwarded to an address that is no longer one.
async fn delete(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    item::change(call.app, || async {
        let address = item::named(call, key(call, mailbox)).await?;
        call.check(&address.version())?;
        let mut batch = address.deleted(item::batch());
        let forwarding = values::find(call.app, mailbox, values::AUTO_FORWARDING).await?;
        if address::id(forwarding.text("emailAddress")) == address.id() {
            batch = forwarding.replaced(batch, &json!({"enabled": false}));
        }
        Ok((batch, Reply::NoContent))
    })
    .await
}

fn key(call: &Call<'_>, mailbox: &Mailbox) -> Key {
    mailbox.key(ADDRESSES, address::id(call.arguments.text("forwardingEmail").unwrap_or_default()))
}
