use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::{TextField, time_key};

/// The words that FTS5 makes of what it is given, in their order.
fn split(connection: &Connection, words: &str) -> Vec<String> {
    connection.execute_batch("DELETE FROM t").unwrap();
    connection.execute("INSERT INTO t (rowid, words) VALUES (1, ?1)", [words]).unwrap();
    let mut statement = connection.prepare_cached("SELECT term FROM v ORDER BY \"offset\"").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn connection() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    let tables = "CREATE VIRTUAL TABLE t USING fts5 (words, content='', contentless_delete=1, tokenize='ascii');
        CREATE VIRTUAL TABLE v USING fts5vocab (t, instance);";
    connection.execute_batch(tables).unwrap();
    connection
}

proptest! {
    #[test]
    fn fts5_splits_where_we_say(entry in "([\\PC\\s]|[a-z.'_]|[ক-হ][া-ৌ]){0,60}", name in "[a-zA-Z\\-: ]{0,4}") {
        let text = Words::new(&[TextField::new(&*name, &*entry), TextField::new(&*name, &*entry)]);
        let spelled: Vec<String> = spelled(&text).map(Cow::into_owned).collect();
        prop_assert_eq!(split(&connection(), &words(&text)), spelled.clone());
        let distinct = |words: &[String]| words.iter().collect::<std::collections::HashSet<_>>().len();
        let tokens: Vec<String> = text.fields.into_iter().flat_map(|field| field.words).collect();
        prop_assert_eq!(distinct(&tokens), distinct(&spelled));
    }

    #[test]
    fn buckets_follow_keys(a in any::<i64>(), b in any::<i64>()) {
        let key = |time: i64| time_key(time);
        let (low, high) = if key(a) <= key(b) { (a, b) } else { (b, a) };
        prop_assert!(bucket(OrderKind::Time, &key(low)) <= bucket(OrderKind::Time, &key(high)));
    }

    #[test]
    fn buckets_follow_bytes(a in any::<Vec<u8>>(), b in any::<Vec<u8>>()) {
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        for kind in [OrderKind::Bytes, OrderKind::Sequence, OrderKind::Time] {
            prop_assert!(bucket(kind, &low) <= bucket(kind, &high));
        }
    }
}

#[test]
fn ranges_of_lists_are_apart_and_in_order() {
    for list in [1, 2, 1000, (1 << 19) - 1, 1 << 19, (1 << 20) - 2] {
        let whole = list_range(list);
        assert!(whole.start() < whole.end());
        let (first, last) = (bucket_range(list, 0), bucket_range(list, u32::MAX));
        assert_eq!((*first.start(), *last.end()), (*whole.start(), *whole.end()));
        assert!(bucket_range(list, 7).end() < bucket_range(list, 8).start());
        assert!(!whole.contains(stray_range().start()) && !list_range(list + 2).contains(whole.start()));
        assert!(has_range(list));
    }
    assert!(!has_range((1 << 20) - 1) && !has_range(1 << 20));
}
