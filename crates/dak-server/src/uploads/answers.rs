//! From what the rules of uploads say to an answer on the wire.

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_proto::media::receiver::{Answer as Told, Content, Dialect};
use http::header::{self, HeaderValue};
use http::{HeaderMap, HeaderName, StatusCode};

use super::intake::Stop;
use crate::pipeline::encode;
use crate::reply::Answer;
use crate::services::store_fault;

/// The upload's id, as Google's servers repeat it.
const UPLOADER_ID: HeaderName = HeaderName::from_static("x-guploader-uploadid");
/// An answer that was decided on.
pub(super) fn shown(told: Told) -> Answer {
    let status = StatusCode::from_u16(told.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = match told.content {
        Content::Empty => Answer::empty(status),
        Content::Text(text) | Content::Reply(text) => Answer::new(status, HeaderMap::new(), Bytes::from(text)),
        Content::Fault(fault) => encode::fault(&fault, true),
    };
    answer.headers.extend(told.headers);
    answer.headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer.headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    answer
}

/// A fault that leaves the session as it is.
pub(super) fn refused(dialect: Dialect, fault: Fault) -> Answer {
    shown(Told::refused(dialect, fault))
}

/// Why a body was not taken.
pub(super) fn stopped(stop: Stop, dialect: Dialect) -> Answer {
    match stop {
        Stop::Overtaken => shown(Told::overtaken(dialect)),
        Stop::Broken(fault) => refused(dialect, fault),
        Stop::TooLarge(fault) => refused(dialect, *fault),
        Stop::Store(error) => refused(dialect, store_fault(&error)),
    }
}

/// An answer with the id of its upload.
pub(super) fn with_id(mut answer: Answer, upload_id: &str) -> Answer {
    if let Ok(value) = HeaderValue::from_str(upload_id) {
        answer.headers.insert(UPLOADER_ID, value);
    }
    answer
}
