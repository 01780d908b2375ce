//! How a session's requests are answered, in either protocol.

use http::header::{CONTENT_TYPE, RANGE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::{Dialect, GRANULARITY_BYTES};
use crate::fault::Fault;
use crate::media::content_range;
use crate::media::hash;
use crate::media::session::{Reply, Session};

const STATUS: HeaderName = HeaderName::from_static("x-goog-upload-status");
const SIZE_RECEIVED: HeaderName = HeaderName::from_static("x-goog-upload-size-received");
const STATUS_OVERRIDE: HeaderName = HeaderName::from_static("x-http-status-code-override");

/// Refusals after which clients of the newer protocol ask how far the upload is.
const ASKED_AGAIN: [u16; 6] = [400, 408, 409, 412, 416, 429];

/// An answer without what the server adds to every one.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Its status code.
    pub code: u16,
    /// Its header fields.
    pub headers: HeaderMap,
    /// Its body.
    pub content: Content,
}

/// The body of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// None: `Content-Length: 0`.
    Empty,
    /// `text/plain; charset=utf-8`.
    Text(String),
    /// The envelope of a fault, with its headers.
    Fault(Box<Fault>),
    /// What the session ended with.
    Reply(String),
}

impl Answer {
    fn new(code: u16, content: Content) -> Answer {
        Answer { code, headers: HeaderMap::new(), content }
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Answer {
        self.headers.insert(name, value);
        self
    }

    fn with_status(self, dialect: Dialect, status: &'static str) -> Answer {
        if dialect == Dialect::Goog { self.with(STATUS, HeaderValue::from_static(status)) } else { self }
    }

    pub(super) fn text(code: u16, text: String) -> Answer {
        let kind = HeaderValue::from_static("text/plain; charset=utf-8");
        Answer::new(code, Content::Text(text)).with(CONTENT_TYPE, kind)
    }

    /// A refusal that leaves the session as it is.
    pub fn refused(dialect: Dialect, fault: Fault) -> Answer {
        Answer::new(fault.code, Content::Fault(Box::new(fault))).with_status(dialect, "active")
    }

    /// The same of a session that keeps so many bytes: the newer protocol says how many.
    pub(super) fn refused_at(dialect: Dialect, fault: Fault, kept: u64) -> Answer {
        let answer = Answer::refused(dialect, fault);
        if dialect == Dialect::Goog { answer.active(kept) } else { answer }
    }

    /// Whether it says that the request is wrong, whatever comes next.
    pub(super) fn is_refusal(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// A refusal in the words that the older protocol's clients look for.
    pub(super) fn worded(dialect: Dialect, code: u16, text: String, kept: u64) -> Answer {
        match dialect {
            Dialect::Goog => Answer::refused_at(dialect, Fault::new(code, "invalid", text), kept),
            Dialect::Range | Dialect::RangeNo308 => Answer::text(code, text),
        }
    }

    /// How far it has come: 308 and its `Range`, or 200 with the same said in headers.
    pub(super) fn progress(dialect: Dialect, session: &Session) -> Answer {
        let answer = match dialect {
            Dialect::Range => Answer::new(308, Content::Empty),
            Dialect::RangeNo308 => {
                Answer::new(200, Content::Empty).with(STATUS_OVERRIDE, HeaderValue::from_static("308"))
            }
            Dialect::Goog => return Answer::new(200, Content::Empty).active(session.offset),
        };
        let mut answer = answer;
        answer.headers.extend(content_range::range(session.offset).map(|range| (RANGE, range)));
        answer.headers.extend(hash::running(&session.hashes));
        answer
    }

    pub(super) fn active(self, kept: u64) -> Answer {
        self.with_status(Dialect::Goog, "active").with(SIZE_RECEIVED, HeaderValue::from(kept))
    }

    /// Bytes that do not join those that are kept.
    ///
    /// The newer protocol's clients ask again after 400 and give up after 409, so it is 400.
    pub(super) fn misplaced(dialect: Dialect, first: u64, session: &Session) -> Answer {
        let kept = session.offset;
        if dialect == Dialect::Goog {
            let message = format!("The upload offset is {first}, and {kept} byte(s) have been received.");
            return Answer::refused_at(dialect, Fault::bad_request("invalid", message), kept);
        }
        Answer::text(503, content_range::gap(first, kept))
    }

    /// A newer request has taken the session over.
    pub fn overtaken(dialect: Dialect) -> Answer {
        Answer::refused(dialect, Fault::unavailable(1))
    }

    pub(super) fn cancelled(dialect: Dialect) -> Answer {
        let code = if dialect == Dialect::Goog { 200 } else { 499 };
        Answer::new(code, Content::Empty).with_status(dialect, "cancelled")
    }

    pub(super) fn too_late_to_cancel(dialect: Dialect) -> Answer {
        let fault = Fault::bad_request("invalid", "The upload has finished and cannot be cancelled.");
        Answer::new(400, Content::Fault(Box::new(fault))).with_status(dialect, "final")
    }

    pub(super) fn gone(dialect: Dialect) -> Answer {
        let fault = Fault::new(410, "deleted", "The upload session has ended. Start the upload again.");
        Answer::new(410, Content::Fault(Box::new(fault))).with_status(dialect, "cancelled")
    }

    pub(super) fn unknown(dialect: Dialect) -> Answer {
        let fault = Fault::not_found("There is no such upload session. Start the upload again.");
        Answer::new(404, Content::Fault(Box::new(fault))).with_status(dialect, "cancelled")
    }

    /// The answer a session ended with. The newer protocol knows 200 alone for an upload that was taken.
    pub(super) fn replay(dialect: Dialect, reply: &Reply) -> Answer {
        let is_goog = dialect == Dialect::Goog && (200..300).contains(&reply.code);
        let code = if is_goog { 200 } else { reply.code };
        let mut answer = Answer::new(code, Content::Reply(reply.body.clone())).with_status(dialect, "final");
        let fields = reply.headers.iter().filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)));
        answer.headers.extend::<Vec<(HeaderName, HeaderValue)>>(fields.collect());
        answer
    }

    /// The answer to a question about an upload that has ended.
    ///
    /// The newer protocol's clients ask how far it is after some refusals, and again when that is answered by one of the
    /// same codes, without end. After 410 they give up.
    pub(super) fn told_again(dialect: Dialect, reply: &Reply) -> Answer {
        if dialect != Dialect::Goog || !ASKED_AGAIN.contains(&reply.code) {
            return Answer::replay(dialect, reply);
        }
        let envelope: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        let said = envelope.pointer("/error/message").and_then(Value::as_str).unwrap_or("The upload was refused.");
        let fault = Fault::new(410, "deleted", said);
        Answer::new(410, Content::Fault(Box::new(fault))).with_status(dialect, "final")
    }

    /// The answer to the request that began a session, whose absolute URL is `url` (`U7`).
    ///
    /// Only the newer protocol says the granularity: one of the older one's clients fails when it is there.
    pub fn started(dialect: Dialect, url: &HeaderValue) -> Answer {
        let kind = HeaderValue::from_static("text/plain; charset=utf-8");
        let answer = Answer::new(200, Content::Empty).with(CONTENT_TYPE, kind);
        if dialect != Dialect::Goog {
            return answer.with(http::header::LOCATION, url.clone());
        }
        answer
            .with_status(dialect, "active")
            .with(HeaderName::from_static("x-goog-upload-url"), url.clone())
            .with(HeaderName::from_static("x-goog-upload-control-url"), url.clone())
            .with(HeaderName::from_static("x-goog-upload-chunk-granularity"), HeaderValue::from(GRANULARITY_BYTES))
    }
}
