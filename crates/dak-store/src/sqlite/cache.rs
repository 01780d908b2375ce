//! Records in memory, never older than what was answered.
//!
//! The folder is locked by this process, so every change passes the writer here. What has to hold: a lookup that begins
//! after a commit was answered does not see the older value, and no lookup sees a value older than one already seen.
//!
//! Keys are spread over stripes; each stripe has a lock, a generation, and the number of commits open on it.
//!
//! - The writer **begins** before its COMMIT: under each key's stripe lock it counts itself in, raises the generation and
//!   removes the key. It **ends** after the COMMIT (or its failure): under the lock it puts in the new value of keys that
//!   were there before, raises the generation and counts itself out. Only then is the commit answered.
//! - A lookup that **hits** reads a value that is the current one: values are put in only while no newer commit is open
//!   (below), and are removed before a newer one can be seen by anybody. It can be ordered right before that removal.
//! - A lookup that **misses** takes the generation, reads the file, and **fills** the value in under the lock only if no
//!   commit is open and the generation is the one it took. If so, no commit of this key began or ended in between; what it
//!   read is the state after the last one. A value read from the file while a commit is open may be the old or the new
//!   one; if it is the new one, the key is out of the cache until that commit ends, so later lookups read the file as well.
//!
//! Between a fill's check and its insertion nothing can happen, because both are under the lock that a beginning takes.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use quick_cache::{Weighter, sync::Cache};

use crate::{Key, Record};

const STRIPES: usize = 256;
/// What an entry costs beside its bytes: the key, the handles, the tables.
const ENTRY_BYTES: u64 = 256;
/// The part of the cache one record may fill.
const SHARE: u64 = 64;

/// A bounded cache of records.
pub(crate) struct Records {
    cache: Cache<Key, Record, Bytes>,
    stripes: Box<[Mutex<Stripe>]>,
    hasher: RandomState,
    entry_bytes_max: u64,
}

#[derive(Clone, Default)]
struct Stripe {
    generation: u64,
    open: usize,
}

/// What a lookup took before it read the file.
#[derive(Clone, Copy)]
pub(crate) struct Stamp(u64);

/// A change of one record that a commit is about to make: its key, and what is after it.
pub(crate) struct Change {
    pub(crate) key: Key,
    pub(crate) after: After,
}

/// What there is of a record after a commit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum After {
    /// Nothing.
    Deleted,
    /// This record.
    Put(Record),
    /// This record with the body it had before, in place of the one here.
    Retagged(Record),
}

/// Changes that have begun, and what was cached for each of them.
pub(crate) struct Begun {
    changes: Vec<Change>,
    cached: Vec<Option<Record>>,
}

impl Records {
    /// A cache of about so many bytes.
    pub(crate) fn new(bytes: u64) -> Records {
        let items = usize::try_from(bytes / 4096).unwrap_or(usize::MAX);
        Records {
            cache: Cache::with_weighter(items, bytes, Bytes),
            stripes: vec![Stripe::default(); STRIPES].into_iter().map(Mutex::new).collect(),
            hasher: RandomState::new(),
            entry_bytes_max: bytes / SHARE,
        }
    }

    /// The record, if it is here.
    pub(crate) fn find(&self, key: &Key) -> Option<Record> {
        self.cache.get(key)
    }

    /// To be taken before the file is read for a later [`Records::fill`].
    pub(crate) fn stamp(&self, key: &Key) -> Stamp {
        Stamp(self.stripe(key).generation)
    }

    /// Keeps what was read from the file, unless it may be out of date.
    pub(crate) fn fill(&self, key: &Key, record: &Record, stamp: Stamp) {
        if weigh(key, record) > self.entry_bytes_max {
            return;
        }
        let stripe = self.stripe(key);
        if stripe.open == 0 && stripe.generation == stamp.0 {
            self.cache.insert(key.clone(), record.clone());
        }
    }

    /// To be called before the COMMIT of these changes. Each key is named once.
    pub(crate) fn begin(&self, changes: Vec<Change>) -> Begun {
        let begin = |change: &Change| {
            let mut stripe = self.stripe(&change.key);
            stripe.open += 1;
            stripe.generation += 1;
            self.cache.remove(&change.key).map(|(_, record)| record)
        };
        let cached = changes.iter().map(begin).collect();
        Begun { changes, cached }
    }

    /// To be called once the COMMIT has succeeded or failed, before it is answered.
    pub(crate) fn end(&self, begun: Begun, committed: bool) {
        for (change, cached) in begun.changes.into_iter().zip(begun.cached) {
            let mut stripe = self.stripe(&change.key);
            stripe.open -= 1;
            stripe.generation += 1;
            let record = cached.filter(|_| committed).and_then(|cached| change.after.replacing(cached));
            if let Some(record) = record.filter(|record| weigh(&change.key, record) <= self.entry_bytes_max) {
                self.cache.insert(change.key.clone(), record);
            }
        }
    }

    fn stripe(&self, key: &Key) -> MutexGuard<'_, Stripe> {
        let hash = usize::try_from(self.hasher.hash_one(key) % STRIPES as u64).unwrap_or(0);
        self.stripes[hash].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl After {
    /// What becomes of a record.
    fn replacing(self, before: Record) -> Option<Record> {
        match self {
            After::Deleted => None,
            After::Put(record) => Some(record),
            After::Retagged(record) => Some(Record { body: before.body, ..record }),
        }
    }

    /// What it all comes to if this follows another change in the same commit.
    pub(crate) fn following(self, earlier: Option<&After>) -> After {
        match (self, earlier) {
            (After::Retagged(record), Some(After::Put(earlier))) => {
                After::Put(Record { body: earlier.body.clone(), ..record })
            }
            (after, _) => after,
        }
    }
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Record> for Bytes {
    fn weight(&self, key: &Key, record: &Record) -> u64 {
        weigh(key, record)
    }
}

fn weigh(key: &Key, record: &Record) -> u64 {
    let bytes = key.space.len() + key.collection.len() + key.id.len() + record.head.len() + record.body.len();
    bytes as u64 + ENTRY_BYTES
}

#[cfg(test)]
mod tests;
