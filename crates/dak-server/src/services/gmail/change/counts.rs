//! What is counted in a mailbox: messages and threads, in all and for each label.

use std::collections::BTreeMap;
use std::sync::Arc;

use dak_mail::labels::UNREAD;
use dak_store::Batch;

use super::{Step, Summary};
use crate::services::gmail::index::{self, Counted};
use crate::services::gmail::stored::Head;

/// What is to be added to a mailbox's counters.
#[derive(Debug, Default)]
pub(super) struct Counts {
    deltas: BTreeMap<String, i64>,
}

impl Counts {
    /// Counts what becomes of a message.
    pub(super) fn count(&mut self, step: &Step) {
        match step {
            Step::Add(new) => self.count_message(&new.head, 1),
            Step::Alter { was, head } => {
                self.count_message(&was.head, -1);
                self.count_message(head, 1);
            }
            Step::Delete(was) => self.count_message(&was.head, -1),
        }
    }

    /// Counts what became of a thread.
    pub(super) fn count_thread(&mut self, before: Option<&Summary>, after: Option<&Summary>) {
        for (summary, by) in [(before, -1), (after, 1)] {
            let Some(summary) = summary else { continue };
            self.add(index::THREADS_TOTAL.to_owned(), by);
            for (label, [_, unread]) in &summary.labels {
                self.add(index::counter(label, Counted::Threads), by);
                self.add(index::counter(label, Counted::ThreadsUnread), if *unread > 0 { by } else { 0 });
            }
        }
    }

    /// Adds what was counted to a batch.
    pub(super) fn add_to(self, batch: &mut Batch, space: &Arc<str>) {
        let changed = self.deltas.into_iter().filter(|(_, delta)| *delta != 0);
        let additions = changed.map(|(name, delta)| dak_store::Addition { space: Arc::clone(space), name, delta });
        batch.additions.extend(additions);
    }

    fn count_message(&mut self, head: &Head, by: i64) {
        self.add(index::MESSAGES_TOTAL.to_owned(), by);
        let is_unread = head.has(UNREAD);
        for label in &head.label_ids {
            self.add(index::counter(label, Counted::Messages), by);
            self.add(index::counter(label, Counted::MessagesUnread), if is_unread { by } else { 0 });
        }
    }

    fn add(&mut self, name: String, by: i64) {
        *self.deltas.entry(name).or_default() += by;
    }
}
