//! Connections: made, pooled, and the one exchange of a request for the head of its answer.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response, Uri};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::Instant;
use tower_service::Service;

use crate::error::Error;
use crate::link::Link;
use crate::outgoing::{Outgoing, Progress};
use crate::tls::{LazyTls, TlsUnusable, Trust};

/// How long a connection may stay unused before it is closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);

/// How much of a body may be on its way without having arrived.
const BUFFERED_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How long a source is waited for, at least, before it is looked at again.
const READING_MIN: Duration = Duration::from_millis(10);

/// How the connector's errors begin when a name could not be looked up; they have no other mark.
const NAME_UNKNOWN: &str = "dns error";

/// How connections are made.
#[derive(Clone, Debug)]
pub(crate) struct Wiring {
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) trust: Trust,
    pub(crate) http2_prior_knowledge: bool,
}

/// The pool of connections.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    pool: legacy::Client<Connector, Outgoing>,
}

/// Makes one connection: TCP, and TLS where the scheme is `https`.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    tcp: HttpConnector,
    tls: Arc<LazyTls>,
    limit: Option<Duration>,
}

impl Default for Wiring {
    fn default() -> Wiring {
        Wiring { connect_timeout: Some(Duration::from_secs(10)), trust: Trust::System, http2_prior_knowledge: false }
    }
}

impl Transport {
    pub(crate) fn new(wiring: &Wiring) -> Transport {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        let connector =
            Connector { tcp, tls: Arc::new(LazyTls::new(wiring.trust.clone())), limit: wiring.connect_timeout };
        let pool = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .http2_only(wiring.http2_prior_knowledge)
            .build(connector);
        Transport { pool }
    }

    /// Sends a request and waits for the head of its answer, as long as bytes move within each `patience`; see [`allowance`]
    /// for those of a body.
    pub(crate) async fn exchange(
        &self,
        request: Request<Outgoing>,
        patience: Option<Duration>,
    ) -> Result<Response<hyper::body::Incoming>, Error> {
        let progress = request.body().progress();
        let answer = self.pool.request(request);
        let answer = match patience {
            Some(patience) => watched(answer, &progress, patience).await?,
            None => answer.await,
        };
        answer.map_err(|error| describe(&error))
    }
}

/// Gives `work` up once nothing has moved for as long as `patience` allows. The time that a body's source takes is not the
/// server's.
async fn watched<T>(work: impl Future<Output = T>, progress: &Progress, patience: Duration) -> Result<T, Error> {
    let mut work = std::pin::pin!(work);
    loop {
        let seen = progress.seen();
        let limit = allowance(patience, seen.bytes);
        let deadline = match seen.is_reading {
            true => Instant::now().checked_add(limit.max(READING_MIN)),
            false => seen.last.checked_add(limit),
        };
        let Some(deadline) = deadline else { return Ok(work.await) };
        match tokio::time::timeout_at(deadline, work.as_mut()).await {
            Ok(done) => return Ok(done),
            Err(_) if !seen.is_reading && progress.seen() == seen => return Err(Error::silent(limit)),
            Err(_) => {}
        }
    }
}

/// How long to wait after so many bytes of a body were given to the connection: `patience`, and up to twice as long beside
/// it.
///
/// What was given to the connection has not arrived: kernels and proxies on the way hold some 4 MiB. A link that takes
/// `patience` or less for each third of that is not silent, though nothing is seen to move meanwhile.
fn allowance(patience: Duration, body_bytes: u64) -> Duration {
    let buffered = u32::try_from(body_bytes.min(BUFFERED_BYTES_MAX)).unwrap_or(u32::MAX);
    let buffers_max = u32::try_from(BUFFERED_BYTES_MAX).unwrap_or(u32::MAX);
    // In milliseconds, for it is told to people.
    let more = patience.saturating_mul(2).as_millis() * u128::from(buffered) / u128::from(buffers_max);
    patience.saturating_add(Duration::from_millis(u64::try_from(more).unwrap_or(u64::MAX)))
}

fn describe(error: &legacy::Error) -> Error {
    let causes = causes(error);
    // The cause at the bottom says what happened; those above it say that something did.
    let last = causes.last().map(ToString::to_string).unwrap_or_default();
    if causes.iter().any(|cause| is_distrust(*cause)) {
        Error::unconnectable(format!("no secure connection to the server: {last}"))
    } else if error.is_connect() && causes.iter().any(|cause| cause.to_string().starts_with(NAME_UNKNOWN)) {
        Error::unresolved(format!("no connection to the server: {last}"))
    } else if error.is_connect() {
        Error::connect(format!("no connection to the server: {last}"))
    } else if causes.iter().any(|cause| was_not_taken(*cause)) {
        Error::connect(format!("the server did not take the request: {last}"))
    } else if causes.iter().any(|cause| is_own_body(*cause)) {
        Error::Source(format!("what is to be sent cannot be had: {last}"))
    } else {
        Error::broken(format!("the connection broke: {last}"))
    }
}

fn causes(error: &legacy::Error) -> Vec<&(dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source()).collect()
}

/// Whether the request was never looked at: it was not sent, or refused in the words of HTTP/2 (RFC 9113 8.7).
fn was_not_taken(cause: &(dyn std::error::Error + 'static)) -> bool {
    let unsent = cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled);
    let refused = cause.downcast_ref::<h2::Error>().is_some_and(|error| {
        let reason = error.reason();
        reason == Some(h2::Reason::REFUSED_STREAM) || (error.is_go_away() && reason == Some(h2::Reason::NO_ERROR))
    });
    unsent || refused
}

/// Whether it is the request's body that failed, which is read here.
fn is_own_body(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_user)
}

/// Whether TLS says no: the certificates cannot be loaded, or the server's is not trusted. Neither passes by waiting.
fn is_distrust(cause: &(dyn std::error::Error + 'static)) -> bool {
    // An I/O error does not name what it wraps as its source.
    if let Some(wrapped) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return is_distrust(wrapped);
    }
    let tls = cause.downcast_ref::<rustls::Error>();
    cause.is::<TlsUnusable>() || matches!(tls, Some(rustls::Error::InvalidCertificate(_)))
}

impl Service<Uri> for Connector {
    type Response = Link;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let mut tcp = self.tcp.clone();
        let tls = self.tls.clone();
        let limit = self.limit;
        Box::pin(async move {
            let connecting = async move {
                if uri.scheme_str() != Some("https") {
                    return Ok(Link::new(MaybeHttpsStream::Http(tcp.call(uri).await?)));
                }
                tls.connector(&tcp)?.call(uri).await.map(Link::new)
            };
            match limit {
                Some(limit) => tokio::time::timeout(limit, connecting)
                    .await
                    .map_err(|_| format!("it took longer than {limit:?} to connect"))?,
                None => connecting.await,
            }
        })
    }
}

#[cfg(test)]
mod tests;
