//! What Gmail's service knows beside its records: nothing that would be missed after a restart.

use std::sync::atomic::{AtomicI64, Ordering};

use super::quota::Ledger;

/// How often histories are looked through for what is to be forgotten.
const RETENTION_EVERY_MS: i64 = 10 * 60 * 1000;

/// What is in memory alone.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// When histories were looked through last, by the server's clock.
    retention_ms: AtomicI64,
    /// What users asked for in their minutes.
    pub(super) ledger: Ledger,
}

impl State {
    /// Whether histories are to be looked through now; who is told so does it.
    pub(super) fn is_retention_due(&self, now_ms: i64) -> bool {
        let last_ms = self.retention_ms.load(Ordering::Relaxed);
        let is_due = (now_ms - last_ms).abs() >= RETENTION_EVERY_MS;
        is_due && self.retention_ms.compare_exchange(last_ms, now_ms, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}
