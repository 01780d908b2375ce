//! Who owns a folder, and the control desk over it.

use std::path::Path;
use std::sync::Arc;

use dak_client::Method;
use dak_client::blocking::Client;
use dak_server::App;
use dak_server::body::Body;
use dak_server::pipeline::{Caller, Request, Trace, travel};
use serde_json::{Value, json};

use super::{Wish, damage};
use crate::error::{Error, reason, without_number};
use crate::paint::clean;

/// The process that has a folder open, as it wrote itself into the lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The process's id.
    pub(crate) process: u32,
    /// The base URL of its control desk; empty while it is starting, and for a command.
    pub(crate) desk: String,
    /// What the desk must be called with.
    pub(crate) token: String,
}

impl Owner {
    /// Reads what stands in a lock; nothing of it may be there.
    pub(crate) fn parse(text: &str) -> Owner {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let member = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let process = value["process"].as_u64().and_then(|id| u32::try_from(id).ok()).unwrap_or_default();
        Owner { process, desk: member("desk"), token: member("token") }
    }

    /// What the owner writes into its lock.
    pub(crate) fn text(&self) -> String {
        json!({"process": self.process, "desk": self.desk, "token": self.token}).to_string()
    }

    /// Why a second server cannot serve the folder.
    pub(super) fn is_serving(&self, folder: &Path) -> Error {
        let at = if self.desk.is_empty() { String::new() } else { format!(" at {}", self.desk) };
        Error::failure(format!(
            "the data in {} is in use by process {}{at}; stop it, or use another folder with --data",
            folder.display(),
            self.process
        ))
    }

    /// Asks the desk of the server that has the folder open.
    pub(super) fn ask(&self, folder: &Path, wish: &Wish) -> Result<Value, Error> {
        if self.desk.is_empty() {
            return Err(self.is_serving(folder));
        }
        let method = Method::from_bytes(wish.method.as_bytes()).unwrap_or(Method::POST);
        let client = Client::new();
        let request = client.request(method, format!("{}/_dak/{}", self.desk, wish.desk));
        let response = request.bearer(&self.token).json(&wish.body).send().map_err(|error| match error.fault() {
            Some(fault) => declined(&fault.message, folder, wish),
            None => Error::failure(format!(
                "the server that has {} open does not answer: {}; look whether process {} still runs",
                folder.display(),
                without_number(&error.to_string()),
                self.process
            )),
        })?;
        response.json().map_err(|error| Error::failure(error.to_string()))
    }
}

/// Asks the desk of a server without a connection.
pub(super) fn ask_app(app: &Arc<App>, folder: &Path, wish: &Wish) -> Result<Value, Error> {
    let request = http::Request::builder()
        .method(wish.method)
        .uri(format!("/_dak/{}", wish.desk))
        .header("host", "localhost")
        .header("authorization", format!("Bearer {}", app.controls.token()))
        .body(())
        .map_err(|error| Error::failure(error.to_string()))?;
    let request = Request {
        head: request.into_parts().0,
        body: Body::Whole(wish.body.to_string().into()),
        caller: Caller { peer: ([127, 0, 0, 1], 0).into(), port: 0, secure: false },
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::failure(format!("cannot start: {}", reason(&error))))?;
    let answer = runtime.block_on(travel(app, request, &mut Trace::default()));
    let told: Value = serde_json::from_slice(answer.body.whole()).unwrap_or_default();
    if answer.status.is_success() {
        return Ok(told);
    }
    Err(declined(told["error"]["message"].as_str().unwrap_or("The store refused."), folder, wish))
}

/// What the desk said, and what to do.
fn declined(message: &str, folder: &Path, wish: &Wish) -> Error {
    let message = clean::text(message.trim_end_matches('.'));
    Error::failure(damage(folder, &message, wish.repair()).unwrap_or_else(|| format!("{message}; {}", wish.advice)))
}
