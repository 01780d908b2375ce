//! Room for what must be in memory whole: large bodies, mails to be read. Each takes as many bytes as it has; where there
//! is no room left, it waits.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use dak_proto::fault::Fault;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// What is counted as one: finer than this nothing needs to be told apart.
const UNIT_BYTES: usize = 64 << 10;
/// What is smaller takes no room: there cannot be enough of it to matter.
const FREE_BYTES: usize = 1 << 20;
/// How long a request waits for room before it is sent away.
const PATIENCE: Duration = Duration::from_secs(60);
/// When to come again then, in seconds.
const RETRY_AFTER_S: u64 = 5;

/// Room for so many bytes.
#[derive(Debug)]
pub struct Room {
    free: Arc<Semaphore>,
    units: u32,
}

/// A part of the room, given back when dropped.
#[derive(Debug)]
pub struct Taken {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Room {
    /// Room for this many bytes.
    #[must_use]
    pub fn new(bytes_max: usize) -> Room {
        let units = u32::try_from(bytes_max / UNIT_BYTES).unwrap_or(u32::MAX >> 4).max(1);
        Room { free: Arc::new(Semaphore::new(units as usize)), units }
    }

    /// Takes room, when there is enough. What is larger than all of it takes all of it. Whoever has some must not ask for
    /// more: two that wait for each other would wait forever.
    ///
    /// # Errors
    /// 503 when there is none for a minute.
    pub async fn take(&self, bytes: u64) -> Result<Taken, Fault> {
        if bytes <= FREE_BYTES as u64 {
            return Ok(Taken { _permit: None });
        }
        let units = u32::try_from(bytes.div_ceil(UNIT_BYTES as u64)).unwrap_or(u32::MAX).min(self.units);
        let waited = timeout(PATIENCE, Arc::clone(&self.free).acquire_many_owned(units)).await;
        match waited {
            Ok(Ok(permit)) => Ok(Taken { _permit: Some(permit) }),
            _ => Err(Fault::unavailable(RETRY_AFTER_S)),
        }
    }
}
