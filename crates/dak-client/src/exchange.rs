//! What to do next in one call, given what came back: pure, driven by the loop in `run`.

#[cfg(test)]
mod tests;

use std::time::Duration;

use dak_proto::fault::Fault;
use dak_proto::retry::{GiveUp, Outcome, Repeat, Retry, RetryAfter, Verdict};
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use url::Url;

use crate::body::Body;
use crate::call::Call;
use crate::error::{Error, answered};
use crate::redirect;
use crate::response::Response;

/// The header that makes a request with any method safe to send again.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// One call under way.
pub(crate) struct Exchange {
    call: Call,
    retry: Retry,
    attempts: u32,
    visited: Vec<(Method, Url)>,
}

/// What the head of an answer means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// It is the answer.
    Answer,
    /// It is an error: its body is to be read before [`Exchange::judge`] can tell more.
    Refused,
    /// The call goes on at another place: send what it is now.
    Redirected,
}

/// A retry that is about to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retrying {
    /// How many times the request was sent so far.
    pub attempts: u32,
    /// How long the client waits before it sends the request again.
    pub wait: Duration,
    /// What went wrong, and which rule gave the wait.
    pub why: String,
}

/// The date and a number drawn for this moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Seconds since 1970.
    pub(crate) now_s: u64,
    /// Any number, new each time.
    pub(crate) random: u64,
}

impl Exchange {
    pub(crate) fn new(call: Call) -> Exchange {
        let retry = Retry::new(call.settings.retry);
        let visited = vec![(call.method.clone(), call.url.clone())];
        Exchange { call, retry, attempts: 0, visited }
    }

    /// The call as it is to be sent now.
    pub(crate) fn call(&self) -> &Call {
        &self.call
    }

    /// How many times it was sent.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Counts an attempt that begins.
    pub(crate) fn begin(&mut self) {
        self.attempts += 1;
    }

    /// Takes in the head of an answer.
    pub(crate) fn heard(&mut self, status: StatusCode, headers: &HeaderMap) -> Result<Heard, Error> {
        match redirect::location(status, headers) {
            Some(location) if self.call.settings.redirects_max > 0 => self.redirect(status, location),
            _ if is_error(status) => Ok(Heard::Refused),
            _ => Ok(Heard::Answer),
        }
    }

    /// Takes in an answer that is an error, body included: another attempt, or why there is none.
    pub(crate) fn judge(&mut self, response: &Response, moment: Moment) -> Result<Retrying, GiveUp> {
        let outcome = Outcome::Status {
            code: if is_rate_limit(response) { 429 } else { response.status().as_u16() },
            retry_after: retry_after(response.headers()),
        };
        self.decide(outcome, moment, || answered(response.status()))
    }

    /// Takes in a failure of the connection: another attempt, or the error to report.
    pub(crate) fn failed(&mut self, mut error: Error, moment: Moment) -> Result<Retrying, Error> {
        let Some(outcome) = outcome(&error) else { return Err(error) };
        if self.call.settings.carries_media && self.attempts == 1 && error.is_unresolved() {
            return Err(error);
        }
        let outcome = if self.call.settings.carries_media { outcome.of_media() } else { outcome };
        self.decide(outcome, moment, || error.to_string()).map_err(|gave_up| {
            if let Some(failure) = error.failure_mut() {
                failure.gave_up = Some(gave_up);
            }
            error
        })
    }

    /// The error that ends the call, with the number of its attempts.
    pub(crate) fn count(&self, mut error: Error) -> Error {
        if let Some(failure) = error.failure_mut() {
            failure.attempts = self.attempts;
        }
        error
    }

    /// The end of the call with an answer that is an error: what the caller gets.
    pub(crate) fn refuse(&self, response: Response, gave_up: GiveUp) -> Result<Response, Error> {
        if !self.call.settings.error_for_status {
            return Ok(response);
        }
        Err(Error::refused(response, gave_up))
    }

    fn decide(&mut self, outcome: Outcome, moment: Moment, what: impl Fn() -> String) -> Result<Retrying, GiveUp> {
        match self.retry.next(outcome, self.repeat(), moment.now_s, moment.random) {
            Verdict::Wait { ms, why } => Ok(Retrying {
                attempts: self.attempts,
                wait: Duration::from_millis(ms),
                why: format!("{} ({why})", what()),
            }),
            Verdict::GiveUp(gave_up) => Err(gave_up),
            Verdict::Done => Err(GiveUp::Permanent),
        }
    }

    /// Whether the call may be sent twice. PUT and DELETE are idempotent, but repeated after a lost answer they would
    /// report a 412 or 404 for what succeeded: only safe methods are repeated, and what carries an `Idempotency-Key`.
    fn repeat(&self) -> Repeat {
        match &self.call {
            call if !call.body.is_replayable() => Repeat::Never,
            call if call.method.is_safe() || call.headers.contains_key(IDEMPOTENCY_KEY) => Repeat::Safe,
            _ => Repeat::IfUntouched,
        }
    }

    fn redirect(&mut self, status: StatusCode, location: &[u8]) -> Result<Heard, Error> {
        let target = redirect::resolve(&self.call.url, location).map_err(Error::Redirects)?;
        let carries_media = self.call.settings.carries_media;
        if carries_media && status == StatusCode::SEE_OTHER {
            let message =
                format!("the server answered the upload with 303 See Other to {target}, where no media is taken");
            return Err(Error::Redirects(message));
        }
        if !carries_media && redirect::becomes_get(status, &self.call.method) {
            self.call.method = Method::GET;
            self.call.body = Body::empty();
            redirect::drop_body_headers(&mut self.call.headers);
        } else if !self.call.body.is_replayable() {
            let message = format!("the server redirects to {target}, but the request's body cannot be sent again");
            return Err(Error::Redirects(message));
        }
        self.visit(target)?;
        Ok(Heard::Redirected)
    }

    fn visit(&mut self, target: Url) -> Result<(), Error> {
        let place = (self.call.method.clone(), target.clone());
        if self.visited.contains(&place) {
            return Err(Error::Redirects(format!("the server redirects in a loop, back to {target}")));
        }
        let redirects_max = self.call.settings.redirects_max;
        if self.visited.len() > redirects_max as usize {
            return Err(Error::Redirects(format!("the server redirects more than {redirects_max} times")));
        }
        self.visited.push(place);
        redirect::turn(&mut self.call, target);
        Ok(())
    }
}

/// How an attempt ended that ended with this error; `None` if another one would end no better.
pub(crate) fn outcome(error: &Error) -> Option<Outcome> {
    match error {
        Error::Connect(failure) if failure.gave_up == Some(GiveUp::Permanent) => None,
        Error::Connect(_) => Some(Outcome::Connect),
        Error::Timeout(_) => Some(Outcome::Timeout),
        Error::Broken(_) => Some(Outcome::Broken),
        _ => None,
    }
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

fn retry_after(headers: &HeaderMap) -> Option<RetryAfter> {
    RetryAfter::parse(headers.get(RETRY_AFTER)?.to_str().ok()?)
}

/// Google says "too fast" with 403 and a reason.
pub(crate) fn is_rate_limit(response: &Response) -> bool {
    if response.status() != StatusCode::FORBIDDEN {
        return false;
    }
    let fault = Fault::from_response(403, response.bytes());
    fault.advice() == dak_proto::fault::Advice::Retry
}
