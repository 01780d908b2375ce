//! Records in one SQLite file, made to last.
//!
//! - `lock`: one process at a time. `schema`: the file. `names`, `cache`: what is known without asking the file.
//! - `writer`: one thread commits what waits, together. `apply`, `index`: what a batch does to rows.
//! - `reader`: point reads, in the task that asks; they take microseconds unless the disk must be read.
//! - `scan`, `search`, `collect`: queries, on threads of their own; `plan`, `way`, `source`, `run`, `scene`, `axis`,
//!   `texts`: what they follow; `tally`: what is counted by indexes alone. `document`, `words`: text, numbered in list order.
//! - `backup`, `check`, `rebuild`: a copy of it all, whether it is right, and indexes made again.
//!
//! What a commit's answer promises: the log of the file was synced (`synchronous = FULL`), so the batch is there after the
//! process is killed or the power fails. After a write that failed for another reason than a full disk, nothing is written
//! until the store was opened again.

use std::future::ready;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_channel::oneshot;

use crate::{
    Batch, BoxFuture, Committed, CountedPage, Error, Indexer, Key, Lookup, Page, Query, Record, Records, SpaceVersion,
    Tag,
};

mod apply;
mod axis;
mod backup;
mod cache;
mod check;
mod collect;
mod document;
mod failure;
mod index;
mod lock;
mod names;
mod packed;
mod plan;
mod reader;
mod rebuild;
mod run;
mod scan;
mod scene;
mod schema;
mod search;
mod source;
mod tally;
mod texts;
mod way;
mod words;
mod writer;

pub use check::Report;
pub use lock::{LOCK_FILE, Lock, Refused};
pub use schema::{FILE, FORMAT};

use failure::failure;
use names::Names;
use reader::Readers;
use scan::Scanners;
use writer::{Shared, Writer};

/// How a store is opened. The defaults suit a server on a small machine.
#[derive(Clone, Debug)]
pub struct Options {
    /// Batches that may wait to be committed; more are [`ErrorKind::Busy`](crate::ErrorKind).
    pub queue_max: usize,
    /// Batches committed together at most.
    pub group_max: usize,
    /// Connections for point reads, at least one.
    pub readers: usize,
    /// Threads for queries, at least one.
    pub scanners: usize,
    /// Queries that may wait; more are [`ErrorKind::Busy`](crate::ErrorKind).
    pub scan_queue_max: usize,
    /// Bytes of records kept in memory.
    pub cache_bytes: u64,
    /// Names and values that the store keeps if it is made by this opening. Names that begin with `dak.` are taken.
    pub meta: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            queue_max: 1024,
            group_max: 256,
            readers: 4,
            scanners: 2,
            scan_queue_max: 1024,
            cache_bytes: 64 << 20,
            meta: Vec::new(),
        }
    }
}

/// What a store has, counted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Stats {
    /// Spaces ever written.
    pub spaces: u64,
    /// Records.
    pub records: u64,
    /// Bytes of the file, without its log.
    pub file_bytes: u64,
}

/// A store in a folder. Dropping it finishes what is queued and lets go of the folder.
pub struct Sqlite {
    // In the order in which they are let go: the writer first, as it may still tell the others; the lock last.
    writer: Writer,
    scanners: Scanners,
    readers: Readers,
    shared: Arc<Shared>,
    folder: PathBuf,
    is_new: bool,
    lock: Lock,
}

impl Sqlite {
    /// Opens the store in this folder, and makes it if there is none.
    ///
    /// # Errors
    ///
    /// `Unavailable`, with a sentence for the operator: the folder is in use or cannot be used, the file is no store, or a
    /// newer version of Dak wrote it. `Full` if there is no room to make it.
    pub fn open(folder: &Path, options: &Options, indexer: Arc<dyn Indexer>) -> Result<Sqlite, Error> {
        let lock = Lock::acquire(folder).map_err(|refused| match refused {
            Refused::Held { .. } => Error::unavailable(format!("'{}' is in use by another process.", folder.display())),
            Refused::Unusable(error) => error,
        })?;
        Sqlite::open_locked(lock, folder, options, indexer)
    }

    /// Opens the store in this folder, whose lock the caller took; otherwise like [`Sqlite::open`].
    pub fn open_locked(
        lock: Lock,
        folder: &Path,
        options: &Options,
        indexer: Arc<dyn Indexer>,
    ) -> Result<Sqlite, Error> {
        let (mut connection, is_new) = schema::open_writer(folder, &options.meta, &*indexer)?;
        rebuild::rebuild_if_outdated(&mut connection, &*indexer).map_err(failure)?;
        let names = Names::load(&connection).map_err(failure)?;
        let shared = Arc::new(Shared { indexer, names, cache: cache::Records::new(options.cache_bytes) });
        let readers = (0..options.readers.max(1)).map(|_| schema::open_reader(folder));
        let scanners = (0..options.scanners.max(1)).map(|_| schema::open_scanner(folder));
        Ok(Sqlite {
            readers: Readers::new(readers.collect::<Result<_, _>>()?),
            scanners: Scanners::start(scanners.collect::<Result<_, _>>()?, &shared, options.scan_queue_max)?,
            writer: Writer::start(connection, shared.clone(), options.queue_max, options.group_max)?,
            shared,
            folder: folder.to_owned(),
            is_new,
            lock,
        })
    }

    /// Whether this opening made the store.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// The lock of the folder, into which its holder may write how it is reached.
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// A value that was set when the store was made.
    pub fn meta(&self, name: &str) -> Result<Option<String>, Error> {
        self.readers.read(|connection| schema::meta(connection, name)).map_err(failure)
    }

    /// What the store has, counted.
    pub fn stats(&self) -> Result<Stats, Error> {
        let number = |sql: &str| {
            self.readers.read(|connection| connection.query_row(sql, [], |row| row.get::<_, i64>(0))).map_err(failure)
        };
        Ok(Stats {
            spaces: self.shared.names.count() as u64,
            records: number("SELECT coalesce(sum(records), 0) FROM lists")?.unsigned_abs(),
            file_bytes: number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?
                .unsigned_abs(),
        })
    }

    /// The keys of some records, at most `limit`; none when the store is empty.
    pub fn keys(&self, limit: u32) -> Result<Vec<Key>, Error> {
        self.readers.read(|connection| reader::keys(connection, limit)).map_err(failure)
    }

    /// Copies the store as it is at one moment into a new or empty folder, which [`Sqlite::open`] accepts. Reads and writes
    /// go on meanwhile. The call takes as long as the copy: not for an async worker.
    ///
    /// # Errors
    ///
    /// `Invalid` if the folder is not empty; nothing is left behind by a copy that failed.
    pub fn backup(&self, folder: &Path) -> Result<(), Error> {
        backup::back_up(&schema::open_reader(&self.folder)?, folder)
    }

    /// Reads everything and says what is wrong with it. Takes its time: not for an async worker.
    pub fn check(&self) -> Result<Report, Error> {
        check::check(&schema::open_reader(&self.folder)?, &*self.shared.indexer).map_err(failure)
    }

    /// Shows the key and the head of every record, in no order, as they are at one moment: what hangs on records but is not
    /// kept with them can be looked after so. Takes its time: not for an async worker.
    pub fn heads(&self, show: &mut dyn FnMut(Key, &[u8])) -> Result<(), Error> {
        reader::heads(&schema::open_reader(&self.folder)?, show).map_err(failure)
    }

    /// Makes all index entries and texts again; the answer is the number of records. Commits wait meanwhile.
    pub fn rebuild(&self) -> BoxFuture<'_, u64> {
        answered(self.writer.rebuild())
    }

    fn lookup_now(&self, key: &Key, unless: Option<Tag>) -> Result<Lookup, Error> {
        if let Some(record) = self.shared.cache.find(key) {
            return Ok(found(Some(record), unless));
        }
        let Some(list) = self.shared.names.list(&key.space, &key.collection) else { return Ok(Lookup::Absent) };
        let stamp = self.shared.cache.stamp(key);
        let record =
            self.readers.read(|connection| reader::record_by_id(connection, list, &key.id)).map_err(failure)?;
        if let Some(record) = &record {
            self.shared.cache.fill(key, record, stamp);
        }
        Ok(found(record, unless))
    }

    fn version_now(&self, space: &str) -> Result<SpaceVersion, Error> {
        let Some(space) = self.shared.names.space(space) else { return Ok(SpaceVersion::default()) };
        match space.version() {
            Some(version) => Ok(version),
            None => self.readers.read(|connection| reader::version(connection, space.number)).map_err(failure),
        }
    }

    fn counter_now(&self, space: &str, name: &str) -> Result<i64, Error> {
        let Some(space) = self.shared.names.space(space) else { return Ok(0) };
        self.readers.read(|connection| reader::counter(connection, space.number, name)).map_err(failure)
    }
}

impl Records for Sqlite {
    fn lookup<'a>(&'a self, key: &'a Key, unless: Option<Tag>) -> BoxFuture<'a, Lookup> {
        Box::pin(ready(self.lookup_now(key, unless)))
    }

    fn query<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Page> {
        answered(self.scanners.query(query.clone()))
    }

    fn query_counted<'a>(&'a self, query: &'a Query, count_max: usize) -> BoxFuture<'a, CountedPage> {
        answered(self.scanners.query_counted(query.clone(), count_max))
    }

    fn version<'a>(&'a self, space: &'a str) -> BoxFuture<'a, SpaceVersion> {
        Box::pin(ready(self.version_now(space)))
    }

    fn spaces<'a>(&'a self, prefix: &'a str, after: &'a str, limit: usize) -> BoxFuture<'a, Vec<Arc<str>>> {
        let read = self.readers.read(|connection| reader::spaces(connection, prefix, after, limit));
        Box::pin(ready(read.map_err(failure)))
    }

    fn counter<'a>(&'a self, space: &'a str, name: &'a str) -> BoxFuture<'a, i64> {
        Box::pin(ready(self.counter_now(space, name)))
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Committed> {
        answered(self.writer.commit(batch))
    }
}

/// The answer of a thread, once it comes.
fn answered<'a, T: Send + 'a>(queued: Result<oneshot::Receiver<Result<T, Error>>, Error>) -> BoxFuture<'a, T> {
    Box::pin(async move { queued?.await.unwrap_or_else(|_| Err(writer::closed())) })
}

fn found(record: Option<Record>, unless: Option<Tag>) -> Lookup {
    match record {
        None => Lookup::Absent,
        Some(record) if Some(record.tag) == unless => Lookup::Unchanged,
        Some(record) => Lookup::Found(record),
    }
}
