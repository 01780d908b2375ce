//! The same client without async: each call runs on the caller's thread.
//!
//! ```no_run
//! let answer = dak_client::blocking::get("http://127.0.0.1:7070/demo/v1/324").fields("title").send()?;
//! println!("{} {}", answer.status(), answer["title"]);
//! # Ok::<(), dak_client::Error>(())
//! ```
//!
//! A call keeps its thread waiting. On a tokio runtime of several threads the others take over meanwhile, also from async
//! code; on one of a single thread a call is an [`Error::Usage`], on the threads of its `spawn_blocking` too, which cannot be
//! told apart: use the async client there, or a thread of [`std::thread`]. In a `LocalSet`, which stays on its thread, tokio
//! panics.

use std::io::{self, Read};
use std::sync::{Arc, OnceLock};

use bytes::{Buf, Bytes};
use http::{HeaderMap, Method, StatusCode, Version};
use serde_json::Value;
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio::task::block_in_place;
use url::Url;

use crate::builder::{ClientBuilder, Defaults};
use crate::call::Call;
use crate::client;
use crate::download::DownloadBuilder;
use crate::edit::{Edit, EditStep};
use crate::elsewhere;
use crate::error::Error;
use crate::pages::Pages;
use crate::request::RequestBuilder;
use crate::response::{self, Response};
use crate::run::Engine;
use crate::upload::{UploadBuilder, UploadToken};

/// A blocking client with its own pool of connections; clones share it, also between threads.
#[derive(Clone, Debug)]
pub struct Client {
    inner: client::Client,
    defaults: Arc<Defaults>,
    driver: Arc<Driver>,
}

/// An answer whose body is still on its way; read it with [`Read`] or [`chunk`](Streaming::chunk).
#[derive(Debug)]
pub struct Streaming {
    inner: response::Streaming,
    ready: Bytes,
    driver: Arc<Driver>,
}

/// The runtime that carries out calls while a thread waits for one. It has no thread of its own.
#[derive(Debug, Default)]
struct Driver(OnceLock<Result<Runtime, String>>);

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
        let inner = client::Client::from_parts(engine, defaults.clone());
        Client { inner, defaults: Arc::new(defaults), driver: Arc::default() }
    }

    /// A request with any method.
    pub fn request(&self, method: Method, url: impl AsRef<str>) -> RequestBuilder<Client> {
        RequestBuilder::new(self.clone(), &self.defaults, method, url.as_ref())
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

    /// The pages of the list at `url`, as an iterator.
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
    pub fn send(&self, call: Call) -> Result<Response, Error> {
        self.driver.run(self.inner.send(call))
    }

    /// Makes a call and leaves its answer's body to be read piece by piece.
    ///
    /// # Errors
    /// All of [`Error`]. Once there is an answer, nothing is sent again.
    pub fn send_streaming(&self, call: Call) -> Result<Streaming, Error> {
        let inner = self.driver.run(self.inner.send_streaming(call))?;
        Ok(Streaming { inner, ready: Bytes::new(), driver: self.driver.clone() })
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

    /// Carries out what needs the async client, on this thread.
    pub(crate) fn run<T, W: Future<Output = Result<T, Error>>>(
        &self,
        work: impl FnOnce(client::Client) -> W,
    ) -> Result<T, Error> {
        self.driver.run(work(self.inner.clone()))
    }

    /// Changes the JSON resource at `url`: see the async [`Client::edit`](client::Client::edit).
    ///
    /// # Errors
    /// All of [`Error`]; a 412 after the last round.
    pub fn edit(&self, url: impl AsRef<str>, change: impl FnMut(&mut Value)) -> Result<Response, Error> {
        let mut edit = Edit::new(self.get(url).into_call()?, change);
        let mut step = edit.start();
        loop {
            step = match step {
                EditStep::Send(call) => edit.heard(self.send(*call))?,
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

impl Streaming {
    /// The status code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.inner.status()
    }

    /// The version of HTTP that was spoken.
    #[must_use]
    pub fn version(&self) -> Version {
        self.inner.version()
    }

    /// The headers as they came; `Content-Encoding` stays although the body is decoded.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.inner.headers()
    }

    /// Where the answer came from, after redirects.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.inner.url()
    }

    /// How many times the request was sent, redirects included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.inner.attempts()
    }

    /// The length of the body that was read so far, as it was sent, before decoding.
    #[must_use]
    pub fn wire_bytes(&self) -> u64 {
        self.inner.wire_bytes()
    }

    /// The next piece of the body, decoded; none at its end.
    ///
    /// # Errors
    /// [`Error::Broken`] or [`Error::Timeout`]; what was read before is not the whole body then.
    pub fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if !self.ready.is_empty() {
            return Ok(Some(std::mem::take(&mut self.ready)));
        }
        self.driver.run(self.inner.chunk())
    }
}

impl Read for Streaming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ready.is_empty() {
            self.ready = self.chunk().map_err(io::Error::other)?.unwrap_or_default();
        }
        let taken = self.ready.len().min(buffer.len());
        self.ready.copy_to_slice(&mut buffer[..taken]);
        Ok(taken)
    }
}

impl Driver {
    /// Carries out `work` on this thread.
    fn run<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let runtime = self.0.get_or_init(|| {
            let built = Builder::new_current_thread().enable_all().build();
            built.map_err(|error| format!("the client cannot be started: {error}"))
        });
        match runtime {
            Ok(runtime) => waiting(|| {
                runtime.block_on(async {
                    notice_what_happened().await;
                    work.await
                })
            }),
            Err(message) => Err(Error::usage(message.clone())),
        }
    }
}

/// Does what keeps this thread waiting, where that keeps nobody else from going on.
fn waiting<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Err(_) => work(),
        Ok(_) if elsewhere::is_here() => work(),
        Ok(RuntimeFlavor::MultiThread) => block_in_place(work),
        Ok(_) => Err(Error::usage(
            "the blocking client was called on a tokio runtime of one thread, which must not wait: use dak_client::Client \
             there, or a thread of std::thread",
        )),
    }
}

/// Between calls nobody watches the connections. The first yield lets the runtime see which of them the server has
/// closed, the second lets those leave the pool, so that no request is lost on one.
async fn notice_what_happened() {
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}

impl Drop for Driver {
    /// A runtime must not be dropped in async code as it waits for its threads; it may be told not to wait.
    fn drop(&mut self) {
        if let Some(Ok(runtime)) = self.0.take() {
            runtime.shutdown_background();
        }
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
