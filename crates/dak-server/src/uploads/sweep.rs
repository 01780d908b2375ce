//! What goes by itself: the bytes of uploads whose time has run out, records of uploads long ended, bytes that were
//! thrown away.

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_store::{Batch, Direction, Filter, Key, Query, Record, Segment, time_key};

use super::record::{Stored, Upload};
use crate::app::App;
use crate::media::{discard, garbage};
use crate::services::store_fault;
use crate::{random, system};

/// How many records are looked at at a time.
const AT_ONCE: usize = 100;

/// Deletes bytes that were thrown away, beside what else is done.
pub(crate) fn soon(app: &Arc<App>, segments: &[Segment]) {
    if segments.is_empty() {
        return;
    }
    let (app, names) = (Arc::clone(app), segments.iter().map(|segment| segment.name.clone()).collect::<Vec<_>>());
    tokio::spawn(async move {
        if let Err(error) = delete(&app, names).await {
            // The rows are there still: the next sweep tries again.
            tracing::warn!(%error, "bytes that were thrown away are still there");
        }
    });
}

/// Carries out what came due: uploads that expired, then bytes that were thrown away.
///
/// # Errors
/// Whatever the store refuses.
pub(crate) async fn carry_out_due(app: &App) -> Result<(), Fault> {
    let now_ms = app.clock.now_ms();
    while let Some(due) = due(app, system::UPLOADS, now_ms).await? {
        for record in due {
            expire(app, record, now_ms).await.map_err(|error| store_fault(&error))?;
        }
    }
    while let Some(due) = due(app, system::GARBAGE, now_ms).await? {
        let names = due.into_iter().map(|record| record.id.to_string()).collect();
        delete(app, names).await.map_err(|error| store_fault(&error))?;
    }
    Ok(())
}

/// The next records whose time has come; `None` when there are none.
async fn due(app: &App, collection: &'static str, now_ms: i64) -> Result<Option<Vec<Record>>, Fault> {
    let filter = Filter::Range {
        order: system::EXPIRES.to_owned(),
        from: Some(time_key(1).to_vec()),
        to: Some(time_key(now_ms + 1).to_vec()),
    };
    let query = Query {
        filter,
        limit: AT_ONCE,
        direction: Direction::Ascending,
        ..Query::new(system::SPACE, collection, system::EXPIRES)
    };
    let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    Ok((!page.records.is_empty()).then_some(page.records))
}

/// An upload whose time has run out loses its bytes; one that is long forgotten goes.
async fn expire(app: &App, record: Record, now_ms: i64) -> Result<(), dak_store::Error> {
    let key = Key::new(system::SPACE, system::UPLOADS, record.id.clone());
    let batch = match Upload::parse(&record.head, &record.body) {
        // Nothing is known of what cannot be read, and nothing can come of it.
        None => Batch::new(random::batch_id(), random::tag()).delete(key),
        Some(mut upload) => {
            let is_forgotten = upload.is_forgotten(u64::try_from(now_ms / 1000).unwrap_or_default());
            let segments = std::mem::take(&mut upload.segments);
            let stored = Stored { key, tag: record.tag, upload };
            let batch = discard(stored.batch(), &segments, now_ms);
            if is_forgotten { batch.delete(stored.key) } else { stored.save(batch) }
        }
    };
    match app.store.commit(batch).await {
        // Somebody wrote to it just now; it will be looked at again.
        Err(error) if error.kind() != dak_store::ErrorKind::Conflict => Err(error),
        _ => Ok(()),
    }
}

/// Bytes first, then the rows that name them: whatever fails between is tried again.
async fn delete(app: &App, names: Vec<String>) -> Result<(), dak_store::Error> {
    let mut batch = Batch::new(random::batch_id(), random::tag());
    for name in names {
        app.blobs.delete(&name).await?;
        batch = batch.delete(garbage(&name));
    }
    app.store.commit(batch).await.map(drop)
}
