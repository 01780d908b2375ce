//! All indexes made again, from the records alone.

use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params};

use super::apply::list_bucket;
use super::index::{Subject, change_document, change_entries};
use super::packed::{Packed, pack};
use super::schema::{META_REVISION, meta, set_meta};
use crate::index::{entries, words};
use crate::{Entries, Indexer, Key};

/// How many records are in memory at once.
const CHUNK_RECORDS: i64 = 256;

const EMPTY: &str = "
    DELETE FROM places;
    DELETE FROM tags;
    DELETE FROM documents;
    INSERT INTO texts (texts) VALUES ('delete-all');
    DELETE FROM bodies WHERE record NOT IN (SELECT record FROM records);
    UPDATE lists SET strays = 0, records = (SELECT count(*) FROM records r WHERE r.list = lists.list);
";
const CHUNK: &str = "SELECT r.record, r.list, s.name, l.collection, r.id, r.head, \
    coalesce(r.body, (SELECT b.body FROM bodies b WHERE b.record = r.record)), r.sequence \
    FROM records r JOIN lists l USING (list) JOIN spaces s USING (space) WHERE r.record > ?1 ORDER BY r.record LIMIT ?2";
const SET: &str = "UPDATE records SET entries = ?2, group_name = ?3, document = ?4, text_sum = ?5 WHERE record = ?1";

struct Stored {
    number: i64,
    list: i64,
    key: Key,
    head: Vec<u8>,
    body: Vec<u8>,
    sequence: u64,
}

/// Makes everything again if the entries are from another revision of the indexer.
pub(crate) fn rebuild_if_outdated(connection: &mut Connection, indexer: &dyn Indexer) -> rusqlite::Result<()> {
    match meta(connection, META_REVISION)? {
        Some(revision) if revision == indexer.revision().to_string() => Ok(()),
        _ => rebuild(connection, indexer).map(drop),
    }
}

/// Makes everything again, in one transaction; the answer is the number of records.
pub(crate) fn rebuild(connection: &mut Connection, indexer: &dyn Indexer) -> rusqlite::Result<u64> {
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    transaction.execute_batch(EMPTY)?;
    let (mut count, mut last) = (0, i64::MIN);
    loop {
        let chunk = chunk(&transaction, last)?;
        let Some(end) = chunk.last() else { break };
        last = end.number;
        count += chunk.len() as u64;
        chunk.iter().try_for_each(|stored| reindex(&transaction, stored, indexer))?;
    }
    set_meta(&transaction, META_REVISION, &indexer.revision().to_string())?;
    transaction.commit()?;
    Ok(count)
}

fn chunk(connection: &Connection, after: i64) -> rusqlite::Result<Vec<Stored>> {
    let mut statement = connection.prepare_cached(CHUNK)?;
    statement.query_map(params![after, CHUNK_RECORDS], Stored::read)?.collect()
}

/// A record that the indexer refuses now keeps no entries; the check names it.
fn reindex(connection: &Connection, stored: &Stored, indexer: &dyn Indexer) -> rusqlite::Result<()> {
    let Stored { number, list, key, head, body, sequence } = stored;
    let orders = indexer.orders(&key.collection);
    let entries = entries(indexer, key, head, body, *sequence).unwrap_or_default();
    let packed = pack(&entries);
    let subject = Subject { list: *list, record: *number, id: &key.id };
    change_entries(connection, subject, Packed(&pack(&Entries::default())), Packed(&packed))?;
    let text = words(indexer, key, body);
    let (_, bucket) = list_bucket(&orders, &packed);
    let document = change_document(connection, subject, bucket, None, text.as_ref())?;
    let (document, sum) = (document.map(|document| document.number), document.map(|document| document.sum));
    connection.prepare_cached(SET)?.execute(params![number, packed, entries.group, document, sum]).map(drop)
}

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
        let key = Key::new(row.get::<_, String>(2)?, row.get::<_, String>(3)?, row.get::<_, String>(4)?);
        let sequence = u64::try_from(row.get::<_, i64>(7)?).unwrap_or(0);
        Ok(Stored { number: row.get(0)?, list: row.get(1)?, key, head: row.get(5)?, body: row.get(6)?, sequence })
    }
}
