//! Encoded words (RFC 2047): text beyond ASCII in fields, read and written.

use std::borrow::Cow;

use memchr::memmem;

use super::charset;
use super::transfer::{base64, hexadecimal};

/// A charset's name is no longer than this.
const CHARSET_BYTES_MAX: usize = 64;
/// The longest text that is written as it is: a line has at most 998 letters (RFC 5322 2.1.1), with a field's name and
/// an address beside the text.
const PLAIN_BYTES_MAX: usize = 300;
/// How many bytes of text are written into one word, so that it stays below the 75 letters of RFC 2047 2.
const WORD_BYTES_MAX: usize = 45;

/// The text with its encoded words decoded, wherever they stand: senders put them inside of quotes and of words too.
///
/// Blanks between two of them vanish. Two of one charset are decoded as one, since some senders cut letters in two.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    // Where no end follows, no word begins: without this bound each beginning would look for one.
    let Some(last_end) = text.rfind("?=") else { return text.into() };
    let mut decoder = Decoder::default();
    let mut at = 0;
    while let Some((start, word)) = next(text, at, last_end) {
        decoder.plain(text.get(at..start).unwrap_or_default());
        decoder.word(&word);
        at = start + word.length;
    }
    decoder.finish(text.get(at..).unwrap_or_default()).into()
}

/// True if the text may stand in a field as it is, and leaves the field's line short enough.
pub(crate) fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.contains("=?") && text.len() <= PLAIN_BYTES_MAX
}

/// The text as it may stand in a field: as it is if that is [plain](is_plain), else as words of UTF-8, one to a line.
pub(crate) fn encode(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return text.into();
    }
    let words: Vec<String> = pieces(text).into_iter().map(encoded).collect();
    words.join("\r\n ").into()
}

fn encoded(text: &str) -> String {
    format!("=?UTF-8?B?{}?=", base64_simd::STANDARD.encode_to_string(text))
}

/// The text in pieces that fit into a word each and cut no letter.
fn pieces(mut text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    while !text.is_empty() {
        let (piece, rest) = text.split_at(text.floor_char_boundary(WORD_BYTES_MAX));
        pieces.push(piece);
        text = rest;
    }
    pieces
}

/// A word as it stands.
struct Word<'a> {
    charset: &'a str,
    is_base64: bool,
    text: &'a str,
    /// From its `=?` to its `?=`, in bytes.
    length: usize,
}

impl<'a> Word<'a> {
    /// The word that `text` begins with.
    fn parse(text: &'a str) -> Option<Word<'a>> {
        let inner = text.strip_prefix("=?")?;
        let near = inner.get(..inner.floor_char_boundary(CHARSET_BYTES_MAX + 1))?;
        let (charset, _) = near.split_once('?')?;
        let behind = inner.get(charset.len() + 1..)?;
        let is_base64 = match behind.as_bytes() {
            [b'b' | b'B', b'?', ..] => true,
            [b'q' | b'Q', b'?', ..] => false,
            _ => return None,
        };
        let (text, _) = behind.get(2..)?.split_once("?=")?;
        let length = charset.len() + text.len() + "=???b?=".len();
        // A language may follow the charset (RFC 2231 5).
        let charset = charset.split('*').next().filter(|charset| is_token(charset))?;
        Some(Word { charset, is_base64, text, length })
    }
}

/// The next word behind `at`, and where it begins.
fn next(text: &str, at: usize, last_end: usize) -> Option<(usize, Word<'_>)> {
    let rest = text.get(at..)?;
    let starts = memmem::find_iter(rest.as_bytes(), "=?").map(|start| at + start);
    let mut words = starts.take_while(|start| *start < last_end);
    words.find_map(|start| Some((start, Word::parse(text.get(start..)?)?)))
}

fn is_token(charset: &str) -> bool {
    !charset.is_empty() && charset.bytes().all(|byte| byte.is_ascii_graphic())
}

fn q_encoding(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        let escaped = behind.split_at_checked(2).and_then(|(pair, behind)| match (first, pair) {
            (b'=', [high, low]) => Some((hexadecimal(*high, *low)?, behind)),
            _ => None,
        });
        let (byte, behind) = escaped.unwrap_or((if *first == b'_' { b' ' } else { *first }, behind));
        bytes.push(byte);
        rest = behind;
    }
    bytes
}

/// Text and words as they come; words of one charset wait for each other.
#[derive(Default)]
struct Decoder<'a> {
    decoded: String,
    /// The charset and bytes of the words that were last, and that no text has followed.
    waiting: Option<(&'a str, Vec<u8>)>,
}

impl<'a> Decoder<'a> {
    fn plain(&mut self, text: &str) {
        if self.waiting.is_some() && text.chars().all(|letter| letter.is_ascii_whitespace()) {
            return;
        }
        self.flush();
        self.decoded.push_str(text);
    }

    fn word(&mut self, word: &Word<'a>) {
        if word.is_base64 {
            return self.bytes(word.charset, base64(word.text.as_bytes()));
        }
        // Letters that stand as they are, against the rule, were decoded with the field.
        for piece in word.text.split_inclusive(|letter: char| !letter.is_ascii()) {
            let plain = piece.trim_end_matches(|letter: char| !letter.is_ascii());
            self.bytes(word.charset, q_encoding(plain.as_bytes()));
            if plain.len() < piece.len() {
                self.flush();
                self.decoded.push_str(piece.get(plain.len()..).unwrap_or_default());
            }
        }
    }

    fn bytes(&mut self, charset: &'a str, added: Vec<u8>) {
        match &mut self.waiting {
            Some((waiting, bytes)) if waiting.eq_ignore_ascii_case(charset) => bytes.extend(added),
            _ => {
                self.flush();
                self.waiting = Some((charset, added));
            }
        }
    }

    fn finish(mut self, rest: &str) -> String {
        self.flush();
        self.decoded.push_str(rest);
        self.decoded
    }

    fn flush(&mut self) {
        if let Some((charset, bytes)) = self.waiting.take() {
            self.decoded.push_str(&charset::to_utf8(Some(charset), bytes.into()));
        }
    }
}
