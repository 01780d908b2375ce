//! What the last answer of an upload says of what was created.

#[cfg(test)]
mod tests;

use http::{HeaderMap, HeaderName};
use serde_json::Value;

use super::Failure;
use crate::media::hash;
use crate::media_type;

/// The length of what was created, which Google's servers state where the answer has no body.
const STORED_CONTENT_LENGTH: HeaderName = HeaderName::from_static("x-goog-stored-content-length");

/// Members of a resource that stand beside a `size` which is its media's: type and checksums, by the names that Drive, Cloud
/// Storage and dak's server have for them. A `size` without any of them may be that of a shoe.
const OF_MEDIA: [&str; 9] = [
    "mimeType",
    "mime_type",
    "contentType",
    "crc32c",
    "md5Hash",
    "md5Checksum",
    "sha1Checksum",
    "sha256",
    "sha256Checksum",
];

/// What is wrong with what was created, by what the last answer says of it: its CRC32C, or else its size. `None` if it is
/// what was sent, as far as that is told on both sides.
pub fn created(crc32c: Option<u32>, length: Option<u64>, headers: &HeaderMap, body: &[u8]) -> Option<Failure> {
    match (crc32c, crc32c_told(headers, body)) {
        // A size that is not the media's own is of no account then.
        (Some(ours), Some(theirs)) => (ours != theirs).then_some(Failure::Corrupted),
        _ => {
            let size = size_told(headers, body)?;
            (size != length?).then_some(Failure::Incomplete(size))
        }
    }
}

/// Whether the last answer tells what was created: its checksum or its size, which [`created`] compares.
pub(super) fn is_told(headers: &HeaderMap, body: &[u8]) -> bool {
    crc32c_told(headers, body).is_some() || size_told(headers, body).is_some()
}

/// Whether the last answer is a page for people. What an upload ends with is a resource, or nothing: a page comes from the
/// network on the way (`U16`). Its body must look so too, for some plain servers call all their answers HTML; and servers of
/// files say 201 with one, which no network says for them.
pub fn is_page(code: u16, headers: &HeaderMap, body: &[u8]) -> bool {
    let is_html = || media_type::of_headers(headers).is_some_and(|media_type| media_type::is_page(&media_type));
    let begins_so = || body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start().starts_with(b"<");
    code == 200 && is_html() && begins_so()
}

fn crc32c_told(headers: &HeaderMap, body: &[u8]) -> Option<u32> {
    hash::crc32c_in(headers, &hash::HASH).or_else(|| hash::crc32c_of_resource(body))
}

fn size_told(headers: &HeaderMap, body: &[u8]) -> Option<u64> {
    let stored = || headers.get(STORED_CONTENT_LENGTH)?.to_str().ok()?.parse().ok();
    size_of_resource(body).or_else(stored)
}

/// The size of its media that a resource states, a number or as Google's APIs write it, a string.
fn size_of_resource(body: &[u8]) -> Option<u64> {
    let resource: Value = serde_json::from_slice(body).ok()?;
    OF_MEDIA.iter().find(|name| resource.get(name).is_some_and(Value::is_string))?;
    let size = resource.get("size")?;
    size.as_u64().or_else(|| size.as_str()?.parse().ok())
}
