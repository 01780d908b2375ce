//! Whose turn it is to write: of the requests that bring bytes to one upload the newest, once those before it have let go.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use dak_store::Key;
use tokio::sync::{OwnedMutexGuard, watch};

/// The uploads that are being written.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    live: Arc<Mutex<HashMap<Key, Arc<Live>>>>,
}

/// An upload that requests want to write to.
#[derive(Debug)]
struct Live {
    /// Counts the requests that came; the last of them may write.
    newest: watch::Sender<u64>,
    gate: Arc<tokio::sync::Mutex<()>>,
    received: AtomicU64,
    since: Instant,
}

/// Leave to write to an upload, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    // The place is left last, when nothing of the entry is held any more.
    live: Arc<Live>,
    newest: watch::Receiver<u64>,
    number: u64,
    _gate: OwnedMutexGuard<()>,
    _place: Place,
}

/// How fast bytes come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pace {
    /// Bytes that came in with the present request.
    pub(crate) received: u64,
    /// Bytes a second since the first of its requests.
    pub(crate) rate: f64,
}

impl Turns {
    /// Tells whoever writes to this upload to stop, and waits until it has. `None` if somebody newer came meanwhile.
    pub(crate) async fn take(&self, key: &Key) -> Option<Turn> {
        let place = Place { live: Arc::clone(&self.live), key: key.clone() };
        let live = place.enter();
        let mut number = 0;
        live.newest.send_modify(|newest| {
            *newest += 1;
            number = *newest;
        });
        let newest = live.newest.subscribe();
        let gate = Arc::clone(&live.gate).lock_owned().await;
        let is_newest = *newest.borrow() == number;
        is_newest.then_some(Turn { live, newest, number, _gate: gate, _place: place })
    }

    /// How fast bytes come to this upload; `None` if nobody writes to it.
    #[allow(clippy::cast_precision_loss, reason = "a rate may be off by a part in 2^52")]
    pub(crate) fn pace(&self, key: &Key) -> Option<Pace> {
        let uploads = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let live = uploads.get(key)?;
        let received = live.received.load(Ordering::Relaxed);
        Some(Pace { received, rate: received as f64 / live.since.elapsed().as_secs_f64().max(1e-3) })
    }
}

impl Turn {
    /// Done when a newer request came.
    pub(crate) async fn is_over(&mut self) {
        let number = self.number;
        // The sender lives as long as this value does.
        let _ = self.newest.wait_for(|newest| *newest != number).await;
    }

    /// Counts bytes that came.
    pub(crate) fn count(&self, bytes: usize) {
        self.live.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// A request's place among those that want to write to an upload; the last one to leave takes the entry with it.
#[derive(Debug)]
struct Place {
    live: Arc<Mutex<HashMap<Key, Arc<Live>>>>,
    key: Key,
}

impl Place {
    fn enter(&self) -> Arc<Live> {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(live.entry(self.key.clone()).or_insert_with(|| {
            Arc::new(Live {
                newest: watch::Sender::new(0),
                gate: Arc::default(),
                received: AtomicU64::new(0),
                since: Instant::now(),
            })
        }))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        // This request has let go of it already: only the map has it now, or others want to write.
        if live.get(&self.key).is_some_and(|entry| Arc::strong_count(entry) == 1) {
            live.remove(&self.key);
        }
    }
}
