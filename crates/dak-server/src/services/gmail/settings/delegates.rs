//! Other users who may act in this mailbox.

use dak_proto::fault::Fault;
use dak_store::Key;
use serde_json::json;

use super::address::{self, ACCEPTED};
use super::body;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::index::DELEGATES;
use crate::services::gmail::item::{self, Growing};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::{fault, unknown};

/// Those of one mailbox (the discovery document).
const OF_MAILBOX: Growing =
    Growing { name: DELEGATES, items_max: 25, full: "Too many delegates", taken: "Delegate already exists" };

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

/// A delegate is accepted at once.
async fn create(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let sent = body(call);
    let address = address::required(&sent, "delegateEmail")?;
    if address::id(address) == *mailbox.address {
        return Err(fault::invalid("Invalid delegate"));
    }
    let value = json!({"delegateEmail": address, "verificationStatus": ACCEPTED});
    item::insert(call, mailbox, &OF_MAILBOX, address::id(address), &value, &json!({})).await
}

fn key(call: &Call<'_>, mailbox: &Mailbox) -> Key {
    mailbox.key(DELEGATES, address::id(call.arguments.text("delegateEmail").unwrap_or_default()))
}
