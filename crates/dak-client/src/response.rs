//! An answer: read whole, or piece by piece.

use std::ops::Index;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use dak_proto::etag::Etag;
use http::{HeaderMap, StatusCode, Version};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::error::Error;
use crate::incoming::Incoming;

/// What an answer says before its body.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
    pub(crate) url: Url,
    pub(crate) attempts: u32,
}

/// An answer, read whole.
///
/// Members of a JSON body are there by name: `answer["items"][0]["title"]`; one that is missing is `null`.
#[derive(Debug)]
pub struct Response {
    head: Head,
    bytes: Bytes,
    wire_bytes: u64,
    value: OnceLock<Value>,
}

/// An answer whose body is still on its way.
#[derive(Debug)]
pub struct Streaming {
    head: Head,
    body: Incoming,
}

/// The most of an unwanted body that is read to keep a connection.
const DRAIN_BYTES_MAX: u64 = 64 * 1024;

/// The most time that is spent on that.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(1);

static NOTHING: Value = Value::Null;

impl Response {
    pub(crate) fn new(head: Head, bytes: Bytes, wire_bytes: u64) -> Response {
        Response { head, bytes, wire_bytes, value: OnceLock::new() }
    }

    /// The same answer, to be read piece by piece.
    #[must_use]
    pub fn into_streaming(self) -> Streaming {
        Streaming { head: self.head, body: Incoming::whole(self.bytes, self.wire_bytes) }
    }

    pub(crate) fn set_attempts(&mut self, attempts: u32) {
        self.head.attempts = attempts;
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The version of HTTP that was spoken.
    #[must_use]
    pub fn version(&self) -> Version {
        self.head.version
    }

    /// The headers as they came; `Content-Encoding` stays although the body is decoded.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Where the answer came from, after redirects.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.head.url
    }

    /// How many times the request was sent, redirects included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.head.attempts
    }

    /// The current version of the resource, if the answer names it in an `ETag` header that is one.
    #[must_use]
    pub fn etag(&self) -> Option<Etag> {
        Etag::from_header(self.head.headers.get(http::header::ETAG)?)
    }

    /// The body, decoded.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The body's length as it was sent, before decoding.
    #[must_use]
    pub fn wire_bytes(&self) -> u64 {
        self.wire_bytes
    }

    /// The body as text.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it is not UTF-8.
    pub fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(&self.bytes).map_err(|_| Error::Unreadable("the answer is not text in UTF-8".to_owned()))
    }

    /// The body as JSON, read into `T`; this can be done any number of times.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it is not JSON, or not of that shape.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        serde_json::from_slice(&self.bytes)
            .map_err(|error| Error::Unreadable(format!("the answer is not the JSON that was expected: {error}")))
    }

    /// The body as a JSON value; `null` if it is not JSON.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.value.get_or_init(|| self.json().unwrap_or_default())
    }

    /// The body, decoded, without the rest.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

impl Index<&str> for Response {
    type Output = Value;

    fn index(&self, member: &str) -> &Value {
        self.value().get(member).unwrap_or(&NOTHING)
    }
}

impl Streaming {
    pub(crate) fn new(head: Head, body: Incoming) -> Streaming {
        Streaming { head, body }
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The version of HTTP that was spoken.
    #[must_use]
    pub fn version(&self) -> Version {
        self.head.version
    }

    /// The headers as they came; `Content-Encoding` stays although the body is decoded.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Where the answer came from, after redirects.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.head.url
    }

    /// How many times the request was sent, redirects included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.head.attempts
    }

    /// The next piece of the body, decoded; none at its end.
    ///
    /// # Errors
    /// [`Error::Broken`] or [`Error::Timeout`]; what was read before is not the whole body then.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.body.chunk().await
    }

    /// Reads the rest, `bytes_max` at most.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond that, and those of [`Streaming::chunk`].
    pub async fn collect(mut self, bytes_max: u64) -> Result<Response, Error> {
        let bytes = self.body.collect(bytes_max).await?;
        Ok(Response::new(self.head, bytes, self.body.wire_bytes()))
    }

    /// Reads the rest of a refusal; its head says enough if its body does not come whole.
    pub(crate) async fn collect_refusal(mut self, bytes_max: u64) -> Response {
        let bytes = self.body.collect(bytes_max).await.unwrap_or_default();
        Response::new(self.head, bytes, self.body.wire_bytes())
    }

    /// The length of the body that was read so far, as it was sent, before decoding.
    #[must_use]
    pub fn wire_bytes(&self) -> u64 {
        self.body.wire_bytes()
    }

    /// Gives the call so much time from now on.
    pub(crate) fn set_deadline(&mut self, limit: Duration, deadline: tokio::time::Instant) {
        self.body.set_deadline(limit, deadline);
    }

    /// Reads a body that nobody wants, if it is short and quick, so that the connection can be used again.
    pub(crate) async fn drain(mut self) {
        drop(tokio::time::timeout(DRAIN_TIME_MAX, self.body.collect(DRAIN_BYTES_MAX)).await);
    }
}
