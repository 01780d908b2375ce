//! How an upload begins (`U2` to `U6`): the way that its client chose, and what it declares about the whole.
//!
//! ```
//! use dak_proto::media::start::{Limits, Start, Way};
//! use http::HeaderMap;
//!
//! let mut headers = HeaderMap::new();
//! headers.insert("x-upload-content-type", "message/rfc822".parse().unwrap());
//! headers.insert("x-upload-content-length", "2000000".parse().unwrap());
//! let start = Start::parse(Some("resumable"), None, &headers).unwrap().unwrap();
//! assert_eq!((start.way, start.declared.length), (Way::Resumable, Some(2_000_000)));
//!
//! let accept = ["message/*".to_owned()];
//! let limits = Limits { accept: &accept, length_max: Some(1_000_000), multipart: true, resumable: true };
//! assert_eq!(limits.check(&start).unwrap_err().code, 413);
//! ```

#[cfg(test)]
mod tests;

use http::header::{CONTENT_RANGE, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, Method};

use super::content_range::{ContentRange, Unit};
use super::hash::Digests;
use super::receiver::Dialect;
use super::session::Declared;
use crate::fault::Fault;

/// What media is where nobody says (RFC 2046 4.5.1).
pub const CONTENT_TYPE_UNKNOWN: &str = "application/octet-stream";

/// The way in which media comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `uploadType=media`: the body is the media (`U3`).
    Simple,
    /// `uploadType=multipart`: metadata and media in one body (`U4`).
    Multipart,
    /// `uploadType=resumable`: a session first (`U6`).
    Resumable,
}

/// What the first request of an upload says.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// The way.
    pub way: Way,
    /// How its client wants to be answered.
    pub dialect: Dialect,
    /// What it declares. What the body of a simple upload says of itself is not here.
    pub declared: Declared,
}

impl Start {
    /// Reads the parameters `uploadType` and `upload_protocol` and the header fields of both protocols. Where they
    /// differ, the header counts before `uploadType`, and that before `upload_protocol`.
    ///
    /// `None` where none of them stands: that is no upload. 400 `unsupportedMediaProtocol` for a way that is none,
    /// `invalidHeader` for checksums that cannot be read.
    pub fn parse(
        upload_type: Option<&str>,
        protocol: Option<&str>,
        headers: &HeaderMap,
    ) -> Result<Option<Start>, Fault> {
        let header = text(headers, "x-goog-upload-protocol");
        let begins = headers.contains_key("x-goog-upload-command");
        let (name, dialect) = match (header, upload_type.or(protocol)) {
            (Some(name), _) => (name, Dialect::Goog),
            (None, _) if begins => ("resumable", Dialect::Goog),
            (None, Some(name)) => (name, Dialect::Range),
            (None, None) => return Ok(None),
        };
        let way = way(name)?;
        if dialect == Dialect::Goog && way == Way::Resumable && text(headers, "x-goog-upload-command") != Some("start")
        {
            return Err(no_start());
        }
        Ok(Some(Start { way, dialect, declared: declared(headers)? }))
    }

    /// A part of something is not to be taken for all of it (RFC 9110 14.5): where one request brings the media, its
    /// `Content-Range`, if there is one, is that of the whole, and of the length that is declared.
    ///
    /// 400 for any other.
    pub fn check_whole(&self, headers: &HeaderMap) -> Result<(), Fault> {
        let Some(value) = headers.get(CONTENT_RANGE).filter(|_| self.way != Way::Resumable) else { return Ok(()) };
        match value.to_str().ok().and_then(|text| ContentRange::parse(text, Unit::Optional)) {
            Some(ContentRange::Chunk { first: 0, length, total })
                if total == Some(length) && self.declared.length.is_none_or(|declared| declared == length) =>
            {
                Ok(())
            }
            Some(ContentRange::Rest { first: 0, .. }) => Ok(()),
            _ => Err(not_whole()),
        }
    }
}

/// What a method takes (`U1`).
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// The media types, e.g. `message/*`; any where there is none.
    pub accept: &'a [String],
    /// The most bytes; `None` for no limit.
    pub length_max: Option<u64>,
    /// Whether metadata and media may come in one body.
    pub multipart: bool,
    /// Whether an upload may be resumed.
    pub resumable: bool,
}

impl Limits<'_> {
    /// Refuses what can be refused at the beginning, before any byte was sent.
    ///
    /// 400 `unsupportedMediaProtocol`, 400 `badContent` for the media type, 413 `uploadTooLarge`.
    pub fn check(&self, start: &Start) -> Result<(), Fault> {
        match start.way {
            Way::Multipart if !self.multipart => return Err(no_such_way("multipart")),
            Way::Resumable if !self.resumable => return Err(no_such_way("resumable")),
            _ => {}
        }
        if let Some(content_type) = &start.declared.content_type {
            self.check_type(content_type)?;
        }
        start.declared.length.map_or(Ok(()), |length| self.check_length(length))
    }

    /// 400 `badContent` for a media type that the method does not take.
    pub fn check_type(&self, content_type: &str) -> Result<(), Fault> {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if self.accept.is_empty() || self.accept.iter().any(|pattern| fits(pattern, essence)) {
            return Ok(());
        }
        let accept = self.accept.join(", ");
        let message = format!("Media type '{essence}' is not supported. Valid media types: [{accept}]");
        Err(Fault::bad_request("badContent", message))
    }

    /// 413 `uploadTooLarge` for more bytes than the method takes.
    pub fn check_length(&self, length: u64) -> Result<(), Fault> {
        match self.length_max {
            Some(max) if length > max => {
                Err(Fault::too_large(format!("The upload has {length} bytes, and this method takes {max} at most.")))
            }
            _ => Ok(()),
        }
    }
}

/// When a resumable upload that made something is answered 200 although the documents say 201 (`U8`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CreatedStatus {
    /// For clients that are known to refuse 201.
    #[default]
    ByClient,
    /// For all.
    Always200,
    /// For none: 201 whoever asks.
    Always201,
}

impl CreatedStatus {
    /// The status of the last answer of an upload that was begun with this method and these header fields: 201 for what
    /// a POST made, 200 for what a PUT or PATCH changed.
    pub fn code(self, method: &Method, headers: &HeaderMap) -> u16 {
        match self {
            _ if *method != Method::POST => 200,
            CreatedStatus::Always200 => 200,
            CreatedStatus::ByClient if refuses_201(headers) => 200,
            CreatedStatus::ByClient | CreatedStatus::Always201 => 201,
        }
    }
}

/// Clients that take nothing but 200 for the end of a resumable upload: a header field of theirs, and a word in it.
const REFUSING_201: [(HeaderName, &str); 4] = [
    // google-resumable-media under google-cloud-storage and google-cloud-bigquery for Python, by the versions of their header
    // fields.
    (USER_AGENT, "gcloud-python/"),
    (USER_AGENT, "gccl/"),
    (HeaderName::from_static("x-goog-api-client"), "gccl/"),
    // google-cloud-storage for Java.
    (USER_AGENT, "gcloud-java/"),
];

fn refuses_201(headers: &HeaderMap) -> bool {
    REFUSING_201.iter().any(|(name, word)| text(headers, name.as_str()).is_some_and(|value| value.contains(word)))
}

fn way(name: &str) -> Result<Way, Fault> {
    match name {
        "media" | "raw" => Ok(Way::Simple),
        "multipart" => Ok(Way::Multipart),
        "resumable" => Ok(Way::Resumable),
        other => Err(Fault::bad_request(
            "unsupportedMediaProtocol",
            format!("The upload protocol \"{other}\" is not supported; use media, multipart or resumable."),
        )
        .at_parameter("uploadType")),
    }
}

fn no_such_way(name: &str) -> Fault {
    let message = format!("This method takes no {name} uploads.");
    Fault::bad_request("unsupportedMediaProtocol", message).at_parameter("uploadType")
}

fn not_whole() -> Fault {
    let message = "One request brings all of the media; parts of it, with Content-Range, go to a session of \
                   uploadType=resumable.";
    Fault::bad_request("invalidHeader", message).at_header("Content-Range")
}

fn no_start() -> Fault {
    let message = "A session is begun with X-Goog-Upload-Command: start; any other command goes to the session's URL.";
    Fault::bad_request("invalidHeader", message).at_header("X-Goog-Upload-Command")
}

/// The fault of a request below `/upload` that is none, or whose method takes no media: where it belongs, which is the same
/// URL without that.
pub fn not_upload(plain_url: &str) -> Fault {
    Fault::bad_request("notUpload", format!("Not an upload request. Re-send request to: {plain_url}"))
}

/// The fault of media that is sent to a path without `/upload`.
pub fn wrong_url() -> Fault {
    let message = "Upload requests must include an uploadType URL parameter and a URL path beginning with /upload/";
    Fault::bad_request("wrongUrlForUpload", message)
}

/// The fields of a beginning that must not contradict themselves.
const SAID_ONCE: [&str; 7] = [
    "Content-MD5",
    "X-Goog-Upload-Protocol",
    "X-Upload-Content-Length",
    "X-Upload-Content-Type",
    "X-Goog-Upload-Header-Content-Length",
    "X-Goog-Upload-Header-Content-Type",
    "X-Goog-Upload-Command",
];

/// What stands in either protocol's header fields. A length that is no number counts as none: one client sends `null`.
fn declared(headers: &HeaderMap) -> Result<Declared, Fault> {
    super::said_once(headers, &SAID_ONCE)?;
    let first = |names: &[&str]| names.iter().find_map(|name| text(headers, name)).map(str::to_owned);
    let content_type =
        first(&["x-upload-content-type", "x-goog-upload-header-content-type", "x-goog-upload-content-type"]);
    let length = first(&["x-upload-content-length", "x-goog-upload-header-content-length", "x-goog-upload-raw-size"]);
    Ok(Declared {
        length: length.and_then(|length| number(&length)),
        content_type: content_type.filter(|content_type| !content_type.is_empty()),
        digests: Digests::from_headers(headers)?,
    })
}

/// A number, however large: what no number can hold is more than any method takes.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Whether a request on a path without `/upload` bears the newer protocol's headers: its media would be lost there.
pub fn is_goog(headers: &HeaderMap) -> bool {
    headers.contains_key("x-goog-upload-protocol") || headers.contains_key("x-goog-upload-command")
}

/// Whether a media type is one of a pattern: `*/*`, `message/*` or a whole type.
fn fits(pattern: &str, essence: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some("" | "*/") => true,
        Some(start) => essence.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start)),
        None => pattern.eq_ignore_ascii_case(essence),
    }
}

/// The media type of a body or a part: as its header says, else unknown.
pub fn content_type(headers: &HeaderMap) -> &str {
    text(headers, CONTENT_TYPE.as_str()).filter(|value| !value.is_empty()).unwrap_or(CONTENT_TYPE_UNKNOWN)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}
