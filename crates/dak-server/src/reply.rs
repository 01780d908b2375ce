//! What goes back: a service's reply, and the answer the pipeline makes of it.

use std::sync::Arc;

use bytes::Bytes;
use dak_proto::etag::Etag;
use dak_proto::rope::Rope;
use http::{HeaderMap, StatusCode};

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
}

/// JSON with its validator.
#[derive(Debug)]
pub struct Representation {
    /// The JSON in pieces.
    pub rope: Arc<Rope>,
    /// The resource's version; `None` where it has none.
    pub version: Option<Version>,
    /// Whether the answer may be kept for requests like this one while the etag holds.
    pub keep: bool,
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
        Reply::Representation(Representation { rope: Arc::new(rope), version: None, keep: false })
    }

    /// A resource as a write leaves it: shown, not kept.
    #[must_use]
    pub fn written(rope: Rope, version: impl Into<Version>) -> Reply {
        Reply::Representation(Representation { rope: Arc::new(rope), version: Some(version.into()), keep: false })
    }

    /// A resource as it is read: shown, and kept while its etag holds.
    #[must_use]
    pub fn read(rope: impl Into<Arc<Rope>>, version: impl Into<Version>) -> Reply {
        Reply::Representation(Representation { rope: rope.into(), version: Some(version.into()), keep: true })
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
    pub body: Bytes,
    /// How the answer is delivered.
    pub delivery: Delivery,
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
        Answer { status, headers: HeaderMap::new(), body: Bytes::new(), delivery: Delivery::Whole }
    }

    /// An answer with a body.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Answer {
        Answer { status, headers, body, delivery: Delivery::Whole }
    }
}
