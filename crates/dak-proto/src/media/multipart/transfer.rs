//! `Content-Transfer-Encoding` of a part (RFC 2045 6): PHP's and Dart's clients send media in base64.

use base64_simd::{STANDARD, STANDARD_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName};

use super::bad_content;
use crate::fault::Fault;

const CONTENT_TRANSFER_ENCODING: HeaderName = HeaderName::from_static("content-transfer-encoding");

/// Decodes a part's bytes as they come.
#[derive(Debug)]
pub(crate) enum Decoder {
    Identity,
    Base64(Base64),
}

impl Decoder {
    /// 400 for an encoding that media is not sent in.
    pub(crate) fn new(headers: &HeaderMap) -> Result<Decoder, Fault> {
        let encoding = headers.get(CONTENT_TRANSFER_ENCODING).map_or(b"".as_slice(), |value| value.as_bytes());
        let is = |name: &str| encoding.eq_ignore_ascii_case(name.as_bytes());
        if is("base64") {
            Ok(Decoder::Base64(Base64::default()))
        } else if ["", "binary", "8bit", "7bit"].iter().any(|name| is(name)) {
            Ok(Decoder::Identity)
        } else {
            Err(bad_content("A part's Content-Transfer-Encoding must be binary, 8bit, 7bit or base64."))
        }
    }

    pub(crate) fn decode(&mut self, bytes: &Bytes) -> Result<Bytes, Fault> {
        match self {
            Decoder::Identity => Ok(bytes.clone()),
            Decoder::Base64(base64) => base64.decode(bytes),
        }
    }

    /// What is left when the part has ended.
    pub(crate) fn finish(&mut self) -> Result<Bytes, Fault> {
        match self {
            Decoder::Identity => Ok(Bytes::new()),
            Decoder::Base64(base64) => base64.finish(),
        }
    }
}

/// Base64 in pieces: line ends and blanks do not count, nothing follows padding.
#[derive(Debug, Default)]
pub(crate) struct Base64 {
    /// Letters short of a group of four.
    letters: Vec<u8>,
    is_padded: bool,
}

impl Base64 {
    fn decode(&mut self, bytes: &[u8]) -> Result<Bytes, Fault> {
        self.letters.extend(bytes.iter().filter(|byte| !byte.is_ascii_whitespace()));
        let groups = self.letters.len() / 4 * 4;
        if groups == 0 {
            return Ok(Bytes::new());
        }
        let whole: Vec<u8> = self.letters.drain(..groups).collect();
        if self.is_padded {
            return Err(not_base64());
        }
        self.is_padded = whole.last() == Some(&b'=');
        STANDARD.decode_to_vec(whole).map(Bytes::from).map_err(|_| not_base64())
    }

    /// Padding may be missing.
    fn finish(&mut self) -> Result<Bytes, Fault> {
        let letters = std::mem::take(&mut self.letters);
        if self.is_padded && !letters.is_empty() {
            return Err(not_base64());
        }
        STANDARD_NO_PAD.decode_to_vec(letters).map(Bytes::from).map_err(|_| not_base64())
    }
}

fn not_base64() -> Fault {
    bad_content("A part of the multipart body is said to be base64 and is not.")
}
