//! The body our client sends: CRLF, bare boundary, the last line ended.

use http::HeaderValue;

/// Frames media that somebody else holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    boundary: String,
}

impl Writer {
    /// A writer whose boundary is made of `random`, drawn anew for each upload: 128 bits occur in no payload by chance.
    pub fn new(random: u128) -> Writer {
        Writer { boundary: format!("part_{random:032x}") }
    }

    /// The value of the request's `Content-Type`.
    pub fn content_type(&self) -> HeaderValue {
        let value = format!("multipart/related; boundary={}", self.boundary);
        // Digits and letters always make a value.
        HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("multipart/related"))
    }

    /// What goes before the media: metadata, which is JSON, and the media's head. The media type must be a header's value.
    pub fn head(&self, metadata: &[u8], media_type: &str) -> Vec<u8> {
        let boundary = &self.boundary;
        let mut head = format!("--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n").into_bytes();
        head.extend_from_slice(metadata);
        head.extend_from_slice(format!("\r\n--{boundary}\r\nContent-Type: {media_type}\r\n\r\n").as_bytes());
        head
    }

    /// What goes after the media.
    pub fn tail(&self) -> Vec<u8> {
        format!("\r\n--{}--\r\n", self.boundary).into_bytes()
    }
}
