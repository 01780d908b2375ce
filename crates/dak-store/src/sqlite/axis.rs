//! The list order as a line of stations in the direction of a query.
//!
//! A station is a bucket (see `document`), counted from the end at which the query begins: what comes later in the answer is
//! at a higher station or at the same. Both the places of tags and the hits of texts are sought by it.

use std::ops::RangeInclusive;

use super::document::{bucket, bucket_in_list, bucket_range, lowest_key};
use crate::index::SORT_KEY_BYTES_MAX;
use crate::{Direction, OrderKind};

/// The stations of one list for one query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    pub(crate) list: i64,
    pub(crate) kind: OrderKind,
    pub(crate) direction: Direction,
}

impl Axis {
    /// The station of a record with this key in the list order.
    pub(crate) fn of_key(self, key: &[u8]) -> u32 {
        self.turned(bucket(self.kind, key))
    }

    /// The station of a document of the list.
    pub(crate) fn of_document(self, document: i64) -> u32 {
        self.turned(bucket_in_list(document))
    }

    /// The numbers that documents at these stations have.
    pub(crate) fn documents(self, stations: RangeInclusive<u32>) -> RangeInclusive<i64> {
        let (low, high) = self.buckets(stations);
        *bucket_range(self.list, low).start()..=*bucket_range(self.list, high).end()
    }

    /// The keys that records at these stations have: the lowest, and one beyond them all.
    pub(crate) fn keys(self, stations: RangeInclusive<u32>) -> (Vec<u8>, Vec<u8>) {
        let (low, high) = self.buckets(stations);
        let beyond = high.checked_add(1).map_or_else(top_key, |next| lowest_key(self.kind, next));
        (lowest_key(self.kind, low), beyond)
    }

    fn buckets(self, stations: RangeInclusive<u32>) -> (u32, u32) {
        let (first, last) = (self.turned(*stations.start()), self.turned(*stations.end()));
        (first.min(last), first.max(last))
    }

    /// From buckets to stations and back.
    fn turned(self, number: u32) -> u32 {
        match self.direction {
            Direction::Ascending => number,
            Direction::Descending => !number,
        }
    }
}

/// Beyond every key: keys are shorter.
pub(crate) fn top_key() -> Vec<u8> {
    vec![0xff; SORT_KEY_BYTES_MAX + 1]
}
