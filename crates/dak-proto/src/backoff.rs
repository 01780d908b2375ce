//! Exponential backoff (`U15`): how long to wait before the next attempt.

#[cfg(test)]
mod tests;

/// The waits of the documents: n = 0, 1, 2, 3, 4, which makes six requests and about 32 seconds.
pub const RETRIES_DEFAULT: u32 = 5;

/// The most that is added at random.
pub const JITTER_MS_MAX: u64 = 1000;

/// From n = 5 on the wait grows no more, so that each stays under a minute however many there are.
const EXPONENT_MAX: u32 = 5;

/// The wait before retry number `n`, counted from 0: `2^n` seconds and 0 to 1000 ms more.
///
/// `random` is any number, drawn anew for every wait so that clients that failed together do not return together.
pub fn wait_ms(n: u32, random: u64) -> u64 {
    let seconds = 1u64 << n.min(EXPONENT_MAX);
    seconds * 1000 + jitter_ms(random)
}

/// 0 to [`JITTER_MS_MAX`] ms.
pub fn jitter_ms(random: u64) -> u64 {
    random % (JITTER_MS_MAX + 1)
}
