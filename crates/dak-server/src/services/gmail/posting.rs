//! Mail on its way into mailboxes: a copy for each, and all of them in one commit, together with what becomes of the draft
//! that it was and with what is kept for others.

mod delivery;
pub(super) mod draft;

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Batch, Expectation};
use serde_json::json;

use super::change::{self, Change, Plan, Step};
use super::messages::{reference, version};
use super::outbox::Outgoing;
use super::raw::Kept;
use crate::app::App;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::idempotency::Repeatable;

pub(super) use self::delivery::Delivery;
pub(super) use self::draft::{Draft, Drafting};

/// Mail on its way.
pub(super) struct Posting<'a> {
    /// The request.
    pub(super) call: &'a Call<'a>,
    /// Its key, if it may be repeated.
    pub(super) repeatable: Option<&'a Repeatable>,
    /// What goes where, one for each mailbox. The first is what the request is about.
    pub(super) deliveries: Vec<Delivery>,
    /// What becomes of a draft.
    pub(super) drafting: Drafting<'a>,
    /// What is kept for those without a mailbox here.
    pub(super) outgoing: Option<Outgoing>,
    /// What the request is answered with.
    pub(super) answer: Answer,
}

/// What is shown to who posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The draft with its message.
    Draft,
    /// The message.
    Message,
}

impl Posting<'_> {
    /// Commits it all. Whatever comes of it, no bytes are left that nobody needs.
    ///
    /// # Errors
    /// Whatever the plan or the store refuses; nothing was posted then.
    pub(super) async fn carry_out(self) -> Result<Reply, Fault> {
        let reply = change::carry_out(self.call.app, &self).await;
        match &reply {
            Ok(_) => self.kept().for_each(|kept| kept.settle(self.call.app)),
            Err(_) => self.give_up().await,
        }
        reply
    }

    /// Nothing came of it: bytes that were written for it go.
    pub(super) async fn give_up(&self) {
        for kept in self.kept() {
            kept.give_up(self.call.app).await;
        }
    }

    fn kept(&self) -> impl Iterator<Item = &Kept> {
        let outgoing = self.outgoing.iter().map(|outgoing| &outgoing.kept);
        self.deliveries.iter().map(|delivery| &delivery.kept).chain(outgoing)
    }

    /// Adds a copy to what happens.
    async fn deliver(
        &self,
        app: &App,
        plan: &mut Plan,
        delivery: &Delivery,
        replaced: Option<&Draft>,
        draft: Option<&str>,
    ) -> Result<Rope, Fault> {
        let new = delivery.message(app, replaced.map(|old| old.message.head.thread_id.as_str()), draft).await?;
        let shown = match (self.answer, draft) {
            (Answer::Draft, Some(draft)) => json!({"id": draft, "message": reference(&new.id, &new.head)}),
            _ => reference(&new.id, &new.head),
        };
        plan.batch.expectations.extend(delivery.user_labels.iter().cloned().map(Expectation::Present));
        plan.include(|batch| delivery.kept.include(app, batch));
        let old = replaced.map(|old| Step::Delete(old.message.clone()));
        if let Some(draft) = draft {
            plan.include(|batch| draft::put(batch, &delivery.mailbox, draft, &new.id));
        }
        plan.mailboxes.push((delivery.mailbox.clone(), old.into_iter().chain([Step::Add(new)]).collect()));
        Ok(Rope::value(&shown))
    }

    /// Ends the upload that brought the mail, and keeps the answer for a repetition, in the same commit.
    fn conclude(&self, batch: Batch, rope: &Arc<Rope>) -> Batch {
        let tag = batch.tag;
        let batch = match self.call.arrived {
            Some(arrived) => arrived.close(self.call, batch, Reply::written(Arc::clone(rope), version(tag))),
            None => batch,
        };
        match self.repeatable {
            Some(repeatable) => repeatable.keep(self.call, batch, rope, tag),
            None => batch,
        }
    }
}

impl Change for Posting<'_> {
    type Made = Reply;

    async fn plan(&self, app: &Arc<App>) -> Result<(Plan, Reply), Fault> {
        let mut plan = Plan::new();
        if let Some(repeatable) = self.repeatable
            && let Some(answer) = repeatable.answer(self.call).await?
        {
            return Ok((plan, answer));
        }
        let (first, others) = self.deliveries.split_first().ok_or_else(Fault::internal)?;
        let replaced = self.drafting.replaced(self.call, &first.mailbox).await?;
        let draft = self.drafting.id();
        plan.batch.expectations.extend(replaced.as_ref().map(Draft::unchanged));
        let rope = self.deliver(app, &mut plan, first, replaced.as_ref(), draft.as_deref()).await?;
        for delivery in others {
            self.deliver(app, &mut plan, delivery, None, None).await?;
        }
        if let Some(outgoing) = &self.outgoing {
            plan.include(|batch| outgoing.put(app, batch));
        }
        let rope = Arc::new(rope);
        plan.include(|batch| self.conclude(batch, &rope));
        let reply = Reply::written(rope, version(plan.batch.tag));
        Ok((plan, reply))
    }
}
