//! A request's body on its way out.

use std::collections::VecDeque;
use std::fs::File;
use std::future::Future;
use std::io::{self, Read, Write};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body::{Frame, SizeHint};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::body::Tapping;
use crate::elsewhere;

/// Bodies are read and sent in pieces of this size. Reading 4 KiB at a time is five times slower.
pub(crate) const PIECE_BYTES: usize = 256 * 1024;

/// The level of gzip for requests: the connection waits for it, so it is the fast one.
const GZIP_LEVEL: u32 = 1;

/// A body that is being sent.
pub(crate) struct Outgoing {
    before: Bytes,
    source: Source,
    /// Of what is left of the source.
    source_length: Option<u64>,
    after: Bytes,
    tapping: Option<Tapping>,
    gzip: Option<GzEncoder<Vec<u8>>>,
    progress: Progress,
}

/// Where a body's bytes come from.
pub(crate) enum Source {
    /// There are no more.
    Done,
    /// All of them, in memory.
    Bytes(Bytes),
    /// A regular file. It is read in place: a read of a piece is too short to be worth another thread.
    File(File, Buffers),
    /// Any reader. It may block for long (a pipe), so it is read on a thread that may.
    Reader(Box<dyn Read + Send>),
    /// A reader that is reading its next piece.
    Reading(JoinHandle<(Box<dyn Read + Send>, io::Result<Bytes>)>),
}

/// Memory for pieces, used again once they have been sent. To fill it with zeros each time costs as much as to send it.
#[derive(Default)]
pub(crate) struct Buffers {
    /// The last pieces, the oldest first; whoever sends them may still hold them.
    sent: VecDeque<Bytes>,
}

/// How many pieces are on their way before the oldest is asked for its memory.
const PIECES_HELD: usize = 2;

/// How far a body has come; shared with whoever watches for a stall.
#[derive(Clone, Debug)]
pub(crate) struct Progress(Arc<Mutex<Seen>>);

/// How far a body has come at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// When it moved last, or else when it began.
    pub(crate) last: Instant,
    /// How many bytes were given to the connection.
    pub(crate) bytes: u64,
    /// Whether the connection waits for the body's source.
    pub(crate) is_reading: bool,
}

impl Default for Progress {
    fn default() -> Progress {
        Progress(Arc::new(Mutex::new(Seen { last: Instant::now(), bytes: 0, is_reading: false })))
    }
}

impl Outgoing {
    pub(crate) fn new(source: Source, length: Option<u64>) -> Outgoing {
        Outgoing {
            before: Bytes::new(),
            source,
            source_length: length,
            after: Bytes::new(),
            tapping: None,
            gzip: None,
            progress: Progress::default(),
        }
    }

    /// The same body between these bytes.
    pub(crate) fn framed(self, before: Bytes, after: Bytes) -> Outgoing {
        Outgoing { before, after, ..self }
    }

    /// The same body; each piece of its source is given to `tapping` too.
    pub(crate) fn tapped(self, tapping: Option<Tapping>) -> Outgoing {
        Outgoing { tapping, ..self }
    }

    /// The same body, compressed on the way; its length is then unknown.
    pub(crate) fn compressed(mut self) -> Outgoing {
        self.gzip = Some(GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL)));
        self
    }

    /// Tells when the body moved last.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if !self.before.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.before))));
        }
        let piece = self.source.poll_next(context, self.source_length);
        self.progress.step(piece.is_pending());
        let piece = ready!(piece);
        let Some(piece) = piece else {
            let after = std::mem::take(&mut self.after);
            let told = self.tapping.take().map_or(Ok(()), |mut tapping| (tapping.0)(None));
            return Poll::Ready(told.map(|()| Some(after).filter(|after| !after.is_empty())).transpose());
        };
        Poll::Ready(Some(piece.and_then(|piece| self.taken(piece))))
    }

    fn taken(&mut self, piece: Bytes) -> io::Result<Bytes> {
        self.source_length = self.source_length.map(|left| left.saturating_sub(piece.len() as u64));
        match &mut self.tapping {
            Some(tapping) => (tapping.0)(Some(&piece)).map(|()| piece),
            None => Ok(piece),
        }
    }

    /// The length of what is left, if it is known.
    fn length(&self) -> Option<u64> {
        Some(self.source_length? + self.before.len() as u64 + self.after.len() as u64)
    }

    fn is_over(&self) -> bool {
        let is_source_over = matches!(self.source, Source::Done) || self.source_length == Some(0);
        is_source_over && self.before.is_empty() && self.after.is_empty()
    }

    fn poll_compressed(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let Some(mut encoder) = self.gzip.take() else { return Poll::Ready(None) };
            let piece = match self.poll_piece(context) {
                Poll::Pending => {
                    self.gzip = Some(encoder);
                    return Poll::Pending;
                }
                Poll::Ready(piece) => piece,
            };
            let Some(piece) = piece else {
                return Poll::Ready(Some(encoder.finish().map(Bytes::from)));
            };
            if let Err(error) = piece.and_then(|piece| encoder.write_all(&piece)) {
                return Poll::Ready(Some(Err(error)));
            }
            let ready = std::mem::take(encoder.get_mut());
            self.gzip = Some(encoder);
            if !ready.is_empty() {
                return Poll::Ready(Some(Ok(ready.into())));
            }
        }
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        let compressed = this.gzip.is_some();
        let piece = if compressed { this.poll_compressed(context) } else { this.poll_piece(context) };
        if let Poll::Ready(Some(Ok(piece))) = &piece {
            this.progress.passed(piece.len() as u64);
        }
        piece.map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.gzip.is_none() && self.is_over()
    }

    fn size_hint(&self) -> SizeHint {
        match (self.length(), &self.gzip) {
            (Some(length), None) => SizeHint::with_exact(length),
            _ => SizeHint::default(),
        }
    }
}

impl Source {
    /// A regular file, read from where it stands.
    pub(crate) fn file(file: File) -> Source {
        Source::File(file, Buffers::default())
    }

    /// The next piece, of at most `left` bytes; an end before that is an error.
    fn poll_next(&mut self, context: &mut Context<'_>, left: Option<u64>) -> Poll<Option<io::Result<Bytes>>> {
        let left_here = usize::try_from(left.unwrap_or(u64::MAX)).unwrap_or(usize::MAX).min(PIECE_BYTES);
        loop {
            match std::mem::replace(self, Source::Done) {
                Source::Done => return Poll::Ready(None),
                Source::Bytes(mut bytes) => {
                    let piece = bytes.split_to(bytes.len().min(PIECE_BYTES));
                    if !bytes.is_empty() {
                        *self = Source::Bytes(bytes);
                    }
                    return Poll::Ready(Some(Ok(piece)));
                }
                Source::File(..) | Source::Reader(_) if left == Some(0) => return Poll::Ready(None),
                Source::File(mut file, mut buffers) => {
                    let piece = read_piece(&mut file, buffers.free(), left_here);
                    buffers.sent.extend(piece.as_ref().ok().cloned());
                    *self = Source::File(file, buffers);
                    return Poll::Ready(self.settle(piece, left, "the file became shorter while it was sent"));
                }
                Source::Reader(reader) => *self = Source::Reading(read_elsewhere(reader, left_here)),
                Source::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(context) else {
                        *self = Source::Reading(reading);
                        return Poll::Pending;
                    };
                    let (reader, piece) = match read {
                        Ok(read) => read,
                        Err(error) => return Poll::Ready(Some(Err(io::Error::other(error)))),
                    };
                    *self = Source::Reader(reader);
                    let too_early = "the request's body ended before its length was reached";
                    return Poll::Ready(self.settle(piece, left, too_early));
                }
            }
        }
    }

    /// An empty piece is the end; the end is an error when bytes were promised, which `too_early` says.
    fn settle(
        &mut self,
        piece: io::Result<Bytes>,
        left: Option<u64>,
        too_early: &'static str,
    ) -> Option<io::Result<Bytes>> {
        match piece {
            Ok(piece) if !piece.is_empty() => return Some(Ok(piece)),
            Ok(_) if left.is_none() => *self = Source::Done,
            Ok(_) => {
                *self = Source::Done;
                return Some(Err(io::Error::new(io::ErrorKind::UnexpectedEof, too_early)));
            }
            Err(error) => {
                *self = Source::Done;
                return Some(Err(error));
            }
        }
        None
    }
}

fn read_elsewhere(
    mut reader: Box<dyn Read + Send>,
    bytes_max: usize,
) -> JoinHandle<(Box<dyn Read + Send>, io::Result<Bytes>)> {
    elsewhere::spawn(move || {
        let piece = read_piece(&mut reader, BytesMut::new(), bytes_max);
        (reader, piece)
    })
}

/// One read.
fn read_piece(reader: &mut (impl Read + ?Sized), mut buffer: BytesMut, bytes_max: usize) -> io::Result<Bytes> {
    buffer.resize(bytes_max, 0);
    let read = loop {
        match reader.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read?,
        }
    };
    buffer.truncate(read);
    Ok(buffer.freeze())
}

impl Buffers {
    /// A buffer that nobody uses.
    fn free(&mut self) -> BytesMut {
        let oldest = if self.sent.len() < PIECES_HELD { None } else { self.sent.pop_front() };
        oldest.and_then(|piece| piece.try_into_mut().ok()).unwrap_or_default()
    }
}

impl Progress {
    /// The connection wants more of the body, and waits for its source or has got it.
    pub(crate) fn step(&self, is_reading: bool) {
        let mut seen = self.lock();
        (seen.last, seen.is_reading) = (Instant::now(), is_reading);
    }

    /// The connection was given so many bytes.
    pub(crate) fn passed(&self, bytes: u64) {
        let mut seen = self.lock();
        seen.bytes = seen.bytes.saturating_add(bytes);
    }

    /// How far it is now.
    pub(crate) fn seen(&self) -> Seen {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
