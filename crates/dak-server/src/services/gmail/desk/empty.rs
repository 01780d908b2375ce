//! Deleting all that is in a mailbox, a slice at a time.

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_store::{Batch, Query};

use crate::app::App;
use crate::random;
use crate::services::gmail::change::{self, Change, Plan, Step};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::settings::send_as::SEND_AS;
use crate::services::gmail::stored::Message;
use crate::services::gmail::{aliases, index};
use crate::services::store_fault;

/// How many records go in one commit.
const SLICE: usize = 500;

/// Deletes a slice; whether there was one.
pub(super) async fn is_left(app: &Arc<App>, mailbox: &Mailbox) -> Result<bool, Fault> {
    if change::carry_out(app, &Messages { mailbox }).await? {
        return Ok(true);
    }
    for collection in index::OF_MAILBOX {
        let query = of(mailbox, collection);
        let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        if !page.records.is_empty() {
            let keys = page.records.into_iter().map(|record| mailbox.key(collection, record.id));
            let count = i64::try_from(keys.len()).unwrap_or_default();
            let mut batch = Batch::new(random::batch_id(), random::tag());
            for key in keys {
                if collection == SEND_AS {
                    batch = aliases::release(batch, mailbox, &key.id);
                }
                batch = batch.delete(key);
            }
            if collection == index::LABELS {
                batch = batch.add(Arc::clone(&mailbox.space), index::LABELS_TOTAL, -count);
            }
            return app.store.commit(batch).await.map(|_| true).map_err(|error| store_fault(&error));
        }
    }
    Ok(false)
}

/// The messages of a mailbox.
struct Messages<'a> {
    mailbox: &'a Mailbox,
}

impl Change for Messages<'_> {
    /// Whether there were any.
    type Made = bool;

    async fn plan(&self, app: &Arc<App>) -> Result<(Plan, bool), Fault> {
        let query = of(self.mailbox, index::MESSAGES);
        let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        let steps: Vec<Step> =
            page.records.iter().map(|record| Message::of(record).map(Step::Delete)).collect::<Result<_, _>>()?;
        let is_left = !steps.is_empty();
        Ok((Plan::of(self.mailbox, steps), is_left))
    }
}

fn of(mailbox: &Mailbox, collection: &'static str) -> Query {
    let order = index::orders(collection).into_iter().next().map_or_else(|| index::ID.to_owned(), |order| order.name);
    Query { limit: SLICE, heads_only: true, ..Query::new(Arc::clone(&mailbox.space), collection, order) }
}
