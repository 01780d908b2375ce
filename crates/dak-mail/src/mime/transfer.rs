//! Content-Transfer-Encoding (RFC 2045 6): the bytes of a body, whatever its sender did wrong.

use std::borrow::Cow;

use memchr::memchr;

/// How a body was made fit for the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `7bit`, `8bit`, `binary`, and whatever nobody knows.
    #[default]
    Identity,
    Base64,
    QuotedPrintable,
}

impl Encoding {
    /// Reads the field's value, of which the first word counts.
    pub(crate) fn parse(value: &str) -> Encoding {
        let is_end = |letter: char| letter.is_whitespace() || matches!(letter, ';' | '(');
        let word = value.trim_start().split(is_end).next().unwrap_or_default();
        match word.trim_matches('"').to_ascii_lowercase().as_str() {
            "base64" => Encoding::Base64,
            "quoted-printable" => Encoding::QuotedPrintable,
            _ => Encoding::Identity,
        }
    }

    /// True if the body is its bytes.
    pub(crate) fn is_identity(self) -> bool {
        self == Encoding::Identity
    }

    /// The bytes that were encoded; borrowed if nothing was.
    pub(crate) fn decode(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Encoding::Identity => bytes.into(),
            Encoding::Base64 => base64(bytes).into(),
            Encoding::QuotedPrintable => quoted_printable(bytes).into(),
        }
    }

    /// How many bytes [`Encoding::decode`] gives, without making them where that can be told.
    pub(crate) fn decoded_length(self, bytes: &[u8]) -> usize {
        match self {
            Encoding::Identity => bytes.len(),
            Encoding::Base64 => base64_length(bytes),
            Encoding::QuotedPrintable => quoted_printable(bytes).len(),
        }
    }
}

/// Base64 of a body or a word: letters that are none of it are passed over, and padding that ends a group ends it all,
/// since what mailing lists add stands behind that.
pub(crate) fn base64(bytes: &[u8]) -> Vec<u8> {
    base64_simd::forgiving_decode_to_vec(bytes).unwrap_or_else(|_| base64_leniently(bytes))
}

fn base64_leniently(bytes: &[u8]) -> Vec<u8> {
    let mut letters: Vec<u8> = bytes.get(..base64_end(bytes)).unwrap_or_default().to_vec();
    letters.retain(|byte| is_base64(*byte));
    // One letter alone holds no byte.
    letters.truncate(letters.len() - usize::from(letters.len() % 4 == 1));
    base64_simd::forgiving_decode_to_vec(&letters).unwrap_or_default()
}

fn base64_length(bytes: &[u8]) -> usize {
    let letters = bytes.get(..base64_end(bytes)).unwrap_or_default();
    let count = letters.iter().filter(|byte| is_base64(**byte)).count();
    count / 4 * 3 + (count % 4).saturating_sub(1)
}

/// Where the padding stands that ends the last group, or the end.
fn base64_end(bytes: &[u8]) -> usize {
    let (mut count, mut at) = (0, 0);
    while let Some(offset) = memchr(b'=', bytes.get(at..).unwrap_or_default()) {
        let pad = at + offset;
        count += bytes.get(at..pad).unwrap_or_default().iter().filter(|byte| is_base64(**byte)).count();
        let behind = bytes.get(pad..).unwrap_or_default();
        let pads = behind.iter().take_while(|byte| !is_base64(**byte)).filter(|byte| **byte == b'=').take(2).count();
        if count % 4 >= 2 && count % 4 + pads >= 4 {
            return pad;
        }
        at = pad + 1;
    }
    bytes.len()
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

/// Quoted-printable: a `=` that begins nothing stands for itself.
fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(index) = memchr(b'=', rest) {
        let (plain, behind) = rest.split_at(index);
        decoded.extend_from_slice(plain);
        let (byte, length) = escape(behind);
        decoded.extend(byte);
        rest = behind.get(length..).unwrap_or_default();
    }
    decoded.extend_from_slice(rest);
    decoded
}

/// What `bytes`, which start with `=`, begin with: the byte it stands for, none for a soft line break, and its length.
fn escape(bytes: &[u8]) -> (Option<u8>, usize) {
    if let [_, high, low, ..] = bytes
        && let Some(byte) = hexadecimal(*high, *low)
    {
        return (Some(byte), 3);
    }
    match soft_break_length(bytes) {
        Some(length) => (None, length),
        None => (Some(b'='), 1),
    }
}

/// The length of `=`, blanks that were added on the way, and the line end; at the end of the body that may lack.
fn soft_break_length(bytes: &[u8]) -> Option<usize> {
    let behind = bytes.get(1..)?;
    let blanks = behind.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match behind.get(blanks..)? {
        [b'\r', b'\n', ..] => Some(blanks + 3),
        [b'\n', ..] => Some(blanks + 2),
        [] | [b'\r'] => Some(bytes.len()),
        _ => None,
    }
}

/// The byte of two hexadecimal digits.
pub(crate) fn hexadecimal(high: u8, low: u8) -> Option<u8> {
    let digit = |letter: u8| char::from(letter).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}
