//! The settings of a mailbox. All of them are kept and shown; which of them have an effect yet stands in the documents.

mod address;
mod cse;
pub(super) mod delegates;
pub(super) mod filters;
pub(super) mod forwarding;
pub(super) mod send_as;
mod smime;
pub(super) mod values;

use dak_proto::fault::Fault;

use super::mailbox::Mailbox;
use super::{aliases, item, unknown};
use crate::app::App;
use crate::reply::Reply;
use crate::services::Call;

pub(super) async fn carry_out(call: Call<'_>, noun: &str, verb: &str) -> Result<Reply, Fault> {
    item::once(&call, dispatch(&call, noun, verb)).await
}

async fn dispatch(call: &Call<'_>, noun: &str, verb: &str) -> Result<Reply, Fault> {
    match noun {
        "" => values::carry_out(call, verb).await,
        "filters" => filters::carry_out(call, verb).await,
        "forwardingAddresses" => forwarding::carry_out(call, verb).await,
        "delegates" => delegates::carry_out(call, verb).await,
        "sendAs" => send_as::carry_out(call, verb).await,
        "sendAs.smimeInfo" => smime::carry_out(call, verb).await,
        "cse.identities" => cse::identities::carry_out(call, verb).await,
        "cse.keypairs" => cse::keypairs::carry_out(call, verb).await,
        _ => Err(unknown(call)),
    }
}

/// Says for the owner of an address that mail may be forwarded there and sent from it.
///
/// # Errors
/// 404 where nobody waits for that.
pub(super) async fn accept(app: &App, mailbox: &Mailbox, address: &str) -> Result<(), Fault> {
    item::change(app, || async {
        let mut batch = item::batch();
        for collection in [forwarding::ADDRESSES, send_as::SEND_AS] {
            let found = item::find(app, mailbox.key(collection, address::id(address))).await?;
            for pending in found.into_iter().filter(|found| found.text("verificationStatus") == address::PENDING) {
                let value = send_as::with(&pending.value, "verificationStatus", address::ACCEPTED.into());
                batch = pending.replaced(batch, &value);
                if collection == send_as::SEND_AS {
                    batch = aliases::claim(batch, mailbox, address);
                }
            }
        }
        match batch.operations.is_empty() {
            true => Err(Fault::not_found(format!("Nobody waits for {address} to agree."))),
            false => Ok((batch, ())),
        }
    })
    .await
}

/// The body of a request as an object; one that has none is empty.
fn body(call: &Call<'_>) -> serde_json::Value {
    call.body.clone().unwrap_or_else(|| serde_json::json!({}))
}
