//! Sending media (`U1` to `U15`).

mod cancel;
mod job;
mod media_type;
mod progress;
mod resumable;
mod source;
mod token;
mod watch;
mod way;
mod whole;

use std::fmt;
use std::fmt::Display;
use std::future::{Future, IntoFuture};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dak_proto::retry::Policy;
use http::Method;
use serde::Serialize;

use crate::blocking;
use crate::client::Client;
use crate::error::Error;
use crate::request::RequestBuilder;
use crate::response::Response;
use crate::run::Total;
use crate::uploads::Journal;
use job::Job;
use source::Held;
use watch::Watch;

pub use progress::{UploadPhase, UploadProgress};
pub use token::UploadToken;
pub use way::Way;

/// An upload that is being put together; the client `C` will carry it out.
///
/// ```no_run
/// # async fn run() -> Result<(), dak_client::Error> {
/// let client = dak_client::Client::new();
/// let answer = client
///     .upload("http://127.0.0.1:7070/demo/v1")
///     .file("holiday.mp4")
///     .metadata(&serde_json::json!({"title": "On the beach"}))
///     .progress(|progress| eprintln!("{} of {:?} bytes", progress.kept.max(progress.passed), progress.length))
///     .await?;
/// println!("{}", answer["id"]);
/// # Ok(())
/// # }
/// ```
///
/// The URL is that of the method: `/upload` is put before its path unless it stands there, and `uploadType` into its
/// query. The answer is the last one of the server, as of any request.
///
/// # The way
///
/// Up to 5 MB (5,000,000 bytes) media goes in one request, the simple way, or as multipart if there is metadata; beyond
/// that, and when its length is unknown, in a resumable session. [`way`](UploadBuilder::way) asks for another, as does
/// `uploadType` in the URL.
///
/// What goes in one request carries an `Idempotency-Key` of its own, unless the caller gave one or it comes from a reader
/// and is not held, and is sent again after a cut, a timeout, 408, 429 or a 5xx, with the waits below. Dak's server makes one item of all
/// those requests. A server that does not know the key may make one twice when its answer was lost; in a session that never
/// happens, so with such a server and a bad network resumable is the way to ask for.
///
/// A session sends everything in one request, or in chunks if [`chunk_size`](UploadBuilder::chunk_size) are given. After
/// a cut, a timeout, 408, 429 or a 5xx it waits (1, 2, 4, 8, 16 seconds and a random part), asks the server how much has
/// arrived, and sends the rest; each step forward gives the whole patience again. A session that is gone (404, 410), whose
/// bytes are not those that were sent, or whose file has changed, begins again, three times at most. The server's
/// checksum is compared at each step and at the end, where it states one (CRC32C), and else the `size` of what it has made,
/// if its type or another checksum stands beside that. A success before all was sent, or a redirect that is not followed, is an
/// error.
///
/// A network that wants a password answers everything with 200 and a page. So an end is not believed where the last byte was
/// never sent and nothing proves what is there, nor if it is a page (HTML): it is waited for like a 5xx (`U16`), and at
/// last the upload stops and can be resumed.
///
/// # In another process
///
/// [`journal`](UploadBuilder::journal) keeps what is needed in a folder: the same upload goes on where it stopped, after a
/// crash or a reboot too. Who wants to keep it elsewhere takes it from [`on_token`](UploadBuilder::on_token) or from
/// [`Error::upload_token`], and gives it to `resume_upload` of a client.
#[must_use = "an upload does nothing until it is sent"]
pub struct UploadBuilder<C> {
    request: RequestBuilder<C>,
    wishes: Wishes,
}

/// What was asked for.
#[derive(Default)]
struct Wishes {
    from: From,
    metadata: Option<Bytes>,
    media_type: Option<String>,
    way: Option<Way>,
    chunk_bytes: Option<u64>,
    watch: Watch,
    journal: Option<Journal>,
    token: Option<UploadToken>,
}

/// Where the bytes are to come from.
#[derive(Default)]
enum From {
    #[default]
    Nothing,
    File(PathBuf),
    Bytes(Bytes),
    Reader(Held),
}

impl<C> RequestBuilder<C> {
    /// An upload to the method that this request goes to, with its headers, its limits and its retries.
    pub fn upload(self) -> UploadBuilder<C> {
        UploadBuilder::new(self)
    }
}

impl<C> UploadBuilder<C> {
    pub(crate) fn new(request: RequestBuilder<C>) -> UploadBuilder<C> {
        UploadBuilder { request, wishes: Wishes::default() }
    }

    /// The upload that `token` tells of; `request` goes to its URL.
    pub(crate) fn resumed(request: RequestBuilder<C>, token: UploadToken) -> UploadBuilder<C> {
        let request = request.try_change(|call| {
            call.method = token.method.parse().map_err(|_| Error::usage("the upload's token names no method"))?;
            call.method_override = token.method_override;
            Ok(())
        });
        let with_header = |request: RequestBuilder<C>, (name, value): &(String, String)| request.header(name, value);
        let request = token.headers.iter().fold(request, with_header);
        let wishes = Wishes {
            from: token.file().map_or(From::Nothing, |path| From::File(path.to_owned())),
            metadata: token.metadata.clone().map(Bytes::from),
            media_type: Some(token.media_type.clone()),
            way: Some(Way::Resumable),
            token: Some(token),
            ..Wishes::default()
        };
        UploadBuilder { request, wishes }
    }

    /// Sends the file at `path`, read in pieces and never held whole. A pipe is sent like a [`reader`](Self::reader); to open
    /// it waits for its writer.
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        self.wishes.from = From::File(path.as_ref().to_owned());
        self
    }

    /// Sends these bytes.
    pub fn bytes(mut self, bytes: impl Into<Bytes>) -> Self {
        self.wishes.from = From::Bytes(bytes.into());
        self
    }

    /// Sends what `reader` yields: exactly `length` bytes if that is known, and it is an error if there are fewer, or more come
    /// with the last of them. One that has more is given as its part, by [`Read::take`].
    ///
    /// Up to 5 MB of known length are read before they are sent, and held, so that they can be sent again. What is longer, or
    /// of unknown length, goes in chunks (of 8 MiB unless set otherwise), each of which is held until it has arrived; it cannot
    /// go on in another process, nor begin again. The simple way and multipart, where they were asked for, hold nothing of
    /// that, and send it once.
    pub fn reader(mut self, length: Option<u64>, reader: impl Read + Send + 'static) -> Self {
        self.wishes.from = From::Reader(Held::new(length, Box::new(reader)));
        self
    }

    /// The resource that the media belongs to: what is written as a JSON object, such as a struct, a map or a value of
    /// `serde_json`. A string is none, whatever stands in it.
    pub fn metadata(mut self, resource: &(impl Serialize + ?Sized)) -> Self {
        match as_object(resource) {
            Ok(json) => self.wishes.metadata = Some(json.into()),
            Err(error) => self.request = self.request.try_change(|_| Err(error)),
        }
        self
    }

    /// The media's type. Unless set it follows from the end of the file's name, and is `application/octet-stream` where
    /// that tells nothing.
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.wishes.media_type = Some(media_type.into());
        self
    }

    /// How it is sent.
    pub fn way(mut self, way: Way) -> Self {
        self.wishes.way = Some(way);
        self
    }

    /// Sends it in a session, however short it is.
    pub fn resumable(self) -> Self {
        self.way(Way::Resumable)
    }

    /// Sends it in a session, so many bytes in a request: a multiple of 256 KiB. Each request costs time; chunks are for
    /// networks that limit how long or how large one may be (`U9`). They may be others when the upload goes on; with another
    /// way than [`Way::Resumable`] they are an [`Error::Usage`].
    pub fn chunk_size(mut self, bytes: u64) -> Self {
        self.wishes.chunk_bytes = Some(bytes);
        self
    }

    /// Called with each piece that is sent (256 KiB at most) and at each turn. It runs where the upload does, which waits.
    pub fn progress(mut self, observer: impl Fn(&UploadProgress) + Send + Sync + 'static) -> Self {
        self.wishes.watch.progress = Some(Arc::new(observer));
        self
    }

    /// Called with what is needed to go on in another process: when the session begins, once a second while it is under
    /// way, and before each wait. Never for a reader, nor for a file whose path is not Unicode, which the token's text cannot
    /// hold: such an upload goes on after a cut, but not in another process.
    pub fn on_token(mut self, observer: impl Fn(&UploadToken) + Send + Sync + 'static) -> Self {
        self.wishes.watch.on_token = Some(Arc::new(observer));
        self
    }

    /// Keeps what is needed to go on in this journal, and goes on from what it has of this upload. Only files that are sent
    /// in a session have an entry, if their paths are Unicode; it goes when the upload is done, or cannot be resumed.
    ///
    /// It is not looked at whose credentials are sent: with one journal, the same file and the same URL, a second user would
    /// go on with the session of the first. Where the URL does not say who it is (Google's `users/me`), take a journal for
    /// each user.
    pub fn journal(mut self, journal: &Journal) -> Self {
        self.wishes.journal = Some(journal.clone());
        self
    }

    /// The method: POST unless set; PUT and PATCH send media to a resource that is there.
    pub fn method(self, method: Method) -> Self {
        self.change(|request| request.change(|call| call.method = method))
    }

    /// A header of the request that begins the upload, in place of what it has under this name.
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.change(|request| request.header(name, value))
    }

    /// A parameter of the query, after those that are there.
    pub fn query(self, name: impl AsRef<str>, value: impl Display) -> Self {
        self.change(|request| request.query(name, value))
    }

    /// The part of the answer that is wanted (`P2`).
    pub fn fields(self, mask: impl Display) -> Self {
        self.change(|request| request.fields(mask))
    }

    /// The bearer token (`P15`).
    pub fn bearer(self, token: impl AsRef<str>) -> Self {
        self.change(|request| request.bearer(token))
    }

    /// A name and a password.
    pub fn basic(self, user: impl AsRef<str>, password: impl AsRef<str>) -> Self {
        self.change(|request| request.basic(user, password))
    }

    /// Goes through only if the resource still is this version (`P9`): an etag with or without its quotes, or `*`.
    pub fn if_match(self, etag: impl AsRef<str>) -> Self {
        self.change(|request| request.if_match(etag))
    }

    /// Sends POSTs that name the method in `X-HTTP-Method-Override`, for networks that block the others (`P12`).
    pub fn method_override(self, on: bool) -> Self {
        self.change(|request| request.method_override(on))
    }

    /// The most time for the whole upload, waits included; none unless set.
    pub fn timeout(self, limit: impl Into<Option<Duration>>) -> Self {
        self.change(|request| request.timeout(limit))
    }

    /// The most time without a byte moving in either direction; after media it is up to three times as long, for what may be
    /// on its way: see [`ClientBuilder::read_timeout`](crate::ClientBuilder::read_timeout).
    pub fn read_timeout(self, limit: impl Into<Option<Duration>>) -> Self {
        self.change(|request| request.read_timeout(limit))
    }

    /// Tries again at most so many times in a row without a step forward; 0 turns retries off.
    pub fn retries(self, count: u32) -> Self {
        self.change(|request| request.retries(count))
    }

    /// How often to try again in a row without a step forward. A cut counts like a 5xx.
    pub fn retry(self, policy: Policy) -> Self {
        self.change(|request| request.retry(policy))
    }

    fn change(self, change: impl FnOnce(RequestBuilder<C>) -> RequestBuilder<C>) -> Self {
        UploadBuilder { request: change(self.request), wishes: self.wishes }
    }
}

/// A JSON object, and nothing else that JSON can hold.
fn as_object(resource: &(impl Serialize + ?Sized)) -> Result<Vec<u8>, Error> {
    let json = serde_json::to_vec(resource)
        .map_err(|error| Error::usage(format!("the metadata cannot be written as JSON: {error}")))?;
    let is_object = json.first() == Some(&b'{');
    is_object
        .then_some(json)
        .ok_or_else(|| Error::usage("the metadata is not a JSON object, such as {\"title\": \"One\"}"))
}

impl UploadBuilder<Client> {
    /// Carries the upload out. The same as awaiting it. Given up half way (its future dropped), it can be resumed with what
    /// was put away.
    ///
    /// # Errors
    /// All of [`Error`]; [`Error::Upload`] if it stopped after it had begun.
    pub async fn send(self) -> Result<Response, Error> {
        let (client, call) = self.request.into_parts()?;
        let total = Total::of(&call)?;
        let job = total.bound(Job::new(&client, call, self.wishes)).await?;
        match job.way {
            Way::Resumable => resumable::send(client, job).await,
            Way::Simple | Way::Multipart => whole::send(client, job).await,
        }
    }
}

impl IntoFuture for UploadBuilder<Client> {
    type Output = Result<Response, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl UploadBuilder<blocking::Client> {
    /// Carries the upload out on this thread.
    ///
    /// # Errors
    /// All of [`Error`]; [`Error::Upload`] if it stopped after it had begun.
    pub fn send(self) -> Result<Response, Error> {
        let (client, call) = self.request.into_parts()?;
        let wishes = self.wishes;
        client.run(|client| UploadBuilder { request: RequestBuilder::from_call(client, call), wishes }.send())
    }
}

impl<C> fmt::Debug for UploadBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadBuilder").field("way", &self.wishes.way).finish_non_exhaustive()
    }
}
