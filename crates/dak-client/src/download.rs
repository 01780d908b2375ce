//! Downloads into files: they go on after a cut, in this process or a later one, and are whole or not there.

mod beside;
mod drive;
mod name;
mod note;
mod partial;
mod sink;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use crate::blocking;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::request::RequestBuilder;

/// A download that is being put together; the client `C` will carry it out.
///
/// The bytes are written to `NAME.part` beside the file, with a note of where they come from in `NAME.part.json` that
/// its owner alone can read and that holds none of the credentials named in [`secrets`](crate::secrets). The file is put in
/// its place once all is there, compared with the checksum that the server declares in `X-Goog-Hash` or, on an answer
/// with the whole, in `Content-MD5`, and on disk. After a cut the rest is asked for (`Range`, `If-Range`), if the server
/// says which version it sends; what an earlier process left is gone on with in the same way. A new version replaces what is
/// there of the old one, unless what comes looks like somebody else's page ([`Error::Broken`]): then that stays.
///
/// ```no_run
/// # async fn run() -> Result<(), dak_client::Error> {
/// let client = dak_client::Client::new();
/// let done = client.download("http://127.0.0.1:7070/demo/v1/324?alt=media").to("picture.png").await?;
/// println!("{} bytes, {} of them from an earlier run", done.length, done.resumed_at);
/// # Ok(())
/// # }
/// ```
#[must_use = "a download does nothing until it is sent"]
pub struct DownloadBuilder<C> {
    request: RequestBuilder<C>,
    job: Job,
}

/// What is to be done with the answer.
pub(crate) struct Job {
    pub(crate) place: Place,
    pub(crate) overwrite: bool,
    pub(crate) observer: Observer,
}

/// Where the bytes go.
pub(crate) enum Place {
    File(PathBuf),
    Folder(PathBuf),
    Writer(Box<dyn Write + Send>),
}

/// Who is told how far it is.
#[derive(Clone, Default)]
#[allow(clippy::type_complexity, reason = "a name for it would be used once")]
pub(crate) struct Observer(Option<Arc<dyn Fn(&DownloadProgress<'_>) + Send + Sync>>);

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DownloadProgress<'a> {
    /// The file that is being made; none for a writer.
    pub path: Option<&'a Path>,
    /// How many bytes are there, with those of earlier runs.
    pub bytes: u64,
    /// How many there will be, if the server has said so.
    pub length: Option<u64>,
    /// How many that could be gone on with were given up, in all: the server has another version now, or does not go on
    /// where they end.
    pub dropped: u64,
    /// Whether the same download goes on from here if it is cut off now.
    pub is_resumable: bool,
}

/// A download that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// The file; none for a writer.
    pub path: Option<PathBuf>,
    /// Its length in bytes.
    pub length: u64,
    /// How many of them an earlier run had left; none if all began anew.
    pub resumed_at: u64,
    /// Whether it was compared with a checksum that the server declared.
    pub is_verified: bool,
    /// The coding in which it is kept, as `Content-Encoding` names it, if the server sent one that was not asked for and is
    /// not undone here (which gzip is).
    pub coding: Option<String>,
    /// How many requests it took, redirects included.
    pub attempts: u32,
}

impl<C> RequestBuilder<C> {
    /// A download of what this GET asks for, with its headers, its limits and its retries.
    pub fn download(self) -> DownloadBuilder<C> {
        let job = Job { place: Place::Folder(PathBuf::from(".")), overwrite: false, observer: Observer::default() };
        DownloadBuilder { request: self, job }
    }
}

impl<C> DownloadBuilder<C> {
    /// Into this file.
    pub fn to(mut self, path: impl AsRef<Path>) -> Self {
        self.job.place = Place::File(path.as_ref().to_owned());
        self
    }

    /// Into this folder, under the name that `Content-Disposition` or else the URL gives; the current one unless set.
    ///
    /// Of the server's name only a plain file name is taken: no folders, no dot or hyphen in front, no name that an unfinished
    /// download has, nothing that a terminal obeys.
    pub fn to_folder(mut self, path: impl AsRef<Path>) -> Self {
        self.job.place = Place::Folder(path.as_ref().to_owned());
        self
    }

    /// To a writer: after a cut it goes on, but a later process has nothing to go on with.
    pub fn to_writer(mut self, writer: impl Write + Send + 'static) -> Self {
        self.job.place = Place::Writer(Box::new(writer));
        self
    }

    /// Whether a file that is there already is replaced; it is an error unless set.
    pub fn overwrite(mut self, on: bool) -> Self {
        self.job.overwrite = on;
        self
    }

    /// Called when there is something to go on with, and after each piece of some 64 KiB at most: it should be quick.
    pub fn progress(mut self, observer: impl Fn(&DownloadProgress<'_>) + Send + Sync + 'static) -> Self {
        self.job.observer = Observer(Some(Arc::new(observer)));
        self
    }

    fn into_parts(self) -> Result<(C, Call, Job), Error> {
        let (client, call) = self.request.into_parts()?;
        Ok((client, call, self.job))
    }
}

impl DownloadBuilder<Client> {
    /// Carries the download out. The same as awaiting it. Dropped before its end, it leaves what it has for the next run.
    ///
    /// # Errors
    /// All of [`Error`]: [`Error::File`] if the file is there already or cannot be written, [`Error::Unreadable`] if what
    /// came is not what the server declared (it is deleted then).
    pub async fn send(self) -> Result<Downloaded, Error> {
        let (client, call, job) = self.into_parts()?;
        client.engine().download(call, job).await
    }
}

impl IntoFuture for DownloadBuilder<Client> {
    type Output = Result<Downloaded, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl DownloadBuilder<blocking::Client> {
    /// Carries the download out.
    ///
    /// # Errors
    /// Those of the async [`send`](DownloadBuilder::<Client>::send).
    pub fn send(self) -> Result<Downloaded, Error> {
        let (client, call, job) = self.into_parts()?;
        client.run(|client| async move { client.engine().download(call, job).await })
    }
}

impl<C: fmt::Debug> fmt::Debug for DownloadBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadBuilder").field("request", &self.request).finish_non_exhaustive()
    }
}

impl Observer {
    pub(crate) fn tell(&self, progress: &DownloadProgress<'_>) {
        if let Some(observer) = &self.0 {
            observer(progress);
        }
    }
}
