//! The media type of a body: is it JSON by its name?

#[cfg(test)]
mod tests;

use http::header::{CONTENT_TYPE, HeaderMap};

use crate::fault::Fault;

/// Checks that a body calls itself JSON, or nothing (RFC 9110 8.3). Parameters do not matter.
///
/// A form or a plain text, which a page of another site may make a browser send, is not taken for JSON.
///
/// # Errors
/// 415 that says what would do.
pub fn check_json(headers: &HeaderMap) -> Result<(), Fault> {
    let Some(value) = headers.get(CONTENT_TYPE) else { return Ok(()) };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
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
