//! Headers put into a mail, and taken out of it; every other byte stays as it is.
//!
//! ```
//! use dak_mail::compose::{with_missing, without};
//!
//! let raw = b"To: a@b.c\r\nBcc: secret@b.c\r\n\r\nText\r\n";
//! assert_eq!(without(raw, &["bcc"]), b"To: a@b.c\r\n\r\nText\r\n");
//! assert_eq!(with_missing(raw, "To", "x@y.z"), raw);
//! ```

#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::Timestamp;

use crate::mime::head::{Fields, envelope_length};
use crate::mime::{Address, AddressField};

/// The headers of blind recipients.
pub const BCC: [&str; 2] = ["Bcc", "Resent-Bcc"];

/// The mail in two: what all of this is about, with the line behind it, and the rest, which stays as it is.
pub fn split(raw: &[u8]) -> (&[u8], &[u8]) {
    let mut fields = Fields::of(raw);
    fields.by_ref().for_each(drop);
    let end = memchr::memchr(b'\n', part(raw, fields.at..raw.len())).map_or(raw.len(), |end| fields.at + end + 1);
    (part(raw, 0..end), part(raw, end..raw.len()))
}

/// The mail without its blind recipients, as everybody but its sender gets it (RFC 5322 3.6.3).
pub fn without_bcc(raw: &[u8]) -> Vec<u8> {
    without(raw, &BCC)
}

/// The mail without the headers of these names.
pub fn without(raw: &[u8], names: &[&str]) -> Vec<u8> {
    replaced(raw, names, "")
}

/// The mail as it comes from this address: one `From` in the place of all it has.
pub fn with_from(raw: &[u8], from: &Address) -> Vec<u8> {
    with(raw, AddressField::From.name(), &from.to_field())
}

/// The mail with this header alone in the place of all of its name; it stands first if there was none.
///
/// `value` stands as it is given, save that each line it may have continues the header.
pub fn with(raw: &[u8], name: &str, value: &str) -> Vec<u8> {
    replaced(raw, &[name], &field(raw, name, value))
}

/// The mail, with this header before all others if it has none of the name.
pub fn with_missing(raw: &[u8], name: &str, value: &str) -> Vec<u8> {
    if is_there(raw, name) { raw.to_vec() } else { with(raw, name, value) }
}

/// True if the mail has a header of this name.
pub fn is_there(raw: &[u8], name: &str) -> bool {
    Fields::of(raw).any(|field| field.is(name))
}

/// A moment as `Date` has it (RFC 5322 3.3), in UTC; the first of 1970 for one out of all calendars.
pub fn date(time_ms: i64) -> String {
    let moment = Timestamp::from_millisecond(time_ms).unwrap_or_default();
    moment.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// The mail with `new` where the first header of these names stood, and without the others.
fn replaced(raw: &[u8], names: &[&str], new: &str) -> Vec<u8> {
    let mut old = Fields::of(raw).filter(|field| names.iter().any(|name| field.is(name))).map(|field| field.range);
    let Some(first) = old.next() else { return with_first(raw, new) };
    let mut mail = Vec::with_capacity(raw.len() + new.len());
    let mut at = first.end;
    mail.extend_from_slice(part(raw, 0..first.start));
    mail.extend_from_slice(new.as_bytes());
    for range in old {
        mail.extend_from_slice(part(raw, at..range.start));
        at = range.end;
    }
    mail.extend_from_slice(part(raw, at..raw.len()));
    mail
}

/// The mail with `new` before all of its headers; an empty line follows if there are none, and none follows yet.
fn with_first(raw: &[u8], new: &str) -> Vec<u8> {
    let start = envelope_length(raw);
    let mut fields = Fields::of(raw);
    let is_bare = !new.is_empty() && fields.next().is_none() && fields.at == start;
    let gap = if is_bare { line_end(raw) } else { "" };
    [part(raw, 0..start), new.as_bytes(), gap.as_bytes(), part(raw, start..raw.len())].concat()
}

fn part(raw: &[u8], range: Range<usize>) -> &[u8] {
    raw.get(range).unwrap_or_default()
}

/// The header with the line ends of the mail; nothing in the value ends it early.
fn field(raw: &[u8], name: &str, value: &str) -> String {
    let end = line_end(raw);
    let lines = value.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<&str> = lines.collect();
    format!("{name}: {}{end}", lines.join(&format!("{end} ")))
}

/// How the mail ends its lines, as its first one shows.
fn line_end(raw: &[u8]) -> &'static str {
    let end = memchr::memchr(b'\n', raw);
    let is_bare = end.is_some_and(|end| !part(raw, 0..end).ends_with(b"\r"));
    if is_bare { "\n" } else { "\r\n" }
}
