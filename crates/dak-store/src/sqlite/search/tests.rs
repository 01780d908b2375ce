use std::slice;
use std::sync::Arc;

use rusqlite::Connection;
use tempfile::TempDir;

use super::super::run::{ORDER_PIECES, TAG_PIECES};
use super::super::scene::{KEYS_DOWN, KEYS_UP};
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
    let pieces = [("tags", 4, TAG_PIECES), ("places", 4, ORDER_PIECES), ("places", 5, [KEYS_UP, KEYS_DOWN])];
    for (table, parameters, statements) in pieces {
        for statement in statements {
            let expected = format!("SEARCH {table} USING PRIMARY KEY (list=? AND name=? AND key>? AND key<?)");
            assert_eq!(plan(&connection, statement, parameters), expected);
        }
    }
}

/// What is followed, in a few words, and how many parts are left.
fn chosen(connection: &Connection, order: &str, parts: &[Filter]) -> (String, usize) {
    let query = Query { filter: Filter::And(parts.to_vec()), ..Query::new("space", "notes", order) };
    let search = Search::new(&query, &Fixture).unwrap();
    let way = search.way(connection, 1, &|| false).unwrap();
    let walk = match way.walk {
        Walk::Places => "places".to_owned(),
        Walk::Source(..) => "several".to_owned(),
        Walk::Tag(tag) => format!("tag {tag}"),
        Walk::Texts(expression, _) => format!("texts {expression}"),
    };
    (walk, way.left.len())
}

#[test]
fn the_likely_shortest_walk_is_taken() {
    let (_folder, connection) = filled(1200, |batch, number| {
        let sample = Sample::at(&number.to_string(), number * 300_000).saying("word").tagged("common");
        let sample = if number % 300 == 0 { sample.tagged("rare").saying("seldom") } else { sample };
        let sample = if number % 20 == 0 { sample.saying("sometimes") } else { sample };
        // Some have dates that are wrong.
        let sample = if number < 5 { Sample { time_ms: Some(1 << (40 + number)), ..sample } } else { sample };
        if number % 3 == 0 { sample.tagged("third").put_in(batch) } else { sample.put_in(batch) }
    });
    let tag = |tag: &str| Filter::Tag(tag.to_owned());
    let (word, not) = (Filter::word("word"), |part: Filter| Filter::Not(Box::new(part)));
    let rare_or_third = Filter::Or(vec![tag("rare"), tag("third")]);
    let cases: [(&[Filter], &str, usize); 14] = [
        (&[], "places", 0),
        (&[tag("common")], "tag common", 0),
        (&[tag("common"), tag("rare")], "tag rare", 1),
        (&[tag("third"), tag("common")], "tag third", 1),
        (slice::from_ref(&word), "texts (\"word\")", 0),
        (&[tag("common"), Filter::word("seldom")], "texts (\"seldom\")", 1),
        (&[tag("third"), Filter::word("sometimes")], "texts (\"sometimes\")", 1),
        (&[tag("third"), word.clone()], "tag third", 0),
        (&[tag("rare"), word.clone()], "tag rare", 0),
        (&[not(word.clone())], "places", 1),
        (slice::from_ref(&rare_or_third), "several", 0),
        (&[rare_or_third.clone(), word.clone(), tag("common")], "several", 1),
        (&[Filter::Or(vec![tag("rare"), word.clone()])], "several", 0),
        (&[Filter::Or(vec![tag("rare"), not(word.clone())])], "places", 1),
    ];
    for (parts, walk, left_count) in cases {
        assert_eq!(chosen(&connection, "time", parts), (walk.to_owned(), left_count), "{parts:?}");
    }
    assert_eq!(chosen(&connection, "name", &[tag("rare"), word.clone()]), ("places".to_owned(), 2));
}

#[test]
fn a_list_with_strays_is_not_walked_by_texts() {
    for (count, walk) in [(4096, "texts (\"word\")"), (4097, "places")] {
        let (_folder, connection) =
            filled(count, |batch, number| Sample::at(&number.to_string(), 1).saying("word").put_in(batch));
        assert_eq!(chosen(&connection, "time", &[Filter::word("word")]).0, walk);
    }
}
