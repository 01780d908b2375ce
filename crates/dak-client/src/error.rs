//! What can go wrong, in few kinds, each an advice.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dak_proto::fault::{Advice, Fault};
use dak_proto::retry::GiveUp;
use http::StatusCode;

use crate::response::Response;
use crate::upload::UploadToken;

/// Why a call gave no answer, or gave an answer that is an error.
///
/// Each kind is an advice: see [`Error::is_retryable`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The call cannot be made as described (a bad URL, a header that is not one): fix it.
    Usage(String),
    /// No connection could be made, so the server has not seen the request: try again later, unless its certificate is
    /// not trusted.
    Connect(Failure),
    /// The server was silent for too long, or the call took longer than it may; it may have acted.
    Timeout(Failure),
    /// The connection or the answer broke off, or its encoding is damaged; the server may have acted.
    Broken(Failure),
    /// The answer is longer than this call may hold in memory: raise the limit or stream it.
    TooLarge {
        /// The limit, in bytes after decoding.
        limit: u64,
    },
    /// Redirects that lead nowhere: a loop, too many, a URL that is none, or a body that cannot be sent twice.
    Redirects(String),
    /// The answer is not what was asked for, for example not JSON, or JSON of another shape.
    Unreadable(String),
    /// What is to be sent cannot be had: its file cannot be read or changes meanwhile, or came from a reader and is gone.
    Source(String),
    /// The file of an upload changed while it was sent in one request: the same call again sends it as it is then.
    Changed {
        /// Which file.
        path: PathBuf,
    },
    /// The journal of uploads cannot be used, or another process is at the upload: the message says which.
    Journal(String),
    /// A file or a writer of this machine cannot be used, or a file is there already.
    File {
        /// Which file; none for a writer.
        path: Option<PathBuf>,
        /// Why not.
        cause: io::Error,
    },
    /// The server answered 4xx or 5xx, a download with something else that is none, or an upload with something else than
    /// success.
    Status(Box<Refusal>),
    /// An upload stopped on its way: resume it with the token, or begin again if there is none.
    Upload(Box<UploadFailure>),
}

/// A failure of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong, one plain sentence without a full stop.
    pub message: String,
    /// How many times the request was sent, counting the last.
    pub attempts: u32,
    /// Why it was not sent again.
    pub gave_up: Option<GiveUp>,
    /// Whether the server's name could not be looked up: it may be mistyped, or this machine is without a network.
    pub is_unresolved: bool,
}

/// An answer that is none to what was asked for, mostly with a status of 4xx or 5xx, and what it says.
#[derive(Debug)]
pub struct Refusal {
    /// The whole answer, with headers and body.
    pub response: Response,
    /// The server's error, as far as its body tells.
    pub fault: Fault,
    /// Why it was not sent again.
    pub gave_up: GiveUp,
}

/// An upload that has stopped.
#[derive(Debug)]
pub struct UploadFailure {
    /// What happened to the upload, one plain sentence without a full stop.
    pub message: String,
    /// What went wrong last, if that was an answer or the connection.
    pub cause: Option<Error>,
    /// The answer, if the server said that all is well and it is not.
    pub response: Option<Response>,
    /// How many bytes the server has said it keeps.
    pub kept: u64,
    /// What to resume it with, also in another process; none if only a new upload can help.
    pub token: Option<UploadToken>,
}

impl Error {
    pub(crate) fn upload(failure: UploadFailure) -> Error {
        Error::Upload(Box::new(failure))
    }

    /// The error that an answer is.
    pub(crate) fn refused(response: Response, gave_up: GiveUp) -> Error {
        let fault = Fault::from_answer(response.status().as_u16(), response.headers(), response.bytes());
        Error::Status(Box::new(Refusal { response, fault, gave_up }))
    }

    pub(crate) fn usage(message: impl Into<String>) -> Error {
        Error::Usage(message.into())
    }

    pub(crate) fn connect(message: impl Into<String>) -> Error {
        Error::Connect(Failure::new(message))
    }

    /// A connection to a server whose name could not be looked up.
    pub(crate) fn unresolved(message: impl Into<String>) -> Error {
        Error::Connect(Failure { is_unresolved: true, ..Failure::new(message) })
    }

    /// A connection that no repetition will bring about.
    pub(crate) fn unconnectable(message: impl Into<String>) -> Error {
        Error::Connect(Failure { gave_up: Some(GiveUp::Permanent), ..Failure::new(message) })
    }

    pub(crate) fn broken(message: impl Into<String>) -> Error {
        Error::Broken(Failure::new(message))
    }

    pub(crate) fn silent(limit: Duration) -> Error {
        Error::Timeout(Failure::new(format!("the server was silent for {limit:?}")))
    }

    pub(crate) fn overdue(limit: Duration) -> Error {
        Error::Timeout(Failure::new(format!("the call took longer than {limit:?}")))
    }

    pub(crate) fn file(path: &Path, cause: io::Error) -> Error {
        Error::File { path: Some(path.to_owned()), cause }
    }

    pub(crate) fn writer(cause: io::Error) -> Error {
        Error::File { path: None, cause }
    }

    /// Whether the same call may succeed later without being changed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Error::Connect(failure) | Error::Timeout(failure) | Error::Broken(failure) => {
                failure.gave_up != Some(GiveUp::Permanent)
            }
            Error::Status(refusal) => refusal.is_retryable(),
            Error::Changed { .. } => true,
            Error::Upload(upload) => upload.cause.as_ref().is_some_and(Error::is_retryable),
            _ => false,
        }
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(Response::status)
    }

    /// The answer that is the error, or that an upload did not come to an end with, if there was one.
    #[must_use]
    pub fn response(&self) -> Option<&Response> {
        match self {
            Error::Status(refusal) => Some(&refusal.response),
            Error::Upload(upload) => upload.response.as_ref().or_else(|| upload.cause.as_ref()?.response()),
            _ => None,
        }
    }

    /// The error as the server describes it, if it answered.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Error::Status(refusal) => Some(&refusal.fault),
            Error::Upload(upload) => upload.cause.as_ref()?.fault(),
            _ => None,
        }
    }

    /// What an upload that has stopped can be resumed with.
    #[must_use]
    pub fn upload_token(&self) -> Option<&UploadToken> {
        match self {
            Error::Upload(upload) => upload.token.as_ref(),
            _ => None,
        }
    }

    /// How many times the request was sent; 0 when it never was, or when that is not what failed.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        match self {
            Error::Connect(failure) | Error::Timeout(failure) | Error::Broken(failure) => failure.attempts,
            Error::Status(refusal) => refusal.response.attempts(),
            Error::Upload(upload) => upload.cause.as_ref().map_or(0, Error::attempts),
            _ => 0,
        }
    }

    /// Whether the server's name could not be looked up.
    pub(crate) fn is_unresolved(&self) -> bool {
        matches!(self, Error::Connect(failure) if failure.is_unresolved)
    }

    pub(crate) fn failure_mut(&mut self) -> Option<&mut Failure> {
        match self {
            Error::Connect(failure) | Error::Timeout(failure) | Error::Broken(failure) => Some(failure),
            _ => None,
        }
    }
}

impl Refusal {
    /// Whether the same request may succeed later, as far as the status and the fault tell.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.fault.advice() == Advice::Retry
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Usage(message)
            | Error::Redirects(message)
            | Error::Unreadable(message)
            | Error::Source(message)
            | Error::Journal(message) => f.write_str(message),
            Error::Connect(failure) | Error::Timeout(failure) | Error::Broken(failure) => failure.fmt(f),
            Error::TooLarge { limit } => {
                write!(f, "the answer is longer than {limit} bytes: raise the limit, or read it as a stream")
            }
            Error::Changed { path } => {
                let path = path.display();
                write!(f, "{path} changed while it was sent: the same call again sends it as it is now")
            }
            Error::File { path: Some(path), cause } => write!(f, "cannot write {}: {cause}", path.display()),
            Error::File { path: None, cause } => write!(f, "cannot write what came: {cause}"),
            Error::Status(refusal) => refusal.fmt(f),
            Error::Upload(upload) => upload.fmt(f),
        }
    }
}

impl Failure {
    fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), attempts: 1, gave_up: None, is_unresolved: false }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        write_end(f, self.attempts, self.gave_up)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&answered(self.response.status()))?;
        if let Some(message) = self.fault.own_message() {
            write!(f, ": {message}")?;
        }
        write_end(f, self.response.attempts(), Some(self.gave_up))
    }
}

impl fmt::Display for UploadFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(cause) = &self.cause {
            write!(f, ": {cause}")?;
        }
        match &self.token {
            Some(_) => write!(f, " ({} bytes have arrived, and it can be resumed)", self.kept),
            None => Ok(()),
        }
    }
}

/// That the server answered, and with which status.
pub(crate) fn answered(status: StatusCode) -> String {
    format!("the server answered {}", Fault::told_status(status.as_u16()))
}

/// What else there is to know of the attempts.
fn write_end(f: &mut fmt::Formatter<'_>, attempts: u32, gave_up: Option<GiveUp>) -> fmt::Result {
    match gave_up {
        Some(why @ (GiveUp::MayHaveActed | GiveUp::Unrepeatable)) => write!(f, " (not sent again: {why})"),
        _ if attempts > 1 => write!(f, " (sent {attempts} times)"),
        _ => Ok(()),
    }
}

impl std::error::Error for Error {}
