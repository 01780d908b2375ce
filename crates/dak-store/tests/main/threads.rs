//! Many threads: nobody sees an older value than one that was answered or seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use dak_store::conformance::{Fixture, block_on, key};
use dak_store::sqlite::{Options, Sqlite};
use dak_store::{Batch, ErrorKind, Expectation, Key, Query, Records, Tag};
use tempfile::TempDir;

fn open(folder: &TempDir, options: &Options) -> Sqlite {
    Sqlite::open(folder.path(), options, Arc::new(Fixture)).unwrap()
}

fn tag(number: u64) -> Tag {
    let mut tag = Tag::default();
    tag.0[4..].copy_from_slice(&number.to_be_bytes());
    tag
}

/// The number that the record's head has; the versions written are 1, 2, ...
fn seen(store: &Sqlite, key: &Key) -> u64 {
    let record = block_on(store.lookup(key, None)).unwrap().record();
    record.map_or(0, |record| std::str::from_utf8(&record.head).unwrap().parse().unwrap())
}

#[test]
fn values_and_versions_never_go_back() {
    const WRITES: u64 = 400;
    let folder = TempDir::new().unwrap();
    // A cache so small that records come and go.
    let store = open(&folder, &Options { cache_bytes: 64 << 10, ..Options::default() });
    let keys: Vec<Key> = (0..8).map(|number| key(&format!("id{number}"))).collect();
    let answered: Vec<AtomicU64> = keys.iter().map(|_| AtomicU64::new(0)).collect();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let writers: Vec<_> = keys
            .iter()
            .zip(&answered)
            .map(|(key, answered)| {
                scope.spawn(|| {
                    for number in 1..=WRITES {
                        let batch = Batch::new([0; 16], tag(number)).put(key.clone(), number.to_string(), "{}");
                        block_on(store.commit(batch)).unwrap();
                        answered.store(number, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        for _ in 0..3 {
            scope.spawn(|| {
                let mut last = vec![0; keys.len()];
                let mut last_version = 0;
                while !done.load(Ordering::SeqCst) {
                    for ((key, answered), last) in keys.iter().zip(&answered).zip(&mut last) {
                        let floor = answered.load(Ordering::SeqCst).max(*last);
                        *last = seen(&store, key);
                        assert!(*last >= floor, "saw {last} after {floor}");
                    }
                    let version = block_on(store.version("space")).unwrap().sequence;
                    assert!(version >= last_version);
                    let newest = block_on(store.query(&Query::new("space", "notes", "time"))).unwrap();
                    let sequence = newest.records.iter().map(|record| record.sequence).max().unwrap_or(0);
                    assert!(sequence >= version, "a page of {sequence} under the label {version}");
                    last_version = block_on(store.version("space")).unwrap().sequence;
                    assert!(last_version >= sequence, "version {last_version} after a record of {sequence}");
                }
            });
        }
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        done.store(true, Ordering::SeqCst);
    });
    assert_eq!(block_on(store.version("space")).unwrap().sequence, WRITES * keys.len() as u64);
}

#[test]
fn one_of_fifty_wins() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder, &Options::default());
    block_on(store.commit(Batch::new([0; 16], tag(0)).put(key("a"), "", ""))).unwrap();
    let outcomes: Vec<_> = thread::scope(|scope| {
        let store = &store;
        let race = |number| {
            scope.spawn(move || {
                let batch = Batch::new([0; 16], tag(number)).expect(Expectation::Tagged(key("a"), tag(0)));
                block_on(store.commit(batch.put(key("a"), number.to_string(), ""))).map_err(|error| error.kind())
            })
        };
        (1..=50).map(race).collect::<Vec<_>>().into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(ErrorKind::Conflict)).count(), 49);
}

#[test]
fn a_full_queue_is_busy_and_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder, &Options { queue_max: 4, ..Options::default() });
    let commit = |number: u64| store.commit(Batch::new([0; 16], tag(number)).add("space", "n", 1));
    let waiting: Vec<_> = (0..500).map(commit).collect();
    let outcomes: Vec<_> = waiting.into_iter().map(|commit| block_on(commit).map_err(|error| error.kind())).collect();
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(outcomes.iter().all(|outcome| outcome.is_ok() || *outcome == Err(ErrorKind::Busy)));
    assert!(done < 500, "a queue of four takes no five hundred at once");
    assert_eq!(block_on(store.counter("space", "n")).unwrap(), i64::try_from(done).unwrap());
}

#[test]
fn what_is_queued_is_done_before_the_store_closes() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder, &Options::default());
    for number in 0..100 {
        drop(store.commit(Batch::new([0; 16], tag(number)).add("space", "n", 1)));
    }
    drop(store);
    assert_eq!(block_on(open(&folder, &Options::default()).counter("space", "n")).unwrap(), 100);
}
