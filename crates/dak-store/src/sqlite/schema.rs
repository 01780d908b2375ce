//! The file: its tables, its format version, and connections to it.
//!
//! Tables that hold bodies have rowids (a table without them keeps whole rows in its inner pages, which makes loading and
//! reading 1 KB values four times slower); the narrow tables of index entries do without.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};

use super::failure::failure;
use crate::folder::{self, unusable};
use crate::{Error, Indexer};

/// What the file is called.
pub const FILE: &str = "records.sqlite3";
/// The format this program writes, kept as the file's `user_version`.
pub const FORMAT: i64 = 1;
/// Marks the file as a store of Dak ("Dakr"), kept as its `application_id`.
const APPLICATION_ID: i64 = 0x4461_6b72;
/// Under this name `meta` keeps the revision of the indexer that made the entries.
pub(crate) const META_REVISION: &str = "dak.indexer-revision";

const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How many pages the log grows before a commit also moves them to their places: 16 MiB.
const CHECKPOINT_PAGES: u32 = 4096;
const WRITER_CACHE_KIB: u32 = 16 << 10;
const READER_CACHE_KIB: u32 = 4 << 10;
/// Queries meet records far apart from each other.
const SCANNER_CACHE_KIB: u32 = 16 << 10;
/// How many prepared statements a connection keeps; there are fewer different ones.
const STATEMENTS_MAX: usize = 64;

const TABLES: &str = "
-- What was said when the store was made.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE spaces (
    space INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL, tag BLOB NOT NULL
);

-- A list is one collection of one space. `records` counts them; `strays` counts its documents outside list order.
CREATE TABLE lists (
    list INTEGER PRIMARY KEY, space INTEGER NOT NULL, collection TEXT NOT NULL,
    records INTEGER NOT NULL DEFAULT 0, strays INTEGER NOT NULL DEFAULT 0,
    UNIQUE (space, collection)
);

-- `entries` is what the index tables have of the record, so that they can be changed without asking how they were made.
-- `text_sum` is the checksum of the document's tokens. A long body is in `bodies`, so that a retag does not rewrite it.
CREATE TABLE records (
    record INTEGER PRIMARY KEY, list INTEGER NOT NULL, id TEXT NOT NULL, entries BLOB NOT NULL, group_name TEXT,
    document INTEGER, text_sum INTEGER, tag BLOB NOT NULL, sequence INTEGER NOT NULL, head BLOB NOT NULL, body BLOB,
    UNIQUE (list, id)
);
CREATE INDEX groups ON records (list, group_name) WHERE group_name IS NOT NULL;
CREATE TABLE bodies (record INTEGER PRIMARY KEY, body BLOB NOT NULL);

-- Each record's place in each declared order.
CREATE TABLE places (
    list INTEGER NOT NULL, name TEXT NOT NULL, key BLOB NOT NULL, id TEXT NOT NULL, record INTEGER NOT NULL,
    PRIMARY KEY (list, name, key, id)
) WITHOUT ROWID;

-- Each record's place in the list order of each of its tags.
CREATE TABLE tags (
    list INTEGER NOT NULL, name TEXT NOT NULL, key BLOB NOT NULL, id TEXT NOT NULL, record INTEGER NOT NULL,
    PRIMARY KEY (list, name, key, id)
) WITHOUT ROWID;

CREATE TABLE counters (
    space INTEGER NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (space, name)
) WITHOUT ROWID;

-- The words of texts, by documents whose numbers are in list order (see document.rs), and whose documents they are.
CREATE VIRTUAL TABLE texts USING fts5 (words, content='', contentless_delete=1, tokenize='ascii');
CREATE TABLE documents (document INTEGER PRIMARY KEY, record INTEGER NOT NULL);
";

/// Opens the file of this folder for writing, and makes it if there is none. Says whether it was made.
pub(crate) fn open_writer(
    folder: &Path,
    meta: &[(String, String)],
    indexer: &dyn Indexer,
) -> Result<(Connection, bool), Error> {
    let path = folder.join(FILE);
    make_private(&path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(&path, flags).map_err(failure)?;
    let is_new = recognise(&connection, &path)?;
    prepare(&connection, WRITER_CACHE_KIB)?;
    let set = format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};"
    );
    connection.execute_batch(&set).map_err(failure)?;
    if is_new {
        create(&mut connection, meta, indexer).map_err(failure)?;
        folder::sync(folder)?;
    }
    Ok((connection, is_new))
}

/// Makes an empty file that is its owner's alone, unless there is a file already: SQLite gives its log the same mode, and
/// takes an empty file for a new database.
pub(crate) fn make_private(path: &Path) -> Result<(), Error> {
    folder::writing().create(true).open(path).map(drop).map_err(|error| unusable(path, &error))
}

/// Opens the file of this folder for reading.
pub(crate) fn open_reader(folder: &Path) -> Result<Connection, Error> {
    open_to_read(folder, READER_CACHE_KIB)
}

/// Opens the file of this folder for queries.
pub(crate) fn open_scanner(folder: &Path) -> Result<Connection, Error> {
    open_to_read(folder, SCANNER_CACHE_KIB)
}

fn open_to_read(folder: &Path, cache_kib: u32) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(folder.join(FILE), flags).map_err(failure)?;
    prepare(&connection, cache_kib)?;
    Ok(connection)
}

/// The path of the file in this folder.
pub(crate) fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// A value of the store's metadata.
pub(crate) fn meta(connection: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    connection.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0)).optional()
}

/// Keeps a value of the store's metadata.
pub(crate) fn set_meta(connection: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    connection.execute("REPLACE INTO meta (name, value) VALUES (?1, ?2)", params![name, value]).map(drop)
}

fn prepare(connection: &Connection, cache_kib: u32) -> Result<(), Error> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failure)?;
    // Plans do not hang on bound values; else each query would be prepared again for its own.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failure)?;
    connection.execute_batch(&format!("PRAGMA cache_size = -{cache_kib}; PRAGMA temp_store = MEMORY;")).map_err(failure)
}

/// Refuses files that are not ours or newer than we are; says whether this one is still empty.
fn recognise(connection: &Connection, path: &Path) -> Result<bool, Error> {
    let foreign = || Error::unavailable(format!("'{}' is not a Dak store.", path.display()));
    let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
    let application = number("PRAGMA application_id").map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => foreign(),
        _ => failure(error),
    })?;
    let format = number("PRAGMA user_version").map_err(failure)?;
    let objects = number("SELECT count(*) FROM sqlite_schema").map_err(failure)?;
    match (application, format) {
        (0, 0) if objects == 0 => Ok(true),
        (APPLICATION_ID, FORMAT) => Ok(false),
        (APPLICATION_ID, format) => Err(Error::unavailable(format!(
            "'{}' has format {format}; this program reads format {FORMAT}. Use the version of Dak that wrote it, or a newer one.",
            path.display()
        ))),
        _ => Err(foreign()),
    }
}

/// Everything in one transaction, so that a store is whole or empty.
fn create(connection: &mut Connection, meta: &[(String, String)], indexer: &dyn Indexer) -> rusqlite::Result<()> {
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    transaction.execute_batch(TABLES)?;
    transaction.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT};"))?;
    for (name, value) in meta {
        set_meta(&transaction, name, value)?;
    }
    set_meta(&transaction, META_REVISION, &indexer.revision().to_string())?;
    transaction.commit()
}
