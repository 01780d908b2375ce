//! The bytes of an item (`alt=media`), whole or in part, and the members of an item that tell of them.

use std::borrow::Cow;

use dak_api::{Collection, Form, MEDIA_MEMBERS, Object, Schemas};
use dak_proto::content_disposition;
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::media::hash::HASH;
use dak_proto::media_type;
use dak_proto::range::{Extent, Validators, wanted};
use dak_proto::rope::Rope;
use dak_store::{Reading, Record};
use http::header::{self, HeaderValue};
use http::{HeaderMap, Method};
use serde_json::{Map, Value};

use crate::body::Interrupted;
use crate::media::Media;
use crate::reply::{Answer, Content, Making, Reply, Version};
use crate::services::{Call, store_fault};

/// How many bytes are read at a time.
const READ_BYTES: usize = 256 << 10;
/// How much of an item's name a file is called by: file systems and proxies take little more.
const NAME_CHARS_MAX: usize = 80;
/// What stored media may do in a browser: nothing.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

/// The members of an item that tell of its media, as far as its schema has them.
pub(super) fn members(schemas: &Schemas, object: &Object, media: &Media) -> Vec<(Cow<'static, str>, Rope)> {
    let known = MEDIA_MEMBERS.into_iter().filter_map(|name| {
        let Form::Scalar(scalar) = schemas.form(object.property(name)?.schema) else { return None };
        let value = member(media, name)?;
        let rope = match value.parse::<u64>() {
            Ok(number) if scalar.is_json_number() => Rope::value(&number.into()),
            _ => Rope::string(&value),
        };
        Some((Cow::Borrowed(name), rope))
    });
    known.collect()
}

/// What one of these members says.
fn member(media: &Media, name: &str) -> Option<String> {
    match name {
        "mimeType" | "mime_type" | "contentType" => Some(media.content_type.clone()),
        "crc32c" => media.digests.crc32c_text(),
        "md5Hash" => media.digests.md5_text(),
        "md5Checksum" => media.digests.md5.map(|digest| hexadecimal(&digest)),
        "sha256" | "sha256Checksum" => media.digests.sha256.map(|digest| hexadecimal(&digest)),
        _ => Some(media.length.to_string()),
    }
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes out of an item what its media tells.
pub(super) fn strip(item: &mut Map<String, Value>) {
    let is_told = |name: &str, value: &Value| {
        MEDIA_MEMBERS.contains(&name) && !matches!(value, Value::Object(_) | Value::Array(_))
    };
    item.retain(|name, value| !is_told(name, value));
}

/// Gives an item's bytes.
pub(super) async fn get(call: &Call<'_>, collection: &Collection, record: &Record) -> Result<Reply, Fault> {
    let Some(media) = Media::of_head(&record.head) else { return Err(no_media(collection, &record.id)) };
    let etag = Etag::from_opaque(media.name()).ok_or_else(Fault::internal)?;
    if let Some(reply) = call.check(&Version::from(etag.clone()))? {
        return Ok(reply);
    }
    // Ranges are for GET alone (RFC 9110 14.2).
    let none = HeaderMap::new();
    let asked = if call.http_method == Method::GET { call.headers } else { &none };
    let extent = wanted(asked, Validators { etag: Some(&etag), modified_s: None }, media.length);
    let mut headers = headers(&media, &etag, &name(record));
    headers.extend(extent.content_range(media.length).map(|value| (header::CONTENT_RANGE, value)));
    let (offset, length) = match extent {
        Extent::NotSatisfiable => return Err(not_satisfiable(headers)),
        Extent::Whole => (0, media.length),
        Extent::Part { first, last } => (first, last - first + 1),
    };
    let reader = call.app.blobs.read(&media.segments, offset).await.map_err(|error| store_fault(&error))?;
    Ok(Reply::Media(Answer::new(extent.status(), headers, streamed(reader, length))))
}

/// So many of a blob's bytes, as they are read.
fn streamed(reader: Box<dyn Reading>, length: u64) -> Content {
    Content::made(Some(length), (reader, length), |(mut reader, left)| {
        Making::new(async move {
            let bytes_max = usize::try_from(left).unwrap_or(READ_BYTES).min(READ_BYTES);
            if bytes_max == 0 {
                return None;
            }
            let read = reader.next(bytes_max).await;
            let piece = match read {
                Ok(bytes) if bytes.is_empty() => Err(Interrupted("stored media is shorter than it was".to_owned())),
                Ok(bytes) => Ok(bytes),
                Err(error) => {
                    tracing::error!(%error, "stored media cannot be read");
                    Err(Interrupted("stored media cannot be read".to_owned()))
                }
            };
            let left = left - piece.as_ref().map_or(0, |bytes| bytes.len() as u64);
            Some((piece, (reader, left)))
        })
    })
}

/// What is said of stored bytes, which may be hostile.
fn headers(media: &Media, etag: &Etag, name: &str) -> HeaderMap {
    let content_type = HeaderValue::from_str(&media.content_type);
    let disposition = match media_type::is_passive(&media.content_type) {
        true => content_disposition::inline(name),
        false => content_disposition::attachment(name),
    };
    let mut headers = HeaderMap::with_capacity(9);
    headers.insert(header::CONTENT_TYPE, content_type.unwrap_or(HeaderValue::from_static("application/octet-stream")));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=0, must-revalidate"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::ETAG, etag.header_value());
    headers.extend(media.digests.header_value().map(|value| (HASH, value)));
    headers
}

/// What the bytes are called as a file: the item's own name for itself, else its id.
fn name(record: &Record) -> String {
    let item: Value = serde_json::from_slice(&record.body).unwrap_or_default();
    let names = ["title", "name", "filename"].into_iter().filter_map(|member| item.get(member)?.as_str());
    let mut names = names.filter(|name| !name.trim().is_empty());
    let name = names.next().unwrap_or(&record.id).chars().take(NAME_CHARS_MAX);
    name.map(|letter| if is_misleading(letter) { '_' } else { letter }).collect()
}

/// Whether a letter makes a path of a file's name, or shows it as another: RFC 6266 4.3, and Unicode's marks of direction.
fn is_misleading(letter: char) -> bool {
    matches!(letter, '/' | '\\' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || letter.is_control()
}

fn no_media(collection: &Collection, id: &str) -> Fault {
    let name = collection.name.rsplit('.').next().unwrap_or_default();
    Fault::not_found(format!("The item \"{id}\" of {name} has no media."))
}

/// 416 with the length that there is (RFC 9110 15.5.17).
fn not_satisfiable(headers: HeaderMap) -> Fault {
    let message = "The range begins behind the end of the media.";
    let fault = Fault::new(416, "requestedRangeNotSatisfiable", message).at_header("Range");
    match headers.get(header::CONTENT_RANGE) {
        Some(value) => fault.with_header(header::CONTENT_RANGE, value.clone()),
        None => fault,
    }
}
