//! How a call is put together.

#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::future::{Future, IntoFuture};
use std::io::Read;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use dak_proto::retry::Policy;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, IF_MATCH, RANGE};
use http::{HeaderValue, Method};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use url::{ParseError, Url};

use crate::body::Body;
use crate::builder::{Defaults, header_name, header_value};
use crate::call::{self, Call};
use crate::client::Client;
use crate::error::Error;
use crate::exchange::IDEMPOTENCY_KEY;
use crate::response::{Response, Streaming};
use crate::{blocking, pages};

/// A request that is being put together; the client `C` will send it.
///
/// What cannot be right is kept until the request is sent, so that there is one place for errors.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilder<C> {
    client: C,
    call: Result<Call, String>,
}

impl<C> RequestBuilder<C> {
    pub(crate) fn new(client: C, defaults: &Defaults, method: Method, url: &str) -> RequestBuilder<C> {
        let call = parse_url(defaults.base.as_ref(), url).and_then(|url| {
            let mut call = Call {
                method,
                url,
                headers: defaults.headers.clone(),
                body: Body::empty(),
                method_override: false,
                body_gzip: defaults.body_gzip,
                settings: defaults.settings.clone(),
            };
            take_credentials(&mut call)?;
            Ok(call)
        });
        RequestBuilder { client, call: call.map_err(|error| error.to_string()) }
    }

    pub(crate) fn from_call(client: C, call: Call) -> RequestBuilder<C> {
        RequestBuilder { client, call: Ok(call) }
    }

    /// A header, in place of what the request has under this name.
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.try_change(|call| {
            let name = header_name(name.as_ref())?;
            let value = header_value(&name, value.as_ref())?;
            if name == RANGE {
                // A range of an encoded body cannot be decoded, so the plain one is asked for.
                call.headers.remove(ACCEPT_ENCODING);
            }
            call.headers.insert(name, value);
            Ok(())
        })
    }

    /// A header beside what the request has under this name.
    pub fn append_header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.try_change(|call| {
            let name = header_name(name.as_ref())?;
            let value = header_value(&name, value.as_ref())?;
            call.headers.append(name, value);
            Ok(())
        })
    }

    /// Leaves out a header that the client would send by itself.
    pub fn without_header(self, name: impl AsRef<str>) -> Self {
        self.try_change(|call| {
            call.headers.remove(header_name(name.as_ref())?);
            Ok(())
        })
    }

    /// A parameter of the query, after those that are there.
    pub fn query(self, name: impl AsRef<str>, value: impl Display) -> Self {
        self.change(|call| {
            call.url.query_pairs_mut().append_pair(name.as_ref(), &value.to_string());
        })
    }

    /// The part of the answer that is wanted (`P2`), such as `kind,items(title,characteristics/length)`.
    pub fn fields(self, mask: impl Display) -> Self {
        self.query("fields", mask)
    }

    /// The bearer token (`P15`).
    pub fn bearer(self, token: impl AsRef<str>) -> Self {
        self.try_change(|call| {
            call.headers.extend([call::bearer(token.as_ref())?]);
            Ok(())
        })
    }

    /// A name and a password. Those in the URL (`http://name:password@host/`) have the same effect.
    pub fn basic(self, user: impl AsRef<str>, password: impl AsRef<str>) -> Self {
        self.try_change(|call| {
            call.headers.extend([call::basic(user.as_ref(), password.as_ref())?]);
            Ok(())
        })
    }

    /// Goes through only if the resource still is this version (`P9`): an etag with or without its quotes, or `*`.
    pub fn if_match(self, etag: impl AsRef<str>) -> Self {
        self.header(IF_MATCH, quoted(etag.as_ref()))
    }

    /// A key that makes a request with any method safe to send again: the server acts on it once.
    pub fn idempotency_key(self, key: impl AsRef<str>) -> Self {
        self.header(IDEMPOTENCY_KEY, key)
    }

    /// Sends a POST that names the method in `X-HTTP-Method-Override`, for networks that block the others (`P12`).
    pub fn method_override(self, on: bool) -> Self {
        self.change(|call| call.method_override = on)
    }

    /// A body of JSON, with its `Content-Type` unless the request has one.
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Self {
        self.try_change(|call| {
            let json = serde_json::to_vec(value)
                .map_err(|error| Error::usage(format!("the body cannot be written as JSON: {error}")))?;
            call.body = json.into();
            call.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
            Ok(())
        })
    }

    /// A body of form fields, with its `Content-Type` unless the request has one.
    pub fn form<N: AsRef<str>, V: AsRef<str>>(self, fields: impl IntoIterator<Item = (N, V)>) -> Self {
        self.change(|call| {
            let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            call.body = form.into();
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            call.headers.entry(CONTENT_TYPE).or_insert(form);
        })
    }

    /// A body.
    pub fn body(self, body: impl Into<Body>) -> Self {
        self.change(|call| call.body = body.into())
    }

    /// A body from a file, read in pieces while it is sent.
    pub fn body_file(self, path: impl AsRef<Path>) -> Self {
        self.body(Body::file(path))
    }

    /// A body from a reader, with its length if that is known. It can be sent only once, so there are no retries.
    pub fn body_reader(self, length: Option<u64>, reader: impl Read + Send + 'static) -> Self {
        self.body(Body::reader(length, reader))
    }

    /// Whether the body is sent in gzip.
    pub fn gzip_body(self, on: bool) -> Self {
        self.change(|call| call.body_gzip = on)
    }

    /// The most time for the whole call, retries and their waits included.
    pub fn timeout(self, limit: impl Into<Option<Duration>>) -> Self {
        self.change(|call| call.settings.total_timeout = limit.into())
    }

    /// The most time without a byte moving in either direction: see
    /// [`ClientBuilder::read_timeout`](crate::ClientBuilder::read_timeout).
    pub fn read_timeout(self, limit: impl Into<Option<Duration>>) -> Self {
        self.change(|call| call.settings.read_timeout = limit.into())
    }

    /// Sends again at most so many times after each kind of failure; 0 turns retries off.
    pub fn retries(self, count: u32) -> Self {
        self.retry(Policy::google().server_max(count).other_max(count))
    }

    /// How often to send again.
    pub fn retry(self, policy: Policy) -> Self {
        self.change(|call| call.settings.retry = policy)
    }

    /// The most redirects to follow. With 0 a redirect is an answer.
    pub fn redirects_max(self, count: u32) -> Self {
        self.change(|call| call.settings.redirects_max = count)
    }

    /// The most bytes of the answer to hold.
    pub fn body_bytes_max(self, bytes: u64) -> Self {
        self.change(|call| call.settings.body_bytes_max = bytes)
    }

    /// Whether a status of 4xx or 5xx is an error.
    pub fn error_for_status(self, on: bool) -> Self {
        self.change(|call| call.settings.error_for_status = on)
    }

    /// The call as plain data, without sending it.
    ///
    /// # Errors
    /// [`Error::Usage`] if something the request was told cannot be.
    pub fn into_call(self) -> Result<Call, Error> {
        self.call.map_err(Error::Usage)
    }

    /// The pages of a list, each by the `nextPageToken` of the one before (`P6`).
    pub fn pages(self) -> pages::Pages<C> {
        pages::Pages::new(self.client, self.call)
    }

    pub(crate) fn into_parts(self) -> Result<(C, Call), Error> {
        Ok((self.client, self.call.map_err(Error::Usage)?))
    }

    pub(crate) fn change(self, change: impl FnOnce(&mut Call)) -> Self {
        self.try_change(|call| {
            change(call);
            Ok(())
        })
    }

    pub(crate) fn try_change(mut self, change: impl FnOnce(&mut Call) -> Result<(), Error>) -> Self {
        if let Ok(call) = &mut self.call
            && let Err(error) = change(call)
        {
            self.call = Err(error.to_string());
        }
        self
    }
}

impl RequestBuilder<Client> {
    /// Sends the request and reads the answer whole. The same as awaiting the request.
    ///
    /// # Errors
    /// All of [`Error`].
    pub async fn send(self) -> Result<Response, Error> {
        let call = self.call.map_err(Error::Usage)?;
        self.client.send(call).await
    }

    /// Sends the request and leaves the answer's body to be read piece by piece.
    ///
    /// # Errors
    /// All of [`Error`]. Once there is an answer, nothing is sent again.
    pub async fn send_streaming(self) -> Result<Streaming, Error> {
        let call = self.call.map_err(Error::Usage)?;
        self.client.send_streaming(call).await
    }
}

impl IntoFuture for RequestBuilder<Client> {
    type Output = Result<Response, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl RequestBuilder<blocking::Client> {
    /// Sends the request and reads the answer whole.
    ///
    /// # Errors
    /// All of [`Error`].
    pub fn send(self) -> Result<Response, Error> {
        let call = self.call.map_err(Error::Usage)?;
        self.client.send(call)
    }

    /// Sends the request and leaves the answer's body to be read piece by piece.
    ///
    /// # Errors
    /// All of [`Error`]. Once there is an answer, nothing is sent again.
    pub fn send_streaming(self) -> Result<blocking::Streaming, Error> {
        let call = self.call.map_err(Error::Usage)?;
        self.client.send_streaming(call)
    }
}

/// The URL that `text` means, seen from `base`.
pub(crate) fn parse_url(base: Option<&Url>, text: &str) -> Result<Url, Error> {
    let schemeless = || Error::usage(format!("{text:?} is not a URL: put http:// or https:// in front of it"));
    let url = match Url::options().base_url(base).parse(text) {
        Err(ParseError::RelativeUrlWithoutBase) if !text.starts_with('/') => return Err(schemeless()),
        parsed => parsed.map_err(|error| Error::usage(format!("{text:?} is not a URL: {error}")))?,
    };
    match url.scheme() {
        "http" | "https" => Ok(url),
        // The name of a host and its port.
        _ if url.path().starts_with(|first: char| first.is_ascii_digit()) => Err(schemeless()),
        scheme => Err(Error::usage(format!("{text:?}: the scheme {scheme} is not http or https"))),
    }
}

/// Moves a name and a password from the URL to the header they are meant for.
fn take_credentials(call: &mut Call) -> Result<(), Error> {
    if call.url.username().is_empty() && call.url.password().is_none() {
        return Ok(());
    }
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, password) = (decode(call.url.username()), decode(call.url.password().unwrap_or_default()));
    call.headers.extend([call::basic(&user, &password)?]);
    // An http URL always has a host, so neither can fail.
    let _ = call.url.set_username("");
    let _ = call.url.set_password(None);
    Ok(())
}

fn quoted(etag: &str) -> String {
    let is_complete = etag == "*" || etag.contains('"');
    if is_complete { etag.to_owned() } else { format!("\"{etag}\"") }
}
