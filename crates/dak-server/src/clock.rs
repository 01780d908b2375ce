//! The server's time: the machine's, unless a test moves it.
//!
//! Time alone changes nothing; what has a due date is carried out by the timer, and by whoever moves this clock
//! before the move is answered.

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// A clock that can be moved. Times are milliseconds since 1970, UTC.
#[derive(Debug, Default)]
pub struct Clock {
    /// Added to the machine's time, or the time itself when it stands still.
    value_ms: AtomicI64,
    /// Whether the clock stands still at `value_ms`.
    stopped: std::sync::atomic::AtomicBool,
}

impl Clock {
    /// The time now, in milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        let value_ms = self.value_ms.load(Ordering::Acquire);
        if self.stopped.load(Ordering::Acquire) { value_ms } else { machine_ms() + value_ms }
    }

    /// The time now, in seconds since 1970; none of them before.
    #[must_use]
    pub fn now_s(&self) -> u64 {
        u64::try_from(self.now_ms() / 1000).unwrap_or_default()
    }

    /// Sets the clock to a time; it goes on from there.
    pub fn set_ms(&self, now_ms: i64) {
        self.value_ms.store(now_ms - machine_ms(), Ordering::Release);
        self.stopped.store(false, Ordering::Release);
    }

    /// Sets the clock to a time and stops it there.
    pub fn stop_at_ms(&self, now_ms: i64) {
        self.value_ms.store(now_ms, Ordering::Release);
        self.stopped.store(true, Ordering::Release);
    }

    /// Sets the clock by the machine's again.
    pub fn go(&self) {
        self.value_ms.store(0, Ordering::Release);
        self.stopped.store(false, Ordering::Release);
    }

    /// Moves the clock forward (or back, when negative).
    pub fn advance_ms(&self, by_ms: i64) {
        self.value_ms.fetch_add(by_ms, Ordering::AcqRel);
    }

    /// Whether the clock stands still.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }
}

/// A time as RFC 3339 text in UTC with milliseconds, as stored records bear it.
#[must_use]
pub fn rfc3339(time_ms: i64) -> String {
    format!("{:.3}", moment(time_ms))
}

/// A time by the calendar. What no calendar has is its first or last moment.
pub(crate) fn moment(time_ms: i64) -> Timestamp {
    let nearest = if time_ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(time_ms).unwrap_or(nearest)
}

/// The milliseconds of an RFC 3339 text; `None` when it is not one.
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    dak_api::moment(text).map(Timestamp::as_millisecond)
}

fn machine_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
