//! A new message in one mailbox.

use std::sync::Arc;

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Expectation, Key};
use serde_json::Value;

use super::{reference, threading, version};
use crate::app::App;
use crate::ids;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::change::{Change, New, Plan, Step};
use crate::services::gmail::mail::Letter;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::raw::Kept;
use crate::services::gmail::stored::Head;
use crate::services::idempotency::Repeatable;

/// A mail on its way into a mailbox.
pub(super) struct Addition<'a> {
    /// The request.
    pub(super) call: &'a Call<'a>,
    /// Its key, if it may be repeated.
    pub(super) repeatable: Option<&'a Repeatable>,
    /// Where.
    pub(super) mailbox: &'a Mailbox,
    /// What is known of the mail.
    pub(super) letter: &'a Letter,
    /// The head but for the thread.
    pub(super) head: Head,
    /// The body of its record.
    pub(super) body: Bytes,
    /// Where its bytes are.
    pub(super) kept: &'a Kept,
    /// The thread it is to join.
    pub(super) thread_id: Option<&'a str>,
    /// Labels of the user's own that it bears.
    pub(super) user_labels: Vec<Key>,
    /// Values of classification labels.
    pub(super) classification: Vec<Value>,
}

impl Change for Addition<'_> {
    type Made = Reply;

    async fn plan(&self, app: &Arc<App>) -> Result<(Plan, Reply), Fault> {
        let mut plan = Plan::new();
        if let Some(repeatable) = self.repeatable
            && let Some(answer) = repeatable.answer(self.call).await?
        {
            return Ok((plan, answer));
        }
        let thread = threading::thread(app, self.mailbox, self.letter, self.thread_id).await?;
        let id = ids::next_hex();
        let head = Head {
            thread_id: thread.unwrap_or_else(|| id.clone()),
            classification: self.classification.clone(),
            ..self.head.clone()
        };
        let rope = Arc::new(Rope::value(&reference(&id, &head)));
        plan.batch.expectations.extend(self.user_labels.iter().cloned().map(Expectation::Present));
        plan.batch = self.kept.include(app, plan.batch);
        self.conclude(&mut plan, &rope);
        let snippet = self.letter.facts.snippet.clone();
        let new = New { id: id.into(), head, body: self.body.clone(), snippet };
        plan.mailboxes.push((self.mailbox.clone(), vec![Step::Add(new)]));
        let reply = Reply::written(rope, version(plan.batch.tag));
        Ok((plan, reply))
    }
}

impl Addition<'_> {
    /// Ends the upload that brought the mail, and keeps the answer for a repetition, in the same commit.
    fn conclude(&self, plan: &mut Plan, rope: &Arc<Rope>) {
        let tag = plan.batch.tag;
        let mut batch = std::mem::replace(&mut plan.batch, Plan::new().batch);
        if let Some(arrived) = self.call.arrived {
            batch = arrived.close(self.call, batch, rope, version(tag));
        }
        if let Some(repeatable) = self.repeatable {
            batch = repeatable.keep(self.call, batch, rope, tag);
        }
        plan.batch = batch;
    }
}
