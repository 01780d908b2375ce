//! Point reads: a few connections that whoever asks borrows for some microseconds.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use bytes::Bytes;
use rusqlite::{Connection, MAIN_DB, OptionalExtension, Row, params};

use super::names;
use crate::{Key, Record, SpaceVersion, Tag};

/// The columns of a record, as [`record`] takes them. A long body is in its own table.
macro_rules! record_columns {
    () => {
        "id, tag, sequence, head, coalesce(body, (SELECT b.body FROM bodies b WHERE b.record = records.record))"
    };
}

const BY_ID: &str = concat!("SELECT ", record_columns!(), " FROM records WHERE list = ?1 AND id = ?2");
const BY_NUMBER: &str = concat!("SELECT ", record_columns!(), " FROM records WHERE record = ?1");
const BODY_BY_NUMBER: &str = "SELECT coalesce(body, (SELECT b.body FROM bodies b WHERE b.record = records.record)) FROM records WHERE record = ?1";
const HEAD_BY_NUMBER: &str = "SELECT id, tag, sequence, head FROM records WHERE record = ?1";
const KEYS: &str = "SELECT s.name, l.collection, r.id FROM records r JOIN lists l USING (list) \
    JOIN spaces s USING (space) LIMIT ?1";
const VERSION: &str = "SELECT sequence, tag FROM spaces WHERE space = ?1";
const SPACES: &str = "SELECT name FROM spaces WHERE name >= ?1 AND name > ?2 AND name < ?3 ORDER BY name LIMIT ?4";
const COUNTER: &str = "SELECT value FROM counters WHERE space = ?1 AND name = ?2";

const HEADS: &str = "SELECT s.name, l.collection, r.id, r.head FROM records r JOIN lists l USING (list) \
    JOIN spaces s USING (space)";

/// Connections for point reads.
pub(crate) struct Readers {
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
}

impl Readers {
    /// Lends these connections, of which there is at least one.
    pub(crate) fn new(connections: Vec<Connection>) -> Readers {
        Readers { connections: connections.into_iter().map(Mutex::new).collect(), next: AtomicUsize::new(0) }
    }

    /// Reads with a connection that is free, or the next to become so. What is read must be short: others wait.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        for connection in &self.connections {
            match connection.try_lock() {
                Ok(connection) => return read(&connection),
                Err(TryLockError::Poisoned(poisoned)) => return read(&poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        read(&self.connections[turn].lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The record of this id.
pub(crate) fn record_by_id(connection: &Connection, list: i64, id: &str) -> rusqlite::Result<Option<Record>> {
    connection.prepare_cached(BY_ID)?.query_row(params![list, id], |row| record(row, 0, bytes(row, 4)?)).optional()
}

/// The keys of some records.
pub(crate) fn keys(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<Key>> {
    let mut statement = connection.prepare_cached(KEYS)?;
    let key = |row: &Row<'_>| {
        let part = |column| row.get::<_, String>(column);
        Ok(Key::new(part(0)?, part(1)?, part(2)?))
    };
    statement.query_map([limit], key)?.collect()
}

/// Shows the key and the head of every record, as they are at one moment.
pub(crate) fn heads(connection: &Connection, show: &mut dyn FnMut(Key, &[u8])) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(HEADS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let part = |column| row.get::<_, String>(column);
        show(Key::new(part(0)?, part(1)?, part(2)?), row.get_ref(3)?.as_blob()?);
    }
    Ok(())
}

/// The record of this number.
pub(crate) fn record_by_number(connection: &Connection, number: i64) -> rusqlite::Result<Record> {
    connection.prepare_cached(BY_NUMBER)?.query_row([number], |row| record(row, 0, bytes(row, 4)?))
}

/// The body of the record of this number.
pub(crate) fn body(connection: &Connection, number: i64) -> rusqlite::Result<Bytes> {
    connection.prepare_cached(BODY_BY_NUMBER)?.query_row([number], |row| bytes(row, 0))
}

/// The beginning of a body that has a row of its own. The rest is not read.
pub(crate) fn beginning(connection: &Connection, number: i64, bytes_max: usize) -> rusqlite::Result<Bytes> {
    let body = connection.blob_open(MAIN_DB, "bodies", "body", number, true)?;
    let mut beginning = vec![0; body.len().min(bytes_max)];
    body.read_at_exact(&mut beginning, 0)?;
    Ok(beginning.into())
}

/// The record of this number without its body.
pub(crate) fn head_by_number(connection: &Connection, number: i64) -> rusqlite::Result<Record> {
    connection.prepare_cached(HEAD_BY_NUMBER)?.query_row([number], |row| record(row, 0, Bytes::new()))
}

/// The version of a space.
pub(crate) fn version(connection: &Connection, space: i64) -> rusqlite::Result<SpaceVersion> {
    let found = connection.prepare_cached(VERSION)?.query_row([space], |row| names::version(row, 0)).optional()?;
    Ok(found.unwrap_or_default())
}

/// Names of spaces that begin so, those after one of them.
pub(crate) fn spaces(
    connection: &Connection,
    prefix: &str,
    after: &str,
    limit: usize,
) -> rusqlite::Result<Vec<Arc<str>>> {
    // What begins so is before it, unless it goes on with the last character there is, which no name has.
    let end = format!("{prefix}{}", char::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(SPACES)?;
    let name = |row: &Row<'_>| Ok(Arc::from(row.get_ref(0)?.as_str()?));
    statement.query_map(params![prefix, after, end, limit], name)?.collect()
}

/// The value of a counter.
pub(crate) fn counter(connection: &Connection, space: i64, name: &str) -> rusqlite::Result<i64> {
    let found = connection.prepare_cached(COUNTER)?.query_row(params![space, name], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or_default())
}

/// A record with this body from its other columns, the first of which is `first`: id, tag, sequence, head.
pub(crate) fn record(row: &Row<'_>, first: usize, body: Bytes) -> rusqlite::Result<Record> {
    Ok(Record {
        id: Arc::from(row.get_ref(first)?.as_str()?),
        tag: Tag(row.get(first + 1)?),
        sequence: u64::try_from(row.get::<_, i64>(first + 2)?).unwrap_or(0),
        head: bytes(row, first + 3)?,
        body,
    })
}

/// The bytes in this column.
pub(crate) fn bytes(row: &Row<'_>, column: usize) -> rusqlite::Result<Bytes> {
    Ok(Bytes::copy_from_slice(row.get_ref(column)?.as_blob()?))
}
