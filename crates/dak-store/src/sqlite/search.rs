//! How a query is answered: walk an index that is in the order asked for, and keep what matches.
//!
//! Nothing is sorted. A walk follows, whichever is likely to be shortest,
//!
//! - the hits of the text parts, if the order is the list order (documents are numbered in it: see `document`);
//! - the places of one tag, if the order is the list order;
//! - the places of the order itself, from one bound of a range to the other.
//!
//! What the walk does not ensure is asked of each record's packed entries. Text that the walk does not follow is looked up
//! once, as a set of documents.

use rusqlite::{Connection, OptionalExtension, params};

use super::collect::{Candidate, Collector, Counting, Filling, Kept, Taker, is_after};
use super::document::{bucket, bucket_of, bucket_range};
use super::words::{conjunction, is_textual};
use crate::index::SORT_KEY_BYTES_MAX;
use crate::matching::{check_order, check_orders};
use crate::{Direction, Error, Filter, Indexer, OrderKind, Page, Query};

/// How many rows of a tag are counted to tell a rare one; a walk along rarer tags needs no further thought.
const RARE_ROWS: i64 = 1000;
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
const TAG_ROWS: &str = "SELECT count(*) FROM (SELECT 1 FROM tags WHERE list = ?1 AND name = ?2 LIMIT ?3)";
const STRAYS: &str = "SELECT strays FROM lists WHERE list = ?1";

/// A query that was checked.
pub(crate) struct Search<'a> {
    query: &'a Query,
    /// What must hold at once: the filter's parts, conjunctions within conjunctions taken apart.
    parts: Vec<&'a Filter>,
    /// The kind of the list order, if the query asks for that order.
    list_order: Option<OrderKind>,
}

/// The index a search follows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Walk {
    /// The places of the order.
    Places,
    /// The places of this tag.
    Tag(String),
    /// The hits of this FTS5 query.
    Texts(String),
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
    pub(crate) fn plan(query: &'a Query, indexer: &dyn Indexer) -> Result<Search<'a>, Error> {
        query.check()?;
        let orders = indexer.orders(&query.collection);
        check_order(&query.order, &orders)?;
        check_orders(&query.filter, &orders)?;
        let mut parts = Vec::new();
        take_apart(&query.filter, &mut parts);
        let list_order = orders.first().filter(|first| first.name == query.order).map(|first| first.kind);
        Ok(Search { query, parts, list_order })
    }

    /// A page of what the query finds, within the connection's open transaction.
    pub(crate) fn run(
        &self,
        connection: &Connection,
        list: i64,
        is_canceled: &dyn Fn() -> bool,
    ) -> rusqlite::Result<Page> {
        let mut filling = Filling::new(self.query);
        self.follow(connection, list, &mut filling, is_canceled)?;
        Ok(filling.page)
    }

    /// How many records the query finds, at most `count_max`.
    pub(crate) fn count(
        &self,
        connection: &Connection,
        list: i64,
        count_max: usize,
        is_canceled: &dyn Fn() -> bool,
    ) -> rusqlite::Result<usize> {
        let mut counting = Counting::new(count_max);
        self.follow(connection, list, &mut counting, is_canceled)?;
        Ok(counting.count)
    }

    fn follow(
        &self,
        connection: &Connection,
        list: i64,
        taker: &mut dyn Taker,
        is_canceled: &dyn Fn() -> bool,
    ) -> rusqlite::Result<()> {
        let walk = self.walk(connection, list)?;
        let mut collector = Collector::new(self.query, taker, self.left(&walk), connection, list, &walk)?;
        let is_done = |collector: &Collector<'_>| {
            collector.is_full || (collector.offered.is_multiple_of(CANCEL_RECORDS) && is_canceled())
        };
        match (&walk, self.list_order) {
            (Walk::Texts(expression), Some(kind)) => self.follow_texts(&mut collector, expression, kind, &is_done),
            (Walk::Tag(tag), _) => self.follow_places(&mut collector, [TAGS_UP, TAGS_DOWN], tag, &is_done),
            _ => self.follow_places(&mut collector, [PLACES_UP, PLACES_DOWN], &self.query.order, &is_done),
        }
    }

    /// Chooses the index to follow.
    pub(crate) fn walk(&self, connection: &Connection, list: i64) -> rusqlite::Result<Walk> {
        if self.list_order.is_none() {
            return Ok(Walk::Places);
        }
        let text = conjunction(self.parts.iter().copied().filter(|part| is_textual(part)));
        let text = if is_numbered(connection, list)? { text } else { None };
        let tags: Vec<&String> =
            self.parts.iter().filter_map(|part| if let Filter::Tag(tag) = part { Some(tag) } else { None }).collect();
        let rarest = match tags.as_slice() {
            [tag] if text.is_none() => Some((0, *tag)),
            tags => {
                let counted = tags.iter().map(|tag| Ok((tag_rows(connection, list, tag)?, *tag)));
                counted.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().min()
            }
        };
        Ok(match (text, rarest) {
            (Some(text), Some((rows, _))) if rows >= RARE_ROWS => Walk::Texts(text),
            (_, Some((_, tag))) => Walk::Tag(tag.clone()),
            (Some(text), None) => Walk::Texts(text),
            (None, None) => Walk::Places,
        })
    }

    /// What a walk does not ensure.
    fn left(&self, walk: &Walk) -> Vec<&'a Filter> {
        let follows_text = matches!(walk, Walk::Texts(_));
        self.parts.iter().copied().filter(|part| !(follows_text && is_textual(part))).collect()
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
        kind: OrderKind,
        is_done: &dyn Fn(&Collector<'_>) -> bool,
    ) -> rusqlite::Result<()> {
        let is_ascending = self.query.direction == Direction::Ascending;
        let Bounds { after: (start, _), until } = self.bounds();
        let (low, high) = if is_ascending { (start, until) } else { (until, start) };
        let range = *bucket_range(collector.list, bucket(kind, &low)).start()
            ..=*bucket_range(collector.list, bucket(kind, &high)).end();
        let mut statement = collector.connection.prepare_cached(if is_ascending { TEXTS_UP } else { TEXTS_DOWN })?;
        let mut rows = statement.query(params![expression, range.start(), range.end()])?;
        let mut bucket: Vec<Kept> = Vec::new();
        while let Some(row) = rows.next()? {
            let hit = Kept::read(row)?;
            if bucket.last().is_some_and(|last| bucket_of(last.document) != bucket_of(hit.document)) {
                self.offer_bucket(collector, &mut bucket)?;
                if is_done(collector) {
                    return Ok(());
                }
            }
            bucket.push(hit);
        }
        self.offer_bucket(collector, &mut bucket)
    }

    fn offer_bucket(&self, collector: &mut Collector<'_>, bucket: &mut Vec<Kept>) -> rusqlite::Result<()> {
        bucket.sort_by(|a, b| a.candidate().list_place().cmp(&b.candidate().list_place()));
        if self.query.direction == Direction::Descending {
            bucket.reverse();
        }
        for kept in bucket.drain(..) {
            let candidate = kept.candidate();
            if is_after(self.query, candidate.list_place()) {
                collector.offer(&candidate)?;
            }
        }
        Ok(())
    }

    /// Where the walk begins and ends: the cursor, and the ranges of the order itself.
    fn bounds(&self) -> Bounds {
        let ranges = self.parts.iter().filter_map(|part| match part {
            Filter::Range { order, from, to } if *order == self.query.order => Some((from, to)),
            _ => None,
        });
        let (lows, highs): (Vec<_>, Vec<_>) = ranges.unzip();
        let low = lows.into_iter().flatten().max().cloned().unwrap_or_default();
        // Beyond every key: keys are shorter.
        let top = || vec![0xff; SORT_KEY_BYTES_MAX + 1];
        let high = highs.into_iter().flatten().min().cloned().unwrap_or_else(top);
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

fn tag_rows(connection: &Connection, list: i64, tag: &str) -> rusqlite::Result<i64> {
    connection.prepare_cached(TAG_ROWS)?.query_row(params![list, tag, RARE_ROWS], |row| row.get(0))
}

#[cfg(test)]
mod tests;
