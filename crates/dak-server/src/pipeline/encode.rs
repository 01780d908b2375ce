//! The end of the road: project, lay out, compress, and say what the bytes are.

use std::cell::RefCell;
use std::sync::Arc;

use bytes::Bytes;
use dak_api::Api;
use dak_proto::encoding::{self, Coding, UserAgentRule};
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::http_date;
use dak_proto::json::Layout;
use dak_proto::params::Standard;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use libdeflater::{CompressionLvl, Compressor};

use crate::app::App;
use crate::reply::{Answer, Reply, Representation, Version};
use crate::room::Taken;
use crate::shelf::Shelved;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");
const SCRIPT: HeaderValue = HeaderValue::from_static("text/javascript; charset=UTF-8");
const VARY: HeaderValue = HeaderValue::from_static("Accept-Encoding, X-Goog-FieldMask");
const VARY_BY_AGENT: HeaderValue = HeaderValue::from_static("Accept-Encoding, User-Agent, X-Goog-FieldMask");
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, max-age=0, must-revalidate");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const GZIP: HeaderValue = HeaderValue::from_static("gzip");
/// libdeflate's level 1: the size of zlib's level 2 at 1.4 times its speed, and all but 6 % of level 6's gain. Its
/// level 0, the "fastest", stores and does not compress.
const GZIP_LEVEL: i32 = 1;
const MASK_HEADER: HeaderName = HeaderName::from_static("x-goog-fieldmask");

/// Makes a service's reply an answer; a finished one is kept on the shelf.
#[must_use]
pub fn reply(
    app: &App,
    api: &Api,
    standard: &Standard,
    gzip_from: Option<usize>,
    shelf_key: &[u8],
    reply: Reply,
) -> Answer {
    match reply {
        Reply::NoContent => Answer::empty(StatusCode::NO_CONTENT),
        Reply::Media(answer) => answer,
        Reply::NotModified(etag) => not_modified(app, &etag),
        Reply::Shelved(shelved) => Answer::new(StatusCode::OK, shelved.headers.clone(), shelved.body.clone()),
        Reply::Representation(representation) => {
            let text = render(&representation, standard, api.data_wrapper);
            let (body, coding) = compress(text, gzip_from);
            let Representation { version, keep, room, .. } = representation;
            let room = room.and_then(|room| room.cut_to(body.len() as u64));
            let keep = keep && room.is_none();
            let body = within(body, room);
            let answer = ok(app, body.clone(), coding, version.as_ref(), standard);
            if let (Some(Version { etag, .. }), true) = (version, keep) {
                let headers = answer.headers.clone();
                app.shelf.keep(shelf_key.to_vec(), Arc::new(Shelved { etag, headers, body }));
            }
            answer
        }
    }
}

/// Makes a fault an answer: Google's envelope, always indented (rest.md 2.2).
#[must_use]
pub fn fault(fault: &Fault, errors_list: bool) -> Answer {
    let status = StatusCode::from_u16(fault.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers = HeaderMap::with_capacity(6);
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(header::CACHE_CONTROL, REVALIDATE);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(header::VARY, VARY);
    for (name, value) in &fault.headers {
        headers.append(name.clone(), value.clone());
    }
    Answer::new(status, headers, Bytes::from(fault.to_json(errors_list)))
}

/// From how many bytes on this request is answered with gzip (P1); never where it may not be.
#[must_use]
pub fn gzip_from(app: &App, headers: &HeaderMap) -> Option<usize> {
    let accept = text(headers, header::ACCEPT_ENCODING)?;
    let (agent, rule) = (text(headers, header::USER_AGENT), app.settings.gzip_user_agent);
    let is_gzip = |bytes| encoding::choose(Some(accept), agent, bytes, rule) == Coding::Gzip;
    match (is_gzip(1), is_gzip(encoding::GZIP_BYTES_MIN)) {
        (true, _) => Some(1),
        (false, true) => Some(encoding::GZIP_BYTES_MIN),
        (false, false) => None,
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The mask header's bytes, empty when there is none.
#[must_use]
pub fn mask_header(headers: &HeaderMap) -> &[u8] {
    headers.get(MASK_HEADER).map_or(&[], HeaderValue::as_bytes)
}

fn ok(app: &App, body: Bytes, coding: Coding, version: Option<&Version>, standard: &Standard) -> Answer {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(header::CONTENT_TYPE, if standard.callback.is_some() { SCRIPT } else { JSON });
    headers.insert(header::VARY, vary(app));
    headers.insert(header::CACHE_CONTROL, REVALIDATE);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    if let Some(version) = version {
        headers.insert(header::ETAG, version.etag.header_value());
        let modified = version.modified_s.map(http_date::format);
        if let Some(modified) = modified.and_then(|date| HeaderValue::try_from(date).ok()) {
            headers.insert(header::LAST_MODIFIED, modified);
        }
    }
    if coding == Coding::Gzip {
        headers.insert(header::CONTENT_ENCODING, GZIP);
    }
    Answer::new(StatusCode::OK, headers, body)
}

fn not_modified(app: &App, etag: &Etag) -> Answer {
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(header::ETAG, etag.header_value());
    headers.insert(header::VARY, vary(app));
    headers.insert(header::CACHE_CONTROL, REVALIDATE);
    Answer::new(StatusCode::NOT_MODIFIED, headers, Bytes::new())
}

/// What shapes an answer beside its URL.
fn vary(app: &App) -> HeaderValue {
    match app.settings.gzip_user_agent {
        UserAgentRule::Ignore => VARY,
        UserAgentRule::Require => VARY_BY_AGENT,
    }
}

/// The text of a representation: inside `data` and a callback where the API and the request say so.
fn render(representation: &Representation, standard: &Standard, data_wrapper: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    if let Some(callback) = &standard.callback {
        out.extend_from_slice(b"// API callback\n");
        out.extend_from_slice(callback.as_bytes());
        out.push(b'(');
    }
    if data_wrapper {
        representation.rope.write_wrapped("data", &standard.mask, standard.layout, &mut out);
    } else {
        representation.rope.write(&standard.mask, standard.layout, &mut out);
    }
    if standard.callback.is_some() {
        out.extend_from_slice(b");");
    }
    if standard.layout == Layout::Pretty {
        out.push(b'\n');
    }
    out
}

/// Compresses a whole body where it may and pays.
fn compress(text: Vec<u8>, gzip_from: Option<usize>) -> (Bytes, Coding) {
    // From the first byte on means that nothing else is accepted.
    let may = |from| text.len() >= from && (from == 1 || text.len() < encoding::GZIP_BYTES_MAX);
    if !gzip_from.is_some_and(may) {
        return (text.into(), Coding::Identity);
    }
    match gzip(&text) {
        Some(compressed) => (compressed.into(), Coding::Gzip),
        None => (text.into(), Coding::Identity),
    }
}

/// Bytes that give their room back when the last of them is gone.
fn within(body: Bytes, room: Option<Taken>) -> Bytes {
    match room {
        Some(room) => Bytes::from_owner(Roomed { body, _room: room }),
        None => body,
    }
}

struct Roomed {
    body: Bytes,
    _room: Taken,
}

impl AsRef<[u8]> for Roomed {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

/// One-shot gzip.
fn gzip(text: &[u8]) -> Option<Vec<u8>> {
    thread_local! {
        static COMPRESSOR: RefCell<Option<Compressor>> = const { RefCell::new(None) };
    }
    COMPRESSOR.with_borrow_mut(|compressor| {
        if compressor.is_none() {
            *compressor = CompressionLvl::new(GZIP_LEVEL).ok().map(Compressor::new);
        }
        let compressor = compressor.as_mut()?;
        let mut compressed = vec![0; compressor.gzip_compress_bound(text.len())];
        let length = compressor.gzip_compress(text, &mut compressed).ok()?;
        compressed.truncate(length);
        Some(compressed)
    })
}

/// The methods a path answers to, as an `Allow` header.
#[must_use]
pub fn allow(methods: &[Method]) -> HeaderValue {
    let names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    HeaderValue::from_str(&names.join(", ")).unwrap_or(HeaderValue::from_static("GET"))
}
