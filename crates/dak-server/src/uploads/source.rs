//! Where the bytes of an upload come from: the whole body, or its second part.

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_proto::media::multipart::{Event, Reader};

use crate::body::{COPIES, Pieces};
use crate::room::{Room, Taken};

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
            self.more().await?;
        }
    }

    /// The first event, which is the metadata, of at most so many bytes. What is large takes room, which is to be held as
    /// long.
    ///
    /// # Errors
    /// Whatever is wrong with the body, 503 without room.
    pub(super) async fn first(&mut self, bytes_max: u64, room: &Room) -> Result<(Option<Event>, Option<Taken>), Fault> {
        let mut taken = None;
        loop {
            if let Some(event) = self.reader.next()? {
                let bytes = if let Event::Metadata { body, .. } = &event { body.len() } else { 0 };
                let taken = taken.and_then(|taken: Taken| taken.cut_to(COPIES * bytes as u64));
                return Ok((Some(event), taken));
            }
            if self.has_ended {
                return Ok((None, None));
            }
            if taken.is_none() && COPIES * self.reader.metadata_bytes() as u64 > room.free_bytes_max() as u64 {
                taken = Some(room.take(COPIES.saturating_mul(bytes_max)).await?);
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Result<(), Fault> {
        match self.pieces.next().await? {
            Some(piece) => self.reader.push(&piece),
            None => {
                self.has_ended = true;
                self.reader.end();
            }
        }
        Ok(())
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
