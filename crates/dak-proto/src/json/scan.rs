//! Finding the ends of values in JSON text without reading what is inside.
//!
//! Positions past the end of the text stand for the end: no text makes these functions panic or stand still.

use memchr::memchr2;

/// After so many words of a string without a quote or a backslash the string is long, and a vector search pays.
const SHORT_WORDS_MAX: usize = 4;

/// The position after the string whose opening quote is at `at`.
#[inline]
pub(crate) fn string_end(json: &[u8], at: usize) -> usize {
    string(json, at).0
}

/// The same, and whether the string has escapes.
#[inline]
pub(crate) fn string(json: &[u8], at: usize) -> (usize, bool) {
    let mut at = at + 1;
    let mut escaped = false;
    loop {
        at = next_special(json, at);
        match json.get(at) {
            Some(b'"') => return (at + 1, escaped),
            Some(_) => at += 2,
            None => return (json.len(), escaped),
        }
        escaped = true;
    }
}

/// The position of the next quote or backslash. Most strings are short, so a few words are looked at in line before
/// the call to a vector search.
#[inline]
fn next_special(json: &[u8], mut at: usize) -> usize {
    let rest = json.get(at..).unwrap_or_default();
    for word in rest.as_chunks().0.iter().take(SHORT_WORDS_MAX) {
        let word = u64::from_le_bytes(*word);
        let hits = bytes_equal(word, b'"') | bytes_equal(word, b'\\');
        if hits != 0 {
            return at + hits.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = json.get(at..).unwrap_or_default();
    memchr2(b'"', b'\\', rest).map_or(json.len(), |length| at + length)
}

/// The high bit of the first byte of a word, from the low end, that equals `byte`, and of no byte before it.
#[inline]
fn bytes_equal(word: u64, byte: u8) -> u64 {
    const LOW: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let difference = word ^ (LOW * byte as u64);
    difference.wrapping_sub(LOW) & !difference & HIGH
}

/// The position after the value that begins at `at`.
pub(crate) fn value_end(json: &[u8], at: usize) -> usize {
    match json.get(at) {
        Some(b'"') => string_end(json, at),
        Some(b'{' | b'[') => container_end(json, at),
        _ => scalar_end(json, at),
    }
}

/// Whether arrays and objects enclose each other more than `depth_max` times.
pub(crate) fn is_deeper(json: &[u8], depth_max: usize) -> bool {
    let mut depth = 0;
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        at = match byte {
            b'"' => string_end(json, at),
            _ => at + 1,
        };
        match byte {
            b'{' | b'[' if depth == depth_max => return true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// How many values and names of members the text has at most.
pub(crate) fn count_max(json: &[u8]) -> usize {
    let mut count = 1;
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        count += usize::from(matches!(byte, b'{' | b'[' | b',' | b':'));
        at = match byte {
            b'"' => string_end(json, at),
            _ => at + 1,
        };
    }
    count
}

fn container_end(json: &[u8], at: usize) -> usize {
    let mut at = at;
    let mut depth = 0_usize;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => {
                at = string_end(json, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return at + 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    json.len()
}

fn scalar_end(json: &[u8], at: usize) -> usize {
    let rest = json.get(at..).unwrap_or_default();
    let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']'));
    length.map_or(json.len(), |length| at + length)
}
