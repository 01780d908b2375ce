//! The one thread that writes. It takes the batches that wait, carries them out in one transaction, and answers each.
//!
//! The queue is bounded: who finds it full is told to come back. Batches are not waited for: while one COMMIT reaches the
//! disk, the next ones gather by themselves.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use futures_channel::oneshot;
use rusqlite::Connection;

use super::apply::{Guard, Open, Outcome};
use super::cache;
use super::failure::failure;
use super::names::Names;
use super::rebuild;
use crate::{Batch, Committed, Error, ErrorKind, Indexer};

/// What the writer shares with readers.
pub(crate) struct Shared {
    pub(crate) indexer: Arc<dyn Indexer>,
    pub(crate) names: Names,
    pub(crate) cache: cache::Records,
}

/// The near end of the writer's queue. Dropping it waits until everything queued is done.
pub(crate) struct Writer {
    queue: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    broken: Arc<Broken>,
}

/// Why nothing can be written any more, once that is so.
#[derive(Default)]
struct Broken {
    is_set: AtomicBool,
    reason: Mutex<String>,
}

enum Job {
    Commit(Box<Waiting>),
    Rebuild(oneshot::Sender<Result<u64, Error>>),
}

struct Waiting {
    batch: Batch,
    answer: oneshot::Sender<Result<Committed, Error>>,
}

struct Thread {
    connection: Connection,
    shared: Arc<Shared>,
    broken: Arc<Broken>,
    group_max: usize,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(
        connection: Connection,
        shared: Arc<Shared>,
        queue_max: usize,
        group_max: usize,
    ) -> Result<Writer, Error> {
        let (queue, jobs) = sync_channel(queue_max);
        let broken = Arc::new(Broken::default());
        let thread = Thread { connection, shared, broken: broken.clone(), group_max };
        let thread = std::thread::Builder::new().name("dak-writer".into()).spawn(move || thread.run(&jobs));
        let thread =
            thread.map_err(|error| Error::unavailable(format!("The writer's thread does not start: {error}.")))?;
        Ok(Writer { queue: Some(queue), thread: Some(thread), broken })
    }

    /// Queues a batch.
    pub(crate) fn commit(&self, batch: Batch) -> Result<oneshot::Receiver<Result<Committed, Error>>, Error> {
        let (answer, answered) = oneshot::channel();
        self.push(Job::Commit(Box::new(Waiting { batch, answer })))?;
        Ok(answered)
    }

    /// Queues the making of all indexes; the answer is the number of records.
    pub(crate) fn rebuild(&self) -> Result<oneshot::Receiver<Result<u64, Error>>, Error> {
        let (answer, answered) = oneshot::channel();
        self.push(Job::Rebuild(answer))?;
        Ok(answered)
    }

    fn push(&self, job: Job) -> Result<(), Error> {
        self.broken.check()?;
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::busy("Too many commits are waiting."),
            TrySendError::Disconnected(_) => closed(),
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported where it happened.
            let _ = thread.join();
        }
    }
}

/// The answer to whoever waits for a writer that is gone.
pub(crate) fn closed() -> Error {
    Error::unavailable("The store is closed.")
}

impl Thread {
    fn run(mut self, jobs: &Receiver<Job>) {
        let mut next = None;
        while let Some(job) = next.take().or_else(|| jobs.recv().ok()) {
            match job {
                Job::Commit(first) => {
                    let (group, other) = gather(*first, jobs, self.group_max);
                    self.commit(group);
                    next = other;
                }
                Job::Rebuild(answer) => {
                    let rebuilt = rebuild::rebuild(&mut self.connection, &*self.shared.indexer).map_err(failure);
                    // Whoever asked may have gone.
                    let _ = answer.send(rebuilt.inspect_err(|error| self.broken.note(error)));
                }
            }
        }
        self.settle();
    }

    /// Moves the log into the file at the end, so that the file is whole by itself. (The readers, which are let go later,
    /// may not write.) After a failed write the log is what the next opening must judge; then it stays as it is.
    fn settle(&self) {
        if self.broken.check().is_ok() {
            // Without room for it the log stays, and the next opening reads it.
            let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }

    fn commit(&mut self, group: Vec<Waiting>) {
        let results =
            self.broken.check().and_then(|()| self.transact(&group)).inspect_err(|error| self.broken.note(error));
        for (position, waiting) in group.into_iter().enumerate() {
            let result = match &results {
                Ok(results) => results.get(position).cloned().unwrap_or_else(|| Err(closed())),
                Err(error) => Err(error.clone()),
            };
            // Whoever asked may have gone.
            let _ = waiting.answer.send(result);
        }
    }

    /// Carries out a group in one transaction. An error is the whole group's.
    fn transact(&self, group: &[Waiting]) -> Result<Vec<Result<Committed, Error>>, Error> {
        match self.attempt(group, Guard::None)? {
            Some(results) => Ok(results),
            None => Ok(self.attempt(group, Guard::Savepoints)?.unwrap_or_default()),
        }
    }

    /// The results of a group, or nothing, and nothing done, if a batch needs a guard.
    fn attempt(&self, group: &[Waiting], guard: Guard) -> Result<Option<Vec<Result<Committed, Error>>>, Error> {
        self.execute("BEGIN IMMEDIATE")?;
        let mut open = Open::new(&self.connection, &*self.shared.indexer, &self.shared.names, guard);
        let mut results = Vec::with_capacity(group.len());
        for waiting in group {
            let result = open.batch(&waiting.batch);
            if let Err(error) = &result
                && spoils_transaction(error.kind())
            {
                return Err(self.roll_back(error.clone()));
            }
            if open.is_torn() {
                self.execute("ROLLBACK")?;
                return Ok(None);
            }
            results.push(result);
        }
        match results.iter().all(Result::is_err) {
            true => self.execute("ROLLBACK")?,
            false => self.publish(open.outcome())?,
        }
        Ok(Some(results))
    }

    /// COMMIT, and what readers in memory see around it, in the order that `cache` and `names` ask for.
    fn publish(&self, outcome: Outcome) -> Result<(), Error> {
        let Outcome { changes, versions, new_spaces, new_lists } = outcome;
        let names = &self.shared.names;
        versions.iter().for_each(|(space, _)| space.begin());
        new_lists.iter().for_each(|(space, collection, list)| space.add_list(collection.clone(), *list));
        new_spaces.iter().for_each(|(name, space)| names.add_space(name.clone(), space.clone()));
        let begun = self.shared.cache.begin(changes);
        let committed = self.execute("COMMIT").map_err(|error| self.roll_back(error));
        if committed.is_err() {
            new_spaces.iter().for_each(|(name, _)| names.remove_space(name));
            new_lists.iter().for_each(|(space, collection, _)| space.remove_list(collection));
        }
        versions.iter().for_each(|(space, version)| space.end(committed.is_ok().then_some(*version)));
        self.shared.cache.end(begun, committed.is_ok());
        committed
    }

    /// Ends the transaction if the failure has not already done so.
    fn roll_back(&self, error: Error) -> Error {
        if !self.connection.is_autocommit()
            && let Err(second) = self.execute("ROLLBACK")
        {
            return second;
        }
        error
    }

    fn execute(&self, sql: &str) -> Result<(), Error> {
        self.connection.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map(drop).map_err(failure)
    }
}

impl Broken {
    /// A store that could not write once does not write again until it was opened anew: nobody knows what the disk has.
    fn note(&self, error: &Error) {
        if error.kind() == ErrorKind::Unavailable && !self.is_set.load(Ordering::Acquire) {
            *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = error.to_string();
            self.is_set.store(true, Ordering::Release);
        }
    }

    fn check(&self) -> Result<(), Error> {
        if !self.is_set.load(Ordering::Acquire) {
            return Ok(());
        }
        let reason = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
        Err(Error::unavailable(format!("Nothing can be written until the store is opened again: {reason}")))
    }
}

/// Takes the commits that already wait, and the first job that is something else.
fn gather(first: Waiting, jobs: &Receiver<Job>, group_max: usize) -> (Vec<Waiting>, Option<Job>) {
    let mut group = vec![first];
    while group.len() < group_max {
        match jobs.try_recv() {
            Ok(Job::Commit(waiting)) => group.push(*waiting),
            Ok(other) => return (group, Some(other)),
            Err(_) => break,
        }
    }
    (group, None)
}

/// A batch that fails for a reason of its own has been rolled back alone; the driver's failures concern all.
fn spoils_transaction(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Busy | ErrorKind::Full | ErrorKind::Unavailable)
}
