//! The media type of a body: is it JSON by its name? Does it do something where it is shown?

#[cfg(test)]
mod tests;

use http::header::{CONTENT_TYPE, HeaderMap};

use crate::fault::Fault;

/// Whether a browser that is shown this type does nothing by itself: pictures without scripts, sounds, films, plain text.
pub fn is_passive(content_type: &str) -> bool {
    const PICTURES: [&str; 6] = ["avif", "bmp", "gif", "jpeg", "png", "webp"];
    let essence = essence(content_type);
    match essence.split_once('/') {
        Some(("audio" | "video", _)) => true,
        Some(("image", kind)) => PICTURES.contains(&kind),
        _ => essence == "text/plain",
    }
}

/// Whether a body calls itself something that only media is.
pub fn is_media(headers: &HeaderMap) -> bool {
    let essence = essence(headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default());
    match essence.split_once('/') {
        Some(("audio" | "image" | "message" | "video", _)) => true,
        _ => matches!(essence.as_str(), "application/octet-stream" | "multipart/related"),
    }
}

/// Whether an answer is a page for a browser.
pub fn is_page(media_type: &str) -> bool {
    matches!(media_type, "text/html" | "application/xhtml+xml")
}

/// The media type of a body without its parameters, in lower case, if it names one that is not too long to be one
/// (RFC 6838 4.2).
pub fn of_headers(headers: &HeaderMap) -> Option<String> {
    const BYTES_MAX: usize = 127 + 1 + 127;
    let essence = essence(headers.get(CONTENT_TYPE)?.to_str().ok()?);
    (!essence.is_empty() && essence.len() <= BYTES_MAX).then_some(essence)
}

/// A media type without its parameters, in lower case.
fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Checks that a body calls itself JSON, or nothing (RFC 9110 8.3). Parameters do not matter.
///
/// A form or a plain text, which a page of another site may make a browser send, is not taken for JSON.
///
/// # Errors
/// 415 that says what would do.
pub fn check_json(headers: &HeaderMap) -> Result<(), Fault> {
    let Some(value) = headers.get(CONTENT_TYPE) else { return Ok(()) };
    let essence = essence(value.to_str().unwrap_or_default());
    match essence.as_str() {
        "application/json" | "text/json" | "application/merge-patch+json" => Ok(()),
        "application/json-patch+json" => Err(Fault::unsupported_media_type(
            "JSON Patch is not supported; send the members to change as application/json.",
        )),
        other if other.starts_with("application/") && other.ends_with("+json") => Ok(()),
        other => Err(Fault::unsupported_media_type(format!(
            "The Content-Type \"{other}\" is not JSON. Send the body as application/json.",
        ))),
    }
}
