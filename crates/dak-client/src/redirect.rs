//! What a redirect makes of a request (RFC 9110 15.4), pure.

use dak_proto::secrets;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use url::Url;

use crate::call::Call;

/// Headers that describe a body, and go when the body does.
const OF_A_BODY: [HeaderName; 3] = [CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE];

/// The `Location` of an answer that is a redirect, or none if it is an answer in itself. A 308 without a `Location`
/// is such an answer: resumable uploads use it.
pub(crate) fn location(status: StatusCode, headers: &HeaderMap) -> Option<&[u8]> {
    match status.as_u16() {
        301 | 302 | 303 | 307 | 308 => headers.get(LOCATION).map(|value| value.as_bytes()),
        _ => None,
    }
}

/// Whether the redirected request is a GET without the body: always after 303, and after 301 and 302 for a POST.
pub(crate) fn becomes_get(status: StatusCode, method: &Method) -> bool {
    match status.as_u16() {
        301 | 302 => *method == Method::POST,
        303 => *method != Method::GET && *method != Method::HEAD,
        _ => false,
    }
}

/// The URL that `location` means, seen from `base`.
pub(crate) fn resolve(base: &Url, location: &[u8]) -> Result<Url, String> {
    let shown = String::from_utf8_lossy(location);
    let text =
        std::str::from_utf8(location).map_err(|_| format!("the server redirects to {shown:?}, which is no URL"))?;
    let mut target = base.join(text).map_err(|error| format!("the server redirects to {shown:?}: {error}"))?;
    // A server does not choose who the client is. An http URL has a host, so this cannot fail.
    let _ = target.set_username("");
    let _ = target.set_password(None);
    match target.scheme() {
        "http" | "https" => Ok(target),
        scheme => Err(format!("the server redirects to {shown:?}, and {scheme} is not followed")),
    }
}

/// Sends the call somewhere else: credentials stay with the origin they were meant for.
pub(crate) fn turn(call: &mut Call, target: Url) {
    if target.origin() != call.url.origin() {
        for name in secrets::HEADERS {
            call.headers.remove(name);
        }
    }
    call.url = target;
}

/// Takes off what describes a body that is no longer sent.
pub(crate) fn drop_body_headers(headers: &mut HeaderMap) {
    for name in OF_A_BODY {
        headers.remove(name);
    }
}
