//! Index rows and documents of one record: made, changed, removed.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::document::{bucket, bucket_of, bucket_range, has_range, stray_range};
use super::packed::Packed;
use super::words::{text_sum, words};
use crate::OrderKind;
use crate::text::Words;

/// The two tables of index rows have the same columns.
struct Table {
    insert: &'static str,
    delete: &'static str,
}

const PLACES: Table = Table {
    insert: "INSERT INTO places (list, name, key, id, record) VALUES (?1, ?2, ?3, ?4, ?5)",
    delete: "DELETE FROM places WHERE list = ?1 AND name = ?2 AND key = ?3 AND id = ?4",
};
const TAGS: Table = Table {
    insert: "INSERT INTO tags (list, name, key, id, record) VALUES (?1, ?2, ?3, ?4, ?5)",
    delete: "DELETE FROM tags WHERE list = ?1 AND name = ?2 AND key = ?3 AND id = ?4",
};

const INSERT_TEXT: &str = "INSERT INTO texts (rowid, words) VALUES (?1, ?2)";
const DELETE_TEXT: &str = "DELETE FROM texts WHERE rowid = ?1";
const INSERT_DOCUMENT: &str = "INSERT INTO documents (document, record) VALUES (?1, ?2)";
const DELETE_DOCUMENT: &str = "DELETE FROM documents WHERE document = ?1";
const LAST_DOCUMENT: &str = "SELECT max(document) FROM documents WHERE document BETWEEN ?1 AND ?2";
const COUNT_STRAYS: &str = "UPDATE lists SET strays = strays + ?2 WHERE list = ?1";

/// Which record is indexed.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) list: i64,
    pub(crate) record: i64,
    pub(crate) id: &'a str,
}

/// The document of a record: its number and the checksum of its words.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Document {
    pub(crate) number: i64,
    pub(crate) sum: i64,
}

/// Makes the index rows of a record what its new entries say, given what its old ones said; only differences are written.
pub(crate) fn change_entries(
    connection: &Connection,
    subject: Subject<'_>,
    old: Packed<'_>,
    new: Packed<'_>,
) -> rusqlite::Result<()> {
    if old == new {
        return Ok(());
    }
    change_rows(connection, &PLACES, subject, &old.sort().collect(), &new.sort().collect())?;
    change_rows(connection, &TAGS, subject, &tag_places(old), &tag_places(new))
}

/// Makes the document of a record what its text says, if it has any; writes nothing if it is that already. A document
/// whose bucket stays keeps its number.
pub(crate) fn change_document(
    connection: &Connection,
    subject: Subject<'_>,
    bucket: u32,
    old: Option<Document>,
    text: Option<&Words>,
) -> rusqlite::Result<Option<Document>> {
    let sum = text.map(text_sum);
    let stays = |old: &Document| bucket_of(old.number) == bucket_of(*bucket_range(subject.list, bucket).start());
    if let Some(old) = old {
        if stays(&old) && sum == Some(old.sum) {
            return Ok(Some(old));
        }
        remove_document(connection, subject.list, old)?;
    }
    let Some((text, sum)) = text.zip(sum) else { return Ok(None) };
    let number = match old.filter(stays) {
        Some(old) => old.number,
        None => free_number(connection, subject.list, bucket)?,
    };
    connection.prepare_cached(INSERT_TEXT)?.execute(params![number, words(text)])?;
    connection.prepare_cached(INSERT_DOCUMENT)?.execute([number, subject.record])?;
    Ok(Some(Document { number, sum }))
}

/// The bucket in which the document of these entries belongs; `kind` is that of the list order.
pub(crate) fn bucket_for(kind: OrderKind, entries: Packed<'_>) -> u32 {
    bucket(kind, entries.list_key())
}

fn remove_document(connection: &Connection, list: i64, document: Document) -> rusqlite::Result<()> {
    connection.prepare_cached(DELETE_TEXT)?.execute([document.number])?;
    connection.prepare_cached(DELETE_DOCUMENT)?.execute([document.number])?;
    if stray_range().contains(&document.number) {
        connection.prepare_cached(COUNT_STRAYS)?.execute([list, -1])?;
    }
    Ok(())
}

/// The next number of the bucket, or of the strays.
fn free_number(connection: &Connection, list: i64, bucket: u32) -> rusqlite::Result<i64> {
    let range = bucket_range(list, bucket);
    let mut last = connection.prepare_cached(LAST_DOCUMENT)?;
    if has_range(list) {
        let taken: Option<i64> = last.query_row([range.start(), range.end()], |row| row.get(0))?;
        let next = taken.map_or(*range.start(), |taken| taken + 1);
        if range.contains(&next) {
            return Ok(next);
        }
    }
    connection.prepare_cached(COUNT_STRAYS)?.execute([list, 1])?;
    let range = stray_range();
    let taken: Option<i64> = last.query_row([range.start(), range.end()], |row| row.get(0))?;
    Ok(taken.map_or(*range.start(), |taken| taken + 1))
}

/// Each tag with the place in the list order.
fn tag_places(entries: Packed<'_>) -> BTreeSet<(&str, &[u8])> {
    entries.tags().map(|tag| (tag, entries.list_key())).collect()
}

fn change_rows(
    connection: &Connection,
    table: &Table,
    subject: Subject<'_>,
    old: &BTreeSet<(&str, &[u8])>,
    new: &BTreeSet<(&str, &[u8])>,
) -> rusqlite::Result<()> {
    for (name, key) in old.difference(new) {
        connection.prepare_cached(table.delete)?.execute(params![subject.list, name, key, subject.id])?;
    }
    for (name, key) in new.difference(old) {
        connection.prepare_cached(table.insert)?.execute(params![
            subject.list,
            name,
            key,
            subject.id,
            subject.record
        ])?;
    }
    Ok(())
}
