//! Attachments: the parts of a message that are fetched by themselves.
//!
//! An attachment's id says which part of which message it is. Gmail's own are long, differ from one fetch to the next
//! and are no keys; these stay, and are as opaque.

use base64_simd::URL_SAFE_NO_PAD;
use dak_mail::mime::{Limits, Mail};
use dak_proto::fault::Fault;

use super::{find, version};
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::raw::Raw;
use crate::services::gmail::stored::Head;
use crate::services::gmail::{fault, present, unknown};

/// How many bytes of a hash tell an id from anything else.
const HASH_BYTES: usize = 8;
/// The longest id that is looked at.
const TOKEN_CHARS_MAX: usize = 1000;

pub(in crate::services::gmail) async fn carry_out(call: Call<'_>, verb: &str) -> Result<Reply, Fault> {
    match verb {
        "get" => get(&call).await,
        _ => Err(unknown(&call)),
    }
}

/// The id of the attachment that is this part of this message.
pub(in crate::services::gmail) fn token(message: &str, part: &str) -> String {
    let text = format!("{message}/{part}");
    URL_SAFE_NO_PAD.encode_to_string([&hash(&text)[..], text.as_bytes()].concat())
}

/// The message and the part that an attachment's id names.
fn parse(token: &str) -> Option<(String, String)> {
    let token = Some(token).filter(|token| token.len() <= TOKEN_CHARS_MAX)?;
    let bytes = URL_SAFE_NO_PAD.decode_to_vec(token).ok()?;
    let (hashed, text) = bytes.split_first_chunk::<HASH_BYTES>()?;
    let text = std::str::from_utf8(text).ok()?;
    let (message, part) = text.split_once('/').filter(|_| *hashed == hash(text))?;
    Some((message.to_owned(), part.to_owned()))
}

fn hash(text: &str) -> [u8; HASH_BYTES] {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    digest.as_ref().first_chunk().copied().unwrap_or_default()
}

/// Gives the bytes of an attachment.
async fn get(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let record = find(call.app, &mailbox, call.arguments.text("messageId").unwrap_or_default()).await?;
    let named = parse(call.arguments.text("id").unwrap_or_default());
    let part = named.filter(|(message, _)| *message == *record.id).map(|(_, part)| part);
    let part = part.ok_or_else(|| fault::invalid("Invalid attachment token"))?;
    let version = version(record.tag);
    if let Some(reply) = call.short_cut(&version)? {
        return Ok(reply);
    }
    let head = Head::parse(&record.head)?;
    let room = present::room(call.app, head.size).await?;
    let raw = Raw::within(call.app, &head, &record).await?;
    let mail = Mail::parse(&raw, &Limits::default());
    let bytes = mail.attachment(&part).ok_or_else(|| fault::invalid("Invalid attachment token"))?;
    Ok(Reply::read(present::attachment(&bytes), version).within(room))
}
