//! A few threads for what makes a disk work long: blocks, syncs and deletions.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use futures_channel::oneshot;

use crate::{BoxFuture, Error};

/// Something to do.
pub(crate) struct Job(Box<dyn FnOnce() + Send>);

/// The threads. Dropping them waits until everything queued is done; who still holds a [`Queue`] finds it closed.
pub(crate) struct Workers {
    queue: Queue,
    threads: Vec<JoinHandle<()>>,
}

/// The near end of the threads' queue, or nothing once it is closed.
///
/// It needs no bound of its own: each writer and each deletion has its caller, who waits for it.
#[derive(Clone)]
pub(crate) struct Queue(Arc<Mutex<Option<Sender<Job>>>>);

impl Workers {
    /// Starts so many threads.
    pub(crate) fn start(count: usize) -> Result<Workers, Error> {
        let (sender, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let start = |_| {
            let jobs = jobs.clone();
            Builder::new().name("dak-files".into()).spawn(move || run(&jobs))
        };
        let threads: io::Result<_> = (0..count).map(start).collect();
        let threads = threads.map_err(|error| Error::unavailable(format!("A thread does not start: {error}.")))?;
        Ok(Workers { queue: Queue(Arc::new(Mutex::new(Some(sender)))), threads })
    }

    pub(crate) fn queue(&self) -> &Queue {
        &self.queue
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        drop(self.queue.0.lock().unwrap_or_else(PoisonError::into_inner).take());
        for thread in self.threads.drain(..) {
            // A panic of the thread has been reported where it happened.
            let _ = thread.join();
        }
    }
}

impl Queue {
    /// Has something done; dropping the future does not take it back.
    pub(crate) fn answer<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> BoxFuture<'static, T> {
        let (job, answered) = job(work);
        self.push(job);
        answered
    }

    /// Queues a job. If the queue is closed the job is dropped, which tells whoever waits for it.
    pub(crate) fn push(&self, job: Job) {
        if let Some(sender) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            // The threads end only after the queue was closed.
            let _ = sender.send(job);
        }
    }
}

/// A job and its answer.
pub(crate) fn job<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> (Job, BoxFuture<'static, T>) {
    let (answer, answered) = oneshot::channel();
    let job = Job(Box::new(move || {
        // Whoever asked may have gone.
        let _ = answer.send(work());
    }));
    let closed = || Error::unavailable("The store is closed.");
    (job, Box::pin(async move { answered.await.unwrap_or_else(|_| Err(closed())) }))
}

fn run(jobs: &Mutex<Receiver<Job>>) {
    while let Some(Job(work)) = next(jobs) {
        work();
    }
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
