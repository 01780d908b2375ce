//! The control desk over a folder: that of the server which has it open, or of one that is made for this.

use std::path::{Path, PathBuf};

use dak_client::{Bytes, Client, Method};
use dak_server::body::Body;
use dak_server::pipeline::{Caller, Request, Trace, travel};
use dak_server::reply::{Answer, Content};
use serde_json::Value;

use super::{Opened, Owner, Wish, damage};
use crate::error::{Error, without_number};
use crate::paint::clean;

/// A desk that can be asked.
pub(crate) struct Desk {
    folder: PathBuf,
    reach: Reach,
}

enum Reach {
    /// Over a connection.
    Server { owner: Owner, client: Client },
    /// Without one.
    Own(Box<Opened>),
}

/// An answer of a desk as it comes.
pub(crate) enum Flow {
    /// Over a connection.
    Wire(Box<dak_client::Streaming>),
    /// Without one.
    Own(Content),
}

impl Desk {
    /// That of the server which has the folder open.
    ///
    /// # Errors
    /// The server is starting still, or it is no server.
    pub(super) fn of(owner: Owner, folder: &Path) -> Result<Desk, Error> {
        if owner.desk.is_empty() {
            return Err(owner.is_serving(folder));
        }
        Ok(Desk { folder: folder.to_owned(), reach: Reach::Server { owner, client: Client::new() } })
    }

    /// One of this process.
    pub(super) fn own(opened: Opened, folder: &Path) -> Desk {
        Desk { folder: folder.to_owned(), reach: Reach::Own(Box::new(opened)) }
    }

    /// What the desk answers to a wish, which is JSON.
    ///
    /// # Errors
    /// What the desk refuses, and what to do then.
    pub(crate) async fn ask(&self, wish: &Wish) -> Result<Value, Error> {
        self.send(wish, wish.body.to_string().into()).await
    }

    /// The same with a body of bytes in place of the wish's own.
    ///
    /// # Errors
    /// As [`Desk::ask`].
    pub(crate) async fn send(&self, wish: &Wish, body: Bytes) -> Result<Value, Error> {
        let mut flow = self.flow(wish, body).await?;
        let mut told = Vec::new();
        while let Some(piece) = flow.next().await? {
            told.extend_from_slice(&piece);
        }
        serde_json::from_slice(&told).map_err(|error| Error::failure(error.to_string()))
    }

    /// The same, answered by bytes as they come.
    ///
    /// # Errors
    /// As [`Desk::ask`].
    pub(crate) async fn flow(&self, wish: &Wish, body: Bytes) -> Result<Flow, Error> {
        match &self.reach {
            Reach::Server { owner, client } => self.over_wire(owner, client, wish, body).await,
            Reach::Own(opened) => self.without_wire(opened, wish, body).await,
        }
    }

    async fn over_wire(&self, owner: &Owner, client: &Client, wish: &Wish, body: Bytes) -> Result<Flow, Error> {
        let method = Method::from_bytes(wish.method.as_bytes()).unwrap_or(Method::POST);
        let request = client.request(method, format!("{}/_dak/{}", owner.desk, wish.desk));
        let sent = request.bearer(&owner.token).body(body).send_streaming().await;
        let streaming = sent.map_err(|error| match error.fault() {
            Some(fault) => self.declined(&fault.message, wish),
            None => Error::failure(format!(
                "the server that has {} open does not answer: {}; look whether process {} still runs",
                self.folder.display(),
                without_number(&error.to_string()),
                owner.process
            )),
        })?;
        Ok(Flow::Wire(Box::new(streaming)))
    }

    async fn without_wire(&self, opened: &Opened, wish: &Wish, body: Bytes) -> Result<Flow, Error> {
        let app = &opened.app;
        let request = http::Request::builder()
            .method(wish.method)
            .uri(format!("/_dak/{}", wish.desk))
            .header("host", "localhost")
            .header("authorization", format!("Bearer {}", app.controls.token()))
            .body(())
            .map_err(|error| Error::failure(error.to_string()))?;
        let request = Request {
            head: request.into_parts().0,
            body: Body::Whole(body),
            caller: Caller { peer: ([127, 0, 0, 1], 0).into(), port: 0, secure: false },
        };
        let Answer { status, body, .. } = travel(app, request, &mut Trace::default()).await;
        if status.is_success() {
            return Ok(Flow::Own(body));
        }
        let told: Value = serde_json::from_slice(body.whole()).unwrap_or_default();
        Err(self.declined(told["error"]["message"].as_str().unwrap_or("The store refused."), wish))
    }

    /// What the desk said, and what to do.
    fn declined(&self, message: &str, wish: &Wish) -> Error {
        let message = clean::text(message.trim_end_matches('.'));
        let damaged = damage(&self.folder, &message, wish.repair());
        Error::failure(damaged.unwrap_or_else(|| format!("{message}; {}", wish.advice)))
    }
}

impl Flow {
    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// The answer broke off.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        match self {
            Flow::Wire(streaming) => streaming.chunk().await.map_err(|error| broken(&error)),
            Flow::Own(content) => content.next().await.map_err(|error| broken(&error)),
        }
    }
}

fn broken(error: &dyn std::fmt::Display) -> Error {
    Error::failure(format!("the answer broke off: {}; try again", without_number(&error.to_string())))
}
