//! The folder: what is opened, refused, locked, copied, checked.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dak_store::conformance::{Fixture, Sample, block_on, key};
use dak_store::sqlite::{FILE, FORMAT, Lock, Options, Refused, Sqlite};
use dak_store::{Batch, Entries, ErrorKind, Filter, Indexer, Key, Order, Query, Records, Tag, TextField};
use rusqlite::Connection;
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().unwrap()
}

fn open(folder: &TempDir) -> Sqlite {
    Sqlite::open(folder.path(), &Options::default(), Arc::new(Fixture)).unwrap()
}

fn refusal(folder: &TempDir) -> String {
    let error = Sqlite::open(folder.path(), &Options::default(), Arc::new(Fixture)).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    error.to_string()
}

fn put(store: &Sqlite, sample: &Sample) {
    block_on(store.commit(sample.put_in(Batch::new([0; 16], Tag([1; 12]))))).unwrap();
}

/// Changes the file behind the store's back.
fn damage(folder: &TempDir, sql: &str) {
    Connection::open(folder.path().join(FILE)).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn what_was_put_is_there_after_opening_again() {
    let folder = folder();
    let store = open(&folder);
    assert!(store.is_new());
    put(&store, &Sample::at("a", 1).saying("word"));
    let version = block_on(store.version("space")).unwrap();
    drop(store);
    let store = open(&folder);
    assert!(!store.is_new());
    assert!(block_on(store.lookup(&key("a"), None)).unwrap().record().is_some());
    assert_eq!(block_on(store.version("space")).unwrap(), version);
    assert_eq!((store.stats().unwrap().spaces, store.stats().unwrap().records), (1, 1));
}

#[cfg(unix)]
#[test]
fn everything_in_the_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = folder();
    let (data, copy) = (place.path().join("data"), place.path().join("copy"));
    let store = Sqlite::open(&data, &Options::default(), Arc::new(Fixture)).unwrap();
    put(&store, &Sample::at("a", 1));
    store.backup(&copy).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for folder in [&data, &copy] {
        assert_eq!(mode(folder), 0o700, "{folder:?}");
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{path:?}");
        }
    }
}

/// Whoever copies the one file of a store that was closed has everything.
#[test]
fn the_file_of_a_closed_store_is_whole() {
    let (folder, copy) = (folder(), folder());
    let store = open(&folder);
    put(&store, &Sample::at("a", 1));
    drop(store);
    fs::copy(folder.path().join(FILE), copy.path().join(FILE)).unwrap();
    assert!(block_on(open(&copy).lookup(&key("a"), None)).unwrap().record().is_some());
}

#[test]
fn metadata_is_set_once() {
    let folder = folder();
    let with = |value: &str| Options { meta: vec![("test-controls".into(), value.into())], ..Options::default() };
    for value in ["yes", "no"] {
        let store = Sqlite::open(folder.path(), &with(value), Arc::new(Fixture)).unwrap();
        assert_eq!(store.meta("test-controls").unwrap().as_deref(), Some("yes"));
        assert_eq!(store.meta("nothing").unwrap(), None);
    }
}

#[test]
fn a_newer_format_is_refused() {
    let folder = folder();
    drop(open(&folder));
    damage(&folder, &format!("PRAGMA user_version = {}", FORMAT + 1));
    let message = refusal(&folder);
    assert!(
        message.contains(&format!("format {}", FORMAT + 1)) && message.contains(&format!("format {FORMAT}")),
        "{message}"
    );
}

#[test]
fn other_files_are_refused() {
    let other_database = |folder: &TempDir| damage(folder, "CREATE TABLE t (x)");
    let no_database = |folder: &TempDir| fs::write(folder.path().join(FILE), "hello ".repeat(1000)).unwrap();
    for make in [&other_database as &dyn Fn(&TempDir), &no_database] {
        let folder = folder();
        make(&folder);
        assert!(refusal(&folder).ends_with("is not a Dak store."));
    }
}

#[test]
fn a_folder_has_one_holder() {
    let folder = folder();
    let store = open(&folder);
    store.lock().write("first, much longer").unwrap();
    store.lock().write("pid 1").unwrap();
    assert!(refusal(&folder).contains("in use"));
    match Lock::acquire(folder.path()) {
        Err(Refused::Held { text }) => assert_eq!(text, "pid 1"),
        other => panic!("{other:?}"),
    }
    drop(store);
    let lock = Lock::acquire(folder.path()).unwrap();
    Sqlite::open_locked(lock, folder.path(), &Options::default(), Arc::new(Fixture)).unwrap();
}

#[test]
fn a_backup_is_one_moment_of_a_busy_store() {
    let (folder, target) = (folder(), folder());
    let store = open(&folder);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0.. {
                let batch = Batch::new([0; 16], Tag([1; 12])).add("space", "n", 1);
                block_on(store.commit(Sample::at(&format!("{number}"), number).saying("word").put_in(batch))).unwrap();
                if stop.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        for round in 0..5 {
            let path = target.path().join(format!("{round}"));
            store.backup(&path).unwrap();
            let copy = Sqlite::open(&path, &Options::default(), Arc::new(Fixture)).unwrap();
            assert_eq!(copy.check().unwrap().problems, Vec::<String>::new());
            let records = copy.stats().unwrap().records;
            assert_eq!(block_on(copy.counter("space", "n")).unwrap().unsigned_abs(), records);
        }
        stop.store(true, Ordering::Relaxed);
    });
    let left: Vec<_> = fs::read_dir(target.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 5, "{left:?}");
}

#[test]
fn a_backup_never_overwrites() {
    let (folder, target) = (folder(), folder());
    let store = open(&folder);
    store.backup(target.path()).unwrap();
    let error = store.backup(target.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("not empty"));
}

#[test]
fn a_check_finds_damage_and_a_rebuild_mends_it() {
    let cases = [
        "DELETE FROM places WHERE rowid IS NULL OR id = 'a'",
        "DELETE FROM tags",
        "INSERT INTO tags VALUES (1, 'stray', x'00', 'zzz', 99)",
        "UPDATE records SET group_name = 'other'",
        "UPDATE records SET text_sum = text_sum + 1",
        "DELETE FROM documents",
        "DELETE FROM texts WHERE rowid = (SELECT document FROM records WHERE id = 'a')",
        "INSERT INTO texts (rowid, words) VALUES (12345, 'extra')",
        "UPDATE lists SET records = 7",
        "UPDATE records SET entries = x''",
        "INSERT INTO bodies VALUES (77, x'')",
    ];
    for sql in cases.map(|sql| sql.replace("rowid IS NULL OR ", "")) {
        let folder = folder();
        let store = open(&folder);
        for (time, id) in (1..).zip(["a", "b", "c"]) {
            put(&store, &Sample::at(id, time).saying("some words").tagged("t").within("g").named("n"));
        }
        assert!(store.check().unwrap().is_clean());
        drop(store);
        damage(&folder, &sql);
        let store = open(&folder);
        assert!(!store.check().unwrap().is_clean(), "{sql}");
        assert_eq!(block_on(store.rebuild()).unwrap(), 3);
        assert_eq!(store.check().unwrap().problems, Vec::<String>::new(), "{sql}");
        let query = Query { filter: Filter::word("words"), ..Query::new("space", "notes", "time") };
        assert_eq!(block_on(store.query(&query)).unwrap().records.len(), 3);
    }
}

#[test]
fn another_revision_of_the_indexer_makes_the_indexes_again() {
    struct Renamed;
    impl Indexer for Renamed {
        fn orders(&self, _: &str) -> Vec<Order> {
            vec![Order::bytes("id")]
        }
        fn entries(&self, key: &Key, _: &[u8], _: &[u8]) -> Entries {
            Entries::default().with_sort("id", key.id.as_bytes())
        }
        fn text(&self, key: &Key, _: &[u8]) -> Vec<TextField> {
            vec![TextField::unnamed(&*key.id)]
        }
        fn revision(&self) -> u64 {
            1
        }
    }
    let folder = folder();
    let store = open(&folder);
    put(&store, &Sample::at("a", 2));
    put(&store, &Sample::at("b", 1));
    drop(store);
    let store = Sqlite::open(folder.path(), &Options::default(), Arc::new(Renamed)).unwrap();
    let query = Query { filter: Filter::prefix("b"), ..Query::new("space", "notes", "id") };
    assert_eq!(&*block_on(store.query(&query)).unwrap().records[0].id, "b");
    assert!(store.check().unwrap().is_clean());
}
