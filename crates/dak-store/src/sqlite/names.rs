//! The spaces and lists of the file, in memory: their numbers and each space's version.
//!
//! Every space is here, so that what is not here was never written. Versions are never older than what was answered, and
//! never older than what a reader of the file can have seen: the writer marks a space before its COMMIT and gives it the new
//! version after; in between its version is read from the file, which may or may not have the commit yet.
//!
//! For the same reason new spaces and lists are here before their COMMIT, and are taken back if it fails: else a reader could
//! see the new version of a space and not yet find its new list. Numbers are never given twice, so that one that was taken
//! back means nothing to whoever still has it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rusqlite::{Connection, Row};

use crate::{SpaceVersion, Tag};

/// All spaces.
#[derive(Default)]
pub(crate) struct Names {
    spaces: RwLock<HashMap<Arc<str>, Arc<Space>>>,
    space_last: AtomicI64,
    list_last: AtomicI64,
}

/// One space.
pub(crate) struct Space {
    pub(crate) number: i64,
    state: Mutex<State>,
    lists: RwLock<HashMap<Arc<str>, i64>>,
}

#[derive(Default)]
struct State {
    version: SpaceVersion,
    committing: bool,
}

impl Names {
    /// Reads all spaces and lists of the file.
    pub(crate) fn load(connection: &Connection) -> rusqlite::Result<Names> {
        let names = Names::default();
        let mut by_number = HashMap::new();
        let mut spaces = connection.prepare("SELECT space, name, sequence, tag FROM spaces")?;
        let mut rows = spaces.query([])?;
        while let Some(row) = rows.next()? {
            let space = Arc::new(Space::new(row.get(0)?));
            space.state().version = version(row, 2)?;
            names.space_last.fetch_max(space.number, Ordering::Relaxed);
            by_number.insert(space.number, space.clone());
            names.add_space(row.get::<_, String>(1)?.into(), space);
        }
        let mut lists = connection.prepare("SELECT space, collection, list FROM lists")?;
        let mut rows = lists.query([])?;
        while let Some(row) = rows.next()? {
            names.list_last.fetch_max(row.get(2)?, Ordering::Relaxed);
            if let Some(space) = by_number.get(&row.get(0)?) {
                space.add_list(row.get::<_, String>(1)?.into(), row.get(2)?);
            }
        }
        Ok(names)
    }

    /// The space of this name.
    pub(crate) fn space(&self, name: &str) -> Option<Arc<Space>> {
        self.read().get(name).cloned()
    }

    /// The number of a list.
    pub(crate) fn list(&self, space: &str, collection: &str) -> Option<i64> {
        self.read().get(space)?.list(collection)
    }

    /// A number for a new space.
    pub(crate) fn next_space(&self) -> i64 {
        self.space_last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A number for a new list.
    pub(crate) fn next_list(&self) -> i64 {
        self.list_last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Adds a space that is about to be committed.
    pub(crate) fn add_space(&self, name: Arc<str>, space: Arc<Space>) {
        self.write().insert(name, space);
    }

    /// Takes back a space whose commit failed.
    pub(crate) fn remove_space(&self, name: &str) {
        self.write().remove(name);
    }

    /// How many spaces there are.
    pub(crate) fn count(&self) -> usize {
        self.read().len()
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<Arc<str>, Arc<Space>>> {
        self.spaces.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<Arc<str>, Arc<Space>>> {
        self.spaces.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Space {
    /// A space without lists, never written.
    pub(crate) fn new(number: i64) -> Space {
        Space { number, state: Mutex::default(), lists: RwLock::default() }
    }

    /// The version, or `None` while a commit to the space is open and only the file knows.
    pub(crate) fn version(&self) -> Option<SpaceVersion> {
        let state = self.state();
        (!state.committing).then_some(state.version)
    }

    /// To be called before a COMMIT that touches the space.
    pub(crate) fn begin(&self) {
        self.state().committing = true;
    }

    /// To be called after that COMMIT: with the new version, or without if it failed.
    pub(crate) fn end(&self, version: Option<SpaceVersion>) {
        let mut state = self.state();
        state.committing = false;
        state.version = version.unwrap_or(state.version);
    }

    /// The number of a list of this space.
    pub(crate) fn list(&self, collection: &str) -> Option<i64> {
        self.lists.read().unwrap_or_else(PoisonError::into_inner).get(collection).copied()
    }

    /// Adds a list that is about to be committed.
    pub(crate) fn add_list(&self, collection: Arc<str>, list: i64) {
        self.lists.write().unwrap_or_else(PoisonError::into_inner).insert(collection, list);
    }

    /// Takes back a list whose commit failed.
    pub(crate) fn remove_list(&self, collection: &str) {
        self.lists.write().unwrap_or_else(PoisonError::into_inner).remove(collection);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A version from two columns of a row.
pub(crate) fn version(row: &Row<'_>, column: usize) -> rusqlite::Result<SpaceVersion> {
    let sequence = u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0);
    Ok(SpaceVersion { sequence, tag: Tag(row.get(column + 1)?) })
}
