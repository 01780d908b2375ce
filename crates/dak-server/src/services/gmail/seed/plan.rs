//! A seed's mailboxes, read and checked before the first of them is made.

use std::collections::BTreeSet;

use base64_simd::STANDARD;
use dak_mail::labels::{self, INBOX, UNREAD};
use dak_mail::letter::{Attachment, Letter};
use dak_mail::mime::Address;
use dak_mail::parcel::Parcel;
use dak_proto::fault::Fault;
use serde_json::{Value, json};

use crate::services::seeding::date;
use crate::services::seeding::member::{address, list, only, optional, text, wrong};

/// The members of a message.
const OF_MESSAGE: [&str; 13] = [
    "attachments",
    "cc",
    "date",
    "from",
    "html",
    "inReplyTo",
    "labels",
    "messageId",
    "raw",
    "references",
    "subject",
    "text",
    "to",
];
/// The members of a label.
const OF_LABEL: [&str; 4] = ["color", "labelListVisibility", "messageListVisibility", "name"];

/// What a mailbox is to have.
pub(super) struct Sown {
    /// Whose it is.
    pub(super) address: String,
    /// Its own labels, each with its place in the seed.
    pub(super) labels: Vec<(String, Value)>,
    /// Its filters, likewise; they name labels by their names.
    pub(super) filters: Vec<(String, Value)>,
    /// Its messages.
    pub(super) messages: Vec<Parcel>,
}

/// The mailboxes of a seed: one for each user.
///
/// # Errors
/// 400 that names the place of what cannot be.
pub(super) fn read(seed: &Value, now_ms: i64) -> Result<Vec<Sown>, Fault> {
    list(seed, "users", "")?.iter().map(|(at, user)| mailbox(user, at, now_ms)).collect()
}

/// What is wrong with a member that was found out while it was made.
pub(super) fn wrong_there(at: &str, fault: &Fault) -> Fault {
    wrong(at, &fault.message)
}

fn mailbox(user: &Value, at: &str, now_ms: i64) -> Result<Sown, Fault> {
    let address = address(user, "email", at)?.ok_or_else(|| wrong(at, "\"email\" is required"))?;
    let labels: Vec<(String, Value)> = list(user, "labels", at)?
        .into_iter()
        .map(|(at, label)| self::label(label, &at).map(|label| (at, label)))
        .collect::<Result<_, _>>()?;
    let filters = list(user, "filters", at)?;
    for (at, filter) in &filters {
        only(filter, &["criteria", "action"], at)?;
        for name in ["addLabelIds", "removeLabelIds"] {
            names(&filter["action"], name, at)?;
        }
    }
    let (mut messages, mut ids) = (Vec::new(), BTreeSet::new());
    for (number, (at, message)) in list(user, "messages", at)?.into_iter().enumerate() {
        let default_id = format!("seed-{}-{address}", number + 1);
        messages.push(parcel(message, &at, &Setting { address, now_ms, default_id: &default_id }, &mut ids)?);
    }
    let filters = filters.into_iter().map(|(at, filter)| (at, filter.clone())).collect();
    Ok(Sown { address: address.to_owned(), labels, filters, messages })
}

/// A label: its name, or all that may be said of it.
fn label(label: &Value, at: &str) -> Result<Value, Fault> {
    let label = match label {
        Value::String(name) => json!({"name": name}),
        other => other.clone(),
    };
    only(&label, &OF_LABEL, at)?;
    labels::check_name(text(&label, "name", at)?, "en").map_err(|fault| wrong_there(at, &fault))?;
    Ok(label)
}

/// What a message is in.
struct Setting<'a> {
    /// Whose mailbox.
    address: &'a str,
    now_ms: i64,
    /// Its Message-ID, if it says none. It stays the same, so that the message is known again.
    default_id: &'a str,
}

fn parcel(message: &Value, at: &str, setting: &Setting<'_>, ids: &mut BTreeSet<String>) -> Result<Parcel, Fault> {
    only(message, &OF_MESSAGE, at)?;
    let complaint = || wrong(at, "\"date\" is a time such as 2026-11-30T12:00:00Z, or -3d, or +2h");
    let said = optional(message, "date", at)?;
    let date_ms = said.map(|text| date::parse(text, setting.now_ms).ok_or_else(complaint)).transpose()?;
    let (date_ms, raw) = match optional(message, "raw", at)? {
        Some(raw) => (date_ms, raw.as_bytes().to_vec()),
        None => {
            let date_ms = date_ms.unwrap_or(setting.now_ms);
            (Some(date_ms), letter(message, at, setting, date_ms, ids)?.to_bytes())
        }
    };
    let labels = match message["labels"] {
        Value::Null => [INBOX, UNREAD].map(str::to_owned).to_vec(),
        _ => names(message, "labels", at)?,
    };
    labels::check_places(&labels).map_err(|fault| wrong_there(at, &fault))?;
    Ok(Parcel { labels, date_ms, thread: None, raw: raw.into() })
}

fn letter(
    message: &Value,
    at: &str,
    setting: &Setting<'_>,
    date_ms: i64,
    ids: &mut BTreeSet<String>,
) -> Result<Letter, Fault> {
    let said = |name: &str| optional(message, name, at).map(|text| text.unwrap_or_default().to_owned());
    let message_id = optional(message, "messageId", at)?.unwrap_or(setting.default_id).to_owned();
    if !ids.insert(message_id.clone()) {
        return Err(wrong(at, &format!("the messageId {message_id} is there twice")));
    }
    let from = addresses(message, "from", at)?;
    if from.is_empty() {
        return Err(wrong(at, "\"from\" is required, as an address"));
    }
    let to = match message["to"] {
        Value::Null => vec![Address { name: String::new(), address: setting.address.to_owned() }],
        _ => addresses(message, "to", at)?,
    };
    let mut references = names(message, "references", at)?;
    references.extend(optional(message, "inReplyTo", at)?.map(str::to_owned));
    Ok(Letter {
        message_id,
        references,
        date_ms,
        from,
        to,
        cc: addresses(message, "cc", at)?,
        subject: said("subject")?,
        text: said("text")?,
        html: optional(message, "html", at)?.map(str::to_owned),
        attachments: list(message, "attachments", at)?
            .into_iter()
            .map(|(at, attachment)| self::attachment(attachment, &at))
            .collect::<Result<_, _>>()?,
    })
}

/// One address, or an array of them.
fn addresses(message: &Value, name: &str, at: &str) -> Result<Vec<Address>, Fault> {
    let texts = match &message[name] {
        Value::String(one) => vec![one.clone()],
        _ => names(message, name, at)?,
    };
    let read = |text: &String| text.parse().map_err(|error| wrong(at, &format!("\"{name}\": {error}")));
    texts.iter().map(read).collect()
}

fn attachment(attachment: &Value, at: &str) -> Result<Attachment, Fault> {
    only(attachment, &["base64", "filename", "mimeType", "text"], at)?;
    let bytes = match (optional(attachment, "text", at)?, optional(attachment, "base64", at)?) {
        (Some(text), None) => text.as_bytes().to_vec(),
        (None, Some(letters)) => {
            let letters: String = letters.split_whitespace().collect();
            STANDARD.decode_to_vec(letters).map_err(|_| wrong(at, "\"base64\" is no base64"))?
        }
        _ => return Err(wrong(at, "one of \"text\" and \"base64\" is required")),
    };
    Ok(Attachment {
        filename: text(attachment, "filename", at)?.to_owned(),
        mime_type: optional(attachment, "mimeType", at)?.unwrap_or("application/octet-stream").to_owned(),
        bytes,
    })
}

/// Texts; nothing where they are absent.
fn names(value: &Value, name: &str, at: &str) -> Result<Vec<String>, Fault> {
    let elements = list(value, name, at)?.into_iter();
    elements
        .map(|(at, element)| element.as_str().map(str::to_owned).ok_or_else(|| wrong(&at, "this is text")))
        .collect()
}
