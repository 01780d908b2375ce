//! The rows of one index in the order of a query, read a piece at a time, so that far rows are reached without those
//! before them.

use std::ops::RangeInclusive;

use rusqlite::{Row, params};

use super::axis::Axis;
use super::scene::Scene;
use crate::Direction;

/// Half-open between two keys; the key and the record are in the index itself.
macro_rules! piece {
    ($table:literal, $order:literal) => {
        concat!(
            "SELECT key, record FROM ",
            $table,
            " WHERE list = ?1 AND name = ?2 AND key >= ?3 AND key < ?4 ORDER BY key",
            $order
        )
    };
}

/// Pieces of the places of a tag, upwards and downwards.
pub(crate) const TAG_PIECES: [&str; 2] = [piece!("tags", ""), piece!("tags", " DESC")];
/// The same of the places of an order.
pub(crate) const ORDER_PIECES: [&str; 2] = [piece!("places", ""), piece!("places", " DESC")];
/// Always upwards: FTS5 begins in the middle of a word's hits several times faster so.
const HITS: &str = "SELECT rowid FROM texts WHERE texts MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid";

/// Rows of a tag or of places in a piece: few at first, as the next station sought may be far.
const ROW_PIECE: u32 = 16;
const ROW_PIECE_MAX: u32 = 1024;
/// Documents in whose numbers a piece of hits is sought at first. To begin costs as much as some 400 hits.
const TEXT_PIECE: u32 = 512;
/// A piece with fewer hits is worth no second look: the next is larger.
const FEW_HITS: usize = 64;
const MANY_HITS: usize = 8192;

/// The index that a run reads.
enum Index {
    /// Rows of this name, read by one statement upwards and by another downwards.
    Rows([&'static str; 2], String),
    Texts(String),
}

/// Rows of one index, met station by station. Stations are sought upwards only.
pub(crate) struct Run<'c> {
    scene: Scene<'c>,
    index: Index,
    /// Stations, and the numbers of records or (of texts) documents.
    rows: Vec<(u32, i64)>,
    /// The first row not left behind.
    at: usize,
    /// Up to where the rows are known, if any are.
    known: Option<u32>,
    /// How much the next piece is: rows, or stations of texts.
    piece: u32,
    /// How often something was sought in this piece.
    seeks: u32,
    /// How many rows there were in the pieces before this one.
    passed: usize,
}

impl<'c> Run<'c> {
    /// The places of a tag.
    pub(crate) fn of_tag(scene: Scene<'c>, tag: &str) -> Run<'c> {
        Run::new(scene, Index::Rows(TAG_PIECES, tag.to_owned()), ROW_PIECE)
    }

    /// All places of the list order.
    pub(crate) fn of_places(scene: Scene<'c>) -> Run<'c> {
        Run::new(scene, Index::Rows(ORDER_PIECES, scene.order.to_owned()), ROW_PIECE)
    }

    /// The hits of an FTS5 query.
    pub(crate) fn of_texts(scene: Scene<'c>, expression: &str) -> Run<'c> {
        Run::new(scene, Index::Texts(expression.to_owned()), scene.distance.saturating_mul(TEXT_PIECE))
    }

    fn new(scene: Scene<'c>, index: Index, piece: u32) -> Run<'c> {
        Run { scene, index, rows: Vec::new(), at: 0, known: None, piece, seeks: 0, passed: 0 }
    }

    /// Whether the numbers are those of documents.
    pub(crate) fn is_of_texts(&self) -> bool {
        matches!(self.index, Index::Texts(_))
    }

    /// The first station with rows that is this one or a later one.
    pub(crate) fn seek(&mut self, target: u32) -> rusqlite::Result<Option<u32>> {
        self.seeks = self.seeks.saturating_add(1);
        loop {
            self.at += passed(&self.rows[self.at..], target);
            if let Some((station, _)) = self.rows.get(self.at) {
                return Ok(Some(*station));
            }
            let unknown = self.known.map_or(Some(self.scene.first), |known| known.checked_add(1));
            let next = unknown.map(|unknown| unknown.max(target));
            match next.filter(|next| *next <= self.scene.last && !(self.scene.is_canceled)()) {
                Some(next) => self.load(next)?,
                None => return Ok(None),
            }
        }
    }

    /// The numbers at this station, if it was found last.
    pub(crate) fn numbers(&self, station: u32) -> impl Iterator<Item = i64> {
        self.rows[self.at..].iter().take_while(move |(here, _)| *here == station).map(|(_, number)| *number)
    }

    /// Whether this document is among the hits.
    pub(crate) fn has_document(&mut self, document: i64) -> rusqlite::Result<bool> {
        let station = self.scene.axis.of_document(document);
        Ok(self.seek(station)? == Some(station) && self.numbers(station).any(|hit| hit == document))
    }

    /// How many rows there are to a station, judged by the first piece. What has a wrong date gathers at the ends of lists
    /// and is passed over.
    pub(crate) fn density(&mut self) -> rusqlite::Result<f64> {
        self.seek(self.scene.first)?;
        let settled = match &self.index {
            Index::Rows(..) => self.rows.get(self.rows.len() / 2).map_or(self.scene.first, |(station, _)| *station),
            Index::Texts(_) => self.scene.settled,
        };
        let count = self.rows.iter().filter(|(station, _)| *station >= settled).count();
        let stations = self.known.map_or(0, |known| known.saturating_sub(settled));
        Ok(count as f64 / (f64::from(stations) + 1.0))
    }

    /// Reads a piece that begins at this station.
    fn load(&mut self, first: u32) -> rusqlite::Result<()> {
        if self.known.is_some() {
            self.adapt();
        }
        self.passed += self.rows.len();
        self.rows.clear();
        (self.at, self.seeks) = (0, 0);
        self.known = Some(match &self.index {
            Index::Rows(statements, name) => {
                let low_high = self.scene.axis.keys(first..=self.scene.last);
                load_rows(&self.scene, *statements, name, low_high, self.piece, &mut self.rows)?
            }
            Index::Texts(expression) => {
                // What lies far before the others is not worth a piece.
                let from = first.max(self.scene.settled);
                let last = from.saturating_add(self.piece - 1).min(self.scene.last);
                load_texts(&self.scene, expression, first..=last, &mut self.rows)?;
                last
            }
        });
        Ok(())
    }

    /// Pieces grow while several stations are sought in each, and shrink while it is one.
    fn adapt(&mut self) {
        let (is_read_on, hits) = (self.seeks > 1, self.rows.len());
        self.piece = match &self.index {
            Index::Rows(..) if is_read_on => (self.piece * 2).min(ROW_PIECE_MAX),
            Index::Rows(..) => ROW_PIECE,
            Index::Texts(_) if hits < FEW_HITS => self.piece.saturating_mul(4),
            Index::Texts(_) if is_read_on => match self.scene.wanted.saturating_sub(self.passed + hits) {
                0 if hits < MANY_HITS => self.piece.saturating_mul(2),
                0 => self.piece,
                missing => piece_for(missing, hits, self.piece),
            },
            Index::Texts(_) => (self.piece / 2).max(1),
        };
    }
}

/// A piece in which about so many hits are found and some to spare, given how many were found in the last.
fn piece_for(missing: usize, hits: usize, piece: u32) -> u32 {
    let stations = (missing + missing / 8) as u64 * u64::from(piece) / hits.max(1) as u64;
    u32::try_from(stations).unwrap_or(u32::MAX).max(1)
}

/// How many rows lie before a station, which is most often close.
fn passed(rows: &[(u32, i64)], target: u32) -> usize {
    let is_before = |(station, _): &(u32, i64)| *station < target;
    let mut reach = 1;
    while rows.get(reach - 1).is_some_and(is_before) {
        reach *= 2;
    }
    let (near, far) = (reach / 2, reach.min(rows.len()));
    near + rows[near..far].partition_point(is_before)
}

/// Reads about so many rows, all of the last station among them; the answer is that station, or the query's last.
fn load_rows(
    scene: &Scene<'_>,
    [up, down]: [&str; 2],
    name: &str,
    (low, high): (Vec<u8>, Vec<u8>),
    piece: u32,
    rows: &mut Vec<(u32, i64)>,
) -> rusqlite::Result<u32> {
    let Axis { list, direction, .. } = scene.axis;
    let mut statement = scene.connection.prepare_cached(if direction == Direction::Ascending { up } else { down })?;
    let mut found = statement.query(params![list, name, low, high])?;
    let piece = usize::try_from(piece).unwrap_or(usize::MAX);
    while let Some(row) = found.next()? {
        let station = scene.axis.of_key(row.get_ref(0)?.as_blob()?);
        if let Some((last, _)) = rows.last().filter(|(last, _)| rows.len() >= piece && *last != station) {
            return Ok(*last);
        }
        rows.push((station, row.get(1)?));
    }
    Ok(scene.last)
}

fn load_texts(
    scene: &Scene<'_>,
    expression: &str,
    stations: RangeInclusive<u32>,
    rows: &mut Vec<(u32, i64)>,
) -> rusqlite::Result<()> {
    let range = scene.axis.documents(stations);
    let mut statement = scene.connection.prepare_cached(HITS)?;
    let number = |row: &Row<'_>| row.get::<_, i64>(0);
    for document in statement.query_map(params![expression, range.start(), range.end()], number)? {
        let document = document?;
        rows.push((scene.axis.of_document(document), document));
    }
    if scene.axis.direction == Direction::Descending {
        rows.reverse();
    }
    Ok(())
}
