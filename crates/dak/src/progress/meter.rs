//! How fast bytes move: over the last seconds, so that it follows the line and does not jump.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

/// How far back it looks.
const WINDOW_MS: u64 = 5_000;

/// How far apart samples are at least, which bounds how many there are.
const STEP_MS: u64 = 100;

/// Less time than this tells nothing.
const SPAN_MS_MIN: u64 = 300;

/// What moved when.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    /// (time in milliseconds, bytes until then), oldest first.
    samples: VecDeque<(u64, u64)>,
    last: Option<(u64, u64)>,
}

impl Meter {
    /// At this time so many bytes have moved in all. Fewer than before: it began again.
    pub(crate) fn add(&mut self, now_ms: u64, bytes: u64) {
        if self.last.is_some_and(|(_, before)| bytes < before) {
            self.samples.clear();
        }
        self.last = Some((now_ms, bytes));
        if self.samples.back().is_none_or(|(at, _)| now_ms >= at + STEP_MS) {
            self.samples.push_back((now_ms, bytes));
        }
        while self.samples.get(1).is_some_and(|(at, _)| at + WINDOW_MS < now_ms) {
            self.samples.pop_front();
        }
    }

    /// Bytes in a second; none while there is too little to tell.
    pub(crate) fn rate(&self) -> Option<u64> {
        let ((first_ms, first), (last_ms, last)) = (self.samples.front()?, self.last?);
        let span = last_ms.checked_sub(*first_ms).filter(|span| *span >= SPAN_MS_MIN)?;
        let bytes = u128::from(last.saturating_sub(*first));
        u64::try_from(bytes * 1000 / u128::from(span)).ok()
    }
}
