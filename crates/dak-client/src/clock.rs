//! The time, as the client sees it: a test can hand in another one.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// A wait that is under way.
pub struct Waiting(pub Pin<Box<dyn Future<Output = ()> + Send>>);

/// What the client's loop asks of the world besides the network: the date, and to wait between attempts.
///
/// Timeouts are not waits: they always run on the runtime's own timer.
pub trait Clock: Send + Sync + 'static {
    /// The date, against which a `Retry-After` date is measured.
    fn now(&self) -> SystemTime;

    /// Ends after `delay`.
    fn wait(&self, delay: Duration) -> Waiting;
}

/// The system's clock and tokio's timer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn wait(&self, delay: Duration) -> Waiting {
        Waiting(Box::pin(tokio::time::sleep(delay)))
    }
}
