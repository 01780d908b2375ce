//! One connection: which HTTP it speaks, its requests, their answers.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderValue, Method, StatusCode, Version, header};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::arrivals::PIECE_BYTES_MAX;
use super::incoming;
use super::outgoing::Outgoing;
use super::pulse::{Counted, Pulse};
use crate::app::App;
use crate::body::Interrupted;
use crate::control::faults;
use crate::log;
use crate::pipeline::{Caller, Request, Trace};
use crate::settings::Limits;

/// How an HTTP/2 connection begins when nothing was negotiated (RFC 9113 3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0";
/// Streams that one HTTP/2 connection may have open.
const STREAMS_MAX: u32 = 200;
/// Heads a little too large are read, so that they can be refused with a message; beyond that hyper refuses them.
const HEAD_ROOM: usize = 2;

/// Serves a connection until either side is done with it.
pub(super) async fn serve(
    app: &Arc<App>,
    stream: TcpStream,
    peer: SocketAddr,
    acceptor: Option<TlsAcceptor>,
    watcher: Watcher,
    stopping: watch::Receiver<()>,
) {
    let _ = stream.set_nodelay(true);
    let port = stream.local_addr().map_or(0, |local| local.port());
    let caller = Caller { peer, port, secure: acceptor.is_some() };
    let head_timeout = app.settings.limits.head_timeout;
    let Some(acceptor) = acceptor else {
        let Some(http2) = in_time(begins_http2(&stream), head_timeout, stopping).await else { return };
        return speak(app, stream, caller, http2, watcher).await;
    };
    let Some(stream) = in_time(acceptor.accept(stream), head_timeout, stopping).await else { return };
    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    speak(app, stream, caller, http2, watcher).await;
}

/// What a peer begins with, if it does so in time and before the server stops: until then nothing is in flight.
async fn in_time<T>(
    begun: impl Future<Output = io::Result<T>>,
    limit: Duration,
    mut stopping: watch::Receiver<()>,
) -> Option<T> {
    tokio::select! {
        begun = tokio::time::timeout(limit, begun) => begun.ok()?.ok(),
        _ = stopping.changed() => None,
    }
}

/// Looks at the first bytes without taking them: is this HTTP/2 with prior knowledge?
async fn begins_http2(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0; HTTP2_PREFACE.len()];
    loop {
        let seen = stream.peek(&mut first).await?;
        let same = first[..seen] == HTTP2_PREFACE[..seen];
        if !same || seen == 0 {
            return Ok(false);
        }
        if seen == HTTP2_PREFACE.len() {
            return Ok(true);
        }
        // Part of the preface: look again when there is more.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn speak<S>(app: &Arc<App>, stream: S, caller: Caller, http2: bool, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let pulse = Arc::new(Pulse::default());
    let stream = TokioIo::new(Counted::new(stream, Arc::clone(&pulse), Arc::clone(&app.arrivals)));
    let service = service_fn(|request| {
        let (app, in_service) = (Arc::clone(app), pulse.serve());
        async move {
            let response = respond(&app, request, caller).await;
            drop(in_service);
            response
        }
    });
    let limits = &app.settings.limits;
    let served = async {
        match http2 {
            true => watcher.watch(http2_builder(limits).serve_connection(stream, service)).await,
            false => watcher.watch(http1_builder(limits).serve_connection(stream, service)).await,
        }
    };
    tokio::select! {
        biased;
        ended = served => {
            if let Err(error) = ended {
                tracing::debug!(peer = %caller.peer, %error, "a connection ended early");
            }
        }
        () = pulse.until_quiet(limits.head_timeout) => tracing::debug!(peer = %caller.peer, "a quiet connection was closed"),
    }
}

fn http1_builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        // Who has said all may still listen, and a request that has begun is carried out to its end.
        .half_close(true)
        .max_buf_size((HEAD_ROOM * limits.head_bytes_max).max(PIECE_BYTES_MAX))
        .max_headers(limits.headers_max);
    builder
}

fn http2_builder(limits: &Limits) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(u32::try_from(HEAD_ROOM * limits.head_bytes_max).unwrap_or(u32::MAX));
    builder
}

/// Takes one request down the road. The error breaks the connection; only a fault that was asked for gives it.
async fn respond(
    app: &Arc<App>,
    request: hyper::Request<Incoming>,
    caller: Caller,
) -> Result<hyper::Response<Outgoing>, Interrupted> {
    let started = Instant::now();
    let (head, incoming) = request.into_parts();
    let line = log::Line::new(app, &head, caller.peer);
    let is_head = head.method == Method::HEAD;
    let version = head.version;
    // A sender that waits to be told to go on has nothing on the way.
    let is_awaited = !incoming.is_end_stream() && head.headers.contains_key(header::EXPECT);
    let body = incoming::body(incoming, is_awaited, &app.arrivals);
    let request = Request { head, body, caller };
    let mut trace = Trace::default();
    let mut answer = faults::around(app, request, &mut trace).await;
    if version < Version::HTTP_2 && ends_connection(answer.status, is_awaited) {
        answer.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    line.write(app, &answer, &trace, started.elapsed());
    Outgoing::response(if is_head { answer.announced() } else { answer })
}

/// Whether nothing more can come on a connection after an answer of this status: the rest of a body that came too slowly
/// (RFC 9110 15.5.9), or one that waits to be asked for and will not be (RFC 9110 10.1.1), would be taken for a request.
fn ends_connection(status: StatusCode, is_awaited: bool) -> bool {
    let is_refused = status.is_client_error() || status.is_server_error();
    status == StatusCode::REQUEST_TIMEOUT || (is_awaited && is_refused)
}
