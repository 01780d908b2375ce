//! What goes back: a service's reply, and the answer the pipeline makes of it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use dak_proto::etag::Etag;
use dak_proto::rope::Rope;
use http::{HeaderMap, StatusCode, header};
use http_body::Frame;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

use crate::body::Interrupted;
use crate::room::Taken;
use crate::shelf::Shelved;

/// What a service says.
#[derive(Debug)]
pub enum Reply {
    /// A representation: projected, laid out and encoded by the pipeline.
    Representation(Representation),
    /// The finished answer of an earlier request like this one, still current.
    Shelved(Arc<Shelved>),
    /// The caller's copy is current (304).
    NotModified(Etag),
    /// Done, and nothing to show (204).
    NoContent,
    /// Bytes: the pipeline sends them as they are.
    Media(Answer),
}

/// JSON with its validator.
#[derive(Debug)]
pub struct Representation {
    /// The JSON in pieces.
    pub rope: Arc<Rope>,
    /// The resource's version; `None` where it has none.
    pub version: Option<Version>,
    /// Whether the answer may be kept for requests like this one while the etag holds. One that has room is not.
    pub keep: bool,
    /// The room that it takes until all of it is sent.
    pub room: Option<Taken>,
}

/// What tells one version of a resource from another (RFC 9110 8.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Never the same for two versions.
    pub etag: Etag,
    /// When it was made, in seconds since 1970, where that is known.
    pub modified_s: Option<u64>,
}

impl From<Etag> for Version {
    fn from(etag: Etag) -> Version {
        Version { etag, modified_s: None }
    }
}

impl Reply {
    /// JSON without a validator.
    #[must_use]
    pub fn json(rope: Rope) -> Reply {
        Reply::Representation(Representation { rope: Arc::new(rope), version: None, keep: false, room: None })
    }

    /// What is no resource, made for this request alone.
    #[must_use]
    pub fn shown(rope: Arc<Rope>) -> Reply {
        Reply::Representation(Representation { rope, version: None, keep: false, room: None })
    }

    /// A resource as a write leaves it: shown, not kept.
    #[must_use]
    pub fn written(rope: impl Into<Arc<Rope>>, version: impl Into<Version>) -> Reply {
        Reply::Representation(Representation {
            rope: rope.into(),
            version: Some(version.into()),
            keep: false,
            room: None,
        })
    }

    /// A resource as it is read: shown, and kept while its etag holds.
    #[must_use]
    pub fn read(rope: impl Into<Arc<Rope>>, version: impl Into<Version>) -> Reply {
        Reply::Representation(Representation {
            rope: rope.into(),
            version: Some(version.into()),
            keep: true,
            room: None,
        })
    }
}

impl Reply {
    /// A representation that takes this room until all of it is sent.
    #[must_use]
    pub fn within(self, taken: Taken) -> Reply {
        match self {
            Reply::Representation(it) => Reply::Representation(Representation { room: Some(taken), ..it }),
            other => other,
        }
    }
}

/// A finished answer, ready for the wire.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The header fields, without those of the connection.
    pub headers: HeaderMap,
    /// The body, in its content coding.
    pub body: Content,
    /// How the answer is delivered.
    pub delivery: Delivery,
}

/// The body of an answer.
pub enum Content {
    /// There already.
    Whole(Bytes),
    /// Made while it is sent: media, events.
    Stream {
        /// How many bytes it has, if that is known.
        length: Option<u64>,
        /// The pieces. An error breaks the connection.
        pieces: UnsyncBoxBody<Bytes, Interrupted>,
    },
}

impl Content {
    /// How many bytes it has; 0 where that is not known.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Content::Whole(bytes) => bytes.len() as u64,
            Content::Stream { length, .. } => length.unwrap_or(0),
        }
    }

    /// What is there already; nothing of a stream.
    #[must_use]
    pub fn whole(&self) -> &[u8] {
        match self {
            Content::Whole(bytes) => bytes,
            Content::Stream { .. } => &[],
        }
    }
}

impl Content {
    /// The next piece of it; none at the end.
    ///
    /// # Errors
    /// What broke it off.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Interrupted> {
        match self {
            Content::Whole(bytes) => Ok(Some(std::mem::take(bytes)).filter(|bytes| !bytes.is_empty())),
            Content::Stream { pieces, .. } => loop {
                match pieces.frame().await.transpose()? {
                    None => return Ok(None),
                    Some(frame) => match frame.into_data() {
                        Ok(data) => return Ok(Some(data)),
                        Err(_) => continue,
                    },
                }
            },
        }
    }

    /// A body that is made while it is sent, from a state and a step that gives the next piece; `None` ends it.
    pub fn made<S, F>(length: Option<u64>, state: S, step: F) -> Content
    where
        S: Send + Unpin + 'static,
        F: FnMut(S) -> Making<S> + Send + Unpin + 'static,
    {
        let pieces = Made { state: Some(state), step, making: None };
        Content::Stream { length, pieces: pieces.boxed_unsync() }
    }
}

/// The next piece of a body, and the state behind it.
#[allow(clippy::type_complexity, reason = "this is its name")]
pub struct Making<S>(Pin<Box<dyn Future<Output = Option<(Result<Bytes, Interrupted>, S)>> + Send>>);

impl<S> Making<S> {
    /// What makes the next piece; `None` ends the body.
    pub fn new(making: impl Future<Output = Option<(Result<Bytes, Interrupted>, S)>> + Send + 'static) -> Making<S> {
        Making(Box::pin(making))
    }
}

/// A body that is made piece by piece.
struct Made<S, F> {
    state: Option<S>,
    step: F,
    making: Option<Making<S>>,
}

impl<S, F> http_body::Body for Made<S, F>
where
    S: Send + Unpin + 'static,
    F: FnMut(S) -> Making<S> + Send + Unpin + 'static,
{
    type Data = Bytes;
    type Error = Interrupted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Interrupted>>> {
        let this = &mut *self;
        if let Some(state) = this.state.take() {
            this.making = Some((this.step)(state));
        }
        let Some(making) = &mut this.making else { return Poll::Ready(None) };
        let made = std::task::ready!(making.0.as_mut().poll(context));
        this.making = None;
        let Some((piece, state)) = made else { return Poll::Ready(None) };
        this.state = piece.is_ok().then_some(state);
        Poll::Ready(Some(piece.map(Frame::data)))
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Content {
        Content::Whole(bytes)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.bytes())
    }
}

/// How an answer is delivered: whole, unless a fault was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// All of it.
    #[default]
    Whole,
    /// Its head and so many bytes of its body; then the connection breaks.
    CutAfter(usize),
    /// Not at all: the connection breaks.
    Lost,
}

impl Answer {
    /// An answer without a body.
    #[must_use]
    pub fn empty(status: StatusCode) -> Answer {
        Answer { status, headers: HeaderMap::new(), body: Bytes::new().into(), delivery: Delivery::Whole }
    }

    /// An answer with a body.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Content>) -> Answer {
        Answer { status, headers, body: body.into(), delivery: Delivery::Whole }
    }

    /// The answer to HEAD: the length that GET's body has, and no body.
    #[must_use]
    pub fn announced(mut self) -> Answer {
        if self.body.bytes() > 0 {
            self.headers.insert(header::CONTENT_LENGTH, self.body.bytes().into());
        }
        self.body = Bytes::new().into();
        self
    }
}
