//! A connection whose answer counts although the request did not go through.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// How long what was received is searched for an answer. It is all here by then; only a reader that does not come is left.
const SEARCH_MAX: Duration = Duration::from_secs(1);

/// A connection. A server may refuse a request while its body is still being sent, and close: writing fails then, and the
/// reason stands in what was received before. So a failed write is not told at once; first what came is read to its end.
pub(crate) struct Link {
    stream: MaybeHttpsStream<TokioIo<TcpStream>>,
    failed: Option<Failed>,
}

/// A write that failed.
struct Failed {
    kind: io::ErrorKind,
    until: Pin<Box<Sleep>>,
}

impl Link {
    pub(crate) fn new(stream: MaybeHttpsStream<TokioIo<TcpStream>>) -> Link {
        Link { stream, failed: None }
    }

    /// What a write came to, or the wait that takes its place.
    fn settle<T>(&mut self, context: &mut Context<'_>, written: io::Result<T>) -> Poll<io::Result<T>> {
        match written {
            Err(error) if is_gone(error.kind()) => {
                self.failed = Some(Failed { kind: error.kind(), until: Box::pin(sleep(SEARCH_MAX)) });
                ready!(self.poll_failed(context))?;
                Poll::Ready(Err(error))
            }
            written => Poll::Ready(written),
        }
    }

    fn poll_failed(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(failed) = &mut self.failed else { return Poll::Ready(Ok(())) };
        ready!(failed.until.as_mut().poll(context));
        Poll::Ready(Err(failed.kind.into()))
    }
}

fn is_gone(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted)
}

impl Read for Link {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl Write for Link {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_failed(context))?;
        let written = ready!(Pin::new(&mut this.stream).poll_write(context, bytes));
        this.settle(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_failed(context))?;
        let written = ready!(Pin::new(&mut this.stream).poll_write_vectored(context, pieces));
        this.settle(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_failed(context))?;
        let flushed = ready!(Pin::new(&mut this.stream).poll_flush(context));
        this.settle(context, flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl Connection for Link {
    fn connected(&self) -> Connected {
        self.stream.connected()
    }
}
