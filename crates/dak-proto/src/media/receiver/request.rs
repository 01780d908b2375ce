//! What a request to a session means, in either protocol.

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE};
use http::{HeaderMap, Method};

use super::{Answer, Receiver, Rules};
use crate::fault::Fault;
use crate::media::content_range::{ContentRange, PARSE_FAILURE, Unit, number};
use crate::media::hash::Digests;
use crate::media::said_once;
use crate::media::session::Session;

/// The fields that say what a request does.
const SAID_ONCE: [&str; 4] = ["Content-Range", "Content-MD5", "X-Goog-Upload-Command", "X-Goog-Upload-Offset"];

/// How a client wants to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `Content-Range`, answered 308.
    Range,
    /// The same from a client whose HTTP library cannot take a 308 (`X-GUploader-No-308`): 200 and a header that says 308.
    RangeNo308,
    /// `X-Goog-Upload-*`.
    Goog,
}

/// A request to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    pub(super) dialect: Dialect,
    pub(super) act: Act,
    /// The length of its body, decoded, if that is known.
    pub(super) body_bytes: Option<u64>,
    /// Checksums of the whole that it declares.
    pub(super) digests: Digests,
}

/// What it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Status { total: Option<u64> },
    Append(Append),
    Cancel,
}

/// Bytes that it brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Append {
    /// Where they begin; `None` for behind those that are kept.
    pub(super) first: Option<u64>,
    /// How many; `None` for all of the body.
    pub(super) length: Option<u64>,
    /// The length of the whole, if it says so.
    pub(super) total: Option<u64>,
    /// Whether the end of the body is the end of the upload.
    pub(super) is_final: bool,
}

impl Append {
    /// Where they end, if that is known, when they begin at `first`.
    pub(super) fn end(&self, first: u64) -> Option<u64> {
        first.checked_add(self.length?)
    }
}

impl Request {
    /// Reads the head of a request whose method is already the effective one. An error is its answer.
    pub fn parse(method: &Method, headers: &HeaderMap, receiver: &Receiver) -> Result<Request, Answer> {
        let dialect = dialect(headers);
        let refuse = |fault| Answer::refused(dialect, fault);
        said_once(headers, &SAID_ONCE).map_err(refuse)?;
        let body_bytes = body_bytes(headers);
        let act = match (dialect, method) {
            (Dialect::Goog, &Method::POST | &Method::PUT) => goog(headers, body_bytes).map_err(refuse)?,
            (_, &Method::DELETE) => Act::Cancel,
            (_, &Method::POST | &Method::PUT) => range(headers, receiver, body_bytes)?,
            _ => {
                let allowed = [Method::PUT, Method::POST, Method::DELETE];
                return Err(Answer::refused(Dialect::Range, Fault::method_not_allowed(&allowed)));
            }
        };
        let digests = declared(headers, &act).map_err(refuse)?;
        Ok(Request { dialect, act, body_bytes, digests })
    }

    /// How its client wants to be answered.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether it only asks how far this session has come, so that it need not wait for who writes to it.
    pub fn is_question(&self, session: &Session) -> bool {
        matches!(self.act, Act::Status { total } if !super::is_whole(session, self.dialect, total))
    }
}

/// How the client of a request to a session wants to be answered, be the request right or not.
pub fn dialect(headers: &HeaderMap) -> Dialect {
    if headers.contains_key("x-goog-upload-command") {
        return Dialect::Goog;
    }
    match text(headers, "x-guploader-no-308") {
        Some(value) if value.eq_ignore_ascii_case("yes") => Dialect::RangeNo308,
        _ => Dialect::Range,
    }
}

/// What `Content-Length` says, unless the body is compressed: ranges count bytes before that.
fn body_bytes(headers: &HeaderMap) -> Option<u64> {
    if is_coded(headers) { None } else { text(headers, CONTENT_LENGTH.as_str())?.parse().ok() }
}

fn is_coded(headers: &HeaderMap) -> bool {
    text(headers, CONTENT_ENCODING.as_str()).is_some_and(|coding| coding != "identity")
}

fn range(headers: &HeaderMap, receiver: &Receiver, body_bytes: Option<u64>) -> Result<Act, Answer> {
    let Some(value) = headers.get(CONTENT_RANGE) else {
        // The whole in one body.
        return Ok(Act::Append(Append { first: Some(0), length: body_bytes, total: body_bytes, is_final: true }));
    };
    let unit = if receiver.rules == Rules::Faithful { Unit::Demanded } else { Unit::Optional };
    let range = value.to_str().ok().and_then(|value| ContentRange::parse(value, unit));
    Ok(match range.ok_or_else(|| Answer::text(400, PARSE_FAILURE.to_owned()))? {
        ContentRange::Status { total } => Act::Status { total },
        ContentRange::Chunk { first, length, total } => {
            let is_final = total == Some(first + length);
            Act::Append(Append { first: Some(first), length: Some(length), total, is_final })
        }
        ContentRange::Rest { first, total } => {
            let length = total.map(|total| total - first);
            Act::Append(Append { first: Some(first), length, total, is_final: true })
        }
    })
}

/// `X-Goog-Upload-Command`: a list of words.
fn goog(headers: &HeaderMap, body_bytes: Option<u64>) -> Result<Act, Fault> {
    let command = text(headers, "x-goog-upload-command").unwrap_or_default();
    let words: Vec<&str> = command.split(',').map(str::trim).collect();
    let offset = offset(headers)?;
    let append = |first, length, is_final| Act::Append(Append { first, length, total: None, is_final });
    match words.as_slice() {
        ["query"] => Ok(Act::Status { total: None }),
        ["cancel"] => Ok(Act::Cancel),
        ["upload"] => Ok(append(Some(offset.ok_or_else(no_offset)?), body_bytes, false)),
        ["upload", "finalize"] => Ok(append(Some(offset.ok_or_else(no_offset)?), body_bytes, true)),
        ["finalize"] => Ok(append(offset, Some(0), true)),
        _ => Err(header_fault("X-Goog-Upload-Command", "must be upload, finalize, query or cancel")),
    }
}

fn offset(headers: &HeaderMap) -> Result<Option<u64>, Fault> {
    let Some(value) = headers.get("x-goog-upload-offset") else { return Ok(None) };
    let offset = value.to_str().ok().and_then(|value| number(value.trim()));
    offset.map(Some).ok_or_else(no_offset)
}

fn no_offset() -> Fault {
    header_fault("X-Goog-Upload-Offset", "must say where the bytes belong")
}

fn header_fault(name: &str, what: &str) -> Fault {
    Fault::bad_request("invalidHeader", format!("{name} {what}.")).at_header(name)
}

/// `X-Goog-Hash` is of the whole. `Content-MD5` is of this body as it was sent: of the whole only if that is all of it.
fn declared(headers: &HeaderMap, act: &Act) -> Result<Digests, Fault> {
    let (whole, body) = (Digests::from_headers(headers)?, Digests::of_body(headers)?);
    let is_whole = matches!(act, Act::Append(Append { first: Some(0), is_final: true, .. })) && !is_coded(headers);
    whole.and(if is_whole { body } else { Digests::NONE }).ok_or_else(super::contradiction)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}
