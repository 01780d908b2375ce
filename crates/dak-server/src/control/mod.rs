//! The control desk, `/_dak/…`: what operators and tests may do to a running server.
//!
//! Every call needs the control token that was printed at the start. What changes the data's time or loses answers
//! is there only on a store that was made for tests.

mod desk;
pub mod faults;
pub mod requests;

use std::sync::Arc;

use dak_proto::fault::Fault;
use http::Method;
use http::request::Parts;

use crate::app::App;
use crate::body::Body;
use crate::reply::Answer;

/// The state behind the desk.
#[derive(Debug)]
pub struct Controls {
    /// What a call must bear.
    token: String,
    /// Whether the test controls are there.
    pub tests: bool,
    /// Faults that were asked for.
    pub faults: faults::Faults,
    /// The last requests, where tests may read them.
    pub requests: requests::Requests,
}

impl Controls {
    /// A desk with this token.
    #[must_use]
    pub fn new(token: String, tests: bool) -> Controls {
        Controls { token, tests, faults: faults::Faults::default(), requests: requests::Requests::default() }
    }

    /// The token that calls must bear.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }
}

/// Answers a call to the desk.
///
/// # Errors
/// 401 without the control token, 403 for a test control where there are none, 404 and 405 as anywhere.
pub async fn answer(app: &Arc<App>, head: &Parts, method: &Method, body: Body) -> Result<Answer, Fault> {
    desk::answer(app, head, method, body).await
}
