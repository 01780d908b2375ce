//! `X-HTTP-Method-Override`: a POST that stands for another method (`P12`).
//!
//! Java's HTTP transport cannot send PATCH and sends this instead; Python and Java turn a GET with a long URI into a
//! POST whose form body holds the query; and some firewalls let only GET and POST through.

#[cfg(test)]
mod tests;

use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Uri};

use crate::fault::Fault;

/// The header's name.
pub const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// A GET whose URI is longer than this is sent as a POST with a form body by Google's clients.
pub const URI_CHARS_MAX: usize = 2048;

/// The methods a POST can stand for.
const OVERRIDES: [Method; 6] = [Method::GET, Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE, Method::POST];

/// The method a request means, whatever it travelled as. Routes, scopes and preconditions go by this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// The method.
    pub method: Method,
    /// The body is a form whose parameters are the query. Those of the URL come first.
    pub form_is_query: bool,
}

impl Effective {
    /// Whether the answer to this HEAD must be framed as one to the POST it travelled as: `Content-Length: 0` and
    /// no body, or the client waits for the bytes of which HEAD tells only the number.
    pub fn frames_head_as_post(&self, travelled_as: &Method) -> bool {
        self.method == Method::HEAD && *travelled_as == Method::POST
    }
}

/// Finds the method a request means.
///
/// Only POST is overridden: a GET must never become a DELETE. The value is trimmed and its case ignored; an empty one
/// is ignored. Anything else, two headers among it, is a 405 that says what is allowed.
pub fn effective_method(method: &Method, headers: &HeaderMap) -> Result<Effective, Fault> {
    let method = match *method {
        Method::POST => overridden(headers)?.unwrap_or(Method::POST),
        _ => return Ok(plain(method.clone())),
    };
    let reads = method == Method::GET || method == Method::HEAD;
    Ok(Effective { form_is_query: reads && has_form_body(headers), method })
}

/// The client's direction: the method to send and the header to send with it where only GET and POST pass.
pub fn disguise(method: &Method) -> (Method, Option<HeaderValue>) {
    let passes = *method == Method::GET || *method == Method::POST;
    if passes || !OVERRIDES.contains(method) {
        return (method.clone(), None);
    }
    let value = HeaderValue::from_str(method.as_str()).ok();
    (Method::POST, value)
}

/// Whether a GET of this URI is better sent as a POST with its query as a form.
pub fn is_too_long(uri: &Uri) -> bool {
    uri.to_string().len() > URI_CHARS_MAX
}

fn plain(method: Method) -> Effective {
    Effective { method, form_is_query: false }
}

fn overridden(headers: &HeaderMap) -> Result<Option<Method>, Fault> {
    let mut lines = headers.get_all(METHOD_OVERRIDE).iter();
    let Some(value) = lines.next() else {
        return Ok(None);
    };
    let name = value.as_bytes().trim_ascii();
    match (find(name), lines.next()) {
        (Some(method), None) => Ok(Some(method)),
        (None, None) if name.is_empty() => Ok(None),
        _ => Err(Fault::method_not_allowed(&OVERRIDES).at_header("X-HTTP-Method-Override")),
    }
}

fn find(name: &[u8]) -> Option<Method> {
    let mut methods = OVERRIDES.into_iter();
    methods.find(|method| method.as_str().as_bytes().eq_ignore_ascii_case(name))
}

fn has_form_body(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE) else {
        return false;
    };
    let essence = content_type.as_bytes().split(|b| *b == b';').next();
    essence.is_some_and(|essence| essence.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded"))
}
