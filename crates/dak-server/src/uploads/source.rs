//! Where the bytes of an upload come from: the whole body, or its second part.

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_proto::media::multipart::{Event, Reader};

use crate::body::Pieces;

/// The media of a request.
pub(super) enum Source {
    /// The body is the media.
    Plain(Box<Pieces>),
    /// The body's second part is.
    Part(Box<Parts>),
}

impl Source {
    /// The next bytes, never empty; `None` at the end. A call that is given up loses nothing.
    ///
    /// # Errors
    /// Whatever is wrong with the body.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        match self {
            Source::Plain(pieces) => pieces.next().await,
            Source::Part(parts) => parts.data().await,
        }
    }
}

/// A body of two parts.
pub(super) struct Parts {
    pieces: Pieces,
    reader: Reader,
    has_ended: bool,
}

impl Parts {
    pub(super) fn new(pieces: Pieces, reader: Reader) -> Parts {
        Parts { pieces, reader, has_ended: false }
    }

    /// What stands next in the body; `None` behind its end. A call that is given up loses nothing.
    ///
    /// # Errors
    /// Whatever is wrong with the body.
    pub(super) async fn event(&mut self) -> Result<Option<Event>, Fault> {
        loop {
            if let Some(event) = self.reader.next()? {
                return Ok(Some(event));
            }
            if self.has_ended {
                return Ok(None);
            }
            match self.pieces.next().await? {
                Some(piece) => self.reader.push(&piece),
                None => {
                    self.has_ended = true;
                    self.reader.end();
                }
            }
        }
    }

    async fn data(&mut self) -> Result<Option<Bytes>, Fault> {
        while let Some(event) = self.event().await? {
            match event {
                Event::Data(bytes) if !bytes.is_empty() => return Ok(Some(bytes)),
                Event::End => break,
                _ => {}
            }
        }
        self.pieces.rest().await.map(|()| None)
    }
}
