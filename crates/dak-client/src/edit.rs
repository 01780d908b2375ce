//! Reading, changing and writing back one resource, pure (`P9`).

#[cfg(test)]
mod tests;

use dak_proto::etag::Etag;
use dak_proto::patch;
use http::header::{CONTENT_TYPE, ETAG, IF_MATCH};
use http::{HeaderValue, Method, StatusCode};
use serde_json::Value;

use crate::call::Call;
use crate::error::Error;
use crate::response::Response;

/// How often a writer may be overtaken by others before it gives up.
const ROUNDS_MAX: u32 = 5;

/// One edit under way.
pub(crate) struct Edit<F> {
    fetch: Call,
    change: F,
    rounds: u32,
    patching: bool,
}

/// What to do next.
pub(crate) enum EditStep {
    /// Make this call, and tell what came of it.
    Send(Box<Call>),
    /// The edit is over.
    Done(Box<Response>),
}

impl<F: FnMut(&mut Value)> Edit<F> {
    /// An edit of what `fetch` gets.
    pub(crate) fn new(mut fetch: Call, change: F) -> Edit<F> {
        fetch.settings.error_for_status = true;
        Edit { fetch, change, rounds: 0, patching: false }
    }

    /// The first step.
    pub(crate) fn start(&mut self) -> EditStep {
        self.rounds += 1;
        self.patching = false;
        EditStep::Send(Box::new(self.fetch.clone()))
    }

    /// The step after a call.
    pub(crate) fn heard(&mut self, answer: Result<Response, Error>) -> Result<EditStep, Error> {
        match answer {
            Ok(response) if self.patching => Ok(EditStep::Done(Box::new(response))),
            Ok(response) => self.patch(response),
            Err(error) if self.was_overtaken(&error) => Ok(self.start()),
            Err(error) => Err(error),
        }
    }

    fn was_overtaken(&self, error: &Error) -> bool {
        self.patching && self.rounds < ROUNDS_MAX && error.status() == Some(StatusCode::PRECONDITION_FAILED)
    }

    fn patch(&mut self, response: Response) -> Result<EditStep, Error> {
        let before: Value = response.json()?;
        let version = version(&response)?;
        let mut after = before.clone();
        (self.change)(&mut after);
        let Some(difference) = patch::diff(&before, &after) else {
            return Ok(EditStep::Done(Box::new(response)));
        };
        let mut call = self.fetch.clone();
        call.method = Method::PATCH;
        call.url = response.url().clone();
        call.headers.insert(IF_MATCH, version);
        call.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        call.body = difference.to_string().into();
        self.patching = true;
        Ok(EditStep::Send(Box::new(call)))
    }
}

/// The version that the PATCH must find: as the header names it, or else the body.
fn version(response: &Response) -> Result<HeaderValue, Error> {
    let member = || Some(Etag::from_opaque(response["etag"].as_str()?)?.header_value());
    let version = response.headers().get(ETAG).cloned().or_else(member);
    version.ok_or_else(|| Error::Unreadable("the resource has no etag, so it cannot be edited safely".to_owned()))
}
