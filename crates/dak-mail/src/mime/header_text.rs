//! What a field says: unfolded and decoded, as the Gmail API shows it.

use std::borrow::Cow;

use memchr::memchr;

use super::{charset, encoded_word};

/// The value as the API shows it: unfolded, its encoded words decoded, no blanks around it.
pub(crate) fn decoded(value: &[u8]) -> String {
    encoded_word::decode(&unfolded(value)).into_owned()
}

/// The value on one line, its encoded words as they are. Letters beyond ASCII are UTF-8 or, failing that, Windows-1252.
///
/// A line end before a single tab becomes one blank, if the line does not end in one already; a line end before other
/// blanks vanishes, and they stay. That is what Gmail does, as measured.
pub(crate) fn unfolded(value: &[u8]) -> Cow<'_, str> {
    let value = value.trim_ascii();
    if memchr(b'\n', value).is_none() {
        return charset::guess(value.into());
    }
    let mut text = Vec::with_capacity(value.len());
    for line in value.split(|byte| *byte == b'\n') {
        join(&mut text, line.strip_suffix(b"\r").unwrap_or(line));
    }
    charset::guess(Cow::Owned(text)).trim().to_owned().into()
}

fn join(text: &mut Vec<u8>, line: &[u8]) {
    match line {
        [b'\t', rest @ ..] if !matches!(rest, [b' ' | b'\t', ..]) && !text.is_empty() => {
            if text.last() != Some(&b' ') {
                text.push(b' ');
            }
            text.extend_from_slice(rest);
        }
        _ => text.extend_from_slice(line),
    }
}
