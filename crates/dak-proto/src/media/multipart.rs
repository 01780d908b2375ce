//! Metadata and media in one body: `multipart/related` (`U4`, RFC 2387), read piece by piece and written.
//!
//! ```
//! use bytes::Bytes;
//! use dak_proto::media::multipart::{Event, Reader, Writer};
//!
//! let writer = Writer::new(7);
//! let mut body = writer.head(b"{}", "message/rfc822");
//! body.extend_from_slice(b"Subject: hello");
//! body.extend_from_slice(&writer.tail());
//!
//! let mut reader = Reader::new(writer.content_type().to_str().unwrap(), 1024).unwrap();
//! reader.push(&body);
//! reader.end();
//! assert!(matches!(reader.next().unwrap(), Some(Event::Metadata { body, .. }) if body == "{}"));
//! assert!(matches!(reader.next().unwrap(), Some(Event::Media(_))));
//! assert_eq!(reader.next().unwrap(), Some(Event::Data(Bytes::from_static(b"Subject: hello"))));
//! assert_eq!(reader.next().unwrap(), Some(Event::End));
//! ```

pub(crate) mod boundary;
pub(crate) mod framing;
#[cfg(test)]
mod tests;
pub(crate) mod transfer;
mod writer;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::fault::Fault;

pub use boundary::BOUNDARY_CHARS_MAX;
pub use framing::PART_HEAD_BYTES_MAX;
pub use writer::Writer;

use framing::{Frame, Framing};
use transfer::Decoder;

/// What stands in a body, in this order: metadata, media, data any number of times, end.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The first part, whole.
    Metadata {
        /// Its header fields.
        headers: HeaderMap,
        /// Its bytes, decoded.
        body: Bytes,
    },
    /// The second part begins: its header fields.
    Media(HeaderMap),
    /// The next bytes of the second part, decoded.
    Data(Bytes),
    /// The body was whole. What follows the last boundary does not count.
    End,
}

/// The `Content-Type` of a part; empty if it has none.
pub fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Reads a body of exactly two parts. It keeps what was pushed until it was asked for, and metadata up to a limit.
#[derive(Debug)]
pub struct Reader {
    framing: Framing,
    metadata_bytes_max: usize,
    place: Place,
}

/// What is being read.
#[derive(Debug)]
enum Place {
    Start,
    Metadata { headers: HeaderMap, decoder: Decoder, body: BytesMut },
    Between,
    Media { decoder: Decoder },
    AfterMedia,
    Over,
}

impl Reader {
    /// A reader for a body with this `Content-Type`, whose metadata may have so many bytes.
    ///
    /// 400 `badContent` if that is not `multipart/related` with a boundary.
    pub fn new(content_type: &str, metadata_bytes_max: usize) -> Result<Reader, Fault> {
        let framing = Framing::new(boundary::parse(content_type, "multipart/related")?);
        Ok(Reader { framing, metadata_bytes_max, place: Place::Start })
    }

    /// How many bytes of metadata it keeps, which are not all there yet.
    pub fn metadata_bytes(&self) -> usize {
        match &self.place {
            Place::Metadata { body, .. } => body.len(),
            _ => 0,
        }
    }

    /// The next bytes of the body.
    pub fn push(&mut self, bytes: &[u8]) {
        self.framing.push(bytes);
    }

    /// The body has ended.
    pub fn end(&mut self) {
        self.framing.end();
    }

    /// What stands next in the bytes so far; `None` asks for more, or, after [`Event::End`], for no more.
    ///
    /// 400 `tooManyParts`, `badContent` or `parseError`, 413 for metadata over its limit; each is final.
    #[expect(clippy::should_implement_trait, reason = "an iterator is over when it gives none")]
    pub fn next(&mut self) -> Result<Option<Event>, Fault> {
        while !matches!(self.place, Place::Over)
            && let Some(frame) = self.framing.next()?
        {
            if let Some(event) = self.framed(frame)? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    fn framed(&mut self, frame: Frame) -> Result<Option<Event>, Fault> {
        match frame {
            Frame::Head(headers) => self.begun(headers),
            Frame::Data(bytes) => self.data(&bytes),
            Frame::PartEnd => self.ended(),
            Frame::End => self.over(),
        }
    }

    fn begun(&mut self, headers: HeaderMap) -> Result<Option<Event>, Fault> {
        let decoder = Decoder::new(&headers)?;
        match self.place {
            Place::Start => {
                self.place = Place::Metadata { headers, decoder, body: BytesMut::new() };
                Ok(None)
            }
            Place::Between => {
                self.place = Place::Media { decoder };
                Ok(Some(Event::Media(headers)))
            }
            _ => Err(Fault::bad_request("tooManyParts", "Multipart must have exactly 2 parts: metadata, then media.")),
        }
    }

    fn data(&mut self, bytes: &Bytes) -> Result<Option<Event>, Fault> {
        match &mut self.place {
            Place::Metadata { decoder, body, .. } => {
                body.extend_from_slice(&decoder.decode(bytes)?);
                if body.len() > self.metadata_bytes_max {
                    return Err(too_much_metadata(self.metadata_bytes_max));
                }
                Ok(None)
            }
            Place::Media { decoder } => Ok(data_event(decoder.decode(bytes)?)),
            _ => Ok(None),
        }
    }

    fn ended(&mut self) -> Result<Option<Event>, Fault> {
        match std::mem::replace(&mut self.place, Place::Between) {
            Place::Metadata { headers, mut decoder, mut body } => {
                body.extend_from_slice(&decoder.finish()?);
                Ok(Some(Event::Metadata { headers, body: body.freeze() }))
            }
            Place::Media { mut decoder } => {
                self.place = Place::AfterMedia;
                Ok(data_event(decoder.finish()?))
            }
            other => {
                self.place = other;
                Ok(None)
            }
        }
    }

    fn over(&mut self) -> Result<Option<Event>, Fault> {
        match self.place {
            Place::AfterMedia => {
                self.place = Place::Over;
                Ok(Some(Event::End))
            }
            _ => Err(bad_content("Multipart must have exactly 2 parts: metadata, then media.")),
        }
    }
}

fn data_event(bytes: Bytes) -> Option<Event> {
    (!bytes.is_empty()).then_some(Event::Data(bytes))
}

pub(crate) fn bad_content(message: impl Into<String>) -> Fault {
    Fault::bad_request("badContent", message)
}

fn too_much_metadata(bytes_max: usize) -> Fault {
    Fault::too_large(format!("The metadata part is over {bytes_max} bytes."))
}
