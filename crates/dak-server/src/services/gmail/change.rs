//! The one place where messages change: whatever becomes of messages becomes of their threads, of what is counted and of
//! the mailbox's history in the same commit.
//!
//! A [`Change`] reads what is there and says in [`Step`]s what is to become of it; the steps are committed against the
//! versions that were read. Where another change was faster it reads again.

mod counts;
mod thread;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_store::{Batch, ErrorKind, Expectation, Key, Operation, Segment};

use self::counts::Counts;
use self::thread::Thread;
use super::history::Events;
use super::mailbox::{self, Mailbox};
use super::stored::{Head, Message};
use super::{history, index};
use crate::app::App;
use crate::media::discard;
use crate::random;
use crate::services::store_fault;
use crate::uploads::sweep;

pub(super) use self::thread::Summary;

/// How often a change starts again after another one overtook it.
const ROUNDS_MAX: usize = 100;

/// Something that changes messages.
pub(super) trait Change: Sync {
    /// What the caller learns of it.
    type Made: Send;

    /// Reads what is there and says what is to become of it. Nothing is changed by this, and it may be asked again.
    fn plan(&self, app: &Arc<App>) -> impl Future<Output = Result<(Plan, Self::Made), Fault>> + Send;
}

/// What happens in one commit.
pub(super) struct Plan {
    /// What becomes of messages, for each mailbox.
    pub(super) mailboxes: Vec<(Mailbox, Vec<Step>)>,
    /// What else happens.
    pub(super) batch: Batch,
}

/// What becomes of one message. No two steps of a plan are about the same one.
pub(super) enum Step {
    /// It is new.
    Add(New),
    /// It is another from now on: its labels above all. Its thread stays.
    Alter {
        /// As it was read.
        was: Message,
        /// As it will be.
        head: Head,
    },
    /// It goes for good.
    Delete(Message),
}

/// A message that is not there yet.
pub(super) struct New {
    /// Its id.
    pub(super) id: Arc<str>,
    /// Its head.
    pub(super) head: Head,
    /// Its body.
    pub(super) body: Bytes,
    /// The beginning of its text.
    pub(super) snippet: String,
}

impl Plan {
    /// Nothing yet.
    pub(super) fn new() -> Plan {
        Plan { mailboxes: Vec::new(), batch: Batch::new(random::batch_id(), random::tag()) }
    }

    /// These steps in one mailbox.
    pub(super) fn of(mailbox: &Mailbox, steps: Vec<Step>) -> Plan {
        Plan { mailboxes: vec![(mailbox.clone(), steps)], ..Plan::new() }
    }

    /// Adds to what else happens.
    pub(super) fn include(&mut self, add: impl FnOnce(Batch) -> Batch) {
        let empty = Batch::new(self.batch.id, self.batch.tag);
        self.batch = add(std::mem::replace(&mut self.batch, empty));
    }

    fn is_empty(&self) -> bool {
        self.mailboxes.iter().all(|(_, steps)| steps.is_empty())
            && self.batch.operations.is_empty()
            && self.batch.additions.is_empty()
    }
}

impl Step {
    /// A message's change of labels; `None` if its head stays as it is.
    pub(super) fn alter(was: Message, head: Head) -> Option<Step> {
        (was.head != head).then_some(Step::Alter { was, head })
    }

    /// The message's id.
    pub(super) fn id(&self) -> &Arc<str> {
        match self {
            Step::Add(new) => &new.id,
            Step::Alter { was, .. } | Step::Delete(was) => &was.id,
        }
    }

    /// The message's thread.
    fn thread_id(&self) -> &str {
        match self {
            Step::Add(new) => &new.head.thread_id,
            Step::Alter { was, .. } | Step::Delete(was) => &was.head.thread_id,
        }
    }
}

/// Carries out a change.
///
/// # Errors
/// Whatever its plan ends with, 503 where others were faster again and again, and whatever the store refuses.
pub(super) async fn carry_out<C: Change>(app: &Arc<App>, change: &C) -> Result<C::Made, Fault> {
    for _ in 0..ROUNDS_MAX {
        let (plan, made) = change.plan(app).await?;
        if plan.is_empty() || commit(app, plan).await? {
            return Ok(made);
        }
    }
    Err(Fault::unavailable(1))
}

/// Commits a plan; false when another change came first.
async fn commit(app: &Arc<App>, plan: Plan) -> Result<bool, Fault> {
    let mut whole = Whole { batch: plan.batch, thrown_away: Vec::new() };
    for (mailbox, steps) in &plan.mailboxes {
        if !steps.is_empty() {
            whole.include(app, mailbox, steps).await?;
        }
    }
    whole.batch = discard(whole.batch, &whole.thrown_away, app.clock.now_ms());
    match app.store.commit(whole.batch).await {
        Ok(_) => {
            sweep::soon(app, &whole.thrown_away);
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::Conflict => Ok(false),
        Err(error) => Err(store_fault(&error)),
    }
}

/// A batch in the making.
struct Whole {
    batch: Batch,
    /// Where the bytes of deleted messages are.
    thrown_away: Vec<Segment>,
}

impl Whole {
    /// Adds what happens in one mailbox.
    async fn include(&mut self, app: &App, mailbox: &Mailbox, steps: &[Step]) -> Result<(), Fault> {
        let (mut counts, mut events) = (Counts::default(), Events::default());
        let mut threads: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
        for step in steps {
            counts.count(step);
            events.record(step);
            self.apply(mailbox, step);
            threads.entry(step.thread_id()).or_default().push(step);
        }
        for (id, steps) in threads {
            let before = Thread::read(app, mailbox, id).await?;
            let after = before.after(app, mailbox, &steps).await?;
            counts.count_thread(before.summary.as_ref(), after.as_ref());
            before.replace(&mut self.batch, after.as_ref());
        }
        if steps.iter().any(|step| matches!(step, Step::Add(_))) {
            self.batch.expectations.push(mailbox::there(&mailbox.space));
        }
        counts.add_to(&mut self.batch, &mailbox.space);
        history::put(&mut self.batch, mailbox, &events, app.clock.now_ms());
        Ok(())
    }

    /// Adds what becomes of the message itself.
    fn apply(&mut self, mailbox: &Mailbox, step: &Step) {
        let key = mailbox.key(index::MESSAGES, Arc::clone(step.id()));
        let tag = self.batch.tag;
        let (expectation, operation) = match step {
            Step::Add(New { head, body, .. }) => {
                let (head, body) = (head.to_bytes(), body.clone());
                (Expectation::Absent(key.clone()), Operation::Put { key, head, body, tag })
            }
            Step::Alter { was, head } => {
                let head = head.to_bytes();
                (Expectation::Tagged(key.clone(), was.tag), Operation::Retag { key, head, tag })
            }
            Step::Delete(was) => {
                self.thrown_away.extend(was.head.segments.iter().cloned());
                self.drop_draft(mailbox, &was.head);
                (Expectation::Tagged(key.clone(), was.tag), Operation::Delete { key })
            }
        };
        self.batch.expectations.push(expectation);
        self.batch.operations.push(operation);
    }

    /// A draft does not outlive its message.
    fn drop_draft(&mut self, mailbox: &Mailbox, head: &Head) {
        let Some(draft) = &head.draft else { return };
        let key: Key = mailbox.key(index::DRAFTS, draft.as_str());
        // Whoever replaces a draft's message puts the draft again in the same batch.
        if !self.batch.operations.iter().any(|operation| *operation.key() == key) {
            self.batch.operations.push(Operation::Delete { key });
        }
    }
}
