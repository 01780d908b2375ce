//! The numbers of documents.
//!
//! FTS5 finds documents in the order of their numbers. A number is made of
//!
//! ```text
//! 20 bits: list | 32 bits: bucket of the list order's key | 12 bits: tie
//! ```
//!
//! A bucket is a monotone function of the key, so that hits arrive bucket by bucket in list order; within a bucket a
//! reader sorts the few that share it. For times a bucket is about a second (1,024 ms, until the year 2109), for numbers
//! of a sequence the number (up to the four thousand millionth), for other keys the first four bytes. A document that
//! finds no room (4,096 in one bucket, lists beyond a million) is a **stray**: it gets the next number of the last list's
//! range, its list counts it, and a list with strays is no longer searched by these numbers but in its own order, with
//! the hits as a set. That is slower and as right.

use std::ops::RangeInclusive;

use crate::OrderKind;

const TIE_BITS: u32 = 12;
const BUCKET_BITS: u32 = 32;
const LIST_BITS: u32 = 20;
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
        OrderKind::Sequence => u32::try_from(value).unwrap_or(u32::MAX),
        OrderKind::Time => u32::try_from(value >> 10).unwrap_or(u32::MAX),
    }
}

/// The lowest key of a bucket.
pub(crate) fn lowest_key(kind: OrderKind, bucket: u32) -> Vec<u8> {
    let value = match kind {
        OrderKind::Bytes => u64::from(bucket) << 32,
        OrderKind::Sequence => u64::from(bucket),
        OrderKind::Time => u64::from(bucket) << 10,
    };
    let bytes = value.to_be_bytes();
    // Shorter keys count as if zeros followed.
    let length = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes[..length].to_vec()
}

/// The list and the bucket of a document's number, which documents of one bucket share.
pub(crate) fn bucket_of(document: i64) -> i64 {
    document >> TIE_BITS
}

/// The bucket of a document's number.
pub(crate) fn bucket_in_list(document: i64) -> u32 {
    u32::try_from(bucket_of(document) & i64::from(u32::MAX)).unwrap_or(u32::MAX)
}

fn number(list: i64, bucket: u32, tie: u32) -> i64 {
    let tie = i64::from(tie & ((1 << TIE_BITS) - 1));
    (list << (BUCKET_BITS + TIE_BITS)) | (i64::from(bucket) << TIE_BITS) | tie
}

#[cfg(test)]
mod tests;
