//! Whether the store is right: every index entry and every word is what the indexer makes of the record, and nothing else
//! is there.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::apply::list_bucket;
use super::document::{bucket_range, stray_range};
use super::packed::{Packed, pack};
use super::words::{text_sum, word_sum};
use crate::index::{entries, words};
use crate::{Indexer, Key};

/// The most problems a report names.
const PROBLEMS_MAX: usize = 1000;

const LISTS: &str = "SELECT l.list, s.name, l.collection, l.records, l.strays, s.sequence FROM lists l JOIN spaces s USING (space) ORDER BY l.list";
const RECORDS: &str = "SELECT record, id, head, coalesce(body, (SELECT b.body FROM bodies b WHERE b.record = r.record)), entries, \
    group_name, document, text_sum, sequence FROM records r WHERE list = ?1";
const PLACE: &str = "SELECT record FROM places WHERE list = ?1 AND name = ?2 AND key = ?3 AND id = ?4";
const TAG: &str = "SELECT record FROM tags WHERE list = ?1 AND name = ?2 AND key = ?3 AND id = ?4";
const DOCUMENT: &str = "SELECT record FROM documents WHERE document = ?1";
/// Every word of every document with its position; a table that only this connection sees.
const WORDS: &str = "CREATE VIRTUAL TABLE temp.words_at USING fts5vocab (main, texts, instance)";
/// What no record accounts for, by a sentence about it.
const ORPHANS: [(&str, &str); 3] = [
    ("bodies belong to no record", "SELECT count(*) FROM bodies WHERE record NOT IN (SELECT record FROM records)"),
    ("records belong to no list", "SELECT count(*) FROM records WHERE list NOT IN (SELECT list FROM lists)"),
    ("lists belong to no space", "SELECT count(*) FROM lists WHERE space NOT IN (SELECT space FROM spaces)"),
];

/// What a check found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Report {
    /// How many records were looked at.
    pub records: u64,
    /// What is wrong, a sentence each; at most a thousand.
    pub problems: Vec<String>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    fn note(&mut self, problem: impl FnOnce() -> String) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(problem());
        }
    }
}

/// Reads everything, as it is at one moment.
pub(crate) fn check(connection: &Connection, indexer: &dyn Indexer) -> rusqlite::Result<Report> {
    connection.execute_batch(WORDS)?;
    let transaction = connection.unchecked_transaction()?;
    let mut checker = Checker {
        connection: &transaction,
        indexer,
        report: Report::default(),
        places: 0,
        tags: 0,
        sums: HashMap::new(),
    };
    checker.file()?;
    let mut statement = transaction.prepare(LISTS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        checker.list(&List::read(row)?)?;
    }
    checker.totals()?;
    checker.words()?;
    Ok(checker.report)
}

struct Checker<'a> {
    connection: &'a Connection,
    indexer: &'a dyn Indexer,
    report: Report,
    /// Rows that there should be.
    places: i64,
    tags: i64,
    /// The checksum that the words of each document should have.
    sums: HashMap<i64, i64>,
}

struct List {
    number: i64,
    space: String,
    collection: String,
    records: i64,
    strays: i64,
    sequence: u64,
}

impl List {
    fn read(row: &Row<'_>) -> rusqlite::Result<List> {
        Ok(List {
            number: row.get(0)?,
            space: row.get(1)?,
            collection: row.get(2)?,
            records: row.get(3)?,
            strays: row.get(4)?,
            sequence: u64::try_from(row.get::<_, i64>(5)?).unwrap_or(0),
        })
    }
}

struct Stored {
    number: i64,
    key: Key,
    head: Vec<u8>,
    body: Option<Vec<u8>>,
    entries: Vec<u8>,
    group: Option<String>,
    document: Option<i64>,
    sum: Option<i64>,
    sequence: u64,
}

impl Checker<'_> {
    fn file(&mut self) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let line: String = row.get(0)?;
            if line != "ok" {
                self.report.note(|| format!("The file is damaged: {line}."));
            }
        }
        for (what, sql) in ORPHANS {
            let count: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
            if count != 0 {
                self.report.note(|| format!("{count} {what}."));
            }
        }
        Ok(())
    }

    fn list(&mut self, list: &List) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(RECORDS)?;
        let mut rows = statement.query([list.number])?;
        let (mut records, mut strays) = (0_i64, 0);
        while let Some(row) = rows.next()? {
            let record = Stored::read(list, row)?;
            records += 1;
            strays += i64::from(record.document.is_some_and(|number| stray_range().contains(&number)));
            self.record(list, &record)?;
        }
        self.report.records += records.unsigned_abs();
        if (records, strays) != (list.records, list.strays) {
            let List { space, collection, records: counted, strays: counted_strays, .. } = list;
            self.report.note(|| {
                format!("'{collection}' of '{space}' has {records} records ({strays} strays); counted were {counted} ({counted_strays}).")
            });
        }
        Ok(())
    }

    fn record(&mut self, list: &List, record: &Stored) -> rusqlite::Result<()> {
        let name =
            || format!("The record '{}' of '{}' in '{}'", record.key.id, record.key.collection, record.key.space);
        if record.sequence > list.sequence {
            self.report.note(|| format!("{} is from the future of its space.", name()));
        }
        let Some(body) = &record.body else {
            self.report.note(|| format!("{} has no body.", name()));
            return Ok(());
        };
        let orders = self.indexer.orders(&record.key.collection);
        let expected = match entries(self.indexer, &record.key, &record.head, body, record.sequence) {
            Ok(expected) => expected,
            Err(error) => {
                self.report.note(|| format!("{} cannot be indexed: {error}", name()));
                return Ok(());
            }
        };
        if pack(&expected) != record.entries || expected.group != record.group {
            self.report.note(|| format!("{} has other index entries than it should.", name()));
        }
        if !self.has_rows(list.number, record)? {
            self.report.note(|| format!("{} lacks rows in its indexes.", name()));
        }
        let text = words(self.indexer, &record.key, body).as_ref().map(text_sum);
        let (_, bucket) = list_bucket(&orders, &record.entries);
        let is_placed =
            |number: i64| bucket_range(list.number, bucket).contains(&number) || stray_range().contains(&number);
        if text != record.sum || text.is_some() != record.document.is_some() || !record.document.is_none_or(is_placed) {
            self.report.note(|| format!("{} has another text than it should.", name()));
        }
        if let Some((document, sum)) = record.document.zip(text) {
            self.sums.insert(document, sum);
            if self.owner(DOCUMENT, params![document])? != Some(record.number) {
                self.report.note(|| format!("{} does not own its document.", name()));
            }
        }
        Ok(())
    }

    /// Whether every place that the packed entries speak of is there; counts them.
    fn has_rows(&mut self, list: i64, record: &Stored) -> rusqlite::Result<bool> {
        let entries = Packed(&record.entries);
        let mut is_whole = true;
        for (order, key) in entries.sort() {
            self.places += 1;
            is_whole &= self.owner(PLACE, params![list, order, key, &*record.key.id])? == Some(record.number);
        }
        for tag in entries.tags() {
            self.tags += 1;
            is_whole &=
                self.owner(TAG, params![list, tag, entries.list_key(), &*record.key.id])? == Some(record.number);
        }
        Ok(is_whole)
    }

    fn owner(&self, sql: &str, parameters: impl rusqlite::Params) -> rusqlite::Result<Option<i64>> {
        self.connection.prepare_cached(sql)?.query_row(parameters, |row| row.get(0)).optional()
    }

    fn totals(&mut self) -> rusqlite::Result<()> {
        let documents = i64::try_from(self.sums.len()).unwrap_or(i64::MAX);
        for (table, expected) in [("places", self.places), ("tags", self.tags), ("documents", documents)] {
            let count: i64 =
                self.connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
            if count != expected {
                self.report
                    .note(|| format!("The table '{table}' has {count} rows; the records account for {expected}."));
            }
        }
        Ok(())
    }

    /// Holds every word of the text index against the checksums.
    fn words(&mut self) -> rusqlite::Result<()> {
        let mut found: HashMap<i64, i64> = HashMap::new();
        let mut statement = self.connection.prepare("SELECT term, doc, \"offset\" FROM temp.words_at")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let position = usize::try_from(row.get::<_, i64>(2)?).unwrap_or(usize::MAX);
            let sum = found.entry(row.get(1)?).or_default();
            *sum = sum.wrapping_add(word_sum(row.get_ref(0)?.as_str()?, position));
        }
        let wrong =
            self.sums.iter().filter(|(document, sum)| found.get(document).copied().unwrap_or(0) != **sum).count();
        let unowned = found.keys().filter(|document| !self.sums.contains_key(document)).count();
        if wrong + unowned > 0 {
            self.report.note(|| format!("The text index has other words than it should: {wrong} documents differ, {unowned} belong to no record."));
        }
        Ok(())
    }
}

impl Stored {
    fn read(list: &List, row: &Row<'_>) -> rusqlite::Result<Stored> {
        Ok(Stored {
            number: row.get(0)?,
            key: Key::new(list.space.as_str(), list.collection.as_str(), row.get::<_, String>(1)?),
            head: row.get(2)?,
            body: row.get(3)?,
            entries: row.get(4)?,
            group: row.get(5)?,
            document: row.get(6)?,
            sum: row.get(7)?,
            sequence: u64::try_from(row.get::<_, i64>(8)?).unwrap_or(0),
        })
    }
}
