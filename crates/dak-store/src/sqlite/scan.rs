//! Threads that answer queries, so that no task of the caller's waits for a long one.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use futures_channel::oneshot;
use rusqlite::Connection;

use super::failure::failure;
use super::search::Search;
use super::writer::{Shared, closed};
use crate::{Error, Page, Query};

/// A few threads, each with a connection of its own, that take queries from one bounded queue.
pub(crate) struct Scanners {
    queue: Option<SyncSender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

struct Job {
    query: Query,
    answer: oneshot::Sender<Result<Page, Error>>,
}

impl Scanners {
    /// Starts a thread for each connection.
    pub(crate) fn start(
        connections: Vec<Connection>,
        shared: &Arc<Shared>,
        queue_max: usize,
    ) -> Result<Scanners, Error> {
        let (queue, jobs) = sync_channel(queue_max);
        let jobs = Arc::new(Mutex::new(jobs));
        let start = |connection| {
            let (jobs, shared) = (jobs.clone(), shared.clone());
            std::thread::Builder::new().name("dak-scanner".into()).spawn(move || run(&connection, &jobs, &shared))
        };
        let threads: std::io::Result<_> = connections.into_iter().map(start).collect();
        let threads =
            threads.map_err(|error| Error::unavailable(format!("A reader's thread does not start: {error}.")))?;
        Ok(Scanners { queue: Some(queue), threads })
    }

    /// Queues a query.
    pub(crate) fn query(&self, query: Query) -> Result<oneshot::Receiver<Result<Page, Error>>, Error> {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.try_send(Job { query, answer }).map_err(|error| match error {
            TrySendError::Full(_) => Error::busy("Too many queries are waiting."),
            TrySendError::Disconnected(_) => closed(),
        })?;
        Ok(answered)
    }
}

impl Drop for Scanners {
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            // A panic of the thread has been reported where it happened.
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, jobs: &Mutex<Receiver<Job>>, shared: &Shared) {
    while let Some(Job { query, answer }) = next(jobs) {
        if answer.is_canceled() {
            continue;
        }
        let page = answer_query(connection, shared, &query, &|| answer.is_canceled());
        // Whoever asked may have gone.
        let _ = answer.send(page);
    }
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// One query in one read transaction, which ends before the answer is sent.
fn answer_query(
    connection: &Connection,
    shared: &Shared,
    query: &Query,
    is_canceled: &dyn Fn() -> bool,
) -> Result<Page, Error> {
    let search = Search::plan(query, &*shared.indexer)?;
    let Some(list) = shared.names.list(&query.space, &query.collection) else { return Ok(Page::default()) };
    let transaction = connection.unchecked_transaction().map_err(failure)?;
    let page = search.run(&transaction, list, is_canceled).map_err(failure)?;
    transaction.commit().map_err(failure)?;
    Ok(page)
}
