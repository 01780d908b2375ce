//! Errors: few kinds, each an advice.

use std::fmt;

/// What the caller can do about a failure.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ErrorKind {
    /// Too much is waiting: try again a little later. Nothing was changed.
    Busy,
    /// An expectation did not hold: fetch again and decide anew. Nothing was changed.
    Conflict,
    /// The disk is full: make room, then try again. Nothing was changed.
    Full,
    /// The request makes no sense to this store: fix it. Nothing was changed.
    Invalid,
    /// The store cannot be used: give up until it was opened again. Whether a failed commit took effect shows only then.
    Unavailable,
}

/// A failure of a store: a kind to act upon and a sentence to read. The sentence is not for strangers: it may name files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    /// A failure of this kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into() }
    }

    /// What the caller can do.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn busy(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Busy, message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Conflict, message)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Invalid, message)
    }

    pub(crate) fn unavailable(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Unavailable, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
