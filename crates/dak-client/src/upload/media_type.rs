//! What a file is, by the end of its name.

#[cfg(test)]
mod tests;

use std::path::Path;

/// The type of what is not known (RFC 9110 8.3).
pub(crate) const UNKNOWN: &str = "application/octet-stream";

/// Endings in lower case and their types, as IANA registers them.
const TYPES: &[(&str, &str)] = &[
    ("avif", "image/avif"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("eml", "message/rfc822"),
    ("flac", "audio/flac"),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ics", "text/calendar"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("mbox", "application/mbox"),
    ("md", "text/markdown"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("ogg", "audio/ogg"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain"),
    ("wasm", "application/wasm"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
    ("zst", "application/zstd"),
];

/// Whether it is a type, a slash, a subtype and perhaps parameters (RFC 9110 8.3.1).
pub(crate) fn is_one(text: &[u8]) -> bool {
    let essence = text.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii_end();
    let mut parts = essence.split(|byte| *byte == b'/');
    let is_token = |part: Option<&[u8]>| part.is_some_and(|part| !part.is_empty() && part.iter().all(is_token_byte));
    is_token(parts.next()) && is_token(parts.next()) && parts.next().is_none()
}

/// Of RFC 9110 5.6.2.
fn is_token_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte)
}

/// The type of a file with this name.
pub(crate) fn of_path(path: &Path) -> &'static str {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    TYPES.iter().find(|(known, _)| *known == ending).map_or(UNKNOWN, |(_, media_type)| media_type)
}
