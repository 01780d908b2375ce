//! What went wrong, in the envelope Google's clients read, and what a caller can do about it.

mod envelope;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::error;
use std::fmt;

use http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, Method};
use serde_json::Value;

/// A refusal: the status code and everything its error body and headers say.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The HTTP status code.
    pub code: u16,
    /// Google's one-word reason, e.g. `invalidParameter`.
    pub reason: Cow<'static, str>,
    /// One plain sentence that names what is wrong.
    pub message: String,
    /// The parameter or header that is at fault.
    pub location: Option<Location>,
    /// `google.rpc` details; when empty the member is left out of the body.
    pub details: Vec<Value>,
    /// Headers the answer must carry: `Allow`, `Retry-After`, `WWW-Authenticate`.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Fault {
    /// A fault without location, details or headers.
    pub fn new(code: u16, reason: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Fault {
        Fault {
            code,
            reason: reason.into(),
            message: message.into(),
            location: None,
            details: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// The same fault, blamed on a query or path parameter.
    #[must_use]
    pub fn at_parameter(self, name: impl Into<String>) -> Fault {
        self.at(LocationKind::Parameter, name.into())
    }

    /// The same fault, blamed on a request header.
    #[must_use]
    pub fn at_header(self, name: impl Into<String>) -> Fault {
        self.at(LocationKind::Header, name.into())
    }

    /// The same fault with one more header in its answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Fault {
        self.headers.push((name, value));
        self
    }

    /// The same fault with one more `google.rpc` detail.
    #[must_use]
    pub fn with_detail(mut self, detail: Value) -> Fault {
        self.details.push(detail);
        self
    }

    fn at(mut self, kind: LocationKind, name: String) -> Fault {
        self.location = Some(Location { kind, name });
        self
    }

    /// What the caller can do about it.
    pub fn advice(&self) -> Advice {
        match self.code {
            403 if self.is_rate_limit() => Advice::Retry,
            409 | 412 | 428 => Advice::FetchAgain,
            408 | 425 | 429 => Advice::Retry,
            401 | 403 | 404 | 410 => Advice::GiveUp,
            501 | 505 | 507 => Advice::GiveUp,
            500..=599 => Advice::Retry,
            400..=499 => Advice::FixRequest,
            _ => Advice::GiveUp,
        }
    }

    /// The name of the canonical code (`google.rpc.Code`) that stands in the body's `status`.
    pub fn rpc_status(&self) -> &'static str {
        match self.code {
            400 if self.reason == "failedPrecondition" => "FAILED_PRECONDITION",
            400 | 411 | 413 | 414 | 415 | 422 | 431 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 | 410 => "NOT_FOUND",
            405 | 501 | 505 => "UNIMPLEMENTED",
            408 | 504 => "DEADLINE_EXCEEDED",
            409 if self.reason == "duplicate" => "ALREADY_EXISTS",
            409 => "ABORTED",
            412 | 428 => "FAILED_PRECONDITION",
            416 => "OUT_OF_RANGE",
            429 | 507 => "RESOURCE_EXHAUSTED",
            499 => "CANCELLED",
            500 => "INTERNAL",
            502 | 503 => "UNAVAILABLE",
            400..=499 => "FAILED_PRECONDITION",
            _ => "UNKNOWN",
        }
    }

    fn is_rate_limit(&self) -> bool {
        matches!(&*self.reason, "rateLimitExceeded" | "userRateLimitExceeded")
    }
}

/// One constructor for each kind of refusal.
impl Fault {
    /// 400 with a reason of the caller's choice.
    pub fn bad_request(reason: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Fault {
        Fault::new(400, reason, message)
    }

    /// 400: the value of a parameter cannot be used.
    pub fn invalid_parameter(name: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault::new(400, "invalidParameter", message).at_parameter(name)
    }

    /// 400: the body is JSON but does not describe a valid resource.
    pub fn invalid_body(message: impl Into<String>) -> Fault {
        Fault::new(400, "invalid", message)
    }

    /// 400: the body is not JSON at all.
    pub fn parse_error(message: impl Into<String>) -> Fault {
        Fault::new(400, "parseError", message)
    }

    /// 400: a required parameter is missing.
    pub fn required(name: &str) -> Fault {
        Fault::new(400, "required", format!("Required parameter: {name}")).at_parameter(name)
    }

    /// 401: the method needs a token and none was sent (RFC 6750 3.1: no error code then).
    pub fn login_required() -> Fault {
        Fault::new(401, "required", "Login Required.")
            .at_header("Authorization")
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"dak\""))
    }

    /// 401: a token was sent and is no good (`P15`, RFC 6750 3.1).
    pub fn unauthorized(message: impl Into<String>) -> Fault {
        const CHALLENGE: &str = "Bearer realm=\"dak\", error=\"invalid_token\"";
        Fault::new(401, "authError", message)
            .at_header("Authorization")
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE))
    }

    /// 403 with a reason of the caller's choice, e.g. `insufficientPermissions`.
    pub fn forbidden(reason: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Fault {
        Fault::new(403, reason, message)
    }

    /// 404: there is no such resource or path.
    pub fn not_found(message: impl Into<String>) -> Fault {
        Fault::new(404, "notFound", message)
    }

    /// 405 with the methods the path does take, in `Allow` (RFC 9110 15.5.6).
    pub fn method_not_allowed(allowed: &[Method]) -> Fault {
        let names: Vec<&str> = allowed.iter().map(Method::as_str).collect();
        let names = names.join(", ");
        let message = format!("The method is not allowed here. Allowed: {names}.");
        let mut fault = Fault::new(405, "httpMethodNotAllowed", message);
        if let Ok(value) = HeaderValue::from_str(&names) {
            fault.headers.push((ALLOW, value));
        }
        fault
    }

    /// 409: the state of the resource forbids it; fetch it again.
    pub fn conflict(message: impl Into<String>) -> Fault {
        Fault::new(409, "conflict", message)
    }

    /// 409: a resource with this id is already there.
    pub fn duplicate(message: impl Into<String>) -> Fault {
        Fault::new(409, "duplicate", message)
    }

    /// 410: it was there and will not come back.
    pub fn gone(message: impl Into<String>) -> Fault {
        Fault::new(410, "gone", message)
    }

    /// 412: the named precondition header did not hold (`P9`). No details, so that Python's reader finds `errors`.
    pub fn precondition_failed(header: &str) -> Fault {
        Fault::new(412, "conditionNotMet", "Precondition Failed").at_header(header)
    }

    /// 428: this API wants `If-Match` and none was sent (RFC 6585 3).
    pub fn precondition_required() -> Fault {
        let message = "This request must be conditional: send If-Match with the etag you read.";
        Fault::new(428, "required", message).at_header("If-Match")
    }

    /// 413: the body is larger than the limit the message names.
    pub fn too_large(message: impl Into<String>) -> Fault {
        Fault::new(413, "uploadTooLarge", message)
    }

    /// 415: the body's media type or content coding is not one the method takes.
    pub fn unsupported_media_type(message: impl Into<String>) -> Fault {
        Fault::new(415, "unsupportedMediaType", message)
    }

    /// 422: well formed, and its meaning makes an invalid resource (`P11`).
    pub fn unprocessable(message: impl Into<String>) -> Fault {
        Fault::new(422, "invalid", message)
    }

    /// 429: too many requests; try again after so many seconds.
    pub fn too_many_requests(retry_after_s: u64) -> Fault {
        let message = "Too many requests. Try again later.";
        Fault::new(429, "rateLimitExceeded", message).retry_after(retry_after_s)
    }

    /// 500: our own failure. What happened is for the log, not for the caller.
    pub fn internal() -> Fault {
        Fault::new(500, "backendError", "Internal error encountered.")
    }

    /// 501: the method is known and this server does not carry it out.
    pub fn not_implemented(message: impl Into<String>) -> Fault {
        Fault::new(501, "notImplemented", message)
    }

    /// 503: busy or stopping; try again after so many seconds.
    pub fn unavailable(retry_after_s: u64) -> Fault {
        let message = "The service is currently unavailable.";
        Fault::new(503, "backendError", message).retry_after(retry_after_s)
    }

    /// 507: the disk is full.
    pub fn insufficient_storage() -> Fault {
        Fault::new(507, "quotaExceeded", "The server has no room left to store this.")
    }

    fn retry_after(self, seconds: u64) -> Fault {
        self.with_header(RETRY_AFTER, HeaderValue::from(seconds))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.message)
    }
}

impl error::Error for Fault {}

/// The part of a request that a fault is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Where it stands.
    pub kind: LocationKind,
    /// The parameter's or header's name.
    pub name: String,
}

/// Where in a request a fault can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocationKind {
    /// A query or path parameter.
    Parameter,
    /// A header field.
    Header,
}

impl LocationKind {
    /// The word that stands in the body's `locationType`.
    pub fn name(self) -> &'static str {
        match self {
            LocationKind::Parameter => "parameter",
            LocationKind::Header => "header",
        }
    }
}

/// What a caller can do about a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The same request may succeed later.
    Retry,
    /// The request itself is wrong.
    FixRequest,
    /// The resource has changed: read it again and repeat the change on what it is now.
    FetchAgain,
    /// Nothing the program can do by itself.
    GiveUp,
}
