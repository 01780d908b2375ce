use rusqlite::Connection;
use tempfile::TempDir;

use super::super::{Options, Sqlite, schema};
use super::*;
use crate::conformance::{Fixture, Sample, block_on, key};
use crate::{Lookup, Records};

/// Every byte of the text index and of long bodies.
fn untouched(connection: &Connection) -> String {
    let read = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    let texts = read("SELECT group_concat(id || ':' || hex(block)) FROM texts_data");
    texts + &read("SELECT group_concat(record || ':' || length(body) || ':' || rowid) FROM bodies")
}

#[test]
fn a_retag_writes_neither_text_nor_body() {
    let folder = TempDir::new().unwrap();
    let (connection, _) = schema::open_writer(folder.path(), &[], &Fixture).unwrap();
    let names = Names::default();
    let mut open = Open::new(&connection, &Fixture, &names, Guard::Savepoints);
    let sample = Sample::at("a", 5).saying(&"long text ".repeat(500));
    open.batch(&sample.put_in(Batch::new([0; 16], Tag([1; 12])))).unwrap();
    let before = untouched(&connection);
    let tagged = sample.tagged("read").named("n");
    open.batch(&Batch::new([0; 16], Tag([2; 12])).retag(key("a"), tagged.head())).unwrap();
    assert_eq!(untouched(&connection), before);
}

#[test]
fn a_failed_batch_leaves_the_others() {
    let folder = TempDir::new().unwrap();
    let (connection, _) = schema::open_writer(folder.path(), &[], &Fixture).unwrap();
    let names = Names::default();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut open = Open::new(&connection, &Fixture, &names, Guard::Savepoints);
    let batch = |number: u8| Batch::new([0; 16], Tag([number; 12]));
    open.batch(&batch(1).put(key("a"), "1", "")).unwrap();
    open.batch(&batch(2).put(key("a"), "2", "").add("space", "n", 1).retag(key("nobody"), "")).unwrap_err();
    open.batch(&batch(3).put(key("b"), "3", "")).unwrap();
    let outcome = open.outcome();
    connection.execute_batch("COMMIT").unwrap();
    let version = SpaceVersion { sequence: 2, tag: Tag([3; 12]) };
    assert_eq!(outcome.versions.iter().map(|(_, version)| *version).collect::<Vec<_>>(), [version]);
    let head = |change: &Change| if let After::Put(record) = &change.after { record.head.clone() } else { "".into() };
    let mut heads: Vec<_> = outcome.changes.iter().map(head).collect();
    heads.sort();
    assert_eq!(heads, ["1", "3"]);
    assert_eq!(reader::record_by_id(&connection, 1, "a").unwrap().unwrap().head, "1");
    assert_eq!(reader::counter(&connection, 1, "n").unwrap(), 0);
}

#[test]
fn half_a_batch_tears_a_transaction_without_guard() {
    let folder = TempDir::new().unwrap();
    let (connection, _) = schema::open_writer(folder.path(), &[], &Fixture).unwrap();
    let names = Names::default();
    let mut open = Open::new(&connection, &Fixture, &names, Guard::None);
    let batch = || Batch::new([0; 16], Tag([1; 12]));
    open.batch(&Batch { expectations: vec![Expectation::Present(key("a"))], ..batch() }).unwrap_err();
    open.batch(&batch().put(key("a"), "", "")).unwrap();
    assert!(!open.is_torn(), "nothing was half done");
    open.batch(&batch().put(key("b"), "", "").retag(key("nobody"), "")).unwrap_err();
    assert!(open.is_torn());
}

#[test]
fn a_batch_that_fails_half_done_is_alone_in_that() {
    let folder = TempDir::new().unwrap();
    let store = Sqlite::open(folder.path(), &Options::default(), Arc::new(Fixture)).unwrap();
    let batch = |number: u8| {
        let batch = Batch::new([0; 16], Tag([number; 12])).put(key(&number.to_string()), "", "");
        if number == 20 { batch.retag(key("nobody"), "") } else { batch }
    };
    // Queued before the first is awaited, so that most are committed together.
    let waiting: Vec<_> = (0..40).map(|number| store.commit(batch(number))).collect();
    for (number, committed) in waiting.into_iter().enumerate() {
        assert_eq!(block_on(committed).is_err(), number == 20);
        let found = block_on(store.lookup(&key(&number.to_string()), None)).unwrap();
        assert_eq!(matches!(found, Lookup::Absent), number == 20);
    }
}
