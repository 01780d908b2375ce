//! `Content-Disposition` (RFC 6266): the name a body would have as a file.
//!
//! ```
//! use dak_proto::content_disposition::{attachment, file_name};
//!
//! let value = attachment("চিঠি.txt");
//! assert_eq!(value, "attachment; filename=\"____.txt\"; filename*=UTF-8''%E0%A6%9A%E0%A6%BF%E0%A6%A0%E0%A6%BF.txt");
//! assert_eq!(file_name(&value).as_deref(), Some("চিঠি.txt"));
//! ```

#[cfg(test)]
mod tests;

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What may stand in `filename*` as it is: `attr-char` of RFC 8187 3.2.1.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The value for a body that is to be saved and not shown, under this name.
pub fn attachment(name: &str) -> HeaderValue {
    named("attachment", name)
}

/// The value for a body that may be shown, and has this name where it is saved.
pub fn inline(name: &str) -> HeaderValue {
    named("inline", name)
}

/// A name that is not plain ASCII is written twice, as RFC 6266 5 has it: for old readers, and as it is.
fn named(kind: &'static str, name: &str) -> HeaderValue {
    let is_plain = |letter: char| letter == ' ' || (letter.is_ascii_graphic() && !"\"\\%".contains(letter));
    let plain: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let mut value = format!("{kind}; filename=\"{plain}\"");
    if plain != name {
        value.push_str("; filename*=UTF-8''");
        value.extend(utf8_percent_encode(name, ENCODED));
    }
    // All of it is visible ASCII and blanks.
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static(kind))
}

/// The name in the value: `filename*` before `filename`. `None` if there is none, or it is empty.
///
/// It is what the other side wrote, with paths and all: not fit to be a file's name as it is.
pub fn file_name(value: &HeaderValue) -> Option<String> {
    let text = String::from_utf8_lossy(value.as_bytes());
    let (mut plain, mut extended) = (None, None);
    for (name, value) in parameters(&text) {
        match name.to_ascii_lowercase().as_str() {
            "filename" => plain = plain.or(Some(value)),
            "filename*" => extended = extended.or_else(|| decoded(&value)),
            _ => {}
        }
    }
    extended.or(plain).filter(|name| !name.is_empty())
}

/// The parameters behind the type, in order.
fn parameters(text: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut rest = text.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, behind)) = rest.split_once('=') {
        // What has no `=` of its own stands before a semicolon, and is passed over.
        let name = name.rsplit(';').next().unwrap_or(name).trim();
        let (value, behind) = value_at(behind.trim_start());
        found.push((name, value));
        rest = behind.split_once(';').map_or("", |(_, behind)| behind);
    }
    found
}

/// The value at the start, a token or a quoted string, and what stands behind it.
fn value_at(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (token, rest) = text.split_at(text.find(';').unwrap_or(text.len()));
        return (token.trim().to_owned(), rest);
    };
    let mut value = String::new();
    let mut letters = quoted.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => value.extend(letters.next()),
            _ => value.push(letter),
        }
    }
    (value, letters.as_str())
}

/// `UTF-8''a%20b` (RFC 8187). `None` in another charset: the plain name is the better guess then.
fn decoded(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    percent_decode_str(encoded).decode_utf8().ok().map(|name| name.into_owned())
}
