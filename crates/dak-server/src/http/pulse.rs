//! Whether a connection still lives: a request in service, or bytes going out.
//!
//! A timer for each request's head would cost more than all the rest of waiting for it. So what happens is only counted,
//! and one timer a connection looks now and then whether anything did.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::arrivals::Arrivals;

/// How often a connection is looked at while it may be quiet for its whole time.
const LOOKS: u32 = 4;

/// What a connection did, counted.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    begun: AtomicU64,
    ended: AtomicU64,
    writes: AtomicU64,
}

impl Pulse {
    /// Marks a request as in service until the value is dropped.
    pub(super) fn serve(self: &Arc<Pulse>) -> InService {
        self.begun.fetch_add(1, Ordering::Relaxed);
        InService(Arc::clone(self))
    }

    /// Done when the connection was quiet for so long: no request in service, nothing begun, nothing written. A head
    /// that comes in drops is quiet.
    pub(super) async fn until_quiet(&self, quiet_max: Duration) {
        let mut beats = self.beats();
        let mut looks = 0;
        while looks < LOOKS {
            tokio::time::sleep(quiet_max / LOOKS).await;
            let now = self.beats();
            let is_quiet = now == beats && !self.is_serving();
            looks = if is_quiet { looks + 1 } else { 0 };
            beats = now;
        }
    }

    fn beats(&self) -> (u64, u64) {
        (self.begun.load(Ordering::Relaxed), self.writes.load(Ordering::Relaxed))
    }

    fn is_serving(&self) -> bool {
        self.begun.load(Ordering::Relaxed) != self.ended.load(Ordering::Relaxed)
    }
}

/// A request in service.
#[derive(Debug)]
pub(super) struct InService(Arc<Pulse>);

impl Drop for InService {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// A stream whose writes are counted, and of which no more is read at a time than is good for all.
#[derive(Debug)]
pub(super) struct Counted<S> {
    stream: S,
    pulse: Arc<Pulse>,
    arrivals: Arc<Arrivals>,
}

impl<S> Counted<S> {
    /// Counts the writes of a stream, which has its place among what arrives.
    pub(super) fn new(stream: S, pulse: Arc<Pulse>, arrivals: Arc<Arrivals>) -> Counted<S> {
        Counted { stream, pulse, arrivals }
    }

    fn count<T>(&self, polled: Poll<T>) -> Poll<T> {
        if polled.is_ready() {
            self.pulse.writes.fetch_add(1, Ordering::Relaxed);
        }
        polled
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Counted { stream, arrivals, .. } = &mut *self;
        arrivals.poll_read(stream, cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.count(polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.count(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
