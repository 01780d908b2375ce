//! The body of a request as a recipe: something that can be sent again.

#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::elsewhere;
use crate::error::Error;
use crate::outgoing::{Outgoing, Source};

/// The body of a request.
///
/// A body is a recipe and not a stream, so that it can be sent again after a failure or a redirect. The exception is
/// [`Body::reader`].
#[derive(Clone, Default)]
pub struct Body {
    recipe: Recipe,
    frame: Frame,
    tap: Option<Tap>,
}

/// What is sent before and after a body.
#[derive(Clone, Debug, Default)]
struct Frame {
    before: Bytes,
    after: Bytes,
}

/// Makes, each time a body is sent, what is given its pieces.
#[derive(Clone)]
pub(crate) struct Tap(Arc<dyn Fn() -> Tapping + Send + Sync>);

/// Is given each piece of a body before it is sent, and may end it with an error; at last `None` where only the body's end
/// shows that it is one.
#[allow(clippy::type_complexity, reason = "this is the name for it")]
pub(crate) struct Tapping(pub(crate) Box<dyn FnMut(Option<&[u8]>) -> io::Result<()> + Send>);

#[derive(Clone, Default)]
enum Recipe {
    #[default]
    Empty,
    Bytes(Bytes),
    File {
        path: PathBuf,
        start: u64,
        length: Option<u64>,
    },
    Function(Arc<Function>),
    Once(Arc<Once>),
}

struct Function {
    length: Option<u64>,
    #[allow(clippy::type_complexity, reason = "a name for it would be used once")]
    open: Box<dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync>,
}

struct Once {
    length: Option<u64>,
    reader: Mutex<Option<Box<dyn Read + Send>>>,
}

impl Body {
    /// No body at all.
    #[must_use]
    pub fn empty() -> Body {
        Body::of(Recipe::Empty)
    }

    /// The file at `path`, as it is when the request is sent; read in pieces, never held whole.
    #[must_use]
    pub fn file(path: impl AsRef<Path>) -> Body {
        Body::of(Recipe::File { path: path.as_ref().to_owned(), start: 0, length: None })
    }

    /// `length` bytes of the file at `path`, from the byte `start` on.
    #[must_use]
    pub fn file_range(path: impl AsRef<Path>, start: u64, length: u64) -> Body {
        Body::of(Recipe::File { path: path.as_ref().to_owned(), start, length: Some(length) })
    }

    /// What the reader given by `open` yields; `open` is called each time the request is sent.
    ///
    /// With a `length` exactly so many bytes are sent (an error if there are fewer), without one the body is chunked.
    pub fn function<F>(length: Option<u64>, open: F) -> Body
    where
        F: Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync + 'static,
    {
        Body::of(Recipe::Function(Arc::new(Function { length, open: Box::new(open) })))
    }

    /// What `reader` yields, once: such a request is never sent again, neither after a failure nor by a redirect.
    pub fn reader(length: Option<u64>, reader: impl Read + Send + 'static) -> Body {
        let reader: Box<dyn Read + Send> = Box::new(reader);
        Body::of(Recipe::Once(Arc::new(Once { length, reader: Mutex::new(Some(reader)) })))
    }

    /// The same body between these bytes.
    pub(crate) fn framed(mut self, before: Vec<u8>, after: Vec<u8>) -> Body {
        self.frame = Frame { before: before.into(), after: after.into() };
        self
    }

    /// The same body; what `tap` makes is given its pieces, but not the frame.
    pub(crate) fn tapped(mut self, tap: impl Fn() -> Tapping + Send + Sync + 'static) -> Body {
        self.tap = Some(Tap(Arc::new(tap)));
        self
    }

    fn of(recipe: Recipe) -> Body {
        Body { recipe, ..Body::default() }
    }

    /// Whether there is no body (a body of no bytes is still a body).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self.recipe, Recipe::Empty)
    }

    /// The bytes, where the body was given as bytes.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.recipe {
            Recipe::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Whether the body can be sent more than once: not a reader, nor a path that is a pipe or a device.
    #[must_use]
    pub fn is_replayable(&self) -> bool {
        match &self.recipe {
            Recipe::Once(_) => false,
            Recipe::File { path, .. } => path.metadata().is_ok_and(|metadata| metadata.is_file()),
            _ => true,
        }
    }

    /// Starts the body from its first byte.
    pub(crate) async fn open(&self) -> Result<Outgoing, Error> {
        let tapping = self.tap.as_ref().map(|tap| (tap.0)());
        let Frame { before, after } = self.frame.clone();
        Ok(self.open_recipe().await?.framed(before, after).tapped(tapping))
    }

    async fn open_recipe(&self) -> Result<Outgoing, Error> {
        match &self.recipe {
            Recipe::Empty => Ok(Outgoing::new(Source::Done, Some(0))),
            Recipe::Bytes(bytes) => Ok(Outgoing::new(Source::Bytes(bytes.clone()), Some(bytes.len() as u64))),
            Recipe::File { path, start, length } => open_file(path, *start, *length)
                .await
                .map_err(|error| Error::Source(format!("cannot read {}: {error}", path.display()))),
            Recipe::Function(function) => match function.clone().open().await {
                Ok(reader) => Ok(Outgoing::new(Source::Reader(reader), function.length)),
                Err(error) => Err(Error::Source(format!("cannot read the request's body: {error}"))),
            },
            Recipe::Once(once) => match once.take() {
                Some(reader) => Ok(Outgoing::new(Source::Reader(reader), once.length)),
                None => {
                    Err(Error::Source("the request's body came from a reader and has been sent already".to_owned()))
                }
            },
        }
    }
}

impl Function {
    /// It may wait for long, as what it opens may.
    async fn open(self: Arc<Function>) -> io::Result<Box<dyn Read + Send>> {
        elsewhere::run(move || (self.open)()).await
    }
}

impl Once {
    fn take(&self) -> Option<Box<dyn Read + Send>> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

async fn open_file(path: &Path, start: u64, length: Option<u64>) -> io::Result<Outgoing> {
    if !path.metadata()?.is_file() {
        // A pipe or a device has no length and no position: it is read to its end. To open it waits for its writer.
        let path = path.to_owned();
        let file = elsewhere::run(move || File::open(path)).await?;
        return Ok(Outgoing::new(Source::Reader(Box::new(file)), length));
    }
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    file.seek(SeekFrom::Start(start))?;
    let length = length.unwrap_or(metadata.len().saturating_sub(start));
    Ok(Outgoing::new(Source::file(file), Some(length)))
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Body {
        Body::of(Recipe::Bytes(bytes))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Body {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Body {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Body {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Body {
        Bytes::from_static(bytes).into()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.recipe {
            Recipe::Empty => f.write_str("Empty"),
            Recipe::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Recipe::File { path, start, length } => write!(f, "File({}, {start}, {length:?})", path.display()),
            Recipe::Function(function) => write!(f, "Function({:?})", function.length),
            Recipe::Once(once) => write!(f, "Once({:?})", once.length),
        }
    }
}
