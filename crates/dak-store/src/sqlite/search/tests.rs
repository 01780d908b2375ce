use std::sync::Arc;

use rusqlite::Connection;
use tempfile::TempDir;

use super::super::{Options, Sqlite, schema};
use super::*;
use crate::conformance::{Fixture, Sample, block_on};
use crate::{Batch, Records, Tag};

fn filled(count: i64, batch: impl Fn(Batch, i64) -> Batch) -> (TempDir, Connection) {
    let folder = TempDir::new().unwrap();
    let store = Sqlite::open(folder.path(), &Options::default(), Arc::new(Fixture)).unwrap();
    block_on(store.commit((0..count).fold(Batch::new([0; 16], Tag([1; 12])), batch))).unwrap();
    drop(store);
    let connection = schema::open_reader(folder.path()).unwrap();
    (folder, connection)
}

fn plan(connection: &Connection, statement: &str, parameters: usize) -> String {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
    let values = ["1", "2", "3", "4", "5"];
    let rows =
        statement.query_map(rusqlite::params_from_iter(&values[..parameters]), |row| row.get::<_, String>(3)).unwrap();
    rows.map(Result::unwrap).collect::<Vec<_>>().join("; ")
}

#[test]
fn no_walk_sorts() {
    let (_folder, connection) =
        filled(10, |batch, number| Sample::at(&number.to_string(), number).saying("word").put_in(batch));
    let walks = [
        (PLACES_UP, "p USING PRIMARY KEY"),
        (PLACES_DOWN, "p USING PRIMARY KEY"),
        (TAGS_UP, "p USING PRIMARY KEY"),
        (TAGS_DOWN, "p USING PRIMARY KEY"),
    ];
    for (statement, index) in walks {
        let plan = plan(&connection, statement, 5);
        assert!(plan.contains(index) && plan.contains("r USING INTEGER PRIMARY KEY"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
    for statement in [TEXTS_UP, TEXTS_DOWN] {
        let plan = plan(&connection, statement, 3);
        assert!(plan.starts_with("SCAN texts VIRTUAL TABLE INDEX") && !plan.contains("TEMP B-TREE"), "{plan}");
        assert!(plan.contains("d USING INTEGER PRIMARY KEY") && plan.contains("r USING INTEGER PRIMARY KEY"), "{plan}");
    }
}

#[test]
fn the_likely_shortest_walk_is_taken() {
    let (_folder, connection) = filled(1200, |batch, number| {
        let sample = Sample::at(&number.to_string(), number * 2000).saying("word").tagged("common");
        if number < 5 { sample.tagged("rare").put_in(batch) } else { sample.put_in(batch) }
    });
    let tag = |tag: &str| Filter::Tag(tag.to_owned());
    let word = || Filter::word("word");
    let texts = |text: &str| Walk::Texts(text.to_owned());
    let cases = [
        ("time", Filter::All, Walk::Places),
        ("time", tag("common"), Walk::Tag("common".into())),
        ("time", Filter::And(vec![tag("common"), tag("rare")]), Walk::Tag("rare".into())),
        ("time", word(), texts("(\"word\")")),
        ("time", Filter::And(vec![tag("common"), word()]), texts("(\"word\")")),
        ("time", Filter::And(vec![tag("rare"), word()]), Walk::Tag("rare".into())),
        (
            "time",
            Filter::And(vec![Filter::Not(Box::new(Filter::prefix("x y"))), word()]),
            texts("((\"word\") NOT (\"x y\" *))"),
        ),
        ("time", Filter::Not(Box::new(word())), Walk::Places),
        ("time", Filter::Or(vec![tag("rare"), word()]), Walk::Places),
        ("name", word(), Walk::Places),
    ];
    for (order, filter, expected) in cases {
        let query = Query { filter, ..Query::new("space", "notes", order) };
        let search = Search::plan(&query, &Fixture).unwrap();
        assert_eq!(search.walk(&connection, 1).unwrap(), expected, "{query:?}");
    }
}

#[test]
fn a_list_with_strays_is_not_walked_by_texts() {
    let (_folder, connection) =
        filled(4097, |batch, number| Sample::at(&number.to_string(), 1).saying("word").put_in(batch));
    let query = Query { filter: Filter::word("word"), ..Query::new("space", "notes", "time") };
    assert_eq!(Search::plan(&query, &Fixture).unwrap().walk(&connection, 1).unwrap(), Walk::Places);
}
