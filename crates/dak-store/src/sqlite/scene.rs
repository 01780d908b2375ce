//! What a walk in list order goes through.

use std::ops::RangeInclusive;

use rusqlite::{Connection, params};

use super::axis::Axis;
use crate::Direction;

/// How many records are looked at to judge how close they are.
const SAMPLE: u32 = 64;
/// Of which the first are passed over: those with wrong dates gather at the ends of lists.
const PASSED_OVER: usize = 32;

macro_rules! keys {
    ($order:literal) => {
        concat!(
            "SELECT key FROM places WHERE list = ?1 AND name = ?2 AND key >= ?3 AND key < ?4 ORDER BY key",
            $order,
            " LIMIT ?5"
        )
    };
}

pub(crate) const KEYS_UP: &str = keys!("");
pub(crate) const KEYS_DOWN: &str = keys!(" DESC");

/// The stretch of a list that a query is about, and for whom it is walked.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'c> {
    pub(crate) connection: &'c Connection,
    pub(crate) axis: Axis,
    /// The list order's name.
    pub(crate) order: &'c str,
    /// The first station, and the last; without records the one is beyond the other.
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// The station after which records are about as close as everywhere.
    pub(crate) settled: u32,
    /// About how many stations lie between one record and the next there.
    pub(crate) distance: u32,
    /// How many records are wanted at least, as far as there are so many.
    pub(crate) wanted: usize,
    pub(crate) is_canceled: &'c dyn Fn() -> bool,
}

impl<'c> Scene<'c> {
    /// The stretch between these stations of the list order of this name, as far as it has records.
    pub(crate) fn new(
        connection: &'c Connection,
        axis: Axis,
        order: &'c str,
        stations: RangeInclusive<u32>,
        is_canceled: &'c dyn Fn() -> bool,
    ) -> rusqlite::Result<Scene<'c>> {
        let (low, high) = axis.keys(stations);
        let (along, against) = match axis.direction {
            Direction::Ascending => (KEYS_UP, KEYS_DOWN),
            Direction::Descending => (KEYS_DOWN, KEYS_UP),
        };
        let ends = |statement: &str, count: u32| {
            let mut statement = connection.prepare_cached(statement)?;
            let keys =
                statement.query_map(params![axis.list, order, low, high, count], |row| row.get::<_, Vec<u8>>(0))?;
            keys.map(|key| Ok(axis.of_key(&key?))).collect::<rusqlite::Result<Vec<u32>>>()
        };
        let (sample, last) = (ends(along, SAMPLE)?, ends(against, 1)?);
        let (first, last) = sample.first().copied().zip(last.first().copied()).unwrap_or((1, 0));
        let (settled, distance) = judged(&sample).unwrap_or((first, 1));
        Ok(Scene { connection, axis, order, first, last, settled, distance, wanted: 0, is_canceled })
    }
}

/// From which of these stations on they are close to each other, and how far apart on average.
fn judged(stations: &[u32]) -> Option<(u32, u32)> {
    let judged = stations.get(PASSED_OVER..).filter(|rest| rest.len() > 1).unwrap_or(stations);
    let (first, last) = (*judged.first()?, *judged.last()?);
    let distance = (last - first) / u32::try_from(judged.len()).unwrap_or(u32::MAX);
    Some((first, distance.max(1)))
}
