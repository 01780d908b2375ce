//! The body of a batch or of its answer: parts with ids, CRLF, the last line ended.

use http::HeaderValue;

/// Frames messages that somebody else writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    boundary: String,
}

impl Writer {
    /// A writer whose boundary is made of `random`, drawn anew for each body: 128 bits occur in no message by chance.
    pub fn new(random: u128) -> Writer {
        Writer { boundary: format!("batch_{random:032x}") }
    }

    /// The value of the body's `Content-Type`.
    pub fn content_type(&self) -> HeaderValue {
        let value = format!("multipart/mixed; boundary={}", self.boundary);
        // Digits and letters always make a value.
        HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("multipart/mixed"))
    }

    /// One part: a message as [`write_request`](super::write_request) or [`write_response`](super::write_response) gives it.
    pub fn part(&self, id: Option<&HeaderValue>, message: &[u8]) -> Vec<u8> {
        let mut part = format!("--{}\r\nContent-Type: application/http\r\n", self.boundary).into_bytes();
        if let Some(id) = id {
            for piece in [b"Content-ID: ", id.as_bytes(), b"\r\n"] {
                part.extend_from_slice(piece);
            }
        }
        for piece in [b"\r\n", message, b"\r\n"] {
            part.extend_from_slice(piece);
        }
        part
    }

    /// What stands behind the last part.
    pub fn end(&self) -> Vec<u8> {
        format!("--{}--\r\n", self.boundary).into_bytes()
    }
}
