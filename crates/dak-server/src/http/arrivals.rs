//! How much is read from a connection at a time: much while few bodies arrive, so that a fast upload is not woken for each
//! few bytes of it, and the less the more of them there are. Each has a buffer of that size also while nothing comes.

#[cfg(test)]
mod tests;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

/// Bodies come in pieces of about so many bytes at most. With fewer, a fast upload costs more for being woken than for its
/// bytes; with twice as many it gains nothing, and eight of them at once take 20 MiB more memory.
pub(super) const PIECE_BYTES_MAX: usize = 256 << 10;
/// The least that is read at a time: what hyper begins with.
const PIECE_BYTES_MIN: usize = 8 << 10;
/// About so many bytes the pieces of all bodies may have together.
const PIECES_BYTES_MAX: usize = 32 << 20;

/// The bodies that arrive now, counted.
#[derive(Debug, Default)]
pub(crate) struct Arrivals(AtomicUsize);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(super) struct Arrival(Arc<Arrivals>);

impl Arrivals {
    /// Counts one more.
    pub(super) fn begin(self: &Arc<Arrivals>) -> Arrival {
        self.0.fetch_add(1, Ordering::Relaxed);
        Arrival(Arc::clone(self))
    }

    /// Reads as much as there is a place for, but no more than is to be read at a time.
    pub(super) fn poll_read<S: AsyncRead + Unpin>(
        &self,
        stream: &mut S,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let bytes_max = read_bytes_max(self.0.load(Ordering::Relaxed));
        if buffer.remaining() <= bytes_max {
            return Pin::new(stream).poll_read(context, buffer);
        }
        let mut some = ReadBuf::new(buffer.initialize_unfilled_to(bytes_max));
        ready!(Pin::new(stream).poll_read(context, &mut some))?;
        let count = some.filled().len();
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How much is read at a time while so many bodies arrive. hyper's buffer doubles when a read fills it: one byte less keeps
/// it at a power of two.
fn read_bytes_max(arriving: usize) -> usize {
    let bytes = (PIECES_BYTES_MAX / arriving.max(1)).clamp(PIECE_BYTES_MIN, PIECE_BYTES_MAX);
    match bytes {
        PIECE_BYTES_MAX => usize::MAX,
        less => (1 << less.ilog2()) - 1,
    }
}
