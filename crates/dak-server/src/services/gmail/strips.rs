//! Labels that were deleted: hidden at once, and taken off their messages in slices, so that no commit is long.

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_store::{Batch, Direction, Expectation, Filter, Key, Query, Record};
use serde_json::{Value, json};

use super::change::{self, Change, Plan, Step};
use super::index;
use super::mailbox::Mailbox;
use super::stored::{Head, Message};
use crate::app::App;
use crate::services::store_fault;

/// How many messages lose a label in one commit.
const SLICE: usize = 500;
/// How many slices are done at a time, so that other work of the timer comes to its turn.
const SLICES_AT_ONCE: usize = 20;
/// How many deleted labels are read at a time.
const LABELS_AT_ONCE: usize = 1000;
/// The counter of labels in a mailbox that are gone and still on messages.
const COUNTER: &str = "strips";

/// Adds to a batch that deletes a label that it is to be taken off its messages.
pub(super) fn begin(batch: Batch, mailbox: &Mailbox, label: &str) -> Batch {
    let body = json!({"address": &*mailbox.address, "label": label}).to_string();
    let batch = batch.put(key(mailbox, label), "{}", body);
    batch.add(Arc::clone(&mailbox.space), COUNTER, 1)
}

/// The labels of a mailbox that are not shown any more. There are none but for the moments after one was deleted.
///
/// # Errors
/// Whatever the store refuses.
pub(super) async fn hidden(app: &App, mailbox: &Mailbox) -> Result<Vec<String>, Fault> {
    let count = app.store.counter(&mailbox.space, COUNTER).await.map_err(|error| store_fault(&error))?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let (from, to) = (format!("{}/", mailbox.address), format!("{}0", mailbox.address));
    let own = Filter::Range { order: index::ID.to_owned(), from: Some(from.into_bytes()), to: Some(to.into_bytes()) };
    let strips = strips(app, own).await?.into_iter();
    // An address may have a slash, so that another's strips may stand among these.
    Ok(strips.filter(|(_, of, _)| of == mailbox).map(|(_, _, label)| label).collect())
}

/// Takes deleted labels off some of their messages.
///
/// # Errors
/// Whatever the store refuses.
pub(super) async fn carry_out_due(app: &Arc<App>) -> Result<(), Fault> {
    let mut slices = SLICES_AT_ONCE;
    for (record, mailbox, label) in strips(app, Filter::All).await? {
        let strip = Strip { mailbox: &mailbox, label: &label, record: &record };
        while slices > 0 && change::carry_out(app, &strip).await? {
            slices -= 1;
        }
    }
    Ok(())
}

/// A label to be taken off its messages.
struct Strip<'a> {
    mailbox: &'a Mailbox,
    label: &'a str,
    record: &'a Record,
}

impl Change for Strip<'_> {
    /// Whether messages may be left that have the label.
    type Made = bool;

    async fn plan(&self, app: &Arc<App>) -> Result<(Plan, bool), Fault> {
        let query = Query {
            filter: Filter::Tag(index::label_tag(self.label)),
            limit: SLICE,
            heads_only: true,
            ..Query::new(Arc::clone(&self.mailbox.space), index::MESSAGES, index::DATE)
        };
        let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        let mut steps = Vec::with_capacity(page.records.len());
        for record in &page.records {
            let was = Message::of(record)?;
            let mut head: Head = was.head.clone();
            head.remove(self.label);
            steps.extend(Step::alter(was, head));
        }
        let is_left = !steps.is_empty();
        let mut plan = Plan::of(self.mailbox, steps);
        if !is_left {
            let key = key(self.mailbox, self.label);
            let batch = plan.batch.expect(Expectation::Tagged(key.clone(), self.record.tag)).delete(key);
            plan.batch = batch.add(Arc::clone(&self.mailbox.space), COUNTER, -1);
        }
        Ok((plan, is_left))
    }
}

async fn strips(app: &App, filter: Filter) -> Result<Vec<(Record, Mailbox, String)>, Fault> {
    let query = Query {
        filter,
        limit: LABELS_AT_ONCE,
        direction: Direction::Ascending,
        ..Query::new(index::SPACE, index::STRIPS, index::ID)
    };
    let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    page.records.into_iter().map(read).collect()
}

fn read(record: Record) -> Result<(Record, Mailbox, String), Fault> {
    let body: Value = serde_json::from_slice(&record.body).map_err(|_| Fault::internal())?;
    let text = |name: &str| body[name].as_str().map(str::to_owned).ok_or_else(Fault::internal);
    let (address, label) = (text("address")?, text("label")?);
    Ok((record, Mailbox::of(&address), label))
}

fn key(mailbox: &Mailbox, label: &str) -> Key {
    Key::new(index::SPACE, index::STRIPS, format!("{}/{label}", mailbox.address))
}
