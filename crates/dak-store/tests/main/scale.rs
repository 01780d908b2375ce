//! Many records: lists and searches stay in order, and nothing is sorted on the way.

use std::sync::Arc;

use dak_store::conformance::{Fixture, Sample, block_on};
use dak_store::sqlite::{Options, Sqlite};
use dak_store::{Batch, Direction, Filter, Query, Records, Tag};
use tempfile::TempDir;

/// Fills a store with records whose times are scattered, several to a second, some to a millisecond.
fn filled(folder: &TempDir, count: i64) -> Sqlite {
    let store = Sqlite::open(folder.path(), &Options::default(), Arc::new(Fixture)).unwrap();
    for start in (0..count).step_by(1000) {
        let put = |batch: Batch, number: i64| {
            let time_ms = 1_700_000_000_000 + (number * 7919 % count) / 2 * 300;
            let rare = if number % 1000 == 7 { "বাংলা" } else { "বলা" };
            let sample =
                Sample::at(&format!("id{number}"), time_ms).saying(&format!("common {rare} n{}", number % 100));
            sample
                .tagged(if number % 10 == 0 { "tenth" } else { "other" })
                .named(&format!("{:09}", number * 31 % count))
                .put_in(batch)
        };
        block_on(store.commit((start..count.min(start + 1000)).fold(Batch::new([0; 16], Tag([1; 12])), put))).unwrap();
    }
    store
}

/// Goes through all pages; they must be in order, without repetition, and as many as expected.
fn goes_through(store: &Sqlite, query: &Query, expected: i64) {
    let mut query = Query { limit: 997, ..query.clone() };
    let mut places = Vec::new();
    loop {
        let page = block_on(store.query(&query)).unwrap();
        for record in &page.records {
            let head: serde_json::Value = serde_json::from_slice(&record.head).unwrap();
            let key = if query.order == "time" {
                head["time"].as_i64().unwrap()
            } else {
                head["name"].as_str().unwrap().parse().unwrap()
            };
            places.push((key, record.id.to_string()));
        }
        let Some(next) = page.next else { break };
        query.after = Some(next);
    }
    assert_eq!(i64::try_from(places.len()).unwrap(), expected, "{query:?}");
    let is_in_order = |pair: &[(i64, String)]| {
        if query.direction == Direction::Ascending { pair[0] < pair[1] } else { pair[0] > pair[1] }
    };
    assert!(places.windows(2).all(is_in_order), "{query:?}");
}

fn stays_in_order(count: i64) {
    let folder = TempDir::new().unwrap();
    let store = filled(&folder, count);
    let word = |word: &str| Filter::word(word);
    let tag = |tag: &str| Filter::Tag(tag.to_owned());
    let cases = [
        (Filter::All, count),
        (word("common"), count),
        (word("বাংলা"), count / 1000),
        (word("বলা"), count - count / 1000),
        (tag("tenth"), count / 10),
        (Filter::And(vec![word("common"), tag("tenth")]), count / 10),
        (Filter::And(vec![word("n7"), word("common")]), count / 100),
        (Filter::Or(vec![word("n7"), tag("tenth")]), count / 10 + count / 100),
        (Filter::And(vec![tag("tenth"), Filter::Not(Box::new(word("n10")))]), count / 10 - count / 100),
    ];
    for (filter, expected) in cases {
        for (order, direction) in
            [("time", Direction::Descending), ("time", Direction::Ascending), ("name", Direction::Descending)]
        {
            goes_through(
                &store,
                &Query { filter: filter.clone(), direction, ..Query::new("space", "notes", order) },
                expected,
            );
        }
    }
}

#[test]
fn five_thousand_stay_in_order() {
    stays_in_order(5_000);
}

#[test]
#[ignore = "takes a minute"]
fn two_hundred_thousand_stay_in_order() {
    stays_in_order(200_000);
}

#[test]
fn more_of_one_moment_than_numbers_stay_in_order() {
    let folder = TempDir::new().unwrap();
    let store = Sqlite::open(folder.path(), &Options::default(), Arc::new(Fixture)).unwrap();
    let put = |batch: Batch, number: i64| {
        let sample = Sample::at(&format!("id{number}"), 1_700_000_000_000 + number % 3).named(&format!("{number:09}"));
        sample.saying(if number % 7 == 0 { "seventh word" } else { "word" }).put_in(batch)
    };
    block_on(store.commit((0..5000).fold(Batch::new([0; 16], Tag([1; 12])), put))).unwrap();
    for direction in [Direction::Ascending, Direction::Descending] {
        let query = Query { filter: Filter::word("word"), direction, ..Query::new("space", "notes", "time") };
        goes_through(&store, &query, 5000);
        goes_through(&store, &Query { filter: Filter::word("seventh"), ..query }, 715);
    }
    assert!(store.check().unwrap().is_clean());
}
