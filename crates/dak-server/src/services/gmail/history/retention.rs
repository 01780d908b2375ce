//! How long the history is kept. Who asks for what came after a moment that is forgotten must know: what is forgotten is
//! stored along with its being forgotten.

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_store::{Batch, Direction, ErrorKind, Expectation, Filter, Key, Lookup, Query, Record, time_key};
use serde_json::{Value, json};

use crate::app::App;
use crate::random;
use crate::services::gmail::index;
use crate::services::gmail::mailbox::{self, Mailbox};
use crate::services::store_fault;

/// How many records go in one commit.
const AT_ONCE: usize = 1000;
/// Where it is stored in a mailbox how much of its history is forgotten.
const FLOOR: &str = "history";

/// The first commit of a mailbox after which all that happened is still known.
///
/// # Errors
/// Whatever the store refuses.
pub(super) async fn known_since(app: &App, mailbox: &Mailbox) -> Result<u64, Fault> {
    Ok(floor(app, mailbox).await?.map_or(0, |record| sequence(&record)))
}

/// Forgets what is older than is to be known, in all mailboxes.
///
/// # Errors
/// Whatever the store refuses.
pub(in crate::services::gmail) async fn carry_out_due(app: &App) -> Result<(), Fault> {
    let kept_ms = i64::try_from(app.settings.gmail.history_kept.as_millis()).unwrap_or(i64::MAX);
    let until_ms = app.clock.now_ms().saturating_sub(kept_ms);
    if !app.gmail.is_retention_due(app.clock.now_ms()) {
        return Ok(());
    }
    let mut after = None;
    loop {
        let page = mailbox::page(app, after).await?;
        for user in &page.records {
            let mailbox = Mailbox::of(&user.id);
            while forget(app, &mailbox, until_ms).await? {}
        }
        match page.next {
            None => return Ok(()),
            next => after = next,
        }
    }
}

/// Forgets some of what is older; false when nothing is left to be.
async fn forget(app: &App, mailbox: &Mailbox, until_ms: i64) -> Result<bool, Fault> {
    let query = Query {
        filter: Filter::Range { order: index::TIME.to_owned(), from: None, to: Some(time_key(until_ms).to_vec()) },
        limit: AT_ONCE,
        direction: Direction::Ascending,
        heads_only: true,
        ..Query::new(Arc::clone(&mailbox.space), index::HISTORY, index::TIME)
    };
    let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let Some(newest) = page.records.iter().map(|record| record.sequence).max() else { return Ok(false) };
    let had = floor(app, mailbox).await?;
    let floor = had.as_ref().map_or(newest, |had| sequence(had).max(newest));
    let key = floor_key(mailbox);
    let expectation = match &had {
        Some(had) => Expectation::Tagged(key.clone(), had.tag),
        None => Expectation::Absent(key.clone()),
    };
    let batch = Batch::new(random::batch_id(), random::tag()).expect(expectation).put(
        key,
        json!({ "sequence": floor }).to_string(),
        "{}",
    );
    let batch = page
        .records
        .iter()
        .fold(batch, |batch, record| batch.delete(mailbox.key(index::HISTORY, Arc::clone(&record.id))));
    match app.store.commit(batch).await {
        Err(error) if error.kind() != ErrorKind::Conflict => Err(store_fault(&error)),
        _ => Ok(true),
    }
}

async fn floor(app: &App, mailbox: &Mailbox) -> Result<Option<Record>, Fault> {
    let lookup = app.store.lookup(&floor_key(mailbox), None).await.map_err(|error| store_fault(&error))?;
    Ok(match lookup {
        Lookup::Found(record) => Some(record),
        _ => None,
    })
}

fn sequence(floor: &Record) -> u64 {
    let head: Value = serde_json::from_slice(&floor.head).unwrap_or_default();
    head["sequence"].as_u64().unwrap_or(0)
}

fn floor_key(mailbox: &Mailbox) -> Key {
    mailbox.key(index::FLOORS, FLOOR)
}
