//! Lists: filters, orders, pages, groups, limits.

use bytes::Bytes;

use super::fixture::{COLLECTION, SPACE, Sample, batch, key, latest};
use super::{Case, block_on, wait};
use crate::{CountedPage, Cursor, Direction, ErrorKind, Filter, Key, Query, Record, Records, sequence_key, time_key};

pub(crate) const CASES: &[Case] = &[
    Case { name: "orders run both ways", test: orders },
    Case { name: "a missing sort key sorts first", test: missing_keys },
    Case { name: "equal keys are in the order of ids", test: equal_keys },
    Case { name: "a retag moves a record", test: a_retag_moves },
    Case { name: "filters combine", test: filters },
    Case { name: "ranges include their beginning", test: ranges },
    Case { name: "pages join without gap or repetition", test: pages },
    Case { name: "pages survive changes in between", test: pages_survive_changes },
    Case { name: "a page ends early when it has enough bytes", test: bytes_max },
    Case { name: "a group appears once", test: groups },
    Case { name: "a group appears once over pages", test: groups_over_pages },
    Case { name: "pages without bodies", test: heads },
    Case { name: "what a query finds is counted", test: counts },
    Case { name: "an order by sequence has the latest write last", test: sequence },
    Case { name: "a list in order of sequence is searched in it", test: sequence_search },
    Case { name: "what cannot be answered is refused", test: refusals },
    Case { name: "cursors outlast their bytes", test: cursors },
    Case { name: "spaces are found by how their names begin", test: spaces },
];

fn put(store: &dyn Records, samples: &[Sample]) {
    wait(store.commit(samples.iter().fold(batch(1), |batch, sample| sample.put_in(batch))));
}

fn ids(store: &dyn Records, query: &Query) -> Vec<String> {
    wait(store.query(query)).records.iter().map(|record| record.id.to_string()).collect()
}

fn joined(store: &dyn Records, query: &Query) -> String {
    ids(store, query).join(" ")
}

fn filtered(store: &dyn Records, filter: Filter) -> String {
    joined(store, &Query { filter, ..latest() })
}

/// The ids of all pages.
fn all_pages(store: &dyn Records, query: &Query) -> String {
    let (mut query, mut found) = (query.clone(), Vec::new());
    loop {
        let page = wait(store.query(&query));
        assert!(page.records.len() <= query.limit);
        found.extend(page.records.iter().map(|record| record.id.to_string()));
        match page.next {
            Some(next) => query.after = Some(next),
            None => return found.join(" "),
        }
    }
}

fn tag(tag: &str) -> Filter {
    Filter::Tag(tag.to_owned())
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

fn orders(store: &dyn Records) {
    put(store, &[Sample::at("a", 3).named("x"), Sample::at("b", 1).named("y"), Sample::at("c", 1 << 40).named("w")]);
    let cases = [("time", "b a c"), ("name", "c a b")];
    for (order, ascending) in cases {
        let query = Query { order: order.to_owned(), direction: Direction::Ascending, ..latest() };
        assert_eq!(joined(store, &query), ascending);
        let descending: Vec<&str> = ascending.split(' ').rev().collect();
        assert_eq!(joined(store, &Query { direction: Direction::Descending, ..query }), descending.join(" "));
    }
}

fn missing_keys(store: &dyn Records) {
    put(
        store,
        &[Sample::at("a", 0).named(""), Sample { id: "b".into(), ..Sample::default() }, Sample::at("c", 5).named("n")],
    );
    let ascending = Query { direction: Direction::Ascending, ..latest() };
    assert_eq!(joined(store, &ascending), "b a c");
    assert_eq!(joined(store, &Query { order: "name".into(), ..ascending }), "a b c");
}

fn equal_keys(store: &dyn Records) {
    put(store, &["d", "a", "c", "b"].map(|id| Sample::at(id, 7).saying("word")));
    for filter in [Filter::All, Filter::word("word")] {
        let query = Query { filter, limit: 3, ..latest() };
        assert_eq!(all_pages(store, &query), "d c b a");
        assert_eq!(all_pages(store, &Query { direction: Direction::Ascending, ..query }), "a b c d");
    }
}

fn a_retag_moves(store: &dyn Records) {
    put(
        store,
        &[Sample::at("a", 1).saying("word"), Sample::at("b", 2).saying("word"), Sample::at("c", 3).saying("word")],
    );
    wait(store.commit(batch(2).retag(key("a"), Sample::at("a", 9_000).tagged("t").head())));
    for filter in [Filter::All, Filter::word("word")] {
        assert_eq!(filtered(store, filter), "a c b");
    }
    assert_eq!(filtered(store, tag("t")), "a");
    wait(store.commit(batch(3).retag(key("a"), Sample::at("a", 2).head())));
    assert_eq!(filtered(store, Filter::word("word")), "c b a");
    assert_eq!(filtered(store, tag("t")), "");
}

fn filters(store: &dyn Records) {
    put(
        store,
        &[
            Sample::at("a", 1).tagged("x").tagged("y"),
            Sample::at("b", 2).tagged("y"),
            Sample::at("c", 3).tagged("x"),
            Sample::at("d", 4),
        ],
    );
    let cases = [
        (Filter::All, "d c b a"),
        (tag("x"), "c a"),
        (tag("X"), ""),
        (Filter::And(vec![]), "d c b a"),
        (Filter::Or(vec![]), ""),
        (Filter::And(vec![tag("x"), tag("y")]), "a"),
        (Filter::Or(vec![tag("x"), tag("y")]), "c b a"),
        (not(tag("x")), "d b"),
        (not(Filter::All), ""),
        (Filter::And(vec![tag("y"), not(tag("x"))]), "b"),
        (Filter::Or(vec![Filter::And(vec![tag("x"), tag("y")]), not(Filter::Or(vec![tag("x"), tag("y")]))]), "d a"),
        (Filter::And(vec![Filter::And(vec![tag("x")]), Filter::And(vec![tag("y"), Filter::All])]), "a"),
    ];
    for (filter, expected) in cases {
        assert_eq!(filtered(store, filter.clone()), expected, "{filter:?}");
        let by_name = Query { filter: filter.clone(), order: "name".into(), ..latest() };
        assert_eq!(joined(store, &by_name), expected, "{filter:?} by another order");
    }
}

fn ranges(store: &dyn Records) {
    put(
        store,
        &[1, 2, 3, 4].map(|time| Sample::at(&format!("a{time}"), time).named(&format!("{}", 9 - time)).tagged("t")),
    );
    let time = |from: Option<i64>, to: Option<i64>| {
        let key = |time_ms: i64| time_key(time_ms).to_vec();
        Filter::Range { order: "time".into(), from: from.map(key), to: to.map(key) }
    };
    let name =
        |from: &str, to: &str| Filter::Range { order: "name".into(), from: Some(from.into()), to: Some(to.into()) };
    let cases = [
        (time(None, None), "a4 a3 a2 a1"),
        (time(Some(2), None), "a4 a3 a2"),
        (time(None, Some(3)), "a2 a1"),
        (time(Some(2), Some(4)), "a3 a2"),
        (time(Some(3), Some(3)), ""),
        (time(Some(4), Some(1)), ""),
        (Filter::And(vec![time(Some(2), None), time(None, Some(4)), tag("t")]), "a3 a2"),
        (name("6", "8"), "a3 a2"),
        (Filter::And(vec![name("6", "9"), time(Some(2), None)]), "a3 a2"),
        (not(time(Some(2), None)), "a1"),
        (Filter::Or(vec![time(None, Some(2)), time(Some(4), None)]), "a4 a1"),
    ];
    for (filter, expected) in cases {
        assert_eq!(filtered(store, filter.clone()), expected, "{filter:?}");
        let up = Query { filter: filter.clone(), direction: Direction::Ascending, ..latest() };
        let reversed: Vec<&str> = expected.split(' ').rev().collect();
        assert_eq!(joined(store, &up), reversed.join(" "), "{filter:?} upwards");
        let by_name = Query { order: "name".into(), ..up };
        assert_eq!(joined(store, &by_name), expected, "{filter:?} by name");
    }
}

fn pages(store: &dyn Records) {
    let samples: Vec<Sample> =
        (0..23).map(|number| Sample::at(&format!("a{number:02}"), number / 3).tagged("t").saying("word")).collect();
    put(store, &samples);
    let whole: Vec<String> = samples.iter().rev().map(|sample| sample.id.clone()).collect();
    for filter in [Filter::All, tag("t"), Filter::word("word"), not(tag("u"))] {
        for limit in [1, 2, 7, 22, 23, 24] {
            let query = Query { filter: filter.clone(), limit, ..latest() };
            assert_eq!(all_pages(store, &query), whole.join(" "), "{query:?}");
            let last = wait(store.query(&Query { limit: 23, ..query }));
            assert_eq!(last.next, None, "a page that has all tells so");
        }
    }
}

fn pages_survive_changes(store: &dyn Records) {
    put(store, &[1, 2, 3, 4, 5, 6].map(|time| Sample::at(&format!("a{time}"), time * 10)));
    let first = wait(store.query(&Query { limit: 2, ..latest() }));
    let changes = batch(2).delete(key("a5")).delete(key("a4"));
    wait(store.commit(Sample::at("later", 99).put_in(Sample::at("between", 25).put_in(changes))));
    assert_eq!(joined(store, &Query { after: first.next, ..latest() }), "a3 between a2 a1");
}

fn bytes_max(store: &dyn Records) {
    let samples = [1, 2, 3, 4].map(|time| Sample::at(&format!("a{time}"), time).saying(&"x".repeat(1000)));
    put(store, &samples);
    for (bytes_max, expected) in [(1, 1), (1500, 2), (2500, 3), (1 << 20, 4)] {
        let page = wait(store.query(&Query { bytes_max, ..latest() }));
        assert_eq!((page.records.len(), page.next.is_some()), (expected, expected < 4));
        assert_eq!(all_pages(store, &Query { bytes_max, ..latest() }), "a4 a3 a2 a1");
    }
}

fn groups(store: &dyn Records) {
    put(
        store,
        &[
            Sample::at("a", 1).within("g").tagged("t").saying("old word"),
            Sample::at("b", 2).within("h").tagged("t").saying("word"),
            Sample::at("c", 3).within("g").saying("word"),
            Sample::at("d", 4).tagged("t"),
            Sample::at("e", 5).tagged("t"),
        ],
    );
    let collapsed = Query { collapse: true, ..latest() };
    assert_eq!(joined(store, &collapsed), "e d c b");
    assert_eq!(joined(store, &Query { direction: Direction::Ascending, ..collapsed.clone() }), "a b d e");
    assert_eq!(
        joined(store, &Query { filter: tag("t"), ..collapsed.clone() }),
        "e d b a",
        "a group is at its newest match"
    );
    assert_eq!(joined(store, &Query { filter: Filter::word("old"), ..collapsed }), "a");
}

fn groups_over_pages(store: &dyn Records) {
    let sample = |number: i64| {
        let sample = Sample::at(&format!("a{number:02}"), number).within(&format!("g{}", number % 4)).saying("word");
        if number % 2 == 0 { sample.tagged("even") } else { sample }
    };
    put(store, &(0..20).map(sample).collect::<Vec<_>>());
    let filters = [
        (Filter::All, "a19 a18 a17 a16"),
        (tag("even"), "a18 a16"),
        (Filter::word("word"), "a19 a18 a17 a16"),
        (Filter::And(vec![Filter::word("word"), not(tag("even"))]), "a19 a17"),
    ];
    for (filter, expected) in filters {
        for limit in 1..=5 {
            let query = Query { filter: filter.clone(), collapse: true, limit, ..latest() };
            assert_eq!(all_pages(store, &query), expected, "{query:?}");
        }
    }
}

fn heads(store: &dyn Records) {
    let samples = [("a", 1, 10), ("b", 2, 1000), ("c", 3, 100_000)];
    put(store, &samples.map(|(id, time, words)| Sample::at(id, time).tagged("t").saying(&"word ".repeat(words))));
    for filter in [Filter::All, tag("t"), Filter::word("word"), not(tag("u"))] {
        let whole = wait(store.query(&Query { filter: filter.clone(), ..latest() })).records;
        let query = Query { filter, heads_only: true, bytes_max: 10_000, ..latest() };
        let page = wait(store.query(&query));
        assert_eq!(page.next, None, "bodies do not count");
        let expected = whole.into_iter().map(|record| Record { body: Bytes::new(), ..record });
        assert_eq!(page.records, expected.collect::<Vec<_>>(), "{query:?}");
        assert_eq!(all_pages(store, &Query { bytes_max: 1, ..query }), "c b a");
    }
}

fn counts(store: &dyn Records) {
    let sample = |number: i64| {
        let sample = Sample::at(&format!("a{number:02}"), number).within(&format!("g{}", number % 4)).saying("word");
        if number % 2 == 0 { sample.tagged("even") } else { sample }
    };
    put(store, &(0..20).map(sample).collect::<Vec<_>>());
    let cases = [(Filter::All, 20, 4), (tag("even"), 10, 2), (Filter::word("word"), 20, 4), (tag("none"), 0, 0)];
    for (filter, records, groups) in cases {
        for (collapse, expected) in [(false, records), (true, groups)] {
            for count_max in [0, 1, 3, 4, 10, 19, 20, 1000] {
                for (limit, bytes_max) in [(1, 1000), (3, 1000), (4, 1), (100, 1 << 20)] {
                    let query = Query { filter: filter.clone(), collapse, limit, bytes_max, ..latest() };
                    counts_with_each_page(store, query, count_max, expected.min(count_max));
                }
            }
        }
    }
    let nowhere = Query::new("nowhere", COLLECTION, "time");
    assert_eq!(wait(store.query_counted(&nowhere, 9)), CountedPage::default());
}

/// Each page is what it is without counting, and with each the whole is counted.
fn counts_with_each_page(store: &dyn Records, mut query: Query, count_max: usize, expected: usize) {
    loop {
        let CountedPage { page, count } = wait(store.query_counted(&query, count_max));
        assert_eq!(count, expected, "{query:?} up to {count_max}");
        assert_eq!(page, wait(store.query(&query)), "{query:?} counted up to {count_max}");
        let Some(next) = page.next else { return };
        query.after = Some(next);
    }
}

fn sequence(store: &dyn Records) {
    for (number, id) in (1..).zip(["a", "b", "c", "d"]) {
        wait(store.commit(Sample::at(id, 7).tagged("t").saying("word").put_in(batch(number))));
    }
    let by_sequence = Query { order: "sequence".into(), direction: Direction::Ascending, ..latest() };
    assert_eq!(joined(store, &by_sequence), "a b c d");
    wait(store.commit(batch(5).retag(key("b"), Sample::at("b", 1).tagged("t").head()).add(SPACE, "n", 1)));
    wait(store.commit(Sample::at("a", 1).put_in(batch(6))));
    wait(store.commit(batch(7).delete(key("d"))));
    assert_eq!(joined(store, &by_sequence), "c b a");
    let since = |from: u64, to: Option<u64>| {
        let key = |number: u64| sequence_key(number).to_vec();
        Filter::Range { order: "sequence".into(), from: Some(key(from)), to: to.map(key) }
    };
    let cases = [
        (since(0, None), "c b a"),
        (since(4, None), "b a"),
        (since(6, None), "a"),
        (since(7, None), ""),
        (since(3, Some(6)), "c b"),
        (Filter::And(vec![since(4, None), tag("t")]), "b"),
        (Filter::And(vec![since(0, None), Filter::word("word")]), "c b"),
    ];
    for (filter, expected) in cases {
        assert_eq!(joined(store, &Query { filter: filter.clone(), ..by_sequence.clone() }), expected, "{filter:?}");
    }
    let page = wait(store.query(&Query { limit: 1, ..by_sequence.clone() }));
    assert_eq!(page.next.map(|cursor| cursor.key), Some(sequence_key(3).to_vec()));
}

fn sequence_search(store: &dyn Records) {
    let put = |id: &str, number: u8| {
        let sample = Sample::at(id, 7).saying("word");
        wait(store.commit(batch(number).put(Key::new(SPACE, "changes", id), sample.head(), sample.body())));
    };
    (1..).zip(["a", "b", "c"]).for_each(|(number, id)| put(id, number));
    let query = Query { filter: Filter::word("word"), ..Query::new(SPACE, "changes", "sequence") };
    assert_eq!(all_pages(store, &Query { limit: 2, ..query.clone() }), "c b a");
    let moved = Key::new(SPACE, "changes", "a");
    wait(store.commit(batch(4).retag(moved, Sample::at("a", 7).head())));
    put("b", 5);
    assert_eq!(all_pages(store, &Query { limit: 1, ..query }), "b a c");
}

fn refusals(store: &dyn Records) {
    put(store, &[Sample::at("a", 1)]);
    let deep = (0..100).fold(Filter::All, |filter, _| not(filter));
    let range = Filter::Range { order: "size".into(), from: None, to: None };
    let refused = [
        Query { order: "size".into(), ..latest() },
        Query { order: String::new(), ..latest() },
        Query { limit: 0, ..latest() },
        Query { limit: 1 << 20, ..latest() },
        Query { filter: deep, ..latest() },
        Query { filter: Filter::Or(vec![Filter::All; 2500]), ..latest() },
        Query { filter: tag(&"x".repeat(1 << 20)), ..latest() },
        Query { filter: not(Filter::Or(vec![range])), ..latest() },
        Query { collection: "plain".into(), ..latest() },
    ];
    for query in refused {
        let kind = block_on(store.query(&query)).err().map(|error| error.kind());
        assert_eq!(kind, Some(ErrorKind::Invalid), "{query:?}");
        let kind = block_on(store.query_counted(&query, 1)).err().map(|error| error.kind());
        assert_eq!(kind, Some(ErrorKind::Invalid), "the count of {query:?}");
    }
    assert!(wait(store.query(&Query::new("nowhere", COLLECTION, "time"))).records.is_empty());
    assert!(wait(store.query(&Query::new(SPACE, "nothing", "time"))).records.is_empty());
}

fn cursors(store: &dyn Records) {
    put(store, &[Sample::at("a", 1), Sample::at("b", 2), Sample::at("c", 3)]);
    let next = wait(store.query(&Query { limit: 1, ..latest() })).next;
    let again = next.as_ref().and_then(|cursor| Cursor::from_bytes(&cursor.to_bytes()));
    assert_eq!(again, next);
    assert_eq!(joined(store, &Query { after: again, ..latest() }), "b a");
    for bytes in [&b""[..], &[0, 0, 0], &[0, 0, 0, 9, 1], &[0, 0, 0, 0, 0xff]] {
        assert_eq!(Cursor::from_bytes(bytes), None);
    }
}

fn spaces(store: &dyn Records) {
    for (number, name) in (1..).zip(["a/2", "a/1", "a", "ab/1", "a/1/x", "a/\u{9be}", "b/1"]) {
        let put = batch(number).put(Key::new(name, COLLECTION, "r"), Bytes::new(), Bytes::new());
        wait(store.commit(put));
    }
    wait(store.commit(batch(100).delete(Key::new("a/2", COLLECTION, "r"))));
    let cases = [
        ("a/", "", 9, "a/1 a/1/x a/2 a/\u{9be}"),
        ("a/", "a/1", 2, "a/1/x a/2"),
        ("a/", "a/3", 9, "a/\u{9be}"),
        ("a/1", "", 9, "a/1 a/1/x"),
        ("", "a/2", 2, "a/\u{9be} ab/1"),
        ("c", "", 9, ""),
    ];
    for (prefix, after, limit, expected) in cases {
        let found = wait(store.spaces(prefix, after, limit));
        assert_eq!(found.join(" "), expected, "{prefix} {after}");
    }
}
