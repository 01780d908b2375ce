//! Key pairs for mail that clients encrypt: the public half with its certificates, and where the private one is kept.
//!
//! A pair is on or off; one that has been off for more than 30 days may be obliterated. Chains are taken apart, not
//! validated.

use dak_mail::certificates::{self, Certificate};
use dak_proto::fault::Fault;
use dak_store::Key;
use serde_json::{Value, json};

use super::page;
use crate::clock::{parse_rfc3339, rfc3339};
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::item::{self, Growing, Item};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::settings::body;
use crate::services::gmail::{fault, unknown};

/// The collection.
const KEY_PAIRS: &str = "gmail.cseKeyPairs";
/// Those of one mailbox. The bound is of our own.
const OF_MAILBOX: Growing =
    Growing { name: KEY_PAIRS, items_max: 1000, full: "Too many key pairs", taken: "Key pair already exists" };
/// How long a key pair must have been off before it may be obliterated.
const DISABLED_MIN_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// The most bytes of what a key service wants to know again (the discovery document).
const KACLS_DATA_BYTES_MAX: usize = 8 << 10;

pub(in crate::services::gmail::settings) async fn carry_out(call: &Call<'_>, verb: &str) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let key = key(&mailbox, call.arguments.text("keyPairId").unwrap_or_default());
    match verb {
        "list" => page(call, &mailbox, KEY_PAIRS, "cseKeyPairs").await,
        "get" => item::read(call, &item::named(call, key).await?),
        "create" => create(call, &mailbox).await,
        "enable" => turn(call, key, true).await,
        "disable" => turn(call, key, false).await,
        "obliterate" => obliterate(call, key).await,
        _ => Err(unknown(call)),
    }
}

/// Where a key pair stands.
pub(super) fn key(mailbox: &Mailbox, id: &str) -> Key {
    mailbox.key(KEY_PAIRS, id)
}

/// Whether a key pair is on.
pub(super) fn is_enabled(key_pair: &Item) -> bool {
    key_pair.text("enablementState") == "enabled"
}

async fn create(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    let sent = body(call);
    let certificates = sent["pkcs7"].as_str().and_then(certificates::of_pkcs7);
    let certificates = certificates.ok_or_else(|| fault::invalid("Invalid pkcs7"))?;
    let leaf = certificates::leaf(&certificates).ok_or_else(|| fault::invalid("Invalid pkcs7"))?;
    let id = item::new_id();
    let value = json!({
        "keyPairId": id,
        "pem": certificates.iter().map(Certificate::pem).collect::<String>(),
        "subjectEmailAddresses": leaf.addresses(),
        "enablementState": "enabled",
        "privateKeyMetadata": private_keys(&sent["privateKeyMetadata"])?,
    });
    let secrets = json!({"pkcs7": sent["pkcs7"]});
    item::insert(call, mailbox, &OF_MAILBOX, id, &value, &secrets).await
}

/// Where the private key is kept, each place with an id.
fn private_keys(sent: &Value) -> Result<Vec<Value>, Fault> {
    let places = sent.as_array().map(Vec::as_slice).unwrap_or_default();
    if places.is_empty() {
        return Err(fault::invalid("Missing privateKeyMetadata"));
    }
    places.iter().map(private_key).collect()
}

fn private_key(place: &Value) -> Result<Value, Fault> {
    let (service, hardware) = (&place["kaclsKeyMetadata"], &place["hardwareKeyMetadata"]);
    if service.is_null() == hardware.is_null() {
        return Err(fault::invalid("privateKeyMetadata has one of kaclsKeyMetadata and hardwareKeyMetadata"));
    }
    if service["kaclsData"].as_str().is_some_and(|data| data.len() > KACLS_DATA_BYTES_MAX) {
        return Err(fault::invalid("Invalid kaclsData: it has more than 8 KiB"));
    }
    let mut place = place.clone();
    place["privateKeyMetadataId"] = item::new_id().into();
    Ok(place)
}

/// Turns a key pair on or off. One that is so already stays as it is, and so does the time at which it was turned off.
async fn turn(call: &Call<'_>, key: Key, on: bool) -> Result<Reply, Fault> {
    item::change(call.app, || async {
        let before = item::named(call, key.clone()).await?;
        call.check(&before.version())?;
        let mut value = before.value.clone();
        match (on, is_enabled(&before)) {
            (true, false) => {
                value["enablementState"] = "enabled".into();
                value.as_object_mut().and_then(|members| members.shift_remove("disableTime"));
            }
            (false, true) => {
                value["enablementState"] = "disabled".into();
                value["disableTime"] = rfc3339(call.app.clock.now_ms()).into();
            }
            _ => {}
        }
        let batch = before.replaced(item::batch(), &value);
        let tag = batch.tag;
        Ok((batch, item::written(&value, tag)))
    })
    .await
}

async fn obliterate(call: &Call<'_>, key: Key) -> Result<Reply, Fault> {
    item::change(call.app, || async {
        let before = item::named(call, key.clone()).await?;
        call.check(&before.version())?;
        let disabled_ms = parse_rfc3339(before.text("disableTime"));
        let is_due = disabled_ms.is_some_and(|since_ms| call.app.clock.now_ms() - since_ms > DISABLED_MIN_MS);
        match is_due {
            true => Ok((before.deleted(item::batch()), Reply::NoContent)),
            false => Err(fault::failed_precondition("The key pair has not been disabled for more than 30 days")),
        }
    })
    .await
}
