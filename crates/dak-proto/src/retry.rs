//! Whether and when to send a request again (`U12` to `U15`).
//!
//! Two budgets, because two rules: any 5xx is retried with exponential backoff; what else can get better (a connection
//! that failed, a timeout, 408, 425, 429) a few times, without the wait growing. `Retry-After` goes before both.
//! A request that could act twice is repeated only if the first attempt cannot have acted.
//!
//! ```
//! use dak_proto::retry::{Outcome, Policy, Repeat, Retry, Verdict, Why};
//! use http::Method;
//!
//! let mut retry = Retry::new(Policy::google());
//! let repeat = Repeat::of(&Method::GET, false);
//! let (now_s, random) = (1_800_000_000, 250);
//! let verdict = retry.next(Outcome::status(503), repeat, now_s, random);
//! assert_eq!(verdict, Verdict::Wait { ms: 1250, why: Why::Backoff });
//! assert_eq!(retry.next(Outcome::status(200), repeat, now_s, random), Verdict::Done);
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use http::Method;

use crate::{backoff, http_date};

/// The most retries of failures other than 5xx (`U13`).
pub const OTHER_RETRIES_MAX: u32 = 10;

/// Retries of failures other than 5xx unless told otherwise.
pub const OTHER_RETRIES_DEFAULT: u32 = 3;

/// A longer `Retry-After` is cut to this: with the random part every wait stays under a minute.
pub const RETRY_AFTER_S_MAX: u64 = 58;

/// How often to retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    server_max: u32,
    other_max: u32,
}

impl Policy {
    /// The documents' policy: five retries of 5xx, three of other failures.
    pub const fn google() -> Policy {
        Policy { server_max: backoff::RETRIES_DEFAULT, other_max: OTHER_RETRIES_DEFAULT }
    }

    /// Every failure is final.
    pub const fn none() -> Policy {
        Policy { server_max: 0, other_max: 0 }
    }

    /// The same policy with so many retries of 5xx. More than five are fine for a long upload.
    #[must_use]
    pub const fn server_max(self, server_max: u32) -> Policy {
        Policy { server_max, ..self }
    }

    /// The same policy with so many retries of other failures, [`OTHER_RETRIES_MAX`] at most.
    #[must_use]
    pub const fn other_max(self, other_max: u32) -> Policy {
        let over = other_max > OTHER_RETRIES_MAX;
        Policy { other_max: if over { OTHER_RETRIES_MAX } else { other_max }, ..self }
    }

    const fn is_none(self) -> bool {
        self.server_max == 0 && self.other_max == 0
    }
}

impl Default for Policy {
    fn default() -> Policy {
        Policy::google()
    }
}

/// When the server wants to be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// After so many seconds.
    Seconds(u64),
    /// At this time, in seconds since 1970.
    Date(u64),
}

impl RetryAfter {
    /// Reads the header in either form (RFC 9110 10.2.3). `None` if it is neither.
    pub fn parse(value: &str) -> Option<RetryAfter> {
        let value = value.trim();
        if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
            return Some(RetryAfter::Seconds(value.parse().unwrap_or(u64::MAX)));
        }
        http_date::parse(value).map(RetryAfter::Date)
    }

    /// Seconds from now. `None` for now and the past: the usual wait is then the better guess.
    fn seconds_from(self, now_s: u64) -> Option<u64> {
        let seconds = match self {
            RetryAfter::Seconds(seconds) => seconds,
            RetryAfter::Date(at_s) => at_s.saturating_sub(now_s),
        };
        (seconds > 0).then_some(seconds)
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With an answer. A 403 whose reason is a rate limit is passed in as 429.
    Status {
        /// Its status code.
        code: u16,
        /// Its `Retry-After`, if that could be read.
        retry_after: Option<RetryAfter>,
    },
    /// No connection came about, so nothing was sent.
    Connect,
    /// The server said it has not looked at the request (HTTP/2 `REFUSED_STREAM`, or a `GOAWAY` before it).
    Refused,
    /// The connection broke after the request was begun.
    Broken,
    /// No answer came in time.
    Timeout,
}

impl Outcome {
    /// The outcome of an answer without `Retry-After`.
    pub const fn status(code: u16) -> Outcome {
        Outcome::Status { code, retry_after: None }
    }

    /// The outcome as it counts for media on its way: what is no answer is waited for like a 5xx (`U12`).
    pub const fn of_media(self) -> Outcome {
        match self {
            Outcome::Status { .. } => self,
            Outcome::Connect | Outcome::Refused => Outcome::status(503),
            Outcome::Broken | Outcome::Timeout => Outcome::status(504),
        }
    }

    /// Whether the server cannot have acted on the request.
    fn is_harmless(self) -> bool {
        match self {
            Outcome::Connect | Outcome::Refused => true,
            Outcome::Status { code, .. } => matches!(code, 429 | 503),
            Outcome::Broken | Outcome::Timeout => false,
        }
    }

    fn class(self) -> Class {
        match self {
            Outcome::Status { code, .. } => match code {
                0..=399 => Class::Success,
                408 | 425 | 429 => Class::Other,
                500..=599 => Class::Server,
                _ => Class::Permanent,
            },
            _ => Class::Other,
        }
    }

    fn retry_after_s(self, now_s: u64) -> Option<u64> {
        match self {
            Outcome::Status { retry_after, .. } => retry_after?.seconds_from(now_s),
            _ => None,
        }
    }
}

/// Whether a request may be sent again after an attempt that may have acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Twice is as good as once.
    Safe,
    /// Only if the first attempt cannot have acted.
    IfUntouched,
    /// Never: the body is gone and cannot be sent again.
    Never,
}

impl Repeat {
    /// The rule for a method: idempotent ones (RFC 9110 9.2.2) may be repeated, others with an `Idempotency-Key`.
    pub fn of(method: &Method, has_idempotency_key: bool) -> Repeat {
        if has_idempotency_key || method.is_idempotent() { Repeat::Safe } else { Repeat::IfUntouched }
    }
}

/// The attempts of one request so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    policy: Policy,
    server: u32,
    other: u32,
}

impl Retry {
    /// No attempt made yet.
    pub const fn new(policy: Policy) -> Retry {
        Retry { policy, server: 0, other: 0 }
    }

    /// The whole budget again, after progress: an upload that moved on has not failed yet.
    pub const fn restart(&mut self) {
        self.server = 0;
        self.other = 0;
    }

    /// How many retries there were, since there was progress.
    #[must_use]
    pub const fn retries(&self) -> u32 {
        self.server.saturating_add(self.other)
    }

    /// What to do after an attempt.
    ///
    /// `now_s` is the time in seconds since 1970 (for a `Retry-After` date), `random` any number, new for each call.
    pub fn next(&mut self, outcome: Outcome, repeat: Repeat, now_s: u64, random: u64) -> Verdict {
        let class = outcome.class();
        match class {
            Class::Success => return Verdict::Done,
            Class::Permanent => return Verdict::GiveUp(GiveUp::Permanent),
            Class::Server | Class::Other => {}
        }
        if let Some(reason) = self.obstacle(outcome, class, repeat) {
            return Verdict::GiveUp(reason);
        }
        let n = self.count(class);
        match outcome.retry_after_s(now_s) {
            Some(seconds) => Verdict::Wait {
                ms: seconds.min(RETRY_AFTER_S_MAX) * 1000 + backoff::jitter_ms(random),
                why: Why::RetryAfter,
            },
            None => Verdict::Wait {
                ms: backoff::wait_ms(n, random),
                why: if class == Class::Server { Why::Backoff } else { Why::Fixed },
            },
        }
    }

    fn obstacle(&self, outcome: Outcome, class: Class, repeat: Repeat) -> Option<GiveUp> {
        let (used, max) = match class {
            Class::Server => (self.server, self.policy.server_max),
            _ => (self.other, self.policy.other_max),
        };
        match repeat {
            _ if self.policy.is_none() => Some(GiveUp::Disabled),
            Repeat::Never => Some(GiveUp::Unrepeatable),
            Repeat::IfUntouched if !outcome.is_harmless() => Some(GiveUp::MayHaveActed),
            _ if used >= max => Some(GiveUp::Exhausted),
            _ => None,
        }
    }

    /// Counts a retry and gives its exponent: only the waits after 5xx grow.
    fn count(&mut self, class: Class) -> u32 {
        if class == Class::Server {
            self.server += 1;
            return self.server - 1;
        }
        self.other += 1;
        0
    }
}

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The answer is not an error.
    Done,
    /// Send the request again after so long.
    Wait {
        /// How long, in milliseconds; under a minute.
        ms: u64,
        /// Which rule gave the wait.
        why: Why,
    },
    /// The failure is final.
    GiveUp(GiveUp),
}

/// Which rule gave a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Exponential backoff after a 5xx.
    Backoff,
    /// The server said when.
    RetryAfter,
    /// The wait after other failures, which does not grow.
    Fixed,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::Backoff => "exponential backoff",
            Why::RetryAfter => "the server asked for it",
            Why::Fixed => "a short wait",
        })
    }
}

/// Why a failure is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiveUp {
    /// It cannot get better: bad credentials, not found, a bad request.
    Permanent,
    /// There were as many retries as the policy allows.
    Exhausted,
    /// The server may have acted, and acting twice would be wrong.
    MayHaveActed,
    /// The body cannot be sent again.
    Unrepeatable,
    /// The policy has no retries.
    Disabled,
}

impl fmt::Display for GiveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GiveUp::Permanent => "repeating it cannot help",
            GiveUp::Exhausted => "no retries are left",
            GiveUp::MayHaveActed => "the server may have acted on it",
            GiveUp::Unrepeatable => "its body cannot be sent again",
            GiveUp::Disabled => "retries are off",
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Success,
    Permanent,
    Server,
    Other,
}
