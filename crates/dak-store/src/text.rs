//! The one way text becomes words. Engines index these tokens and never take text apart themselves.
//!
//! Words are those of Unicode's rules (UAX 29), in which marks belong to the letter before them: a Bengali or Hindi word
//! is one token with all its vowel signs. Scripts without spaces between words (Han, Hiragana, Thai) give a token for each
//! character or cluster; what is searched there becomes a phrase, and so is found anywhere in a run.

use std::iter::successors;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

mod words;

pub(crate) use words::Sought;
pub use words::{TextField, Words};

/// The longest a token may be, in bytes; what follows is cut off.
pub const TOKEN_BYTES_MAX: usize = 128;
/// About how long a word and the blank behind it are.
const WORD_BYTES_ABOUT: usize = 6;

/// The words of a text, ready to be compared: composed (NFC), in lower case, without characters that show nothing.
///
/// Neither words nor compositions reach across blanks, so each run between them is taken by itself: most are plain.
pub fn tokens(text: &str) -> Vec<String> {
    let mut words = Vec::with_capacity(text.len() / WORD_BYTES_ABOUT);
    for run in text.split_ascii_whitespace() {
        match run.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            true => words.push(truncate(run).to_ascii_lowercase()),
            false => words.extend(folded(run).unicode_words().map(|word| truncate(word).to_owned())),
        }
    }
    words
}

/// A text without what does not tell words apart.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let composed: String = text.chars().filter(|c| !is_invisible(*c)).nfc().collect();
    let lower: String = composed.chars().flat_map(char::to_lowercase).map(unify).collect();
    // What lower case left alone is composed still.
    if lower == composed { lower } else { lower.nfc().collect() }
}

/// Joiners, marks of direction, soft hyphens and variation selectors change how a word is drawn, not which word it is:
/// writers leave them out or in as their keyboards do.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// A final sigma is the same letter: else a prefix would not find the longer word.
fn unify(c: char) -> char {
    if c == 'ς' { 'σ' } else { c }
}

fn truncate(word: &str) -> &str {
    let end = successors(Some(word.len().min(TOKEN_BYTES_MAX)), |end| end.checked_sub(1))
        .find(|end| word.is_char_boundary(*end));
    &word[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests;
