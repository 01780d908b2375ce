//! How a query is answered: walk indexes that are in the order asked for, and keep what matches.
//!
//! Nothing is sorted. If the order is the list order, a walk follows the places of one tag, the hits of texts (documents are
//! numbered in list order: see `document`), or several of these at once, station by station (see `axis`); which of them,
//! `plan` and `way` say. Otherwise, or if nothing can be followed, it follows the places of the order itself, from one
//! bound of a range to the other.
//!
//! What the walk does not ensure is asked of each record's packed entries, and of the hits of texts along the way.

use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::axis::{Axis, top_key};
use super::collect::{Candidate, Collector, Filling, Kept, is_after};
use super::document::bucket_of;
use super::plan::{Plan, Plans};
use super::scene::Scene;
use super::source::Source;
use super::way::{Walk, Way};
use crate::matching::{check_order, check_orders};
use crate::{CountedPage, Direction, Error, Filter, Indexer, OrderKind, Query};

/// After how many records a walk asks whether anyone still waits.
const CANCEL_RECORDS: usize = 256;

macro_rules! walk {
    ($table:literal, $after:literal, $until:literal, $order:literal) => {
        concat!(
            "SELECT p.record, r.entries, r.document, p.id, r.tag, r.sequence, r.head, r.body FROM ",
            $table,
            " p CROSS JOIN records r ON r.record = p.record ",
            "WHERE p.list = ?1 AND p.name = ?2 AND (p.key, p.id) ",
            $after,
            " (?3, ?4) AND p.key ",
            $until,
            " ?5 ",
            $order,
        )
    };
}

macro_rules! hits {
    ($order:literal) => {
        concat!(
            "SELECT d.record, r.entries, d.document, r.id FROM texts CROSS JOIN documents d ON d.document = texts.rowid ",
            "CROSS JOIN records r ON r.record = d.record ",
            "WHERE texts MATCH ?1 AND texts.rowid BETWEEN ?2 AND ?3 ORDER BY texts.rowid", $order,
        )
    };
}

pub(crate) const PLACES_UP: &str = walk!("places", ">", "<", "ORDER BY p.key, p.id");
pub(crate) const PLACES_DOWN: &str = walk!("places", "<", ">=", "ORDER BY p.key DESC, p.id DESC");
pub(crate) const TAGS_UP: &str = walk!("tags", ">", "<", "ORDER BY p.key, p.id");
pub(crate) const TAGS_DOWN: &str = walk!("tags", "<", ">=", "ORDER BY p.key DESC, p.id DESC");
pub(crate) const TEXTS_UP: &str = hits!("");
pub(crate) const TEXTS_DOWN: &str = hits!(" DESC");
const BY_NUMBER: &str =
    "SELECT record, entries, document, id, tag, sequence, head, body FROM records WHERE record = ?1";
const STRAYS: &str = "SELECT strays FROM lists WHERE list = ?1";

/// A query that was checked.
pub(crate) struct Search<'a> {
    pub(crate) query: &'a Query,
    /// What must hold at once: the filter's parts, conjunctions within conjunctions taken apart.
    pub(crate) parts: Vec<&'a Filter>,
    /// The kind of the list order, if the query asks for that order.
    pub(crate) list_order: Option<OrderKind>,
}

/// Between which places a walk goes.
struct Bounds {
    /// The place just before the first.
    after: (Vec<u8>, String),
    /// The key that ends the walk: the last one going down, one beyond the last going up.
    until: Vec<u8>,
}

impl<'a> Search<'a> {
    /// Refuses what cannot be answered.
    pub(crate) fn new(query: &'a Query, indexer: &dyn Indexer) -> Result<Search<'a>, Error> {
        query.check()?;
        let orders = indexer.orders(&query.collection);
        check_order(&query.order, &orders)?;
        check_orders(&query.filter, &orders)?;
        let mut parts = Vec::new();
        take_apart(&query.filter, &mut parts);
        let list_order = orders.first().filter(|first| first.name == query.order).map(|first| first.kind);
        Ok(Search { query, parts, list_order })
    }

    /// A page of what the query finds, and how many records all pages have, at most `count_max`: within the connection's open
    /// transaction, and in one walk if it is the first page.
    pub(crate) fn run(
        &self,
        connection: &Connection,
        list: i64,
        count_max: usize,
        is_canceled: &dyn Fn() -> bool,
    ) -> rusqlite::Result<CountedPage> {
        if self.query.after.is_none() || count_max == 0 {
            let filled = self.fill(connection, list, Filling::new(self.query, count_max), is_canceled)?;
            return Ok(CountedPage { page: filled.page, count: filled.count });
        }
        let page = self.fill(connection, list, Filling::new(self.query, 0), is_canceled)?.page;
        let query = Query { after: None, ..self.query.clone() };
        let whole = Search { query: &query, parts: self.parts.clone(), list_order: self.list_order };
        let count = whole.fill(connection, list, Filling::closed(&query, count_max), is_canceled)?.count;
        Ok(CountedPage { page, count })
    }

    fn fill<'c>(
        &'c self,
        connection: &'c Connection,
        list: i64,
        filling: Filling<'c>,
        is_canceled: &'c dyn Fn() -> bool,
    ) -> rusqlite::Result<Filling<'c>> {
        match self.tally(connection, list, &filling, is_canceled)? {
            Some(tally) => self.follow_tally(tally, filling),
            None => self.follow(connection, list, filling, is_canceled),
        }
    }

    fn follow<'c>(
        &'c self,
        connection: &'c Connection,
        list: i64,
        filling: Filling<'c>,
        is_canceled: &'c dyn Fn() -> bool,
    ) -> rusqlite::Result<Filling<'c>> {
        let Way { walk, left, texts } = self.way(connection, list, is_canceled)?;
        let mut collector = Collector::new(self.query, filling, left, texts);
        let is_done = |collector: &Collector<'_>| {
            collector.filling.is_full() || (collector.offered.is_multiple_of(CANCEL_RECORDS) && is_canceled())
        };
        match walk {
            Walk::Places => self.follow_places(&mut collector, [PLACES_UP, PLACES_DOWN], &self.query.order, &is_done),
            Walk::Source(source, first) => self.follow_source(&mut collector, source, first, &is_done),
            Walk::Tag(tag) => self.follow_places(&mut collector, [TAGS_UP, TAGS_DOWN], &tag, &is_done),
            Walk::Texts(expression, range) => self.follow_texts(&mut collector, &expression, &range, &is_done),
        }?;
        Ok(collector.filling)
    }

    /// Chooses what to follow.
    pub(crate) fn way<'c>(
        &'c self,
        connection: &'c Connection,
        list: i64,
        is_canceled: &'c dyn Fn() -> bool,
    ) -> rusqlite::Result<Way<'a, 'c>> {
        let has_text = self.query.filter.has_text();
        let is_numbered = self.is_numbered(connection, list)?;
        let plans = Plans::new(&self.parts, is_numbered);
        let simple = |walk, left| Ok(Way::simple(walk, left, connection, list));
        let Some(kind) = self.list_order else { return simple(Walk::Places, self.parts.clone()) };
        match plans.parts.as_slice() {
            [] if !has_text => return simple(Walk::Places, plans.left),
            [(Plan::Tag(tag), _)] if !has_text => return simple(Walk::Tag(tag.clone()), plans.left),
            _ => {}
        }
        Way::shortest(plans, self.scene(connection, list, kind, is_canceled)?, is_numbered)
    }

    /// The stretch that the query is about, of a list in this kind of order.
    pub(crate) fn scene<'c>(
        &'c self,
        connection: &'c Connection,
        list: i64,
        kind: OrderKind,
        is_canceled: &'c dyn Fn() -> bool,
    ) -> rusqlite::Result<Scene<'c>> {
        let axis = Axis { list, kind, direction: self.query.direction };
        Scene::new(connection, axis, &self.query.order, self.stations(axis), is_canceled)
    }

    /// Between which stations the answer is. Of the records at both of these some may be beyond its bounds.
    pub(crate) fn stations(&self, axis: Axis) -> RangeInclusive<u32> {
        let Bounds { after: (start, _), until } = self.bounds();
        axis.of_key(&start)..=axis.of_key(&until)
    }

    /// Whether the query asks for words and the list's documents are numbered in its order.
    pub(crate) fn is_numbered(&self, connection: &Connection, list: i64) -> rusqlite::Result<bool> {
        Ok(self.query.filter.has_text() && is_numbered(connection, list)?)
    }

    fn follow_places(
        &self,
        collector: &mut Collector<'_>,
        statements: [&str; 2],
        name: &str,
        is_done: &dyn Fn(&Collector<'_>) -> bool,
    ) -> rusqlite::Result<()> {
        let [up, down] = statements;
        let statement = if self.query.direction == Direction::Ascending { up } else { down };
        let Bounds { after: (key, id), until } = self.bounds();
        let mut statement = collector.connection.prepare_cached(statement)?;
        let mut rows = statement.query(params![collector.list, name, key, id, until])?;
        while let Some(row) = rows.next()? {
            collector.offer(&Candidate::read_whole(row)?)?;
            if is_done(collector) {
                break;
            }
        }
        Ok(())
    }

    /// Hits come bucket by bucket; the few of one bucket are put in order here.
    fn follow_texts(
        &self,
        collector: &mut Collector<'_>,
        expression: &str,
        range: &RangeInclusive<i64>,
        is_done: &dyn Fn(&Collector<'_>) -> bool,
    ) -> rusqlite::Result<()> {
        let statement = if self.query.direction == Direction::Ascending { TEXTS_UP } else { TEXTS_DOWN };
        let mut statement = collector.connection.prepare_cached(statement)?;
        let mut rows = statement.query(params![expression, range.start(), range.end()])?;
        let (mut bucket, mut kept) = (None, Vec::new());
        while let Some(row) = rows.next()? {
            let here = Some(bucket_of(row.get(2)?));
            if bucket != here {
                self.offer_in_order(collector, &mut kept)?;
                if is_done(collector) {
                    return Ok(());
                }
            }
            bucket = here;
            kept.push(Kept::read(row)?);
        }
        self.offer_in_order(collector, &mut kept)
    }

    fn follow_source(
        &self,
        collector: &mut Collector<'_>,
        mut source: Source<'_>,
        first: u32,
        is_done: &dyn Fn(&Collector<'_>) -> bool,
    ) -> rusqlite::Result<()> {
        let mut target = Some(first);
        while let Some(station) = target.map_or(Ok(None), |target| source.seek(target))? {
            self.offer_station(collector, &source, station)?;
            if is_done(collector) {
                break;
            }
            target = station.checked_add(1);
        }
        Ok(())
    }

    /// Offers the records at a station, the last that was found.
    pub(crate) fn offer_station(
        &self,
        collector: &mut Collector<'_>,
        source: &Source<'_>,
        station: u32,
    ) -> rusqlite::Result<()> {
        let mut statement = collector.connection.prepare_cached(BY_NUMBER)?;
        let records = source.records(collector.connection, station)?;
        if let [record] = records.as_slice() {
            let offer = |row: &Row<'_>| self.offer(collector, &Candidate::read_whole(row)?);
            return statement.query_row([record], offer).optional().map(drop);
        }
        let kept = records.iter().map(|record| statement.query_row([record], Kept::read).optional());
        let mut kept = kept.filter_map(Result::transpose).collect::<rusqlite::Result<Vec<_>>>()?;
        self.offer_in_order(collector, &mut kept)
    }

    /// Offers what shares a station, each at its place.
    fn offer_in_order(&self, collector: &mut Collector<'_>, kept: &mut Vec<Kept>) -> rusqlite::Result<()> {
        kept.sort_by(|a, b| a.candidate().list_place().cmp(&b.candidate().list_place()));
        if self.query.direction == Direction::Descending {
            kept.reverse();
        }
        kept.drain(..).try_for_each(|kept| self.offer(collector, &kept.candidate()))
    }

    /// Offers a record of a station: those at the first may be on an earlier page.
    fn offer(&self, collector: &mut Collector<'_>, candidate: &Candidate<'_>) -> rusqlite::Result<()> {
        match is_after(self.query, candidate.list_place()) {
            true => collector.offer(candidate),
            false => Ok(()),
        }
    }

    /// Where the walk begins and ends: the cursor, and the ranges of the order itself.
    fn bounds(&self) -> Bounds {
        let ranges = self.parts.iter().filter_map(|part| match part {
            Filter::Range { order, from, to } if *order == self.query.order => Some((from, to)),
            _ => None,
        });
        let (lows, highs): (Vec<_>, Vec<_>) = ranges.unzip();
        let low = lows.into_iter().flatten().max().cloned().unwrap_or_default();
        let high = highs.into_iter().flatten().min().cloned().unwrap_or_else(top_key);
        let cursor = self.query.after.as_ref().map(|cursor| (cursor.key.clone(), cursor.id.clone()));
        // No id is empty, so that the place of a key without an id is before all that have the key.
        match self.query.direction {
            Direction::Ascending => Bounds { after: cursor.unwrap_or_default().max((low, String::new())), until: high },
            Direction::Descending => {
                let start = (high, String::new());
                Bounds { after: cursor.unwrap_or_else(|| start.clone()).min(start), until: low }
            }
        }
    }
}

/// Takes conjunctions apart.
fn take_apart<'a>(filter: &'a Filter, parts: &mut Vec<&'a Filter>) {
    match filter {
        Filter::All => {}
        Filter::And(inner) => inner.iter().for_each(|part| take_apart(part, parts)),
        part => parts.push(part),
    }
}

/// Whether all documents of a list are numbered in its order. A list that is about to be committed has none.
fn is_numbered(connection: &Connection, list: i64) -> rusqlite::Result<bool> {
    let strays: Option<i64> = connection.prepare_cached(STRAYS)?.query_row([list], |row| row.get(0)).optional()?;
    Ok(strays.unwrap_or(0) == 0)
}

#[cfg(test)]
mod tests;
