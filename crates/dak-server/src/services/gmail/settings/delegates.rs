//! Other users who may act in this mailbox.

use dak_proto::fault::Fault;
use dak_store::Key;
use serde_json::json;

use super::address::{self, ACCEPTED};
use super::body;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::index::DELEGATES;
use crate::services::gmail::item;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::{fault, unknown};

/// The most delegates of one mailbox (the discovery document).
const DELEGATES_MAX: usize = 25;

pub(super) async fn carry_out(call: &Call<'_>, verb: &str) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    match verb {
        "list" => item::list(call, &mailbox, DELEGATES, "delegates").await,
        "get" => item::read(call, &item::named(call, key(call, &mailbox)).await?),
        "create" => create(call, &mailbox).await,
        "delete" => item::delete(call, key(call, &mailbox)).await,
        _ => Err(unknown(call)),
    }
}

/// A delegate is accepted at once. Of two that come together as the last one, both may be taken.
async fn create(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let sent = body(call);
    let address = address::required(&sent, "delegateEmail")?;
    if address::id(address) == *mailbox.address {
        return Err(fault::invalid("Invalid delegate"));
    }
    if item::all(call.app, mailbox, DELEGATES).await?.len() >= DELEGATES_MAX {
        return Err(fault::failed_precondition("Too many delegates"));
    }
    let value = json!({"delegateEmail": address, "verificationStatus": ACCEPTED});
    let key = mailbox.key(DELEGATES, address::id(address));
    item::insert(call, key, &value, &json!({}), "Delegate already exists").await
}

fn key(call: &Call<'_>, mailbox: &Mailbox) -> Key {
    mailbox.key(DELEGATES, address::id(call.arguments.text("delegateEmail").unwrap_or_default()))
}
