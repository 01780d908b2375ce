//! Who owns a folder, and the control desk over it.

use std::path::Path;

use dak_client::Method;
use dak_client::blocking::Client;
use dak_server::App;
use dak_server::body::Body;
use dak_server::pipeline::{Request, Trace, travel};
use serde_json::{Value, json};

use crate::error::Error;

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
    pub(super) fn ask(&self, folder: &Path, method: &str, desk: &str, body: &Value) -> Result<Value, Error> {
        if self.desk.is_empty() {
            return Err(self.is_serving(folder));
        }
        let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::POST);
        let client = Client::new();
        let request = client.request(method, format!("{}/_dak/{desk}", self.desk)).bearer(&self.token).json(body);
        let response = request.send().map_err(|error| {
            Error::failure(format!("the server that has {} open refused: {error}", folder.display()))
        })?;
        response.json().map_err(|error| Error::failure(error.to_string()))
    }
}

/// Asks the desk of a server without a connection.
pub(super) fn ask_app(app: &App, method: &str, desk: &str, body: &Value) -> Result<Value, Error> {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("/_dak/{desk}"))
        .header("host", "localhost")
        .header("authorization", format!("Bearer {}", app.controls.token()))
        .body(())
        .map_err(|error| Error::failure(error.to_string()))?;
    let request = Request {
        head: request.into_parts().0,
        body: Body::Whole(body.to_string().into()),
        peer: ([127, 0, 0, 1], 0).into(),
        secure: false,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::failure(error.to_string()))?;
    let answer = runtime.block_on(travel(app, request, &mut Trace::default()));
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if answer.status.is_success() {
        return Ok(told);
    }
    let message = told["error"]["message"].as_str().unwrap_or("the store refused");
    Err(Error::failure(message.trim_end_matches('.')))
}
