//! The access log: one event a request, through `tracing`.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http::Method;

use crate::app::App;
use crate::pipeline::Trace;
use crate::reply::Answer;

/// What is known of a request before it goes down the road.
pub(crate) struct Line {
    method: Method,
    path: String,
    peer: IpAddr,
    wanted: bool,
}

impl Line {
    /// Notes a request's first line. Only the path is kept: a query may hold a token or an upload id.
    pub(crate) fn new(app: &App, head: &http::request::Parts, peer: SocketAddr) -> Line {
        let wanted = tracing::enabled!(target: "access", tracing::Level::INFO);
        let path = if wanted { head.uri.path().to_owned() } else { String::new() };
        let peer = if wanted { caller(app, head, peer) } else { peer.ip() };
        Line { method: head.method.clone(), path, peer, wanted }
    }

    /// Counts the answer and writes the line.
    pub(crate) fn write(self, app: &App, answer: &Answer, trace: &Trace<'_>, duration: Duration) {
        let status = answer.status.as_u16();
        let method_id = trace.method_id.unwrap_or_default();
        app.metrics.count(method_id, status, duration, answer.body.bytes());
        if !self.wanted {
            return;
        }
        let effective = trace.method.as_ref().filter(|method| **method != self.method).map(Method::as_str);
        tracing::info!(
            target: "access",
            peer = %self.peer,
            method = self.method.as_str(),
            as_method = effective,
            path = self.path,
            status,
            bytes = answer.body.bytes(),
            us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
            id = method_id,
            user = trace.user.as_deref(),
        );
    }
}

/// Who called: behind a trusted proxy, the address that it says it was called from.
fn caller(app: &App, head: &http::request::Parts, peer: SocketAddr) -> IpAddr {
    let forwarded =
        head.headers.get("x-forwarded-for").filter(|_| app.settings.access.trusted_proxies.contains(&peer.ip()));
    // The nearest proxy appends, so that only its own word, the last one, is to be believed.
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    last.unwrap_or(peer.ip())
}
