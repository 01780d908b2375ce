//! S/MIME certificates of an address. Keys are kept and never shown; certificates inside a PKCS #12 are not opened, so
//! their issuer and end are those that were said (G37).

use dak_mail::certificates::is_pkcs12;
use dak_proto::fault::Fault;
use dak_store::Key;
use serde_json::{Value, json};

use super::{body, send_as};
use crate::app::App;
use crate::ids;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::item::{self, Growing, Item};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::{fault, unknown};

/// The collection. Ids are the address, a slash, the certificate's own.
const SMIME: &str = "gmail.smimeInfo";
/// Those of one mailbox. The bound is of our own.
const OF_MAILBOX: Growing =
    Growing { name: SMIME, items_max: 100, full: "Too many certificates", taken: "Certificate already exists" };
/// What may be said of a certificate and is shown.
const SHOWN: [&str; 3] = ["expiration", "issuerCn", "pem"];
/// What is never shown.
const SECRETS: [&str; 2] = ["encryptedKeyPassword", "pkcs12"];

pub(super) async fn carry_out(call: &Call<'_>, verb: &str) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let address = send_as::named(call, &mailbox).await?;
    let key = || key(&mailbox, address.id(), call.arguments.text("id").unwrap_or_default());
    match verb {
        "list" => list(call, &mailbox, address.id()).await,
        "get" => item::read(call, &item::named(call, key()).await?),
        "insert" => insert(call, &mailbox, address.id()).await,
        "delete" => item::delete(call, key()).await,
        "setDefault" => set_default(call, &mailbox, address.id(), key()).await,
        _ => Err(unknown(call)),
    }
}

/// The certificates of an address, which is in lower case.
pub(super) async fn all(app: &App, mailbox: &Mailbox, address: &str) -> Result<Vec<Item>, Fault> {
    let mut certificates = item::all(app, mailbox, SMIME).await?;
    certificates.retain(|certificate| certificate.id().rsplit_once('/').is_some_and(|(of, _)| of == address));
    Ok(certificates)
}

async fn list(call: &Call<'_>, mailbox: &Mailbox, address: &str) -> Result<Reply, Fault> {
    let version = item::version(call.app, mailbox).await?;
    let certificates = all(call.app, mailbox, address).await?;
    Ok(item::listed("smimeInfo", certificates.into_iter().map(|certificate| certificate.value).collect(), version))
}

/// The first certificate of an address is the default. The address is written along with it, so that neither another first
/// one comes between nor the address's end.
async fn insert(call: &Call<'_>, mailbox: &Mailbox, address: &str) -> Result<Reply, Fault> {
    let sent = body(call);
    if !sent["pkcs12"].as_str().and_then(decoded).is_some_and(|pkcs12| is_pkcs12(&pkcs12)) {
        return Err(fault::invalid("Invalid pkcs12"));
    }
    let id = ids::next();
    let (mut value, mut secrets) = (json!({"id": id}), json!({}));
    for (into, names) in [(&mut value, &SHOWN[..]), (&mut secrets, &SECRETS[..])] {
        for name in names.iter().filter(|name| !sent[**name].is_null()) {
            into[*name] = sent[*name].clone();
        }
    }
    item::change(call.app, || async {
        let of = send_as::named(call, mailbox).await?;
        let is_first = all(call.app, mailbox, address).await?.is_empty();
        let value = send_as::with(&value, "isDefault", is_first.into());
        let batch = OF_MAILBOX.grown(call.app, mailbox, of.replaced(item::batch(), &of.value)).await?;
        let batch = Item::unwritten(key(mailbox, address, &id), Value::Null).rewritten(batch, &value, &secrets);
        let tag = batch.tag;
        item::kept(call, (batch, item::written(&value, tag)))
    })
    .await
}

async fn set_default(call: &Call<'_>, mailbox: &Mailbox, address: &str, key: Key) -> Result<Reply, Fault> {
    item::change(call.app, || async {
        let certificates = all(call.app, mailbox, address).await?;
        let is_chosen = |certificate: &Item| certificate.key == key;
        if !certificates.iter().any(is_chosen) {
            return Err(fault::not_found());
        }
        let mut batch = item::batch();
        for certificate in &certificates {
            let value = send_as::with(&certificate.value, "isDefault", Value::Bool(is_chosen(certificate)));
            batch = certificate.replaced(batch, &value);
        }
        Ok((batch, Reply::NoContent))
    })
    .await
}

fn key(mailbox: &Mailbox, address: &str, id: &str) -> Key {
    mailbox.key(SMIME, format!("{address}/{id}"))
}

/// Base64 in either alphabet, padded or not.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
    base64_simd::STANDARD_NO_PAD.decode_to_vec(text).ok()
}
