//! The boundary that a `Content-Type` names.

use super::bad_content;
use crate::fault::Fault;

/// The longest boundary (RFC 2046 5.1.1).
pub const BOUNDARY_CHARS_MAX: usize = 70;

/// The boundary of a body of this multipart type: bare, in quotes, or in the single quotes of clients that print it for
/// Python. 400 `badContent` for another type, or for none that can be one.
pub(crate) fn parse(content_type: &str, wanted: &str) -> Result<Vec<u8>, Fault> {
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    if !kind.trim().eq_ignore_ascii_case(wanted) {
        return Err(bad_content(format!("The body must have the Content-Type {wanted}.")));
    }
    let boundary = parameter(parameters, "boundary").unwrap_or_default();
    let fits = (1..=BOUNDARY_CHARS_MAX).contains(&boundary.len()) && boundary.bytes().all(is_boundary_byte);
    if fits { Ok(boundary.into_bytes()) } else { Err(no_boundary()) }
}

fn no_boundary() -> Fault {
    bad_content(format!("The Content-Type must name a boundary of 1 to {BOUNDARY_CHARS_MAX} visible characters."))
}

fn is_boundary_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte == b' '
}

/// The value of the first parameter with this name (RFC 9110 5.6.6).
fn parameter(parameters: &str, name: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        rest = rest.trim_start_matches([';', ' ', '\t']);
        let (found, behind) = rest.split_once('=')?;
        let (value, behind) = value(behind.trim_start());
        if found.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = behind;
    }
}

/// A value and what stands behind it.
fn value(text: &str) -> (String, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        return unquoted(quoted);
    }
    let single = text.strip_prefix('\'').and_then(|quoted| quoted.split_once('\''));
    if let Some((value, behind)) = single {
        return (value.to_owned(), behind);
    }
    let end = text.find(';').unwrap_or(text.len());
    let (value, behind) = text.split_at(end);
    (value.trim_end().to_owned(), behind)
}

/// What stands before the closing quote, without the backslashes of quoted pairs; and what stands behind it.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
            _ => value.push(letter),
        }
    }
    (value, "")
}
