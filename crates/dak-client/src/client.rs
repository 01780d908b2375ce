//! The async client.

use std::fmt;
use std::sync::Arc;

use http::Method;
use serde_json::Value;

use crate::builder::{ClientBuilder, Defaults};
use crate::call::Call;
use crate::download::DownloadBuilder;
use crate::edit::{Edit, EditStep};
use crate::error::Error;
use crate::pages::Pages;
use crate::request::RequestBuilder;
use crate::response::{Response, Streaming};
use crate::run::Engine;
use crate::upload::{UploadBuilder, UploadToken};

/// A client with its own pool of connections; clones share it.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    defaults: Defaults,
}

impl Client {
    /// A client with the defaults of [`ClientBuilder`]. Nothing is loaded before it is needed.
    #[must_use]
    pub fn new() -> Client {
        Client::from_parts(Engine::plain(), Defaults::plain())
    }

    /// A client with other settings.
    pub fn builder() -> ClientBuilder<Client> {
        ClientBuilder::new()
    }

    pub(crate) fn from_parts(engine: Engine, defaults: Defaults) -> Client {
        Client { shared: Arc::new(Shared { engine, defaults }) }
    }

    /// A request with any method.
    pub fn request(&self, method: Method, url: impl AsRef<str>) -> RequestBuilder<Client> {
        RequestBuilder::new(self.clone(), &self.shared.defaults, method, url.as_ref())
    }

    /// A GET.
    pub fn get(&self, url: impl AsRef<str>) -> RequestBuilder<Client> {
        self.request(Method::GET, url)
    }

    /// A HEAD.
    pub fn head(&self, url: impl AsRef<str>) -> RequestBuilder<Client> {
        self.request(Method::HEAD, url)
    }

    /// A POST.
    pub fn post(&self, url: impl AsRef<str>) -> RequestBuilder<Client> {
        self.request(Method::POST, url)
    }

    /// A PUT.
    pub fn put(&self, url: impl AsRef<str>) -> RequestBuilder<Client> {
        self.request(Method::PUT, url)
    }

    /// A PATCH.
    pub fn patch(&self, url: impl AsRef<str>) -> RequestBuilder<Client> {
        self.request(Method::PATCH, url)
    }

    /// A DELETE.
    pub fn delete(&self, url: impl AsRef<str>) -> RequestBuilder<Client> {
        self.request(Method::DELETE, url)
    }

    /// The pages of the list at `url`.
    pub fn list(&self, url: impl AsRef<str>) -> Pages<Client> {
        self.get(url).pages()
    }

    /// A download of what is at `url`, into a file.
    pub fn download(&self, url: impl AsRef<str>) -> DownloadBuilder<Client> {
        self.get(url).download()
    }

    /// A request from a call that was made before, changed at will.
    pub fn resume(&self, call: Call) -> RequestBuilder<Client> {
        RequestBuilder::from_call(self.clone(), call)
    }

    /// Makes a call and reads its answer whole.
    ///
    /// # Errors
    /// All of [`Error`].
    pub async fn send(&self, call: Call) -> Result<Response, Error> {
        self.shared.engine.send(call).await
    }

    /// Makes a call and leaves its answer's body to be read piece by piece.
    ///
    /// # Errors
    /// All of [`Error`]. Once there is an answer, nothing is sent again.
    pub async fn send_streaming(&self, call: Call) -> Result<Streaming, Error> {
        self.shared.engine.send_streaming(call).await
    }

    /// Sends media to the method at `url`: see [`UploadBuilder`].
    pub fn upload(&self, url: impl AsRef<str>) -> UploadBuilder<Client> {
        UploadBuilder::new(self.post(url))
    }

    /// An upload that goes on where another process had to stop. Credentials are this client's.
    ///
    /// The file, the metadata and the type are those of the token. Bytes from memory are given again, and so are those who
    /// watch ([`progress`](UploadBuilder::progress), [`on_token`](UploadBuilder::on_token)), limits and retries. A token from
    /// a journal goes on in it; one that was read from text has none, unless [`journal`](UploadBuilder::journal) names it: see
    /// [`uploads`](crate::uploads).
    pub fn resume_upload(&self, token: UploadToken) -> UploadBuilder<Client> {
        UploadBuilder::resumed(self.post(token.url()), token)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// Changes the JSON resource at `url`: fetches it, lets `change` work on it, and sends what is different as a PATCH
    /// that holds for this version only (`P9`). If another writer was faster, all of that again, five times at most;
    /// so `change` may be called several times, each time with the newest version.
    ///
    /// The answer is the server's to the PATCH, or the fetched one if nothing was changed.
    ///
    /// # Errors
    /// All of [`Error`]; a 412 after the last round.
    pub async fn edit(&self, url: impl AsRef<str>, change: impl FnMut(&mut Value)) -> Result<Response, Error> {
        let mut edit = Edit::new(self.get(url).into_call()?, change);
        let mut step = edit.start();
        loop {
            step = match step {
                EditStep::Send(call) => edit.heard(self.send(*call).await)?,
                EditStep::Done(response) => return Ok(*response),
            };
        }
    }
}

impl Default for Client {
    fn default() -> Client {
        Client::new()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("defaults", &self.shared.defaults).finish_non_exhaustive()
    }
}

/// A request with any method, by a client of its own: its connection is not kept.
pub fn request(method: Method, url: impl AsRef<str>) -> RequestBuilder<Client> {
    Client::new().request(method, url)
}

/// A GET, by a client of its own: its connection is not kept.
pub fn get(url: impl AsRef<str>) -> RequestBuilder<Client> {
    Client::new().get(url)
}

/// A HEAD, by a client of its own: its connection is not kept.
pub fn head(url: impl AsRef<str>) -> RequestBuilder<Client> {
    Client::new().head(url)
}

/// A POST, by a client of its own: its connection is not kept.
pub fn post(url: impl AsRef<str>) -> RequestBuilder<Client> {
    Client::new().post(url)
}

/// A PUT, by a client of its own: its connection is not kept.
pub fn put(url: impl AsRef<str>) -> RequestBuilder<Client> {
    Client::new().put(url)
}

/// A PATCH, by a client of its own: its connection is not kept.
pub fn patch(url: impl AsRef<str>) -> RequestBuilder<Client> {
    Client::new().patch(url)
}

/// A DELETE, by a client of its own: its connection is not kept.
pub fn delete(url: impl AsRef<str>) -> RequestBuilder<Client> {
    Client::new().delete(url)
}

/// An upload, by a client of its own: its connection is not kept.
pub fn upload(url: impl AsRef<str>) -> UploadBuilder<Client> {
    Client::new().upload(url)
}
