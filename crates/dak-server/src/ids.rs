//! Record ids: decimal numbers of 19 digits, as Google's older APIs give them, each larger than those before it, so that
//! items made within one millisecond are listed in the order in which they were made. Gmail writes the same numbers with
//! 16 hexadecimal digits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// How many ids a millisecond has room for, as a power of two.
const BITS_BELOW_MS: u32 = 20;

static LAST: AtomicU64 = AtomicU64::new(0);

/// An id above all earlier ones: the time, and a count within it. Who takes it expects it absent, so that even a machine
/// whose time went back makes no second item of one id.
#[must_use]
pub(crate) fn next() -> String {
    next_number().to_string()
}

/// The same as Gmail writes it.
#[must_use]
pub(crate) fn next_hex() -> String {
    format!("{:016x}", next_number())
}

fn next_number() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let floor = u64::try_from(now).unwrap_or_default() << BITS_BELOW_MS;
    let above = |last: u64| Some(floor.max(last + 1));
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, above).unwrap_or_default();
    floor.max(last + 1)
}
