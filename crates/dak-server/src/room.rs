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
    permit: Option<OwnedSemaphorePermit>,
}

impl Taken {
    /// As much of it as so many bytes need; what is more is given back at once. `None` where they need none.
    #[must_use]
    pub fn cut_to(mut self, bytes: u64) -> Option<Taken> {
        let units = units(bytes).filter(|_| self.permit.is_some())?;
        let surplus = self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits).saturating_sub(units as usize);
        drop(self.permit.as_mut().and_then(|permit| permit.split(surplus)));
        Some(self)
    }
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
        let Some(units) = units(bytes).map(|units| units.min(self.units)) else { return Ok(Taken { permit: None }) };
        let waited = timeout(PATIENCE, Arc::clone(&self.free).acquire_many_owned(units)).await;
        match waited {
            Ok(Ok(permit)) => Ok(Taken { permit: Some(permit) }),
            _ => Err(Fault::unavailable(RETRY_AFTER_S)),
        }
    }
}

/// How much room so many bytes take; `None` for what takes none.
fn units(bytes: u64) -> Option<u32> {
    (bytes > FREE_BYTES as u64).then(|| u32::try_from(bytes.div_ceil(UNIT_BYTES as u64)).unwrap_or(u32::MAX))
}
