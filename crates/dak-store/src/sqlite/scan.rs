//! Threads that answer queries, so that no task of the caller's waits for a long one.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use futures_channel::oneshot;
use rusqlite::Connection;

use super::failure::failure;
use super::search::Search;
use super::writer::{Shared, closed};
use crate::{CountedPage, Error, Page, Query};

/// A few threads, each with a connection of its own, that take queries from one bounded queue.
pub(crate) struct Scanners {
    queue: Option<SyncSender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

/// What one of the threads has.
struct Scanner {
    connection: Connection,
    shared: Arc<Shared>,
}

/// What a thread does next.
struct Job(Box<dyn FnOnce(&Scanner) + Send>);

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
            let (jobs, scanner) = (jobs.clone(), Scanner { connection, shared: shared.clone() });
            std::thread::Builder::new().name("dak-scanner".into()).spawn(move || scanner.run(&jobs))
        };
        let threads: std::io::Result<_> = connections.into_iter().map(start).collect();
        let threads =
            threads.map_err(|error| Error::unavailable(format!("A reader's thread does not start: {error}.")))?;
        Ok(Scanners { queue: Some(queue), threads })
    }

    /// Queues a query for a page.
    pub(crate) fn query(&self, query: Query) -> Result<oneshot::Receiver<Result<Page, Error>>, Error> {
        self.push(query, |search, connection, list, is_canceled| {
            search.run(connection, list, 0, is_canceled).map(|counted| counted.page)
        })
    }

    /// Queues a query for a page and for how many records all pages have.
    pub(crate) fn query_counted(
        &self,
        query: Query,
        count_max: usize,
    ) -> Result<oneshot::Receiver<Result<CountedPage, Error>>, Error> {
        self.push(query, move |search, connection, list, is_canceled| {
            search.run(connection, list, count_max, is_canceled)
        })
    }

    /// Queues work on a query, unless whoever asks goes before its turn comes.
    fn push<T: Default + Send + 'static>(
        &self,
        query: Query,
        work: impl FnOnce(&Search<'_>, &Connection, i64, &dyn Fn() -> bool) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, Error>>, Error> {
        let (answer, answered) = oneshot::channel();
        let job = move |scanner: &Scanner| {
            if answer.is_canceled() {
                return;
            }
            let connection = &scanner.connection;
            let within = |search: &Search<'_>, list| work(search, connection, list, &|| answer.is_canceled());
            let result = scanner.at_one_moment(&query, within);
            // Whoever asked may have gone.
            let _ = answer.send(result);
        };
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.try_send(Job(Box::new(job))).map_err(|error| match error {
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

impl Scanner {
    fn run(&self, jobs: &Mutex<Receiver<Job>>) {
        while let Some(Job(work)) = next(jobs) {
            work(self);
        }
    }

    /// Work on one query in one read transaction, which ends before the answer is sent. A list never written has nothing.
    fn at_one_moment<T: Default>(
        &self,
        query: &Query,
        work: impl FnOnce(&Search<'_>, i64) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let search = Search::new(query, &*self.shared.indexer)?;
        let Some(list) = self.shared.names.list(&query.space, &query.collection) else { return Ok(T::default()) };
        let transaction = self.connection.unchecked_transaction().map_err(failure)?;
        let answer = work(&search, list).map_err(failure)?;
        transaction.commit().map_err(failure)?;
        Ok(answer)
    }
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
