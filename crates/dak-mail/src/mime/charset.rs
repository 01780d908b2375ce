//! Bytes of any charset as UTF-8.

mod rare;

use std::borrow::Cow;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, WINDOWS_1252};

/// Text of the charset that was declared. What is no character of it is U+FFFD.
///
/// Undeclared and unknown charsets, and ASCII with letters beyond it, are [guessed](guess). Names are those of the
/// WHATWG, by which ISO-8859-1 is read as Windows-1252, as mail has meant it for decades; charsets that only mail
/// knows (UTF-7, code page 850) come after.
pub(crate) fn to_utf8<'a>(label: Option<&str>, bytes: Cow<'a, [u8]>) -> Cow<'a, str> {
    let label = rare::known_name(label.map(str::trim).unwrap_or_default());
    match Encoding::for_label(label.as_bytes()).filter(|encoding| *encoding != REPLACEMENT) {
        Some(encoding) if encoding == UTF_8 => lossy(bytes),
        Some(encoding) if encoding == WINDOWS_1252 && is_ascii(label) => guess(bytes),
        Some(encoding) => owned(&bytes, |bytes| encoding.decode(bytes).0),
        None => rare::decoded(label, &bytes).map_or_else(|| guess(bytes), Cow::Owned),
    }
}

/// UTF-8 if that is what it is, else Windows-1252, in which every byte is a letter.
pub(crate) fn guess(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => str::from_utf8(bytes).map_or_else(|_| WINDOWS_1252.decode(bytes).0, Cow::Borrowed),
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(error) => owned(error.as_bytes(), |bytes| WINDOWS_1252.decode(bytes).0),
        },
    }
}

fn lossy(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(error) => owned(error.as_bytes(), String::from_utf8_lossy),
        },
    }
}

fn owned<'a>(bytes: &[u8], decode: impl Fn(&[u8]) -> Cow<'_, str>) -> Cow<'a, str> {
    decode(bytes).into_owned().into()
}

/// True for the names of ASCII, which senders write over text that is none.
fn is_ascii(label: &str) -> bool {
    ["us-ascii", "ascii", "ansi_x3.4-1968"].iter().any(|name| label.eq_ignore_ascii_case(name))
}
