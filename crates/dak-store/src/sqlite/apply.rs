//! Batches carried out inside the writer's open transaction.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::cache::{After, Change};
use super::failure::failure;
use super::index::{Document, Subject, bucket_for, change_document, change_entries};
use super::names::{Names, Space};
use super::packed::{Packed, pack};
use super::reader;
use crate::index::{entries, words};
use crate::{
    Batch, Committed, Entries, Error, Expectation, Indexer, Key, Operation, Order, OrderKind, Record, SpaceVersion, Tag,
};

/// A body beyond this has a row of its own, so that a retag does not write it again.
const INLINE_BYTES_MAX: usize = 2048;

const INSERT_SPACE: &str = "INSERT INTO spaces (space, name, sequence, tag) VALUES (?1, ?2, 0, zeroblob(12))";
const INSERT_LIST: &str = "INSERT INTO lists (list, space, collection) VALUES (?1, ?2, ?3)";
/// Without RETURNING, whose hidden trigger takes a savepoint, at which FTS5 writes out the words it has gathered.
const DRAW: &str = "UPDATE spaces SET sequence = ?2, tag = ?3 WHERE space = ?1";
const TAG: &str = "SELECT tag FROM records WHERE list = ?1 AND id = ?2";
const INDEXED: &str =
    "SELECT record, entries, document, text_sum, body IS NULL FROM records WHERE list = ?1 AND id = ?2";
const COUNT: &str = "UPDATE lists SET records = records + ?2 WHERE list = ?1";
const SET_COUNTER: &str = "REPLACE INTO counters (space, name, value) VALUES (?1, ?2, ?3)";
const INSERT_RECORD: &str =
    "INSERT INTO records (list, id, entries, tag, sequence, head) VALUES (?1, ?2, x'', zeroblob(12), 0, x'')";
const DELETE_RECORD: &str = "DELETE FROM records WHERE record = ?1";
const UPDATE_HEAD: &str = "UPDATE records SET entries = ?2, group_name = ?3, document = ?4, text_sum = ?5, tag = ?6, sequence = ?7, \
    head = ?8 WHERE record = ?1";
const UPDATE_RECORD: &str = "UPDATE records SET entries = ?2, group_name = ?3, document = ?4, text_sum = ?5, tag = ?6, sequence = ?7, \
    head = ?8, body = ?9 WHERE record = ?1";
const SET_BODY: &str = "REPLACE INTO bodies (record, body) VALUES (?1, ?2)";
const DELETE_BODY: &str = "DELETE FROM bodies WHERE record = ?1";

/// One open transaction: what its batches have done so far beside the rows.
pub(crate) struct Open<'a> {
    connection: &'a Connection,
    indexer: &'a dyn Indexer,
    names: &'a Names,
    /// Spaces and lists made in this transaction, which nobody else knows yet.
    new_spaces: HashMap<Arc<str>, Arc<Space>>,
    new_lists: HashMap<(Arc<str>, Arc<str>), i64>,
    /// The last word on each record and each space touched.
    records: HashMap<Key, After>,
    versions: HashMap<Arc<str>, SpaceVersion>,
    guard: Guard,
    is_torn: bool,
}

/// What happens to a batch that fails half done, for a reason of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Guard {
    /// Its half stays, and so the transaction [is torn](Open::is_torn). Most groups have no such batch.
    None,
    /// A savepoint takes it back. Each makes FTS5 write what it has gathered, so that a group of texts costs more.
    Savepoints,
}

/// What a transaction is about to make visible.
pub(crate) struct Outcome {
    pub(crate) changes: Vec<Change>,
    pub(crate) versions: Vec<(Arc<Space>, SpaceVersion)>,
    pub(crate) new_spaces: Vec<(Arc<str>, Arc<Space>)>,
    pub(crate) new_lists: Vec<(Arc<Space>, Arc<str>, i64)>,
}

/// A record as far as its index goes.
struct Indexed {
    number: i64,
    entries: Vec<u8>,
    document: Option<Document>,
    /// Whether the body has a row of its own.
    is_long: bool,
}

/// What an operation has to say about a record, in the terms of both put and retag.
struct Version<'a> {
    key: &'a Key,
    head: &'a Bytes,
    /// Of a body that stays, only the beginning.
    body: &'a Bytes,
    tag: Tag,
    is_put: bool,
}

impl<'a> Open<'a> {
    /// A transaction in which nothing has happened.
    pub(crate) fn new(
        connection: &'a Connection,
        indexer: &'a dyn Indexer,
        names: &'a Names,
        guard: Guard,
    ) -> Open<'a> {
        Open {
            connection,
            indexer,
            names,
            new_spaces: HashMap::new(),
            new_lists: HashMap::new(),
            records: HashMap::new(),
            versions: HashMap::new(),
            guard,
            is_torn: false,
        }
    }

    /// Whether half a batch is in the transaction, which must not be committed then.
    pub(crate) fn is_torn(&self) -> bool {
        self.is_torn
    }

    /// Carries out one batch, whole or not at all, unless the transaction is torn by it.
    pub(crate) fn batch(&mut self, batch: &Batch) -> Result<Committed, Error> {
        batch.check()?;
        for expectation in &batch.expectations {
            self.expect(expectation)?;
        }
        // Names outlast a batch that fails: they are numbers and nothing else.
        for operation in &batch.operations {
            self.list(operation.key()).map_err(failure)?;
        }
        self.guard("SAVEPOINT batch")?;
        let mut records = HashMap::new();
        match self.carry_out(batch, &mut records) {
            Ok(sequences) => {
                self.guard("RELEASE batch")?;
                self.versions.extend(
                    sequences
                        .iter()
                        .map(|(space, sequence)| (space.clone(), SpaceVersion { sequence: *sequence, tag: batch.tag })),
                );
                self.records.extend(records);
                Ok(Committed { sequences })
            }
            Err(error) => {
                self.is_torn |= self.guard == Guard::None;
                self.guard("ROLLBACK TO batch")?;
                self.guard("RELEASE batch")?;
                Err(error)
            }
        }
    }

    /// What the transaction did, for caches to be told.
    pub(crate) fn outcome(self) -> Outcome {
        let versions = self.versions.iter().filter_map(|(name, version)| Some((self.known_space(name)?, *version)));
        let lists = self
            .new_lists
            .iter()
            .filter_map(|((name, collection), list)| Some((self.known_space(name)?, collection.clone(), *list)));
        Outcome {
            versions: versions.collect(),
            new_lists: lists.collect(),
            new_spaces: self.new_spaces.into_iter().collect(),
            changes: self.records.into_iter().map(|(key, after)| Change { key, after }).collect(),
        }
    }

    fn guard(&self, sql: &str) -> Result<(), Error> {
        match self.guard {
            Guard::None => Ok(()),
            Guard::Savepoints => self.execute(sql, []),
        }
    }

    fn expect(&self, expectation: &Expectation) -> Result<(), Error> {
        let (holds, key) = match expectation {
            Expectation::Absent(key) => (self.tag(key)?.is_none(), key),
            Expectation::Present(key) => (self.tag(key)?.is_some(), key),
            Expectation::Tagged(key, tag) => (self.tag(key)? == Some(*tag), key),
        };
        match holds {
            true => Ok(()),
            false => {
                Err(Error::conflict(format!("The record '{}' of '{}' is not as expected.", key.id, key.collection)))
            }
        }
    }

    fn tag(&self, key: &Key) -> Result<Option<Tag>, Error> {
        let Some(list) = self.known_list(key) else { return Ok(None) };
        let read = || {
            self.connection
                .prepare_cached(TAG)?
                .query_row(params![list, &*key.id], |row| row.get(0).map(Tag))
                .optional()
        };
        read().map_err(failure)
    }

    fn carry_out(&mut self, batch: &Batch, records: &mut HashMap<Key, After>) -> Result<Vec<(Arc<str>, u64)>, Error> {
        let mut sequences = Vec::new();
        for space in batch.spaces() {
            let number = self.space(&space).map_err(failure)?.number;
            let sequence = reader::version(self.connection, number).map_err(failure)?.sequence + 1;
            self.execute(DRAW, params![number, sequence.cast_signed(), batch.tag.0])?;
            sequences.push((space, sequence));
        }
        for operation in &batch.operations {
            let space = &operation.key().space;
            let sequence = sequences.iter().find(|(name, _)| name == space).map_or(0, |(_, sequence)| *sequence);
            let key = operation.key();
            let after = self.operation(operation, sequence)?;
            let after = after.following(records.get(key).or_else(|| self.records.get(key)));
            records.insert(key.clone(), after);
        }
        for addition in &batch.additions {
            let space = self.space(&addition.space).map_err(failure)?.number;
            let before = reader::counter(self.connection, space, &addition.name).map_err(failure)?;
            self.execute(SET_COUNTER, params![space, addition.name, before.wrapping_add(addition.delta)])?;
        }
        Ok(sequences)
    }

    /// Does one thing to one record; gives what there is after it.
    fn operation(&mut self, operation: &Operation, sequence: u64) -> Result<After, Error> {
        let key = operation.key();
        let list = self.list(key).map_err(failure)?;
        let indexed = self.indexed(list, key)?;
        match operation {
            Operation::Delete { .. } => self.delete(key, list, indexed).map(|()| After::Deleted),
            Operation::Put { head, body, tag, .. } => {
                let version = Version { key, head, body, tag: *tag, is_put: true };
                let indexed = indexed.map_or_else(|| self.insert(key, list), Ok)?;
                self.write(&version, list, &indexed, sequence).map(After::Put)
            }
            Operation::Retag { head, tag, .. } => {
                let indexed =
                    indexed.ok_or_else(|| Error::conflict(format!("There is no record '{}' to retag.", key.id)))?;
                let body = self.beginning(key, &indexed).map_err(failure)?;
                let version = Version { key, head, body: &body, tag: *tag, is_put: false };
                self.write(&version, list, &indexed, sequence).map(After::Retagged)
            }
        }
    }

    /// As much of a body as entries depend on.
    fn beginning(&self, key: &Key, indexed: &Indexed) -> rusqlite::Result<Bytes> {
        let bytes_max = self.indexer.entries_body_bytes_max(&key.collection);
        match indexed.is_long && bytes_max != usize::MAX {
            true => reader::beginning(self.connection, indexed.number, bytes_max),
            false => reader::body(self.connection, indexed.number),
        }
    }

    fn delete(&self, key: &Key, list: i64, indexed: Option<Indexed>) -> Result<(), Error> {
        let Some(indexed) = indexed else { return Ok(()) };
        let subject = Subject { list, record: indexed.number, id: &key.id };
        let none = pack(&Entries::default());
        change_entries(self.connection, subject, Packed(&indexed.entries), Packed(&none)).map_err(failure)?;
        change_document(self.connection, subject, 0, indexed.document, None).map_err(failure)?;
        self.execute(DELETE_RECORD, [indexed.number])?;
        if indexed.is_long {
            self.execute(DELETE_BODY, [indexed.number])?;
        }
        self.execute(COUNT, [list, -1])
    }

    /// Makes an empty row for a record.
    fn insert(&self, key: &Key, list: i64) -> Result<Indexed, Error> {
        self.execute(INSERT_RECORD, params![list, &*key.id])?;
        let number = self.connection.last_insert_rowid();
        self.execute(COUNT, [list, 1])?;
        Ok(Indexed { number, entries: pack(&Entries::default()), document: None, is_long: false })
    }

    /// Writes a version of a record and what finds it.
    fn write(&self, version: &Version<'_>, list: i64, old: &Indexed, sequence: u64) -> Result<Record, Error> {
        let Version { key, head, body, tag, is_put } = *version;
        let entries = entries(self.indexer, key, head, body, sequence)?;
        let packed = pack(&entries);
        let subject = Subject { list, record: old.number, id: &key.id };
        change_entries(self.connection, subject, Packed(&old.entries), Packed(&packed)).map_err(failure)?;
        let document = self.document(version, subject, old, &packed).map_err(failure)?;
        let (number, sum) = (document.map(|document| document.number), document.map(|document| document.sum));
        let drawn = sequence.cast_signed();
        match is_put {
            true => {
                let is_long = body.len() > INLINE_BYTES_MAX;
                let inline = (!is_long).then_some(&body[..]);
                self.execute(
                    UPDATE_RECORD,
                    params![old.number, packed, entries.group, number, sum, tag.0, drawn, &head[..], inline],
                )?;
                match (is_long, old.is_long) {
                    (true, _) => self.execute(SET_BODY, params![old.number, &body[..]])?,
                    (false, true) => self.execute(DELETE_BODY, [old.number])?,
                    (false, false) => {}
                }
            }
            false => self.execute(
                UPDATE_HEAD,
                params![old.number, packed, entries.group, number, sum, tag.0, drawn, &head[..]],
            )?,
        }
        Ok(Record { id: key.id.clone(), head: head.clone(), body: body.clone(), tag, sequence })
    }

    /// A retag leaves the document alone, unless the record moves to another place in its list.
    fn document(
        &self,
        version: &Version<'_>,
        subject: Subject<'_>,
        old: &Indexed,
        packed: &[u8],
    ) -> rusqlite::Result<Option<Document>> {
        let Version { key, body, is_put, .. } = *version;
        let (kind, bucket) = list_bucket(&self.indexer.orders(&key.collection), packed);
        if !is_put && bucket_for(kind, Packed(&old.entries)) == bucket {
            return Ok(old.document);
        }
        let body = if is_put { body.clone() } else { reader::body(self.connection, subject.record)? };
        let text = words(self.indexer, key, &body);
        change_document(self.connection, subject, bucket, old.document, text.as_ref())
    }

    fn indexed(&self, list: i64, key: &Key) -> Result<Option<Indexed>, Error> {
        let read = || self.connection.prepare_cached(INDEXED)?.query_row(params![list, &*key.id], indexed).optional();
        read().map_err(failure)
    }

    /// The space of this name, which is made if there is none.
    fn space(&mut self, name: &Arc<str>) -> rusqlite::Result<Arc<Space>> {
        if let Some(space) = self.known_space(name) {
            return Ok(space);
        }
        let space = Arc::new(Space::new(self.names.next_space()));
        self.connection.prepare_cached(INSERT_SPACE)?.execute(params![space.number, &**name])?;
        self.new_spaces.insert(name.clone(), space.clone());
        Ok(space)
    }

    /// The list of this key, which is made if there is none.
    fn list(&mut self, key: &Key) -> rusqlite::Result<i64> {
        if let Some(list) = self.known_list(key) {
            return Ok(list);
        }
        let space = self.space(&key.space)?.number;
        let list = self.names.next_list();
        self.connection.prepare_cached(INSERT_LIST)?.execute(params![list, space, &*key.collection])?;
        self.new_lists.insert((key.space.clone(), key.collection.clone()), list);
        Ok(list)
    }

    fn known_space(&self, name: &Arc<str>) -> Option<Arc<Space>> {
        self.new_spaces.get(name).cloned().or_else(|| self.names.space(name))
    }

    fn known_list(&self, key: &Key) -> Option<i64> {
        let new = || self.new_lists.get(&(key.space.clone(), key.collection.clone())).copied();
        self.names.list(&key.space, &key.collection).or_else(new)
    }

    fn execute(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<(), Error> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(parameters))
            .map(drop)
            .map_err(failure)
    }
}

fn indexed(row: &Row<'_>) -> rusqlite::Result<Indexed> {
    let document = row.get::<_, Option<i64>>(2)?.zip(row.get::<_, Option<i64>>(3)?);
    let document = document.map(|(number, sum)| Document { number, sum });
    Ok(Indexed { number: row.get(0)?, entries: row.get(1)?, document, is_long: row.get(4)? })
}

/// The kind of the list order, and the bucket of these entries in it.
pub(crate) fn list_bucket(orders: &[Order], packed: &[u8]) -> (OrderKind, u32) {
    let kind = orders.first().map_or(OrderKind::Bytes, |order| order.kind);
    (kind, bucket_for(kind, Packed(packed)))
}

#[cfg(test)]
mod tests;
