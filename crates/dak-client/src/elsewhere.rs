//! Work that may wait for long, on threads that are there for that.

use std::cell::Cell;
use std::io;

use tokio::task::{JoinHandle, spawn_blocking};

thread_local! {
    static IS_HERE: Cell<bool> = const { Cell::new(false) };
}

/// As long as it lives, its thread is known as one that may wait.
struct Mark;

impl Mark {
    fn set() -> Mark {
        IS_HERE.set(true);
        Mark
    }
}

impl Drop for Mark {
    /// The thread may go on with something of somebody else's.
    fn drop(&mut self) {
        IS_HERE.set(false);
    }
}

/// Begins the work.
pub(crate) fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    spawn_blocking(move || {
        let _mark = Mark::set();
        work()
    })
}

/// Does the work; a panic in it is an error.
pub(crate) async fn run<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn(work).await.unwrap_or_else(|gone| Err(io::Error::other(gone)))
}

/// Whether this is such a thread. A runtime is known to it, but drives nothing on it.
pub(crate) fn is_here() -> bool {
    IS_HERE.get()
}
