//! Settings of which a mailbox has one each: forwarding, IMAP, language, POP, the answer while the user is away.

use dak_mail::languages;
use dak_mail::sanitise::without_scripts;
use dak_proto::fault::Fault;
use dak_store::Expectation;
use serde_json::{Value, json};

use super::{body, forwarding};
use crate::app::App;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::item::{self, Item};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::{fault, unknown};

/// The collection.
pub(in crate::services::gmail) const SETTINGS: &str = "gmail.settings";
/// Where mail is forwarded.
pub(super) const AUTO_FORWARDING: &str = "AutoForwarding";
/// How the mailbox is reached by IMAP.
const IMAP: &str = "Imap";
/// The language.
const LANGUAGE: &str = "Language";
/// How the mailbox is reached by POP.
const POP: &str = "Pop";
/// The answer while the user is away.
const VACATION: &str = "Vacation";
/// How many messages an IMAP folder may show at most; 0 is no limit.
const FOLDER_SIZES: [u64; 5] = [0, 1000, 2000, 5000, 10_000];
/// How the names of values end that say nothing.
const UNSPECIFIED: &str = "Unspecified";

pub(super) async fn carry_out(call: &Call<'_>, verb: &str) -> Result<Reply, Fault> {
    match (verb.strip_prefix("get"), verb.strip_prefix("update")) {
        (Some(name), _) => {
            let mailbox = Mailbox::open(call).await?;
            item::read(call, &find(call.app, &mailbox, known(name).ok_or_else(|| unknown(call))?).await?)
        }
        (_, Some(name)) => update(call, known(name).ok_or_else(|| unknown(call))?).await,
        _ => Err(unknown(call)),
    }
}

/// A setting as it is.
pub(in crate::services::gmail) async fn find(app: &App, mailbox: &Mailbox, name: &'static str) -> Result<Item, Fault> {
    let key = mailbox.key(SETTINGS, name);
    let found = item::find(app, key.clone()).await?;
    Ok(found.unwrap_or_else(|| Item::unwritten(key, fresh(name))))
}

/// The language a mailbox is shown in.
pub(in crate::services::gmail) async fn language(app: &App, mailbox: &Mailbox) -> Result<String, Fault> {
    Ok(find(app, mailbox, LANGUAGE).await?.text("displayLanguage").to_owned())
}

/// A PUT says all: what it leaves out is as if it had never been said.
async fn update(call: &Call<'_>, name: &'static str) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let value = checked(name, body(call))?;
    item::change(call.app, || async {
        let before = find(call.app, &mailbox, name).await?;
        call.check(&before.version())?;
        let mut batch = before.replaced(item::batch(), &value);
        if let Some(expectation) = forwarding_address(call.app, &mailbox, name, &value).await? {
            batch = batch.expect(expectation);
        }
        let tag = batch.tag;
        Ok((batch, item::written(&value, tag)))
    })
    .await
}

/// That the address mail is to be forwarded to is one, and accepted, and stays so until this is said.
async fn forwarding_address(
    app: &App,
    mailbox: &Mailbox,
    name: &str,
    value: &Value,
) -> Result<Option<Expectation>, Fault> {
    if name != AUTO_FORWARDING || value["enabled"] != true {
        return Ok(None);
    }
    let address = value["emailAddress"].as_str().unwrap_or_default();
    forwarding::accepted(app, mailbox, address).await.map(|address| Some(address.unchanged()))
}

fn known(name: &str) -> Option<&'static str> {
    [AUTO_FORWARDING, IMAP, LANGUAGE, POP, VACATION].into_iter().find(|known| *known == name)
}

/// What a new mailbox has.
fn fresh(name: &str) -> Value {
    match name {
        IMAP => json!({"enabled": true, "autoExpunge": true, "expungeBehavior": "archive", "maxFolderSize": 0}),
        LANGUAGE => json!({"displayLanguage": "en"}),
        _ => absent(name),
    }
}

/// What is not said.
fn absent(name: &str) -> Value {
    match name {
        AUTO_FORWARDING => json!({"enabled": false}),
        IMAP => json!({"enabled": false, "autoExpunge": false, "expungeBehavior": "archive", "maxFolderSize": 0}),
        POP => json!({"accessWindow": "disabled", "disposition": "leaveInInbox"}),
        VACATION => json!({"enableAutoReply": false, "restrictToContacts": false, "restrictToDomain": false}),
        _ => json!({}),
    }
}

/// What was sent, completed and checked as far as it can be by itself.
fn checked(name: &str, sent: Value) -> Result<Value, Fault> {
    let mut value = absent(name);
    for (member, sent) in sent.as_object().into_iter().flatten() {
        if !sent.as_str().is_some_and(|text| text.ends_with(UNSPECIFIED)) {
            value[member] = sent.clone();
        }
    }
    match name {
        IMAP => check_imap(&value)?,
        LANGUAGE => check_language(&mut value)?,
        VACATION => check_vacation(&mut value)?,
        _ => {}
    }
    Ok(value)
}

fn check_imap(value: &Value) -> Result<(), Fault> {
    match value["maxFolderSize"].as_u64().is_some_and(|size| FOLDER_SIZES.contains(&size)) {
        true => Ok(()),
        false => Err(fault::invalid("Invalid maxFolderSize: 0, 1000, 2000, 5000 and 10000 are possible")),
    }
}

/// What is kept is the closest language that there is.
fn check_language(value: &mut Value) -> Result<(), Fault> {
    let asked = value["displayLanguage"].as_str().unwrap_or_default();
    let closest = languages::closest(asked).ok_or_else(|| fault::invalid("Invalid displayLanguage"))?;
    value["displayLanguage"] = closest.into();
    Ok(())
}

fn check_vacation(value: &mut Value) -> Result<(), Fault> {
    if let Some(html) = value["responseBodyHtml"].as_str() {
        value["responseBodyHtml"] = without_scripts(html).into();
    }
    let time = |name: &str| value[name].as_str().and_then(|time| time.parse::<i64>().ok());
    if time("startTime").zip(time("endTime")).is_some_and(|(start, end)| start >= end) {
        return Err(fault::invalid("startTime must be before endTime"));
    }
    let is_said = |name: &&str| value[*name].as_str().is_some_and(|text| !text.trim().is_empty());
    let says_something = ["responseSubject", "responseBodyPlainText", "responseBodyHtml"].iter().any(is_said);
    match value["enableAutoReply"] == true && !says_something {
        true => Err(fault::invalid("To answer mail, a subject or a body is needed")),
        false => Ok(()),
    }
}
