//! The numbers of documents, and the words of documents as FTS5 is given them.
//!
//! # Numbers
//!
//! FTS5 finds documents in the order of their numbers. A number is made of
//!
//! ```text
//! 20 bits: list | 32 bits: bucket of the list order's key | 12 bits: tie
//! ```
//!
//! A bucket is a monotone function of the key, so that hits arrive bucket by bucket in list order; within a bucket a
//! reader sorts the few that share it. For times a bucket is about a second (1,024 ms, until the year 2109), for other keys
//! the first four bytes. A document that finds no room (4,096 in one bucket, lists beyond a million) is a **stray**: it gets
//! the next number of the last list's range, its list counts it, and a list with strays is no longer searched by these
//! numbers but in its own order, with the hits as a set. That is slower and as right.
//!
//! # Words
//!
//! FTS5 must split where we say and nowhere else. Its `ascii` tokenizer takes every character beyond ASCII and every ASCII
//! letter and digit as part of a word, compares ASCII letters without case and leaves the rest as it is. Tokens come in lower
//! case, so only ASCII's other characters (the dot in `3.14`, the apostrophe in `can't`) would be taken for gaps: those are
//! moved to a private place, [`PRIVATE`] + their code. Words never have characters from there: by Unicode's rules a private
//! character is a word break by itself and no letter. So each token is exactly one word to FTS5, and different tokens are
//! different words; a quote cannot end a query's string either.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::RangeInclusive;

use crate::matching::Words;
use crate::{Filter, OrderKind};

const TIE_BITS: u32 = 12;
const BUCKET_BITS: u32 = 32;
const LIST_BITS: u32 = 20;
/// Where ASCII characters that FTS5 would split at are moved to.
const PRIVATE: u32 = 0xe000;
/// The list number whose range the strays have.
const STRAYS: i64 = (1 << LIST_BITS) - 1;

/// The numbers of all documents of a list.
pub(crate) fn list_range(list: i64) -> RangeInclusive<i64> {
    number(list, 0, 0)..=number(list, u32::MAX, u32::MAX)
}

/// The numbers of strays.
pub(crate) fn stray_range() -> RangeInclusive<i64> {
    list_range(STRAYS)
}

/// Whether a list has numbers of its own.
pub(crate) fn has_range(list: i64) -> bool {
    (0..STRAYS).contains(&list)
}

/// The numbers of the documents of a list that share a bucket.
pub(crate) fn bucket_range(list: i64, bucket: u32) -> RangeInclusive<i64> {
    number(list, bucket, 0)..=number(list, bucket, u32::MAX)
}

/// The bucket of a list order's key: monotone, which is all that order needs.
pub(crate) fn bucket(kind: OrderKind, key: &[u8]) -> u32 {
    let mut first = [0; 8];
    let length = key.len().min(8);
    first[..length].copy_from_slice(&key[..length]);
    let value = u64::from_be_bytes(first);
    match kind {
        OrderKind::Bytes => u32::try_from(value >> 32).unwrap_or(u32::MAX),
        OrderKind::Time => u32::try_from(value >> 10).unwrap_or(u32::MAX),
    }
}

/// The bucket of a document's number.
pub(crate) fn bucket_of(document: i64) -> i64 {
    document >> TIE_BITS
}

/// The words of a text as FTS5 is given them.
pub(crate) fn words(tokens: &[String]) -> String {
    let mut out = String::with_capacity(tokens.iter().map(|token| token.len() + 1).sum());
    for token in tokens {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&spelled(token));
    }
    out
}

/// A checksum of the tokens at their positions; 64 bits, the same on every machine and in every version. The order in
/// which positions are added does not matter.
pub(crate) fn text_sum(tokens: &[String]) -> i64 {
    tokens.iter().enumerate().fold(0, |sum, (position, token)| sum.wrapping_add(word_sum(&spelled(token), position)))
}

/// What one word at one position adds to [`text_sum`].
pub(crate) fn word_sum(word: &str, position: usize) -> i64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ (position as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let fnv = word.bytes().fold(start, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    (mixed ^ (mixed >> 32)).cast_signed()
}

/// A filter as an FTS5 query; `None` if it asks for more than words or has nothing positive to begin with.
pub(crate) fn expression(filter: &Filter) -> Option<String> {
    match filter {
        Filter::And(parts) => conjunction(parts.iter()),
        Filter::Or(parts) if !parts.is_empty() => {
            Some(format!("({})", parts.iter().map(expression).collect::<Option<Vec<_>>>()?.join(" OR ")))
        }
        _ => phrase(&Words::of(filter)?),
    }
}

/// A conjunction as an FTS5 query: what is positive first, then what is taken away.
pub(crate) fn conjunction<'a>(parts: impl Iterator<Item = &'a Filter>) -> Option<String> {
    let mut wanted = Vec::new();
    let mut unwanted = Vec::new();
    for part in parts {
        match part {
            Filter::Not(part) => unwanted.push(expression(part)?),
            part => wanted.push(expression(part)?),
        }
    }
    let wanted = (!wanted.is_empty()).then(|| format!("({})", wanted.join(" AND ")))?;
    Some(unwanted.iter().fold(wanted, |kept, part| format!("({kept} NOT {part})")))
}

/// Whether a part of a conjunction of words can stand in an FTS5 query, given that another part is positive.
pub(crate) fn is_textual(part: &Filter) -> bool {
    match part {
        Filter::Not(part) => expression(part).is_some(),
        part => expression(part).is_some(),
    }
}

fn phrase(words: &Words) -> Option<String> {
    (!words.tokens.is_empty()).then(|| {
        let mut out = String::from("\"");
        out.push_str(&self::words(&words.tokens));
        // Writing to a string cannot fail.
        let _ = write!(out, "\"{}", if words.open { " *" } else { "" });
        out
    })
}

/// A token as the one word it is to FTS5.
fn spelled(token: &str) -> Cow<'_, str> {
    match token.bytes().all(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()) {
        true => Cow::Borrowed(token),
        false => Cow::Owned(token.chars().map(shield).collect()),
    }
}

fn shield(c: char) -> char {
    match c.is_ascii() && !c.is_ascii_alphanumeric() {
        true => char::from_u32(PRIVATE + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        false => c,
    }
}

fn number(list: i64, bucket: u32, tie: u32) -> i64 {
    let tie = i64::from(tie & ((1 << TIE_BITS) - 1));
    (list << (BUCKET_BITS + TIE_BITS)) | (i64::from(bucket) << TIE_BITS) | tie
}

#[cfg(test)]
mod tests;
