use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::TextField;

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
}
