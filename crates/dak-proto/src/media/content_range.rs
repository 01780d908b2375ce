//! `Content-Range` of an upload, the `Range` it is answered with (`U9`, `U10`), and the texts of what is refused about them.
//!
//! ```
//! use dak_proto::media::content_range::{ContentRange, Unit, kept, range};
//!
//! let chunk = ContentRange::parse("bytes 43-1999999/2000000", Unit::Demanded).unwrap();
//! assert_eq!(chunk, ContentRange::Chunk { first: 43, length: 1_999_957, total: Some(2_000_000) });
//! assert_eq!(chunk.to_string(), "bytes 43-1999999/2000000");
//! assert_eq!(range(43).unwrap(), "bytes=0-42");
//! assert_eq!(kept("bytes=0-42"), Some(43));
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use http::HeaderValue;

/// Which bytes of an upload a request brings.
///
/// No sum of its numbers is over [`u64::MAX`], and what it brings ends within its total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentRange {
    /// `*/T` or `*/*`: none. It asks how many are kept, or, if that is `T`, ends the upload.
    Status {
        /// The length of the whole, if the client knows it.
        total: Option<u64>,
    },
    /// `a-b/T` or `a-b/*`; also `N-(N-1)/N`, nothing more, which ends an upload of `N` bytes.
    Chunk {
        /// The offset of the first byte.
        first: u64,
        /// How many bytes; 0 only if `first` is the total.
        length: u64,
        /// The length of the whole, if the client knows it.
        total: Option<u64>,
    },
    /// `a-*/T` or `a-*/*`: everything from an offset on. The end of the body is the end of the upload.
    Rest {
        /// The offset of the first byte.
        first: u64,
        /// The length of the whole, if the client knows it.
        total: Option<u64>,
    },
}

/// Whether a range must begin with its unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// It may be left out, as in the documents' `*/2000000`.
    #[default]
    Optional,
    /// `bytes` must be there, as Google's servers have it.
    Demanded,
}

impl ContentRange {
    /// Reads the header. `None` is answered 400 with [`PARSE_FAILURE`].
    pub fn parse(value: &str, unit: Unit) -> Option<ContentRange> {
        let (range, total) = without_unit(value.trim(), unit)?.split_once('/')?;
        let total = known(total.trim())?;
        let range = range.trim();
        if range == "*" {
            return Some(ContentRange::Status { total });
        }
        let (first, last) = range.split_once('-')?;
        let first = number(first)?;
        match last {
            "*" => rest(first, total),
            _ => chunk(first, last, total),
        }
    }

    /// The header's value.
    pub fn header_value(self) -> HeaderValue {
        // Digits, blanks and signs always make a value.
        HeaderValue::try_from(self.to_string()).unwrap_or(HeaderValue::from_static("bytes */*"))
    }
}

impl fmt::Display for ContentRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes ")?;
        let total = match *self {
            ContentRange::Status { total } => {
                f.write_str("*")?;
                total
            }
            ContentRange::Chunk { first, length, total } => {
                write!(f, "{first}-{}", i128::from(first) + i128::from(length) - 1)?;
                total
            }
            ContentRange::Rest { first, total } => {
                write!(f, "{first}-*")?;
                total
            }
        };
        match total {
            Some(total) => write!(f, "/{total}"),
            None => f.write_str("/*"),
        }
    }
}

fn without_unit(value: &str, unit: Unit) -> Option<&str> {
    let rest = match value.get(..5) {
        Some(name) if name.eq_ignore_ascii_case("bytes") => value.get(5..)?,
        _ => return (unit == Unit::Optional).then_some(value),
    };
    rest.starts_with([' ', '\t']).then_some(rest)
}

/// The total: a number, or `*` for unknown.
fn known(total: &str) -> Option<Option<u64>> {
    if total == "*" { Some(None) } else { number(total).map(Some) }
}

fn rest(first: u64, total: Option<u64>) -> Option<ContentRange> {
    total.is_none_or(|total| first <= total).then_some(ContentRange::Rest { first, total })
}

fn chunk(first: u64, last: &str, total: Option<u64>) -> Option<ContentRange> {
    // `0--1/0`: nothing, of nothing.
    let end = if last == "-1" { 0 } else { number(last)?.checked_add(1)? };
    let length = end.checked_sub(first)?;
    let fits = match total {
        Some(total) => end <= total && (length > 0 || end == total),
        None => length > 0,
    };
    fits.then_some(ContentRange::Chunk { first, length, total })
}

/// Digits alone: `parse` by itself would take a sign.
pub(crate) fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The `Range` of an answer when so many bytes are kept: none with none, for `bytes=0-0` would mean one.
pub fn range(kept: u64) -> Option<HeaderValue> {
    let last = kept.checked_sub(1)?;
    HeaderValue::try_from(format!("bytes=0-{last}")).ok()
}

/// How many bytes a `Range` of an answer says are kept: `bytes=0-42`, `bytes 0-42` or `0-42`, which are 43.
///
/// `None` if it is none of these: then nothing is known.
pub fn kept(range: &str) -> Option<u64> {
    let range = range.trim();
    let range = range.strip_prefix("bytes").map_or(range, |rest| rest.trim_start_matches(['=', ' ']));
    let last = range.strip_prefix("0-")?;
    number(last)?.checked_add(1)
}

/// The text of 400 for a `Content-Range` that is none.
pub const PARSE_FAILURE: &str = "Failed to parse Content-Range header.";

/// The text of 503 for bytes that begin after what is kept.
///
/// Byte for byte Google's, two blanks and all: a client looks for "content-range" in it to know that bytes are lost.
pub fn gap(first: u64, kept: u64) -> String {
    format!(
        "Invalid request.  According to the Content-Range header, the upload offset is {first} byte(s), \
         which exceeds already uploaded size of {kept} byte(s)."
    )
}

/// The text of 400 for a body that is longer or shorter than its range.
pub fn length_mismatch(received: u64, first: u64, length: u64) -> String {
    let last = i128::from(first) + i128::from(length) - 1;
    format!(
        "Invalid request.  There were {received} byte(s) in the request body.  There should have been {length} byte(s) \
         (starting at offset {first} and ending at offset {last}) according to the Content-Range header."
    )
}

/// The text of 400 for a chunk under the granularity that is not the last, where Google's chunk rules are kept.
pub fn too_short(received: u64, granularity: u64) -> String {
    format!(
        "Invalid request.  The number of bytes uploaded is required to be equal or greater than {granularity}, except \
         for the final request (it's recommended to be the exact multiple of {granularity}).  The received request \
         contained {received} bytes, which does not meet this requirement."
    )
}
