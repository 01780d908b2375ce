//! A call as plain data.

use std::time::Duration;

use dak_proto::retry::Policy;
use dak_proto::secrets;
use http::header::{AUTHORIZATION, CONTENT_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

use crate::body::Body;
use crate::error::Error;

/// The header that names the method meant by a POST (`P12`).
const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// Everything that is needed to make a request, and to make it again. Nothing has been sent yet.
#[derive(Clone, Debug)]
pub struct Call {
    /// What the call means. With `method_override` it is not what stands on the request line.
    pub method: Method,
    /// Where it goes, with its query; `http` or `https`.
    pub url: Url,
    /// The headers, save those that the connection adds (`Host`, `Content-Length`, `Transfer-Encoding`).
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// Sends a POST that names the method in `X-HTTP-Method-Override`, for networks that let nothing else through.
    pub method_override: bool,
    /// Compresses the body on its way.
    pub body_gzip: bool,
    /// How the call is made.
    pub settings: Settings,
}

/// How a call is made: its limits and what is done without asking.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The most time without a byte moving in either direction; 60 s unless set. See
    /// [`ClientBuilder::read_timeout`](crate::ClientBuilder::read_timeout).
    pub read_timeout: Option<Duration>,
    /// The most time for the whole call, retries and their waits included; none unless set.
    pub total_timeout: Option<Duration>,
    /// How often to send again.
    pub retry: Policy,
    /// The most redirects to follow; 10 unless set. With 0 a redirect is an answer.
    pub redirects_max: u32,
    /// The most bytes of an answer to hold, after decoding; 10 MiB unless set.
    pub body_bytes_max: u64,
    /// Whether an answer in gzip is decoded.
    pub decode: bool,
    /// Whether a status of 4xx or 5xx is an error.
    pub error_for_status: bool,
    /// Whether the call carries media, which no redirect may leave behind: 301 and 302 keep the method and the body as 307
    /// and 308 do, and 303 is an error. After a cut it waits as after a 5xx (`U12`). Uploads set it themselves.
    pub carries_media: bool,
}

impl Call {
    /// The method on the request line.
    #[must_use]
    pub fn wire_method(&self) -> Method {
        if self.is_overridden() { Method::POST } else { self.method.clone() }
    }

    /// The headers as they go out: with the override and the body's coding.
    #[must_use]
    pub fn wire_headers(&self) -> HeaderMap {
        let mut headers = self.headers.clone();
        if self.is_overridden()
            && let Ok(method) = HeaderValue::from_str(self.method.as_str())
        {
            headers.insert(METHOD_OVERRIDE, method);
        }
        if self.compresses() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        headers
    }

    /// Whether the body is compressed on its way; a body that has a coding already is left alone.
    pub(crate) fn compresses(&self) -> bool {
        self.body_gzip && !self.body.is_empty() && !self.headers.contains_key(CONTENT_ENCODING)
    }

    fn is_overridden(&self) -> bool {
        self.method_override && self.method != Method::POST
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            read_timeout: Some(Duration::from_secs(60)),
            total_timeout: None,
            retry: Policy::google(),
            redirects_max: 10,
            body_bytes_max: 10 * 1024 * 1024,
            decode: true,
            error_for_status: true,
            carries_media: false,
        }
    }
}

/// The URL as it is put away: without credentials.
pub(crate) fn lasting_url(url: &Url) -> String {
    let mut lasting = url.clone();
    let _ = lasting.set_username("");
    let _ = lasting.set_password(None);
    lasting.set_query(url.query().and_then(secrets::without).as_deref());
    lasting.into()
}

/// `Authorization` with a bearer token (`P15`), kept out of debug output.
pub(crate) fn bearer(token: &str) -> Result<(HeaderName, HeaderValue), Error> {
    authorization(&format!("Bearer {token}"))
}

/// `Authorization` with a name and a password (RFC 7617), kept out of debug output.
pub(crate) fn basic(user: &str, password: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let pair = base64_simd::STANDARD.encode_to_string(format!("{user}:{password}"));
    authorization(&format!("Basic {pair}"))
}

fn authorization(text: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| Error::usage("the credentials hold characters that no header may hold"))?;
    value.set_sensitive(true);
    Ok((AUTHORIZATION, value))
}
