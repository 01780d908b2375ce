//! How messages look, in the formats that requests can ask for.

use std::borrow::Cow;

use base64_simd::URL_SAFE;
use dak_mail::mime::{self, Body, Header, Limits, Mail, Part};
use dak_proto::fault::Fault;
use dak_proto::json::write_string;
use dak_proto::rope::Rope;
use dak_store::Record;
use serde_json::{Value, json};

use super::messages::attachments;
use super::raw::Raw;
use super::stored::{Facts, Head};
use super::{history, mail, scopes};
use crate::app::App;
use crate::room::Taken;
use crate::services::Call;

/// How often a mail is in memory while it is shown: as it came, decoded, as JSON, as the answer.
const COPIES: u64 = 4;

/// Room for showing mails that have so many bytes together. It is taken before they are read, and kept until the answer
/// is sent.
pub(super) async fn room(app: &App, bytes: u64) -> Result<Taken, Fault> {
    app.answer_room.take(bytes.saturating_mul(COPIES)).await
}

/// How much of messages is shown.
#[derive(Clone, Debug)]
pub(super) struct Showing {
    format: Format,
    /// Whether the beginning of the text is.
    has_snippet: bool,
    /// Labels that are not shown any more.
    hidden: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Format {
    /// Ids, labels, snippet.
    Minimal,
    /// The tree of parts, without attachments.
    Full,
    /// The mail as it came.
    Raw,
    /// Headers: those of these names, or all of them.
    Metadata(Vec<String>),
}

impl Showing {
    /// What a request asks for.
    pub(super) fn asked(call: &Call<'_>, hidden: Vec<String>) -> Showing {
        // Clients send parameters that nobody filled in.
        let given = || call.arguments.all("metadataHeaders").filter(|name| !name.is_empty());
        let format = match call.arguments.text("format") {
            Some("minimal") => Format::Minimal,
            Some("raw") => Format::Raw,
            Some("metadata") => Format::Metadata(given().map(str::to_owned).collect()),
            _ => Format::Full,
        };
        Showing { format, has_snippet: !scopes::is_metadata_only(call), hidden }
    }

    /// [`room`] for messages of this size, as far as their mails are read.
    pub(super) async fn room(&self, app: &App, bytes: u64) -> Result<Taken, Fault> {
        room(app, if self.format == Format::Minimal { 0 } else { bytes }).await
    }
}

/// A message as it is answered. Who asks has room for it.
pub(super) async fn message(app: &App, record: &Record, showing: &Showing) -> Result<Rope, Fault> {
    let (head, facts) = (Head::parse(&record.head)?, Facts::of(&record.body));
    let labels: Vec<&String> = head.label_ids.iter().filter(|label| !showing.hidden.contains(label)).collect();
    let mut members: Vec<(Cow<'static, str>, Rope)> =
        vec![("id".into(), Rope::string(&record.id)), ("threadId".into(), Rope::string(&head.thread_id))];
    if !labels.is_empty() {
        members.push(("labelIds".into(), Rope::value(&json!(labels))));
    }
    if showing.has_snippet {
        members.push(("snippet".into(), Rope::string(&facts.snippet)));
    }
    members.extend(content(app, record, &head, &showing.format).await?);
    members.push(("sizeEstimate".into(), Rope::number(head.size)));
    members.push(("historyId".into(), Rope::string(&history::id(record.sequence))));
    members.push(("internalDate".into(), Rope::string(&head.internal_date_ms.to_string())));
    if !head.classification.is_empty() {
        members.push(("classificationLabelValues".into(), Rope::value(&Value::from(head.classification))));
    }
    Ok(Rope::object(members))
}

/// The member that shows the mail itself.
async fn content(
    app: &App,
    record: &Record,
    head: &Head,
    format: &Format,
) -> Result<Option<(Cow<'static, str>, Rope)>, Fault> {
    if *format == Format::Minimal {
        return Ok(None);
    }
    let raw = Raw::within(app, head, record).await?;
    let (name, id, format) =
        (if *format == Format::Raw { "raw" } else { "payload" }, record.id.clone(), format.clone());
    let shown = mail::work(raw.len(), move || match &format {
        Format::Raw => base64(&raw),
        Format::Metadata(names) => metadata(&raw, names),
        _ => tree(&id, &raw),
    });
    Ok(Some((name.into(), Rope::json(shown.await?))))
}

/// The body of a part as it is fetched by itself.
pub(super) fn attachment(bytes: &[u8]) -> Rope {
    Rope::object(vec![("size".into(), Rope::number(bytes.len())), ("data".into(), Rope::json(base64(bytes)))])
}

/// Bytes as a JSON string of base64url with padding.
fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(URL_SAFE.encoded_length(bytes.len()) + 2);
    text.push(b'"');
    URL_SAFE.encode_append(bytes, &mut text);
    text.push(b'"');
    text
}

fn metadata(raw: &[u8], names: &[String]) -> Vec<u8> {
    let headers = mime::headers(raw, &Limits::default());
    let is_wanted =
        |header: &&Header| names.is_empty() || names.iter().any(|name| name.eq_ignore_ascii_case(&header.name));
    let headers: Vec<&Header> = headers.iter().filter(is_wanted).collect();
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(b"{\"partId\":\"\",\"headers\":");
    write_headers(&mut out, headers.into_iter());
    out.push(b'}');
    out
}

/// The tree of a mail's parts as JSON, written without one of values between.
fn tree(id: &str, raw: &[u8]) -> Vec<u8> {
    let mail = Mail::parse(raw, &Limits::default());
    let mut out = Vec::with_capacity(4096);
    write_part(&mut out, id, &mail.root);
    out
}

/// Parts lie within each other no deeper than [`Limits::depth_max`].
fn write_part(out: &mut Vec<u8>, id: &str, part: &Part<'_>) {
    for (name, value) in [("partId", &part.part_id), ("mimeType", &part.mime_type), ("filename", &part.filename)] {
        out.extend_from_slice(if name == "partId" { b"{\"" } else { b",\"" });
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
        write_string(value, out);
    }
    out.extend_from_slice(b",\"headers\":");
    write_headers(out, part.headers.iter());
    out.extend_from_slice(b",\"body\":");
    write_body(out, id, part);
    if !part.parts.is_empty() {
        out.extend_from_slice(b",\"parts\":");
        write_array(out, part.parts.iter(), |out, part| write_part(out, id, part));
    }
    out.push(b'}');
}

fn write_headers<'a>(out: &mut Vec<u8>, headers: impl Iterator<Item = &'a Header>) {
    write_array(out, headers, |out, header| {
        out.extend_from_slice(b"{\"name\":");
        write_string(&header.name, out);
        out.extend_from_slice(b",\"value\":");
        write_string(&header.value, out);
        out.push(b'}');
    });
}

fn write_body(out: &mut Vec<u8>, id: &str, part: &Part<'_>) {
    match &part.body {
        Body::Container => out.extend_from_slice(b"{\"size\":0}"),
        Body::Inline { size, text } => {
            out.extend_from_slice(format!("{{\"size\":{size},\"data\":\"").as_bytes());
            URL_SAFE.encode_append(text.as_bytes(), out);
            out.extend_from_slice(b"\"}");
        }
        Body::Attachment { size } => {
            let token = attachments::token(id, &part.part_id);
            out.extend_from_slice(format!("{{\"attachmentId\":\"{token}\",\"size\":{size}}}").as_bytes());
        }
    }
}

fn write_array<T>(out: &mut Vec<u8>, elements: impl Iterator<Item = T>, write: impl Fn(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (index, element) in elements.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, element);
    }
    out.push(b']');
}
