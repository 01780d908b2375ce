//! The head of an item's record: its times, and its media.

use bytes::Bytes;

use crate::media::Media;

/// A record's head: when it was made and when it was changed last, and its media.
pub(super) fn new(created_ms: i64, updated_ms: i64, media: Option<&Media>) -> Bytes {
    let media = media.map(|media| format!(",\"media\":{}", media.to_json())).unwrap_or_default();
    format!("{{\"createdMs\":{created_ms},\"updatedMs\":{updated_ms}{media}}}").into()
}

/// When a record was made, from its head.
pub(super) fn created_ms(head: &[u8]) -> i64 {
    times_ms(head).map_or(0, |(created_ms, _)| created_ms)
}

/// When a record was changed last, from its head.
pub(super) fn updated_ms(head: &[u8]) -> Option<i64> {
    times_ms(head).map(|(_, updated_ms)| updated_ms)
}

/// Both times of a head, which is read at every request: only [`new`] writes it, so the times stand where it puts them.
fn times_ms(head: &[u8]) -> Option<(i64, i64)> {
    let (created_ms, rest) = number(head.strip_prefix(b"{\"createdMs\":")?)?;
    let (updated_ms, _) = number(rest.strip_prefix(b",\"updatedMs\":")?)?;
    Some((created_ms, updated_ms))
}

/// The number that a text begins with, and what follows it; `None` for one that is negative or too large.
fn number(text: &[u8]) -> Option<(i64, &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).filter(|end| *end > 0)?;
    let (digits, rest) = text.split_at(end);
    let joined = digits.iter().try_fold(0_i64, |sum, digit| sum.checked_mul(10)?.checked_add(i64::from(digit - b'0')));
    Some((joined?, rest))
}
