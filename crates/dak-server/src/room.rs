//! Room for what must be in memory whole: large bodies, mails to be read. Each takes as many bytes as it has; where there
//! is no room left, it waits.
//!
//! Whoever has some of a room must not ask the same room for more: two that wait for each other would wait forever. Whoever
//! has some of one may ask another for some, in this order alone: [`App::batch_room`](crate::App::batch_room),
//! [`App::room`](crate::App::room), [`App::tree_room`](crate::App::tree_room), [`App::mail_room`](crate::App::mail_room),
//! [`App::answer_room`](crate::App::answer_room).

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use dak_proto::fault::Fault;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// What is counted as one: finer than this nothing needs to be told apart.
const UNIT_BYTES: usize = 64 << 10;
/// How long a request waits for room before it is sent away.
const PATIENCE: Duration = Duration::from_secs(60);
/// When to come again then, in seconds.
const RETRY_AFTER_S: u64 = 5;

/// Room for so many bytes.
#[derive(Debug)]
pub struct Room {
    free: Arc<Semaphore>,
    units: u32,
    free_bytes_max: usize,
}

/// A part of the room, given back when dropped.
#[derive(Debug)]
pub struct Taken {
    permit: Option<OwnedSemaphorePermit>,
    free_bytes_max: usize,
}

impl Taken {
    /// As much of it as so many bytes need; what is more is given back at once. `None` where they need none.
    #[must_use]
    pub fn cut_to(mut self, bytes: u64) -> Option<Taken> {
        let units = units(bytes, self.free_bytes_max).filter(|_| self.permit.is_some())?;
        let surplus = self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits).saturating_sub(units as usize);
        drop(self.permit.as_mut().and_then(|permit| permit.split(surplus)));
        Some(self)
    }
}

impl Room {
    /// Room for this many bytes. What is no larger than `free_bytes_max` takes none.
    #[must_use]
    pub fn new(bytes_max: usize, free_bytes_max: usize) -> Room {
        let units = u32::try_from(bytes_max / UNIT_BYTES).unwrap_or(u32::MAX >> 4).max(1);
        Room { free: Arc::new(Semaphore::new(units as usize)), units, free_bytes_max }
    }

    /// The most bytes that take no room.
    #[must_use]
    pub fn free_bytes_max(&self) -> usize {
        self.free_bytes_max
    }

    /// Takes room, when there is enough. What is larger than all of it takes all of it.
    ///
    /// # Errors
    /// 503 when there is none for a minute.
    pub async fn take(&self, bytes: u64) -> Result<Taken, Fault> {
        let free_bytes_max = self.free_bytes_max;
        let Some(units) = units(bytes, free_bytes_max).map(|units| units.min(self.units)) else {
            return Ok(Taken { permit: None, free_bytes_max });
        };
        let waited = timeout(PATIENCE, Arc::clone(&self.free).acquire_many_owned(units)).await;
        match waited {
            Ok(Ok(permit)) => Ok(Taken { permit: Some(permit), free_bytes_max }),
            _ => Err(Fault::unavailable(RETRY_AFTER_S)),
        }
    }
}

/// How much room so many bytes take; `None` for what takes none.
fn units(bytes: u64, free_bytes_max: usize) -> Option<u32> {
    (bytes > free_bytes_max as u64).then(|| u32::try_from(bytes.div_ceil(UNIT_BYTES as u64)).unwrap_or(u32::MAX))
}
