//! Addresses that send mail their clients encrypt.

use dak_proto::fault::Fault;
use dak_proto::patch::merge;
use dak_store::Key;
use serde_json::{Value, json};

use super::{keypairs, page};
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::item::{self, Growing};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::settings::{address, body, send_as};
use crate::services::gmail::{fault, unknown};

/// The collection.
const IDENTITIES: &str = "gmail.cseIdentities";
/// Those of one mailbox: no more than addresses to send from.
const OF_MAILBOX: Growing =
    Growing { name: IDENTITIES, items_max: 100, full: "Too many CSE identities", taken: "CSE identity already exists" };
/// The key pairs of an identity: one, or one for each purpose.
const KEY_PAIRS: [&str; 3] =
    ["/primaryKeyPairId", "/signAndEncryptKeyPairs/signingKeyPairId", "/signAndEncryptKeyPairs/encryptionKeyPairId"];

pub(in crate::services::gmail::settings) async fn carry_out(call: &Call<'_>, verb: &str) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    match verb {
        "list" => page(call, &mailbox, IDENTITIES, "cseIdentities").await,
        "get" => item::read(call, &item::named(call, key(call, &mailbox)).await?),
        "create" => create(call, &mailbox).await,
        "patch" => patch(call, &mailbox).await,
        "delete" => item::delete(call, key(call, &mailbox)).await,
        _ => Err(unknown(call)),
    }
}

async fn create(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let sent = body(call);
    let address = address::required(&sent, "emailAddress")?;
    let known = send_as::find(call.app, mailbox, address).await?;
    if !known.is_some_and(|known| send_as::is_usable(&known)) {
        return Err(fault::invalid("Invalid emailAddress: the user does not send from it"));
    }
    let value = checked(call, mailbox, address, &sent).await?;
    item::insert(call, mailbox, &OF_MAILBOX, address::id(address), &value, &json!({})).await
}

/// Another key pair, or others, take the place of those that were there.
async fn patch(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let mut sent = json!({});
    merge(&mut sent, body(call));
    item::change(call.app, || async {
        let before = item::named(call, key(call, mailbox)).await?;
        call.check(&before.version())?;
        let value = checked(call, mailbox, before.text("emailAddress"), &sent).await?;
        let batch = before.replaced(item::batch(), &value);
        let tag = batch.tag;
        Ok((batch, item::written(&value, tag)))
    })
    .await
}

/// An identity of these key pairs, which must be there and on.
async fn checked(call: &Call<'_>, mailbox: &Mailbox, address: &str, sent: &Value) -> Result<Value, Fault> {
    let named = |pointer: &str| sent.pointer(pointer).and_then(Value::as_str).filter(|id| !id.is_empty());
    let [one, signing, encryption] = KEY_PAIRS.map(named);
    match (one, signing, encryption) {
        (Some(_), None, None) | (None, Some(_), Some(_)) => {}
        _ => return Err(fault::invalid("An identity has a primaryKeyPairId or two signAndEncryptKeyPairs")),
    }
    for id in [one, signing, encryption].into_iter().flatten() {
        let key_pair = item::find(call.app, keypairs::key(mailbox, id)).await?;
        if !key_pair.is_some_and(|key_pair| keypairs::is_enabled(&key_pair)) {
            return Err(fault::invalid(format!("Invalid key pair: {id} is not there or not enabled")));
        }
    }
    let mut value = json!({"emailAddress": address});
    for name in ["primaryKeyPairId", "signAndEncryptKeyPairs"].into_iter().filter(|name| !sent[*name].is_null()) {
        value[name] = sent[name].clone();
    }
    Ok(value)
}

fn key(call: &Call<'_>, mailbox: &Mailbox) -> Key {
    let named = call.arguments.text("cseEmailAddress").or(call.arguments.text("emailAddress"));
    mailbox.key(IDENTITIES, address::id(named.unwrap_or_default()))
}
