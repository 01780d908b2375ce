//! Records and blobs in memory: for tests, and as the plainest statement of what an engine does.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::convert::Infallible;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::index::{entries, words};
use crate::matching::{Facts, check_order, check_orders, matches};
use crate::text::Words;
use crate::{
    Batch, BoxFuture, Committed, CountedPage, Cursor, Direction, Entries, Error, Expectation, Indexer, Key, Lookup,
    Operation, Page, Query, Record, Records, SpaceVersion, Tag, TextFilter,
};

mod blobs;

pub use blobs::MemoryBlobs;

/// An engine that forgets everything when it is dropped. It answers at once and sorts what it finds.
pub struct Memory {
    indexer: Arc<dyn Indexer>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    records: BTreeMap<Key, Stored>,
    versions: HashMap<Arc<str>, SpaceVersion>,
    counters: HashMap<(Arc<str>, String), i64>,
}

struct Stored {
    record: Record,
    entries: Entries,
    text: Option<Words>,
}

impl Memory {
    /// An empty store.
    pub fn new(indexer: Arc<dyn Indexer>) -> Memory {
        Memory { indexer, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lookup_now(&self, key: &Key, unless: Option<Tag>) -> Lookup {
        match self.state().records.get(key) {
            None => Lookup::Absent,
            Some(stored) if Some(stored.record.tag) == unless => Lookup::Unchanged,
            Some(stored) => Lookup::Found(stored.record.clone()),
        }
    }

    /// What becomes of all records of the list that a query finds, in its order.
    fn found<T>(&self, query: &Query, give: impl FnOnce(&[&Stored]) -> T) -> Result<T, Error> {
        query.check()?;
        let orders = self.indexer.orders(&query.collection);
        check_order(&query.order, &orders)?;
        check_orders(&query.filter, &orders)?;
        let state = self.state();
        let of_list = |key: &Key| key.space == query.space && key.collection == query.collection;
        let mut found: Vec<&Stored> = state
            .records
            .iter()
            .filter(|(key, _)| of_list(key))
            .map(|(_, stored)| stored)
            .filter(|stored| matches(&query.filter, &mut &**stored) == Ok(true))
            .collect();
        found.sort_by(|a, b| a.place(&query.order).cmp(&b.place(&query.order)));
        if query.direction == Direction::Descending {
            found.reverse();
        }
        if query.collapse {
            collapse(&mut found);
        }
        Ok(give(&found))
    }

    fn commit_now(&self, batch: &Batch) -> Result<Committed, Error> {
        batch.check()?;
        let mut state = self.state();
        batch.expectations.iter().try_for_each(|expectation| state.expect(expectation))?;
        let versions = state.draw(batch);
        let mut changes = BTreeMap::new();
        for operation in &batch.operations {
            let key = operation.key();
            let sequence =
                versions.iter().find(|(space, _)| *space == key.space).map_or(0, |(_, version)| version.sequence);
            let before = changes.get(key).map_or_else(|| state.records.get(key), Option::as_ref);
            let after = apply(operation, before, sequence, &*self.indexer)?;
            changes.insert(key.clone(), after);
        }
        let sequences = versions.iter().map(|(space, version)| (space.clone(), version.sequence)).collect();
        state.accept(changes, versions, batch);
        Ok(Committed { sequences })
    }
}

impl Records for Memory {
    fn lookup<'a>(&'a self, key: &'a Key, unless: Option<Tag>) -> BoxFuture<'a, Lookup> {
        Box::pin(ready(Ok(self.lookup_now(key, unless))))
    }

    fn query<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Page> {
        Box::pin(ready(self.found(query, |found| page(query, found))))
    }

    fn query_counted<'a>(&'a self, query: &'a Query, count_max: usize) -> BoxFuture<'a, CountedPage> {
        let counted = |found: &[&Stored]| CountedPage { page: page(query, found), count: found.len().min(count_max) };
        Box::pin(ready(self.found(query, counted)))
    }

    fn version<'a>(&'a self, space: &'a str) -> BoxFuture<'a, SpaceVersion> {
        Box::pin(ready(Ok(self.state().versions.get(space).copied().unwrap_or_default())))
    }

    fn spaces<'a>(&'a self, prefix: &'a str, after: &'a str, limit: usize) -> BoxFuture<'a, Vec<Arc<str>>> {
        let state = self.state();
        let named = |space: &&Arc<str>| space.starts_with(prefix) && ***space > *after;
        let mut spaces: Vec<Arc<str>> = state.versions.keys().filter(named).cloned().collect();
        spaces.sort();
        spaces.truncate(limit);
        Box::pin(ready(Ok(spaces)))
    }

    fn counter<'a>(&'a self, space: &'a str, name: &'a str) -> BoxFuture<'a, i64> {
        let value = self.state().counters.get(&(Arc::from(space), name.to_owned())).copied();
        Box::pin(ready(Ok(value.unwrap_or_default())))
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Committed> {
        Box::pin(ready(self.commit_now(&batch)))
    }
}

impl State {
    fn expect(&self, expectation: &Expectation) -> Result<(), Error> {
        let tag_of = |key: &Key| self.records.get(key).map(|stored| stored.record.tag);
        let holds = match expectation {
            Expectation::Absent(key) => tag_of(key).is_none(),
            Expectation::Present(key) => tag_of(key).is_some(),
            Expectation::Tagged(key, tag) => tag_of(key) == Some(*tag),
        };
        if holds { Ok(()) } else { Err(Error::conflict("The record is not as expected.")) }
    }

    fn draw(&self, batch: &Batch) -> Vec<(Arc<str>, SpaceVersion)> {
        let next = |space: Arc<str>| {
            let sequence = self.versions.get(&space).map_or(0, |version| version.sequence) + 1;
            (space, SpaceVersion { sequence, tag: batch.tag })
        };
        batch.spaces().into_iter().map(next).collect()
    }

    fn accept(
        &mut self,
        changes: BTreeMap<Key, Option<Stored>>,
        versions: Vec<(Arc<str>, SpaceVersion)>,
        batch: &Batch,
    ) {
        for (key, change) in changes {
            match change {
                Some(stored) => self.records.insert(key, stored),
                None => self.records.remove(&key),
            };
        }
        self.versions.extend(versions);
        for addition in &batch.additions {
            let counter = self.counters.entry((addition.space.clone(), addition.name.clone())).or_default();
            *counter = counter.wrapping_add(addition.delta);
        }
    }
}

impl Stored {
    fn sort_key(&self, order: &str) -> &[u8] {
        self.entries.sort.iter().find(|(name, _)| name == order).map(|(_, key)| key.as_slice()).unwrap_or_default()
    }

    /// Where it stands in an order: by sort key, then by id.
    fn place(&self, order: &str) -> (&[u8], &str) {
        (self.sort_key(order), &self.record.id)
    }

    fn is_after(&self, query: &Query) -> bool {
        let Some(cursor) = &query.after else {
            return true;
        };
        let (place, end) = (self.place(&query.order), (cursor.key.as_slice(), cursor.id.as_str()));
        match query.direction {
            Direction::Ascending => place > end,
            Direction::Descending => place < end,
        }
    }
}

impl Facts for &Stored {
    type Error = Infallible;

    fn has_tag(&self, tag: &str) -> bool {
        self.entries.tags.iter().any(|have| have == tag)
    }

    fn sort_key(&self, order: &str) -> &[u8] {
        Stored::sort_key(self, order)
    }

    fn has_text(&mut self, filter: &TextFilter) -> Result<bool, Infallible> {
        Ok(self.text.as_ref().is_some_and(|text| text.has(filter)))
    }
}

/// What becomes of a record.
fn apply(
    operation: &Operation,
    before: Option<&Stored>,
    sequence: u64,
    indexer: &dyn Indexer,
) -> Result<Option<Stored>, Error> {
    let (record, text) = match operation {
        Operation::Delete { .. } => return Ok(None),
        Operation::Put { key, head, body, tag } => {
            let record = Record { id: key.id.clone(), head: head.clone(), body: body.clone(), tag: *tag, sequence };
            (record, words(indexer, key, body))
        }
        Operation::Retag { head, tag, .. } => {
            let stored = before.ok_or_else(|| Error::conflict("There is no record to retag."))?;
            (Record { head: head.clone(), tag: *tag, sequence, ..stored.record.clone() }, stored.text.clone())
        }
    };
    let entries = entries(indexer, operation.key(), &record.head, &record.body, sequence)?;
    Ok(Some(Stored { record, entries, text }))
}

/// Leaves the first of each group.
fn collapse(found: &mut Vec<&Stored>) {
    let mut seen = HashSet::new();
    found.retain(|stored| stored.entries.group.as_ref().is_none_or(|group| seen.insert(group)));
}

/// As many of the found as a page may have.
fn page(query: &Query, found: &[&Stored]) -> Page {
    let found: Vec<&Stored> = found.iter().copied().filter(|stored| stored.is_after(query)).collect();
    let mut page = Page::default();
    let mut bytes = 0;
    for (position, stored) in found.iter().enumerate() {
        let body = if query.heads_only { Bytes::new() } else { stored.record.body.clone() };
        bytes += stored.record.head.len() + body.len();
        page.records.push(Record { body, ..stored.record.clone() });
        if page.records.len() == query.limit || bytes >= query.bytes_max {
            let end = || Cursor { key: stored.sort_key(&query.order).to_vec(), id: stored.record.id.to_string() };
            page.next = (position + 1 < found.len()).then(end);
            break;
        }
    }
    page
}
