//! Giving an upload up for good.

use dak_proto::retry::GiveUp;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method};
use serde_json::Value;

use super::resumable::session_url;
use super::token::UploadToken;
use crate::blocking;
use crate::client::Client;
use crate::error::Error;
use crate::redirect;

impl Client {
    /// Tells the server that nobody will go on with this upload: it may forget what it has of it. One that it does not
    /// know any more is as good as cancelled. Credentials are this client's, and go where the upload was begun, and nowhere else. The journal is another matter: see [`Entry::remove`](crate::uploads::Entry::remove).
    ///
    /// # Errors
    /// All of [`Error`].
    pub async fn cancel_upload(&self, token: &UploadToken) -> Result<(), Error> {
        let Some(uri) = token.sender.get("uri").and_then(Value::as_str) else { return Ok(()) };
        let mut call = self.request(Method::DELETE, token.url()).into_call()?;
        redirect::turn(&mut call, session_url(uri)?);
        call.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        call.settings.error_for_status = false;
        let answer = self.send(call).await?;
        match answer.status().as_u16() {
            // Google's servers say 499 when they have done it.
            200..=299 | 404 | 410 | 499 => Ok(()),
            _ => Err(Error::refused(answer, GiveUp::Permanent)),
        }
    }
}

impl blocking::Client {
    /// Tells the server that nobody will go on with this upload: see the async
    /// [`cancel_upload`](Client::cancel_upload).
    ///
    /// # Errors
    /// All of [`Error`].
    pub fn cancel_upload(&self, token: &UploadToken) -> Result<(), Error> {
        self.run(|client| async move { client.cancel_upload(token).await })
    }
}
