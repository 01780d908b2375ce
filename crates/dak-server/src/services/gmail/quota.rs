//! Quota: what each call costs, and how callers are refused who ask for too much (G53).
//!
//! A user's minute begins with the first call after the last one ended; what was refused costs nothing. Nothing of it
//! outlives a restart.

#[cfg(test)]
mod tests;
mod units;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use dak_proto::fault::Fault;

pub(super) use self::units::units;

use crate::clock::rfc3339;
use crate::services::Call;
use crate::settings::{Quota, QuotaRefusal};

/// How long what was asked for counts.
const MINUTE_MS: i64 = 60 * 1000;
/// How many users have minutes of their own at a time; those who come later share one.
const USERS_MAX: usize = 10_000;
/// Who stands for those who share a minute. Nobody has this address.
const OTHERS: &str = "";

/// What users asked for in their minutes.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    minutes: Mutex<HashMap<Arc<str>, Minute>>,
}

#[derive(Clone, Copy, Debug)]
struct Minute {
    began_ms: i64,
    units: u64,
}

impl Ledger {
    /// Takes units from a user's minute.
    ///
    /// # Errors
    /// When the minute ends in which there are not as many left, in milliseconds since 1970.
    fn take(&self, user: &Arc<str>, units: u64, units_max: u64, now_ms: i64) -> Result<(), i64> {
        let mut minutes = self.minutes.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that went back begins a new minute as well.
        let is_over = |minute: &Minute| !(0..MINUTE_MS).contains(&(now_ms - minute.began_ms));
        let is_new = !minutes.contains_key(user);
        if is_new && minutes.len() >= USERS_MAX {
            minutes.retain(|_, minute| !is_over(minute));
        }
        let has_own = !is_new || minutes.len() < USERS_MAX;
        let user = if has_own { Arc::clone(user) } else { Arc::from(OTHERS) };
        let minute = minutes.entry(user).or_insert(Minute { began_ms: now_ms, units: 0 });
        if is_over(minute) {
            *minute = Minute { began_ms: now_ms, units: 0 };
        }
        if minute.units.saturating_add(units) > units_max {
            return Err(minute.began_ms.saturating_add(MINUTE_MS));
        }
        minute.units += units;
        Ok(())
    }
}

/// Counts what a call costs, and takes it from the caller's minute where there is a quota. An upload is counted when it
/// begins.
///
/// # Errors
/// 403 or 429 in Google's words.
pub(super) fn spend(call: &Call<'_>) -> Result<(), Fault> {
    if call.arrived.is_some() {
        return Ok(());
    }
    let app = call.app;
    let name = call.method.id.strip_prefix("gmail.users.").unwrap_or_default();
    let quota = app.settings.quota.as_ref();
    let units = quota.and_then(|quota| quota.units.get(name).copied()).unwrap_or_else(|| units(name));
    if let Some(quota) = quota {
        let taken = app.gmail.ledger.take(&call.principal.user, units, quota.units_per_minute, app.clock.now_ms());
        taken.map_err(|until_ms| refused(quota, until_ms))?;
    }
    app.metrics.count_units(&call.method.id, units);
    Ok(())
}

/// Two blanks and no `Retry-After`, as Google's servers were seen to answer.
fn refused(quota: &Quota, until_ms: i64) -> Fault {
    let message = format!("User-rate limit exceeded.  Retry after {}", rfc3339(until_ms));
    match quota.refusal {
        QuotaRefusal::Forbidden => Fault::forbidden("userRateLimitExceeded", message),
        QuotaRefusal::TooManyRequests => Fault::new(429, "rateLimitExceeded", message),
    }
}
