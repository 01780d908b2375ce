//! Text from a server made safe for a terminal: no control character gets through.
//!
//! Escape sequences could move the cursor, rename the window or answer for the user. What they begin with is shown as
//! `\u001b`, which is also how JSON would write it. Line feed, tab and the carriage return before a line feed pass.

/// Cleans a stream of bytes, wherever it is cut into pieces.
#[derive(Debug, Default)]
pub(crate) struct Cleaner {
    /// The start of a character, or a carriage return, whose rest has not come yet.
    held: Vec<u8>,
}

impl Cleaner {
    /// Cleans the next piece.
    pub(crate) fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let joined;
        let bytes = if self.held.is_empty() {
            bytes
        } else {
            joined = [self.held.as_slice(), bytes].concat();
            self.held.clear();
            joined.as_slice()
        };
        let whole = bytes.len() - unfinished(bytes);
        clean(&bytes[..whole], out);
        self.held.extend_from_slice(&bytes[whole..]);
    }

    /// Lets go of what was held.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        clean(&std::mem::take(&mut self.held), out);
    }
}

/// Cleans a text that is there in one piece.
pub(crate) fn text(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    clean(text.as_bytes(), &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Cleans a text that is to stay on one line, such as a file's name.
pub(crate) fn line(line: &str) -> String {
    text(line).replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}

fn clean(bytes: &[u8], out: &mut Vec<u8>) {
    for chunk in bytes.utf8_chunks() {
        clean_text(chunk.valid(), out);
        if !chunk.invalid().is_empty() {
            out.extend_from_slice("\u{fffd}".as_bytes());
        }
    }
}

fn clean_text(text: &str, out: &mut Vec<u8>) {
    let mut from = 0;
    for (at, letter) in text.char_indices().filter(|(_, letter)| letter.is_control()) {
        let ends_line = letter == '\r' && text.as_bytes().get(at + 1) == Some(&b'\n');
        if letter == '\n' || letter == '\t' || ends_line {
            continue;
        }
        out.extend_from_slice(&text.as_bytes()[from..at]);
        out.extend_from_slice(format!("\\u{:04x}", u32::from(letter)).as_bytes());
        from = at + letter.len_utf8();
    }
    out.extend_from_slice(&text.as_bytes()[from..]);
}

/// How many bytes at the end cannot be judged yet: a carriage return, or the start of a longer character.
fn unfinished(bytes: &[u8]) -> usize {
    if bytes.last() == Some(&b'\r') {
        return 1;
    }
    let tail = bytes.len().saturating_sub(3);
    (tail..bytes.len())
        .find(|&at| match bytes[at] {
            0xc2..=0xdf => at + 2 > bytes.len(),
            0xe0..=0xef => at + 3 > bytes.len(),
            0xf0..=0xf4 => at + 4 > bytes.len(),
            _ => false,
        })
        .map_or(0, |at| bytes.len() - at)
}

#[cfg(test)]
mod tests;
