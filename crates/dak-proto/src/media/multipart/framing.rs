//! Parts and the boundaries between them (RFC 2046 5.1.1).
//!
//! Whether lines end in CRLF or in LF alone is decided once, by the first boundary's line. With LF alone a payload's last
//! byte may be CR: taking CRLF for the line end there would lose it.

use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue};
use memchr::memchr;
use memchr::memmem::Finder;

use super::bad_content;
use crate::fault::Fault;

/// The most bytes of one part's header fields.
pub const PART_HEAD_BYTES_MAX: usize = 8 * 1024;

/// The most bytes before the first boundary.
const PREAMBLE_BYTES_MAX: usize = 8 * 1024;

/// The most blanks behind a boundary; with more the line is none.
const PADDING_BYTES_MAX: usize = 64;

/// What stands in a body: for each part its head, data any number of times, its end; then the end of all.
#[derive(Debug)]
pub(crate) enum Frame {
    Head(HeaderMap),
    Data(Bytes),
    PartEnd,
    End,
}

/// Finds parts in bytes that come piece by piece.
#[derive(Debug)]
pub(crate) struct Framing {
    /// Line end, `--` and boundary; the line end is known once the first boundary was found.
    delimiter: Finder<'static>,
    boundary: Vec<u8>,
    input: BytesMut,
    has_ended: bool,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Preamble,
    Head,
    /// Right behind a head: a boundary here needs no line end, since the head's own serves.
    BodyStart,
    Body,
    Epilogue,
}

/// What a line that begins with the boundary is.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    /// Not a delimiter after all: its bytes are data.
    Data,
    /// Too early to tell.
    Unknown,
    /// A part follows; the delimiter ends after so many bytes behind the boundary, the last of them the line end.
    Next { bytes: usize, crlf: bool },
    /// The last one.
    Close,
}

impl Framing {
    pub(crate) fn new(boundary: Vec<u8>) -> Framing {
        let delimiter = delimiter(b"\n", &boundary);
        Framing { delimiter, boundary, input: BytesMut::new(), has_ended: false, place: Place::Preamble }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.place != Place::Epilogue {
            self.input.extend_from_slice(bytes);
        }
    }

    pub(crate) fn end(&mut self) {
        self.has_ended = true;
    }

    /// The next frame; `None` asks for more bytes. 400 once the body has ended before its last boundary.
    pub(crate) fn next(&mut self) -> Result<Option<Frame>, Fault> {
        let frame = match self.place {
            Place::Preamble => {
                self.preamble()?;
                if self.place == Place::Preamble { None } else { return self.next() }
            }
            Place::Head => self.head()?,
            Place::BodyStart => self.body_start(),
            Place::Body => self.body(),
            Place::Epilogue => {
                self.input.clear();
                return Ok(Some(Frame::End));
            }
        };
        if frame.is_none() && self.has_ended {
            return Err(bad_content("The multipart body ends before its last boundary."));
        }
        Ok(frame)
    }

    /// Passes over everything up to the first boundary, which must begin a line.
    fn preamble(&mut self) -> Result<(), Fault> {
        let dashed = self.delimiter.needle().len() - 1;
        loop {
            if self.input.len() < dashed && !self.has_ended {
                return Ok(());
            }
            if self.starts_with_boundary() {
                match self.line(dashed, None) {
                    Line::Unknown => return Ok(()),
                    Line::Next { bytes, crlf } => {
                        self.begin(dashed + bytes, crlf);
                        return Ok(());
                    }
                    Line::Close => return Err(bad_content("The multipart body has no parts.")),
                    Line::Data => {}
                }
            }
            let Some(end) = memchr(b'\n', &self.input) else {
                return bounded(self.input.len(), PREAMBLE_BYTES_MAX, "what stands before the first boundary");
            };
            self.input.advance(end + 1);
        }
    }

    fn begin(&mut self, bytes: usize, crlf: bool) {
        self.input.advance(bytes);
        self.delimiter = delimiter(if crlf { b"\r\n" } else { b"\n" }, &self.boundary);
        self.place = Place::Head;
    }

    fn head(&mut self) -> Result<Option<Frame>, Fault> {
        let Some(bytes) = head_bytes(&self.input) else {
            bounded(self.input.len(), PART_HEAD_BYTES_MAX, "a part's head")?;
            return Ok(None);
        };
        bounded(bytes, PART_HEAD_BYTES_MAX, "a part's head")?;
        let headers = fields(&self.input.split_to(bytes))?;
        self.place = Place::BodyStart;
        Ok(Some(Frame::Head(headers)))
    }

    fn body_start(&mut self) -> Option<Frame> {
        let dashed = self.boundary.len() + 2;
        if self.input.len() < dashed && self.is_boundary_so_far() && !self.has_ended {
            return None;
        }
        if self.starts_with_boundary() {
            match self.line(dashed, Some(self.is_crlf())) {
                Line::Unknown => return None,
                Line::Data => {}
                found => return Some(self.delimited(dashed, &found)),
            }
        }
        self.place = Place::Body;
        self.body()
    }

    fn body(&mut self) -> Option<Frame> {
        let needle = self.delimiter.needle().len();
        let mut from = 0;
        while let Some(at) = self.delimiter.find(self.input.get(from..)?).map(|at| from + at) {
            match self.line(at + needle, Some(self.is_crlf())) {
                Line::Data => from = at + 1,
                _ if at > 0 => return self.data(at),
                Line::Unknown => return None,
                found => return Some(self.delimited(needle, &found)),
            }
        }
        // The end of the input may be the beginning of a delimiter.
        self.data(self.input.len() - self.delimiter_begun())
    }

    /// How many bytes at the end of the input may belong to a delimiter.
    fn delimiter_begun(&self) -> usize {
        let needle = self.delimiter.needle();
        let most = (needle.len() - 1).min(self.input.len());
        let begun = |bytes: &usize| needle.starts_with(self.input.get(self.input.len() - bytes..).unwrap_or_default());
        (1..=most).rev().find(begun).unwrap_or(0)
    }

    fn data(&mut self, bytes: usize) -> Option<Frame> {
        (bytes > 0).then(|| Frame::Data(self.input.split_to(bytes).freeze()))
    }

    fn delimited(&mut self, needle: usize, line: &Line) -> Frame {
        match line {
            Line::Next { bytes, .. } => {
                self.input.advance(needle + bytes);
                self.place = Place::Head;
            }
            _ => {
                self.input.clear();
                self.place = Place::Epilogue;
            }
        }
        Frame::PartEnd
    }

    /// What the line is whose boundary ends at `from`. Once the line end is decided, a line must end so to be one.
    fn line(&self, from: usize, crlf: Option<bool>) -> Line {
        let rest = self.input.get(from..).unwrap_or_default();
        if rest.starts_with(b"--") {
            return Line::Close;
        }
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if blanks > PADDING_BYTES_MAX {
            return Line::Data;
        }
        match rest.get(blanks..).unwrap_or_default() {
            [b'\n', ..] if crlf != Some(true) => Line::Next { bytes: blanks + 1, crlf: false },
            [b'\r', b'\n', ..] => Line::Next { bytes: blanks + 2, crlf: true },
            [] | [b'\r'] if !self.has_ended => Line::Unknown,
            [b'-'] if blanks == 0 && !self.has_ended => Line::Unknown,
            _ => Line::Data,
        }
    }

    fn starts_with_boundary(&self) -> bool {
        self.input.strip_prefix(b"--".as_slice()).is_some_and(|rest| rest.starts_with(&self.boundary))
    }

    fn is_boundary_so_far(&self) -> bool {
        let dashed = b"--".iter().chain(&self.boundary);
        self.input.iter().zip(dashed).all(|(input, wanted)| input == wanted)
    }

    fn is_crlf(&self) -> bool {
        self.delimiter.needle().starts_with(b"\r")
    }
}

fn delimiter(line_end: &[u8], boundary: &[u8]) -> Finder<'static> {
    Finder::new(&[line_end, b"--", boundary].concat()).into_owned()
}

fn bounded(bytes: usize, bytes_max: usize, what: &str) -> Result<(), Fault> {
    if bytes <= bytes_max {
        return Ok(());
    }
    Err(bad_content(format!("In the multipart body {what} is over {bytes_max} bytes.")))
}

/// The bytes of a head and the empty line that ends it; `None` if that has not come.
pub(crate) fn head_bytes(input: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let rest = input.get(from..)?;
        let line = memchr(b'\n', rest)?;
        from += line + 1;
        if matches!(rest.get(..line), Some([] | [b'\r'])) {
            return Some(from);
        }
    }
}

/// Reads header fields; a line that begins with a blank goes on with the one before (RFC 5322 2.2.3).
pub(crate) fn fields(head: &[u8]) -> Result<HeaderMap, Fault> {
    let bad = || bad_content("A part of the multipart body has a header field that cannot be read.");
    let mut unfolded: Vec<Vec<u8>> = Vec::new();
    for line in head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)) {
        match (line.first(), unfolded.last_mut()) {
            (None, _) => {}
            (Some(b' ' | b'\t'), Some(before)) => before.extend_from_slice(line),
            _ => unfolded.push(line.to_vec()),
        }
    }
    let fields = unfolded.iter().map(|line| field(line).ok_or_else(bad));
    fields.collect()
}

fn field(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = memchr(b':', line)?;
    let name = HeaderName::from_bytes(line.get(..colon)?.trim_ascii_end()).ok()?;
    let value = HeaderValue::from_bytes(line.get(colon + 1..)?.trim_ascii()).ok()?;
    Some((name, value))
}
