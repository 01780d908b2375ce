//! Finding the ends of values in JSON text without reading what is inside.
//!
//! Positions past the end of the text stand for the end: no text makes these functions panic or stand still.

use memchr::memchr2;

/// The position after the string whose opening quote is at `at`.
pub(crate) fn string_end(json: &[u8], at: usize) -> usize {
    string(json, at).0
}

/// The same, and whether the string has escapes.
pub(crate) fn string(json: &[u8], at: usize) -> (usize, bool) {
    let mut at = at + 1;
    let mut escaped = false;
    while let Some(rest) = json.get(at..) {
        match memchr2(b'"', b'\\', rest) {
            Some(length) if rest[length] == b'"' => return (at + length + 1, escaped),
            Some(length) => at += length + 2,
            None => break,
        }
        escaped = true;
    }
    (json.len(), escaped)
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
