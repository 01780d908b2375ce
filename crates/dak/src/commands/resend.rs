//! Sending again after an answer that was cut in the middle of its body, while nobody has seen any of it.
//!
//! What fails before the body begins is sent again by the client itself; here its count of attempts goes on.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use dak_client::retry::{Outcome, Policy, Retry, Verdict};
use dak_client::{Call, Error};

use crate::commands::failed::Terms;
use crate::output::tell;

/// The attempts of one request.
#[derive(Debug)]
pub(crate) struct Attempts {
    terms: Terms,
    tells: bool,
    made: u32,
    deadline: Option<Instant>,
}

impl Attempts {
    /// None made yet; the time for all of them begins to run.
    pub(crate) fn new(terms: Terms, timeout: Option<Duration>, tells: bool) -> Attempts {
        Attempts { terms, tells, made: 0, deadline: timeout.and_then(|limit| Instant::now().checked_add(limit)) }
    }

    /// How many were made.
    pub(crate) fn made(&self) -> u32 {
        self.made
    }

    /// Counts those that led to an answer.
    pub(crate) fn add(&mut self, attempts: u32) {
        self.made += attempts;
    }

    /// Waits and prepares the call for another attempt, if the policy has one for an answer that was cut so.
    pub(crate) async fn again(&self, call: &mut Call, cut: &Error) -> bool {
        let outcome = match cut {
            Error::Broken(_) => Outcome::Broken,
            Error::Timeout(_) => Outcome::Timeout,
            _ => return false,
        };
        let left = (self.terms.retries + 1).saturating_sub(self.made);
        let policy = Policy::google().server_max(left).other_max(left);
        let Verdict::Wait { ms, why } = Retry::new(policy).next(outcome, self.terms.repeat, now_s(), random()) else {
            return false;
        };
        let wait = Duration::from_millis(ms);
        if let Some(deadline) = self.deadline {
            let Some(rest) = deadline.checked_duration_since(Instant::now() + wait) else { return false };
            call.settings.total_timeout = Some(rest);
        }
        call.settings.retry = policy.server_max(left - 1).other_max(left - 1);
        if self.tells {
            tell_resend(&format!("{cut} ({why})"), wait);
        }
        tokio::time::sleep(wait).await;
        true
    }
}

/// Says that the request is about to be sent again.
pub(crate) fn tell_resend(why: &str, wait: Duration) {
    tell(format_args!("dak: {why}; sending again in {:.1} s", wait.as_secs_f64()));
}

fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// A number for the wait; without one the wait is merely less spread.
fn random() -> u64 {
    getrandom::u64().unwrap_or_default()
}
