//! Time and chance, as the client sees them: a test can hand in others.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// A wait that is under way.
pub struct Waiting(pub Pin<Box<dyn Future<Output = ()> + Send>>);

/// What the client's loop asks of the world besides the network: the date, to wait between attempts, and chance.
///
/// Timeouts are not waits: they always run on the runtime's own timer.
pub trait Clock: Send + Sync + 'static {
    /// The date, against which a `Retry-After` date is measured.
    fn now(&self) -> SystemTime;

    /// Ends after `delay`.
    fn wait(&self, delay: Duration) -> Waiting;

    /// Any number, new each time: waits differ by it, so that clients that failed together do not return together.
    fn random(&self) -> u64 {
        // Without randomness the waits are all the same, which is no reason to fail.
        getrandom::u64().unwrap_or_default()
    }
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
