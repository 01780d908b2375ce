//! What every engine must do, as tests that any engine can run.
//!
//! [`run`] goes through all [cases](CASES), each with a store of its own; [`agree`] carries out a script on two engines and
//! compares every answer, so that an engine can be held against [`Memory`](crate::memory::Memory) with random scripts.
//! Both panic with the difference, as tests do.
//!
//! ```
//! use dak_store::{conformance, memory::Memory};
//!
//! conformance::run(&|indexer| Box::new(Memory::new(indexer)));
//! ```
//!
//! For engines of bytes there are [`run_blobs`] and [`agree_blobs`], and disks that misbehave: [`FaultyDisk`] and
//! [`ForgetfulDisk`].

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use crate::{Blobs, Error, Indexer, Records};

mod blob_script;
mod bytes;
mod commits;
mod disks;
mod fixture;
mod lists;
mod script;
mod texts;

pub use blob_script::{BlobStep, agree_blobs};
pub use bytes::segment;
pub use disks::{DiskChange, DiskFailure, FaultyDisk, ForgetfulDisk};
pub use fixture::{Fixture, Sample, key};
pub use script::{Step, agree};

/// One thing that an engine must do, by name.
pub struct Case<Engine: ?Sized = dyn Records> {
    /// What it does, in a few words.
    pub name: &'static str,
    /// Panics if the empty store does otherwise.
    pub test: fn(&Engine),
}

/// Everything an engine must do.
pub const CASES: &[&[Case]] = &[commits::CASES, lists::CASES, texts::CASES];

/// Everything an engine of bytes must do.
pub const BLOB_CASES: &[Case<dyn Blobs>] = bytes::CASES;

/// Runs all cases, each on an empty store that `open` gives, which indexes with the indexer it is given.
pub fn run(open: &dyn Fn(Arc<dyn Indexer>) -> Box<dyn Records>) {
    CASES.iter().copied().flatten().for_each(|case| case.run(&*open(Arc::new(Fixture))));
}

/// Runs all cases for engines of bytes, each on an empty store that `open` gives.
pub fn run_blobs(open: &dyn Fn() -> Box<dyn Blobs>) {
    BLOB_CASES.iter().for_each(|case| case.run(&*open()));
}

impl<Engine: ?Sized> Case<Engine> {
    fn run(&self, store: &Engine) {
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (self.test)(store)));
        assert!(outcome.is_ok(), "the engine does not conform: {}", self.name);
    }
}

/// Waits for a future on this thread.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => thread::park(),
            Poll::Ready(output) => return output,
        }
    }
}

/// The answer that is expected to be one.
#[expect(clippy::expect_used, reason = "a case fails by panicking")]
fn wait<T>(future: impl Future<Output = Result<T, Error>>) -> T {
    block_on(future).expect("the store answers")
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
