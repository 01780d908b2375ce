//! How a client is made.

use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dak_proto::retry::Policy;
use dak_proto::secrets;
use http::header::{ACCEPT_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::blocking;
use crate::call::{self, Settings};
use crate::client::Client;
use crate::clock::{Clock, SystemClock};
use crate::error::Error;
use crate::exchange::Retrying;
use crate::request::parse_url;
use crate::run::Engine;
use crate::tls::Trust;
use crate::transport::{Transport, Wiring};

/// What a client says it is, unless told otherwise. Servers that follow Google's rule send gzip only to a program
/// whose name holds the word (`P1`).
const USER_AGENT_DEFAULT: &str = concat!("dak/", env!("CARGO_PKG_VERSION"));

/// Makes a [`Client`], or with `C = blocking::Client` a blocking one.
///
/// What cannot be right (a base URL that is none, a header that is none) is reported by `build`.
#[must_use]
pub struct ClientBuilder<C = Client> {
    base: Option<String>,
    bearer: Option<String>,
    user_agent: String,
    gzip: bool,
    gzip_requests: bool,
    headers: Vec<(String, String)>,
    settings: Settings,
    wiring: Wiring,
    clock: Arc<dyn Clock>,
    #[allow(clippy::type_complexity, reason = "a name for it would be used once")]
    on_retry: Option<Arc<dyn Fn(&Retrying) + Send + Sync>>,
    client: PhantomData<fn() -> C>,
}

/// What every call of a client starts from.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    pub(crate) base: Option<Url>,
    pub(crate) headers: HeaderMap,
    pub(crate) body_gzip: bool,
    pub(crate) settings: Settings,
}

impl<C> ClientBuilder<C> {
    pub(crate) fn new() -> ClientBuilder<C> {
        ClientBuilder {
            base: None,
            bearer: None,
            user_agent: USER_AGENT_DEFAULT.to_owned(),
            gzip: true,
            gzip_requests: false,
            headers: Vec::new(),
            settings: Settings::default(),
            wiring: Wiring::default(),
            clock: Arc::new(SystemClock),
            on_retry: None,
            client: PhantomData,
        }
    }

    /// The URL that others are seen from: with `http://127.0.0.1:7070/demo/v1/`, `324` means
    /// `http://127.0.0.1:7070/demo/v1/324`. A slash is added at its end if there is none.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base = Some(url.into());
        self
    }

    /// The bearer token of every request (`P15`).
    pub fn bearer(mut self, token: impl Into<String>) -> Self {
        self.bearer = Some(token.into());
        self
    }

    /// A header of every request, unless the request has its own.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The name of the program. While gzip is on, ` (gzip)` is added to a name without the word.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// Whether answers are asked for, and decoded, in gzip; on unless set.
    pub fn gzip(mut self, on: bool) -> Self {
        self.gzip = on;
        self.settings.decode = on;
        self
    }

    /// Whether the bodies of requests are sent in gzip; off unless set, because few servers take them.
    pub fn gzip_requests(mut self, on: bool) -> Self {
        self.gzip_requests = on;
        self
    }

    /// The most time for making a connection, TLS included; 10 s unless set.
    pub fn connect_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.wiring.connect_timeout = limit.into();
        self
    }

    /// The most time without a byte moving in either direction; 60 s unless set.
    ///
    /// After a body, and between its pieces, it is up to three times as long, in proportion to what was given to the connection
    /// (all of it from 4 MiB on): so much may be on its way and not have arrived. How long the body's source takes does not
    /// count.
    pub fn read_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.settings.read_timeout = limit.into();
        self
    }

    /// The most time for a whole call, retries and their waits included; none unless set.
    pub fn timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.settings.total_timeout = limit.into();
        self
    }

    /// How often to send again: five times after a 5xx and three times after other failures unless set (`U12` to `U15`).
    pub fn retry(mut self, policy: Policy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// Sends again at most so many times after each kind of failure; 0 turns retries off.
    pub fn retries(self, count: u32) -> Self {
        self.retry(Policy::google().server_max(count).other_max(count))
    }

    /// Called before each wait for a retry.
    pub fn on_retry(mut self, observer: impl Fn(&Retrying) + Send + Sync + 'static) -> Self {
        self.on_retry = Some(Arc::new(observer));
        self
    }

    /// The most redirects to follow; 10 unless set. With 0 a redirect is an answer.
    pub fn redirects_max(mut self, count: u32) -> Self {
        self.settings.redirects_max = count;
        self
    }

    /// The most bytes of an answer to hold, after decoding; 10 MiB unless set. Streams have no limit.
    pub fn body_bytes_max(mut self, bytes: u64) -> Self {
        self.settings.body_bytes_max = bytes;
        self
    }

    /// Whether a status of 4xx or 5xx is an error; it is unless set.
    pub fn error_for_status(mut self, on: bool) -> Self {
        self.settings.error_for_status = on;
        self
    }

    /// Trusts the certificates in this PEM file and no others.
    pub fn root_certificates(mut self, path: impl AsRef<Path>) -> Self {
        self.wiring.trust = Trust::File(path.as_ref().to_owned());
        self
    }

    /// Accepts any certificate. Whoever sits between can then read and change everything.
    pub fn insecure(mut self, on: bool) -> Self {
        self.wiring.trust = if on { Trust::Anyone } else { Trust::System };
        self
    }

    /// Speaks HTTP/2 from the first byte, to servers known to do so without TLS.
    pub fn http2_prior_knowledge(mut self, on: bool) -> Self {
        self.wiring.http2_prior_knowledge = on;
        self
    }

    /// Another clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    fn finish(self) -> Result<(Engine, Defaults), Error> {
        let defaults = self.defaults()?;
        let transport = Transport::new(&self.wiring);
        Ok((Engine { transport, clock: self.clock, on_retry: self.on_retry }, defaults))
    }

    fn defaults(&self) -> Result<Defaults, Error> {
        Ok(Defaults {
            base: self.base.as_deref().map(base_url).transpose()?,
            headers: self.default_headers()?,
            body_gzip: self.gzip_requests,
            settings: self.settings.clone(),
        })
    }

    fn default_headers(&self) -> Result<HeaderMap, Error> {
        let mut headers = HeaderMap::new();
        let mut user_agent = self.user_agent.clone();
        if self.gzip {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
            if !user_agent.contains("gzip") {
                user_agent.push_str(" (gzip)");
            }
        }
        if !user_agent.is_empty() {
            headers.insert(USER_AGENT, header_value(&USER_AGENT, &user_agent)?);
        }
        if let Some(token) = &self.bearer {
            headers.extend([call::bearer(token)?]);
        }
        for (name, value) in &self.headers {
            let name = header_name(name)?;
            let value = header_value(&name, value)?;
            headers.insert(name, value);
        }
        Ok(headers)
    }
}

impl ClientBuilder<Client> {
    /// The client.
    ///
    /// # Errors
    /// [`Error::Usage`] if something it was told cannot be.
    pub fn build(self) -> Result<Client, Error> {
        let (engine, defaults) = self.finish()?;
        Ok(Client::from_parts(engine, defaults))
    }
}

impl ClientBuilder<blocking::Client> {
    /// The client.
    ///
    /// # Errors
    /// [`Error::Usage`] if something it was told cannot be.
    pub fn build(self) -> Result<blocking::Client, Error> {
        let (engine, defaults) = self.finish()?;
        Ok(blocking::Client::from_parts(engine, defaults))
    }
}

impl Defaults {
    /// What a client that was told nothing starts from.
    pub(crate) fn plain() -> Defaults {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("dak/", env!("CARGO_PKG_VERSION"), " (gzip)")));
        Defaults { base: None, headers, body_gzip: false, settings: Settings::default() }
    }
}

impl Engine {
    /// The engine of a client that was told nothing.
    pub(crate) fn plain() -> Engine {
        Engine { transport: Transport::new(&Wiring::default()), clock: Arc::new(SystemClock), on_retry: None }
    }
}

pub(crate) fn header_name(name: &str) -> Result<HeaderName, Error> {
    name.parse().map_err(|_| Error::usage(format!("{name:?} cannot be the name of a header")))
}

/// The value of a header; that of one that holds credentials is kept out of debug output.
pub(crate) fn header_value(name: &HeaderName, value: &str) -> Result<HeaderValue, Error> {
    let mut checked = HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| Error::usage(format!("the header {name} cannot hold {value:?}")))?;
    checked.set_sensitive(secrets::is_header(name.as_str()));
    Ok(checked)
}

fn base_url(url: &str) -> Result<Url, Error> {
    let mut base = parse_url(None, url)?;
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    Ok(base)
}
