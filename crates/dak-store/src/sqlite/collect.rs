//! What a walk offers is held against the rest of the query; what belongs to the answer fills a page or is counted.

use std::collections::HashSet;

use bytes::Bytes;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};

use super::packed::Packed;
use super::reader::{bytes, head_by_number, record, record_by_number};
use super::texts::{Texts, is_hit};
use crate::matching::{Facts, matches, matches_all};
use crate::{Cursor, Direction, Filter, Page, Query, Record, TextFilter};

const MEMBERS: &str = "SELECT record, entries, document, id FROM records WHERE list = ?1 AND group_name = ?2";

/// The columns of a walk's row from which its record is read.
const RECORD: usize = 3;
const BODY: usize = 7;

/// A record on the way, in the memory of the row.
pub(crate) struct Candidate<'r> {
    record: i64,
    entries: Packed<'r>,
    document: Option<i64>,
    id: &'r str,
    /// The row, if it has the rest of the record, too.
    row: Option<&'r Row<'r>>,
}

/// A record on the way that outlasts its row.
pub(crate) struct Kept {
    record: i64,
    entries: Vec<u8>,
    document: Option<i64>,
    id: String,
}

/// A page as it fills, and a count that goes on when it is full. The first candidate too many tells that there is a next page.
pub(crate) struct Filling<'a> {
    pub(crate) page: Page,
    /// How many candidates there were; none is added at `count_max`.
    pub(crate) count: usize,
    count_max: usize,
    /// Nothing more is put into the page.
    is_closed: bool,
    query: &'a Query,
    bytes: usize,
    last: Option<Cursor>,
}

/// Finds out which candidates belong to the answer.
pub(crate) struct Collector<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) list: i64,
    /// How many candidates there were.
    pub(crate) offered: usize,
    pub(crate) filling: Filling<'a>,
    query: &'a Query,
    /// What the walk does not ensure.
    left: Vec<&'a Filter>,
    texts: Texts<'a>,
    /// Groups that are in the answer already.
    groups: HashSet<String>,
}

impl<'r> Candidate<'r> {
    /// A candidate from the columns record, entries, document, id.
    pub(crate) fn read(row: &'r Row<'r>) -> rusqlite::Result<Candidate<'r>> {
        let entries = Packed(row.get_ref(1)?.as_blob()?);
        Ok(Candidate { record: row.get(0)?, entries, document: row.get(2)?, id: row.get_ref(3)?.as_str()?, row: None })
    }

    /// The same, followed by the columns tag, sequence, head, body.
    pub(crate) fn read_whole(row: &'r Row<'r>) -> rusqlite::Result<Candidate<'r>> {
        Ok(Candidate { row: Some(row), ..Candidate::read(row)? })
    }

    fn has_tag(&self, tag: &str) -> bool {
        self.entries.has_tag(tag)
    }

    /// Its place in the list order.
    pub(crate) fn list_place(&self) -> (&'r [u8], &'r str) {
        (self.entries.list_key(), self.id)
    }

    /// The record without its body.
    fn head(&self, connection: &Connection) -> rusqlite::Result<Record> {
        match self.row {
            Some(row) => record(row, RECORD, Bytes::new()),
            None => head_by_number(connection, self.record),
        }
    }

    /// The record. A long body is never in a walk's row.
    fn record(&self, connection: &Connection) -> rusqlite::Result<Record> {
        match self.row {
            Some(row) if row.get_ref(BODY)? != ValueRef::Null => record(row, RECORD, bytes(row, BODY)?),
            _ => record_by_number(connection, self.record),
        }
    }
}

impl Kept {
    /// The same columns as a [`Candidate`]'s, kept.
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Kept> {
        Ok(Kept { record: row.get(0)?, entries: row.get(1)?, document: row.get(2)?, id: row.get(3)? })
    }

    /// As a candidate.
    pub(crate) fn candidate(&self) -> Candidate<'_> {
        let entries = Packed(&self.entries);
        Candidate { record: self.record, entries, document: self.document, id: &self.id, row: None }
    }
}

impl<'a> Filling<'a> {
    /// An empty page, and a count up to this limit.
    pub(crate) fn new(query: &'a Query, count_max: usize) -> Filling<'a> {
        Filling { page: Page::default(), count: 0, count_max, is_closed: false, query, bytes: 0, last: None }
    }

    /// No page, only a count up to this limit.
    pub(crate) fn closed(query: &'a Query, count_max: usize) -> Filling<'a> {
        Filling { is_closed: true, ..Filling::new(query, count_max) }
    }

    /// How many candidates are to be counted.
    pub(crate) fn wanted(&self) -> usize {
        self.count_max
    }

    /// Whether candidates are only counted.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Whether nothing more is wanted.
    pub(crate) fn is_full(&self) -> bool {
        self.is_closed && self.count >= self.count_max
    }

    /// Counts candidates that are not put into the page.
    pub(crate) fn count(&mut self, candidates: usize) {
        self.count = self.count_max.min(self.count + candidates);
    }

    fn take(&mut self, connection: &Connection, candidate: &Candidate<'_>) -> rusqlite::Result<()> {
        self.count(1);
        if self.is_closed {
            return Ok(());
        }
        if self.page.records.len() >= self.query.limit || self.bytes >= self.query.bytes_max {
            self.page.next = self.last.take();
            self.is_closed = true;
            return Ok(());
        }
        let record = if self.query.heads_only { candidate.head(connection)? } else { candidate.record(connection)? };
        self.bytes += record.head.len() + record.body.len();
        self.page.records.push(record);
        let key = candidate.entries.sort_key(&self.query.order).to_vec();
        self.last = Some(Cursor { key, id: candidate.id.to_owned() });
        Ok(())
    }
}

impl<'a> Collector<'a> {
    /// A collector that fills this; candidates are held against what is `left`.
    pub(crate) fn new(
        query: &'a Query,
        filling: Filling<'a>,
        left: Vec<&'a Filter>,
        texts: Texts<'a>,
    ) -> Collector<'a> {
        let (connection, list) = (texts.connection, texts.list);
        let groups = HashSet::new();
        Collector { connection, list, offered: 0, filling, query, left, texts, groups }
    }

    /// Takes a candidate if it belongs to the answer.
    pub(crate) fn offer(&mut self, candidate: &Candidate<'_>) -> rusqlite::Result<()> {
        self.offered += 1;
        if !self.filling.is_full() && self.is_match(candidate)? && self.stands_for_itself(candidate)? {
            self.filling.take(self.connection, candidate)?;
        }
        Ok(())
    }

    fn is_match(&mut self, candidate: &Candidate<'_>) -> rusqlite::Result<bool> {
        let mut known = Known { candidate, texts: &mut self.texts };
        Ok(matches_all(self.left.iter().copied(), &mut known)? && self.texts.has_sought(candidate.document)?)
    }

    /// Whether it is the first match of its group, or has none, or groups do not matter.
    fn stands_for_itself(&mut self, candidate: &Candidate<'_>) -> rusqlite::Result<bool> {
        let Some(group) = candidate.entries.group().filter(|_| self.query.collapse) else { return Ok(true) };
        if self.groups.contains(group) {
            return Ok(false);
        }
        self.groups.insert(group.to_owned());
        Ok(self.query.after.is_none() || !self.was_shown(group)?)
    }

    /// Whether a member of the group that matches lies before this page.
    fn was_shown(&self, group: &str) -> rusqlite::Result<bool> {
        let mut statement = self.connection.prepare_cached(MEMBERS)?;
        let mut rows = statement.query(params![self.list, group])?;
        while let Some(row) = rows.next()? {
            let member = Candidate::read(row)?;
            let place = (member.entries.sort_key(&self.query.order), member.id);
            let mut known = Member { candidate: &member, connection: self.connection };
            if !is_after(self.query, place) && matches(&self.query.filter, &mut known)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A candidate, and the hits of texts along the way.
struct Known<'k, 'c> {
    candidate: &'k Candidate<'k>,
    texts: &'k mut Texts<'c>,
}

/// A candidate that is not on the way.
struct Member<'k> {
    candidate: &'k Candidate<'k>,
    connection: &'k Connection,
}

impl Facts for Known<'_, '_> {
    type Error = rusqlite::Error;

    fn has_tag(&self, tag: &str) -> bool {
        self.candidate.has_tag(tag)
    }

    fn sort_key(&self, order: &str) -> &[u8] {
        self.candidate.entries.sort_key(order)
    }

    fn has_text(&mut self, filter: &TextFilter) -> rusqlite::Result<bool> {
        self.candidate.document.map_or(Ok(false), |document| self.texts.has(document, filter))
    }
}

impl Facts for Member<'_> {
    type Error = rusqlite::Error;

    fn has_tag(&self, tag: &str) -> bool {
        self.candidate.has_tag(tag)
    }

    fn sort_key(&self, order: &str) -> &[u8] {
        self.candidate.entries.sort_key(order)
    }

    fn has_text(&mut self, filter: &TextFilter) -> rusqlite::Result<bool> {
        self.candidate.document.map_or(Ok(false), |document| is_hit(self.connection, document, filter))
    }
}

/// Whether a place lies beyond the query's cursor.
pub(crate) fn is_after(query: &Query, place: (&[u8], &str)) -> bool {
    let Some(cursor) = &query.after else { return true };
    let end = (cursor.key.as_slice(), cursor.id.as_str());
    match query.direction {
        Direction::Ascending => place > end,
        Direction::Descending => place < end,
    }
}
