//! Version tags: what `ETag` and a resource's `etag` member say, and what `If-Match` and `If-None-Match` ask for.
//!
//! One tag serves every content coding of a representation, because here it is first of all the token of
//! optimistic concurrency. Proxies that compress weaken a tag (`W/`) or append `-gzip` to it, and clients echo what
//! they were given; so tags are compared leniently unless [`Comparison::Strict`] is asked for.

#[cfg(test)]
mod tests;

use std::fmt;

use base64_simd::{Out, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::HeaderValue;
use memchr::memchr;

/// Bytes in a record's version tag.
const TAG_BYTES: usize = 12;

/// What compressing proxies append to the opaque part of a tag (Apache and others).
const CODING_SUFFIXES: [&str; 2] = ["-gzip", ";gzip"];

/// The current version of a resource: a strong entity tag (RFC 9110 8.8.3).
///
/// The opaque part holds visible ASCII without quotes, never nothing, so both forms can always be written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Etag {
    opaque: Box<str>,
}

impl Etag {
    /// The tag of a stored version: base64url of its 12 bytes, 16 characters.
    pub fn from_tag(tag: &[u8; TAG_BYTES]) -> Etag {
        Etag::from_bytes(tag)
    }

    /// A tag made of any bytes, in base64url. No bytes at all give the tag `-`.
    pub fn from_bytes(bytes: &[u8]) -> Etag {
        let mut opaque = URL_SAFE_NO_PAD.encode_to_string(bytes);
        if opaque.is_empty() {
            opaque.push('-');
        }
        Etag { opaque: opaque.into() }
    }

    /// The tag whose opaque part is given as an `etag` member has it: bare, or in quotes, or weak.
    ///
    /// `None` if it is empty or holds a quote, a blank or anything beyond visible ASCII.
    pub fn from_opaque(text: &str) -> Option<Etag> {
        let opaque = unquoted(text.strip_prefix("W/").unwrap_or(text));
        let fits = !opaque.is_empty() && opaque.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
        fits.then(|| Etag { opaque: opaque.into() })
    }

    /// The tag of an `ETag` header. `None` if it is not one (see [`Etag::from_opaque`]).
    pub fn from_header(value: &HeaderValue) -> Option<Etag> {
        Etag::from_opaque(value.to_str().ok()?.trim())
    }

    /// The part between the quotes: what a body's `etag` member holds (`P9`).
    pub fn opaque(&self) -> &str {
        &self.opaque
    }

    /// The tag in quotes: what `ETag`, `If-Match` and `If-None-Match` hold.
    pub fn header_value(&self) -> HeaderValue {
        let quoted = [b"\"", self.opaque.as_bytes(), b"\""].concat();
        HeaderValue::from_maybe_shared(Bytes::from(quoted)).unwrap_or(HeaderValue::from_static("\"-\""))
    }
}

impl fmt::Debug for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Etag({})", self.opaque)
    }
}

/// How tags are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comparison {
    /// `W/`, one pair of quotes and a `-gzip` or `;gzip` suffix do not count.
    #[default]
    Lenient,
    /// RFC 9110 8.8.3.2: strong for `If-Match`, weak for `If-None-Match`, and a bare tag is none.
    Strict,
}

/// What an `If-Match` or `If-None-Match` header asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `*`: any current version.
    Any,
    /// One of these. An empty list is matched by nothing.
    Tags(Vec<WantedTag>),
}

impl Condition {
    /// Reads the value of the header; several lines of it are joined with commas before.
    ///
    /// Every value means something: a word that is no entity tag is taken as a bare one.
    pub fn parse(value: &[u8]) -> Condition {
        match value.trim_ascii() {
            b"*" => Condition::Any,
            list => Condition::Tags(TagList { rest: list }.collect()),
        }
    }

    /// Whether `If-Match` holds for the current version: strong comparison (RFC 9110 13.1.1).
    pub fn holds(&self, current: &Etag, comparison: Comparison) -> bool {
        self.any(|tag| tag.is(current, comparison) && tag.counts_as_strong(comparison))
    }

    /// Whether `If-None-Match` names the current version: weak comparison (RFC 9110 13.1.2).
    pub fn names(&self, current: &Etag, comparison: Comparison) -> bool {
        self.any(|tag| tag.is(current, comparison))
    }

    /// The stored tags among those asked for: what [`Etag::from_tag`] could have written, without a proxy's suffix.
    pub fn stored_tags(&self) -> impl Iterator<Item = [u8; TAG_BYTES]> {
        let tags: &[WantedTag] = match self {
            Condition::Any => &[],
            Condition::Tags(tags) => tags,
        };
        tags.iter().filter_map(|tag| decode(&tag.opaque).or_else(|| decode(without_coding_suffix(&tag.opaque)?)))
    }

    fn any(&self, matches: impl Fn(&WantedTag) -> bool) -> bool {
        match self {
            Condition::Any => true,
            Condition::Tags(tags) => tags.iter().any(matches),
        }
    }
}

/// One tag of a condition, as the client wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedTag {
    /// The part between the quotes. Bytes that are no UTF-8 are replaced; such a tag equals none of ours.
    pub opaque: String,
    /// How it was written.
    pub form: TagForm,
}

impl WantedTag {
    fn is(&self, current: &Etag, comparison: Comparison) -> bool {
        match comparison {
            Comparison::Strict => self.form != TagForm::Bare && *self.opaque == *current.opaque,
            Comparison::Lenient => {
                *self.opaque == *current.opaque || without_coding_suffix(&self.opaque) == Some(&*current.opaque)
            }
        }
    }

    fn counts_as_strong(&self, comparison: Comparison) -> bool {
        comparison == Comparison::Lenient || self.form == TagForm::Strong
    }
}

/// How a tag was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagForm {
    /// `"tag"`
    Strong,
    /// `W/"tag"`
    Weak,
    /// `tag`, without quotes: not RFC 9110, and what people type.
    Bare,
}

/// Splits a list at the commas outside quotes.
struct TagList<'a> {
    rest: &'a [u8],
}

impl Iterator for TagList<'_> {
    type Item = WantedTag;

    fn next(&mut self) -> Option<WantedTag> {
        let start = self.rest.iter().position(|b| !is_gap(*b))?;
        let item = self.rest.get(start..)?;
        let (form, quoted) = match item.strip_prefix(b"W/") {
            Some(weak) => (TagForm::Weak, weak),
            None => (TagForm::Strong, item),
        };
        match quoted.strip_prefix(b"\"") {
            Some(inside) => Some(self.take(inside, memchr(b'"', inside), form)),
            None => Some(self.take(quoted, memchr(b',', quoted), TagForm::Bare)),
        }
    }
}

impl<'a> TagList<'a> {
    fn take(&mut self, from: &'a [u8], end: Option<usize>, form: TagForm) -> WantedTag {
        let (opaque, rest) = from.split_at(end.unwrap_or(from.len()));
        self.rest = rest.get(1..).unwrap_or_default();
        let opaque = String::from_utf8_lossy(opaque.trim_ascii_end()).into_owned();
        WantedTag { opaque, form }
    }
}

fn is_gap(byte: u8) -> bool {
    matches!(byte, b',' | b' ' | b'\t')
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
}

fn without_coding_suffix(opaque: &str) -> Option<&str> {
    CODING_SUFFIXES.iter().find_map(|suffix| opaque.strip_suffix(suffix))
}

fn decode(opaque: &str) -> Option<[u8; TAG_BYTES]> {
    const CHARS: usize = TAG_BYTES / 3 * 4;
    let chars: &[u8; CHARS] = opaque.as_bytes().try_into().ok()?;
    let mut tag = [0; TAG_BYTES];
    URL_SAFE_NO_PAD.decode(chars, Out::from_slice(&mut tag)).ok()?;
    Some(tag)
}
