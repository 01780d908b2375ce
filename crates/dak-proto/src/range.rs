//! Parts of a representation: `Range`, `If-Range` and the `Content-Range` of an answer (RFC 9110 13.1.5 and 14).
//!
//! One range of bytes is served. Several at once, another unit or a range that is none are ignored, as a server may
//! (RFC 9110 14.2), and the whole is answered.
//!
//! ```
//! use dak_proto::etag::Etag;
//! use dak_proto::range::{Extent, Validators, wanted};
//! use http::{HeaderMap, HeaderValue};
//!
//! let mut headers = HeaderMap::new();
//! headers.insert("range", HeaderValue::from_static("bytes=43-"));
//! headers.insert("if-range", HeaderValue::from_static("\"v1\""));
//! let etag = Etag::from_opaque("v1").unwrap();
//! let extent = wanted(&headers, Validators { etag: Some(&etag), modified_s: None }, 2_000_000);
//! assert_eq!(extent, Extent::Part { first: 43, last: 1_999_999 });
//! assert_eq!(extent.content_range(2_000_000).unwrap(), "bytes 43-1999999/2000000");
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use http::header::{DATE, ETAG, HeaderMap, HeaderName, IF_RANGE, LAST_MODIFIED, RANGE};
use http::{HeaderValue, StatusCode};

use crate::etag::Etag;
use crate::http_date;
use crate::media::content_range::{ContentRange, Unit, number};

/// Which part of a representation of `length` bytes a GET asks for with `Range` and `If-Range`.
///
/// Ask only where the answer would otherwise be 200: conditions and faults come first (RFC 9110 13.2.2).
pub fn wanted(headers: &HeaderMap, current: Validators<'_>, length: u64) -> Extent {
    let Some(range) = Range::from_headers(headers) else { return Extent::Whole };
    match headers.get(IF_RANGE) {
        Some(condition) if !IfRange::holds(condition, current) => Extent::Whole,
        _ => range.within(length),
    }
}

/// What is known about the version a server has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Validators<'a> {
    /// Its tag.
    pub etag: Option<&'a Etag>,
    /// When it was last changed, in seconds since 1970. Leave it out where two changes may fall into one second: the
    /// date is no strong validator then (RFC 9110 8.8.2.2).
    pub modified_s: Option<u64>,
}

/// One range of bytes, as a request asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// `bytes=a-b`, or `bytes=a-` to the end.
    From {
        /// The offset of the first byte.
        first: u64,
        /// The offset of the last, not under `first`; `None` for the end.
        last: Option<u64>,
    },
    /// `bytes=-n`: the last `n`.
    Last {
        /// How many.
        length: u64,
    },
}

impl Range {
    /// Reads the header. `None` if it is not there, stands there twice, or does not count (see [`Range::parse`]).
    pub fn from_headers(headers: &HeaderMap) -> Option<Range> {
        Range::parse(only(headers, &RANGE)?.to_str().ok()?)
    }

    /// Reads the header's value. `None` if it is another unit, several ranges or none: then it does not count.
    pub fn parse(value: &str) -> Option<Range> {
        let (unit, range) = value.trim().split_once('=')?;
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return None;
        }
        let (first, last) = range.trim().split_once('-')?;
        if first.is_empty() {
            return Some(Range::Last { length: position(last)? });
        }
        let first = position(first)?;
        let last = if last.is_empty() { None } else { Some(position(last)?) };
        last.is_none_or(|last| first <= last).then_some(Range::From { first, last })
    }

    /// Which part of a representation of `length` bytes this is (RFC 9110 14.1.2).
    pub fn within(self, length: u64) -> Extent {
        let (first, last) = match self {
            Range::From { first, last } => (first, last.unwrap_or(u64::MAX)),
            Range::Last { length: 0 } => return Extent::NotSatisfiable,
            // The last bytes of nothing are all there is.
            Range::Last { .. } if length == 0 => return Extent::Whole,
            Range::Last { length: wanted } => (length.saturating_sub(wanted), u64::MAX),
        };
        if first >= length {
            return Extent::NotSatisfiable;
        }
        Extent::Part { first, last: last.min(length - 1) }
    }

    /// The header's value.
    pub fn header_value(self) -> HeaderValue {
        value_of(self)
    }
}

/// A number of any length: one behind all that can be counted is behind the end too (RFC 9110 14.1.1).
fn position(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| number(text).unwrap_or(u64::MAX))
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Range::From { first, last: Some(last) } => write!(f, "bytes={first}-{last}"),
            Range::From { first, last: None } => write!(f, "bytes={first}-"),
            Range::Last { length } => write!(f, "bytes=-{length}"),
        }
    }
}

/// Which part of a representation is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it: 200.
    Whole,
    /// A part: 206.
    Part {
        /// The offset of the first byte.
        first: u64,
        /// The offset of the last, not under `first`.
        last: u64,
    },
    /// Nothing, for none of it was asked for: 416.
    NotSatisfiable,
}

impl Extent {
    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        match self {
            Extent::Whole => StatusCode::OK,
            Extent::Part { .. } => StatusCode::PARTIAL_CONTENT,
            Extent::NotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        }
    }

    /// Which bytes of a representation of `length` bytes the answer holds; `None` if it holds none of them.
    pub fn bytes(self, length: u64) -> Option<(u64, u64)> {
        match self {
            Extent::Whole => Some((0, length)),
            Extent::Part { first, last } => Some((first, last.saturating_add(1).saturating_sub(first))),
            Extent::NotSatisfiable => None,
        }
    }

    /// `Content-Range` of the answer for a representation of `length` bytes: `bytes a-b/N` or `bytes */N`, or none.
    pub fn content_range(self, length: u64) -> Option<HeaderValue> {
        let total = Some(length);
        match self {
            Extent::Whole => None,
            Extent::Part { first, last } => {
                let length = last.saturating_add(1).saturating_sub(first);
                Some(ContentRange::Chunk { first, length, total }.header_value())
            }
            Extent::NotSatisfiable => Some(ContentRange::Status { total }.header_value()),
        }
    }

    /// Reads `Content-Range` of a 206 or 416: the part, and the length of the whole if it is told.
    ///
    /// `None` if it is not one: then nobody knows where the bytes belong.
    pub fn of_content_range(value: &HeaderValue) -> Option<(Extent, Option<u64>)> {
        match ContentRange::parse(value.to_str().ok()?, Unit::Demanded)? {
            ContentRange::Status { total } => Some((Extent::NotSatisfiable, total)),
            ContentRange::Chunk { length: 0, .. } | ContentRange::Rest { .. } => None,
            ContentRange::Chunk { first, length, total } => {
                Some((Extent::Part { first, last: first.checked_add(length - 1)? }, total))
            }
        }
    }
}

/// The version that a client has a part of: what `If-Range` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfRange {
    /// A strong tag.
    Tag(Etag),
    /// The date of the last change, in seconds since 1970.
    Date(u64),
}

impl IfRange {
    /// What identifies the version in an answer: its strong tag, else its date if that is strong enough.
    ///
    /// A date is, if the answer was made at least a second after it (RFC 9110 8.8.2.2). `None`: the rest of this
    /// version cannot be asked for.
    pub fn of_answer(headers: &HeaderMap) -> Option<IfRange> {
        let tag = headers.get(ETAG).and_then(strong);
        let date = || Some((date_in(headers, &LAST_MODIFIED)?, date_in(headers, &DATE)?));
        tag.map(IfRange::Tag).or_else(|| date().filter(|(at, now)| at < now).map(|(at, _)| IfRange::Date(at)))
    }

    /// Reads the header's value. `None` if it is neither a strong tag nor a date.
    pub fn parse(value: &HeaderValue) -> Option<IfRange> {
        let date = || http_date::parse(value.to_str().ok()?).map(IfRange::Date);
        strong(value).map(IfRange::Tag).or_else(date)
    }

    /// Whether the range counts: the client's version is the current one.
    ///
    /// Tags are always compared strongly, byte by byte: one that a proxy has marked for its coding counts other bytes.
    fn holds(value: &HeaderValue, current: Validators<'_>) -> bool {
        match IfRange::parse(value) {
            Some(IfRange::Tag(tag)) => current.etag == Some(&tag),
            Some(IfRange::Date(date)) => current.modified_s == Some(date),
            None => false,
        }
    }

    /// The header's value.
    pub fn header_value(&self) -> HeaderValue {
        match self {
            IfRange::Tag(tag) => tag.header_value(),
            IfRange::Date(date) => value_of(http_date::format(*date)),
        }
    }
}

/// The tag of a value like `"tag"`: a weak one or one without quotes is none.
fn strong(value: &HeaderValue) -> Option<Etag> {
    let text = value.to_str().ok()?.trim();
    let is_quoted = text.len() > 2 && text.starts_with('"') && text.ends_with('"');
    is_quoted.then(|| Etag::from_opaque(text))?
}

fn date_in(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    http_date::parse(only(headers, name)?.to_str().ok()?)
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut lines = headers.get_all(name).iter();
    lines.next().filter(|_| lines.next().is_none())
}

/// Digits, dates and signs always make a value.
fn value_of(text: impl fmt::Display) -> HeaderValue {
    HeaderValue::try_from(text.to_string()).unwrap_or(HeaderValue::from_static(""))
}
