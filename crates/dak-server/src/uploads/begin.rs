//! The first request of an upload, and the only one of those that need no session.

use std::sync::Arc;

use dak_api::MediaUpload;
use dak_proto::encoding::{Coding, content_coding};
use dak_proto::fault::Fault;
use dak_proto::media::hash::{CONTENT_MD5, Digests, HASH, Hashes, Wanted};
use dak_proto::media::multipart::{self, Event, Reader};
use dak_proto::media::receiver::{Answer as Told, Dialect, Ending, Receiver, Request as Asked, Verdict};
use dak_proto::media::session::Session;
use dak_proto::media::start::{self, Start, Way};
use dak_proto::media_type;
use dak_store::Batch;
use http::Method;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::finish::{self, Arrived};
use super::intake::{Stop, Taking, new_segment};
use super::record::{self, Begun, Course, Stored, Upload};
use super::source::{Parts, Source};
use super::{answers, sweep};
use crate::app::App;
use crate::body::{Body, Pieces};
use crate::lasting::Lasting;
use crate::pipeline::route::{self, Routed};
use crate::pipeline::{Trace, authorise, encode, entity};
use crate::reply::Answer;
use crate::room::Taken;
use crate::services::{Call, store_fault};
use crate::{media, random};

/// Header fields that shape what is done at the end.
const KEPT: [HeaderName; 7] = [
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_UNMODIFIED_SINCE,
    header::ACCEPT_LANGUAGE,
    HeaderName::from_static("x-goog-fieldmask"),
    HeaderName::from_static("idempotency-key"),
];
/// The API whose items tell MD5 only where it was asked for (`D36`).
const ON_DEMAND: &str = "demo:v1";
/// Header fields that say something of a body as such, and not where in an upload it belongs.
const OF_BODY: [HeaderName; 3] = [header::CONTENT_ENCODING, HASH, CONTENT_MD5];

/// A request that begins an upload.
pub(super) struct Request<'r> {
    /// The HTTP method after an override.
    pub(super) method: &'r Method,
    /// The path behind `/upload`.
    pub(super) path: &'r str,
    /// What remains of the query once that of the upload is taken out.
    pub(super) target: String,
    /// The query as it came.
    pub(super) query: &'r dak_proto::query::Query<'r>,
    /// The header fields.
    pub(super) headers: &'r HeaderMap,
    /// The body.
    pub(super) body: Body,
    /// What links start with.
    pub(super) base_url: &'r str,
    /// What a session's URI starts with.
    pub(super) upload_url: String,
}

/// An upload that may begin.
struct Beginning<'a> {
    app: &'a Arc<App>,
    upload: &'a MediaUpload,
    wanted: Wanted,
    begun: Begun,
    metadata: Metadata,
    start: Start,
}

/// What is said of the media; what is large has its room.
#[derive(Default)]
struct Metadata {
    value: Option<Value>,
    room: Vec<Taken>,
}

/// Takes a request that begins an upload down the first half of the road; whatever can be refused is refused here.
///
/// # Errors
/// Whatever the road ends with.
pub(super) async fn answer<'a>(
    app: &'a Arc<App>,
    request: Request<'_>,
    trace: &mut Trace<'a>,
) -> Result<Answer, Fault> {
    let Request { method, path, query, headers, base_url, .. } = request;
    let routed = route::find_upload(app, method, path)?;
    trace.method_id = Some(&routed.method.id);
    let standard = dak_proto::params::Standard::parse(query, headers, method)?;
    trace.terse_errors = !standard.errors_list;
    routed.check_mask(&standard)?;
    let principal = authorise::principal(app, headers, &standard, &routed).await?;
    trace.user = Some(Arc::clone(&principal.user));
    let no_upload = || start::not_upload(&[base_url, &request.target].concat());
    let upload = routed.method.media_upload.as_ref().ok_or_else(no_upload)?;
    let start = Start::parse(standard.upload_type.as_deref(), standard.upload_protocol.as_deref(), headers)?;
    let mut start = start.ok_or_else(no_upload)?;
    declare_body(&mut start, headers, &request.body);
    start.check_whole(headers)?;
    if start.way != Way::Resumable && request.body.is_empty() && !headers.contains_key(header::CONTENT_LENGTH) {
        return Err(super::length_required());
    }
    upload.limits().check(&start)?;
    let arguments = routed.arguments(query)?;

    let begun = Begun {
        method: method.clone(),
        target: request.target,
        headers: kept(headers),
        principal: principal.clone(),
        base_url: base_url.to_owned(),
        method_id: routed.method.id.clone(),
        code: app.settings.uploads.created.code(method, headers),
    };
    let (Metadata { value, room }, source) = open(app, &mut start, upload, headers, request.body).await?;
    if let Some(metadata) = &value {
        start.declared.digests = together(start.declared.digests, Digests::of_metadata(metadata)?)?;
    }
    let mut call = Call {
        app,
        api: routed.api,
        method: routed.method,
        arguments: &arguments,
        standard: &standard,
        conditions: dak_proto::precondition::Conditions::from_headers(headers),
        http_method: method,
        headers,
        body: value,
        arrived: None,
        principal: &principal,
        base_url,
        shelf_key: &[],
    };
    routed.service.check_upload(&call).await?;
    let metadata = Metadata { value: call.body.take(), room };
    let beginning = Beginning { app, upload, wanted: wanted(&routed), begun, metadata, start };
    match source {
        None => beginning.session(&request.upload_url).await,
        Some(source) => beginning.at_once(source, headers).await,
    }
}

/// The checksums that are counted because the item tells them: clients of those APIs take an answer without them for a
/// loss, and delete what they sent.
fn wanted(routed: &Routed<'_, '_>) -> Wanted {
    if routed.api.id() == ON_DEMAND {
        return Wanted::default();
    }
    let tells = |names: &[&str]| names.iter().any(|name| routed.api.tells(routed.method, name));
    Wanted { md5: tells(&["md5Hash", "md5Checksum"]), sha256: tells(&["sha256", "sha256Checksum"]) }
}

/// What a body that is the media says of itself counts as declared.
fn declare_body(start: &mut Start, headers: &HeaderMap, body: &Body) {
    if start.way == Way::Simple {
        if headers.contains_key(header::CONTENT_TYPE) || start.declared.content_type.is_none() {
            start.declared.content_type = Some(start::content_type(headers).to_owned());
        }
        let is_coded = headers.contains_key(header::CONTENT_ENCODING);
        start.declared.length = if is_coded { None } else { body.announced() };
    }
}

/// The metadata, and where the media comes from, unless that is still to come.
async fn open(
    app: &App,
    start: &mut Start,
    upload: &MediaUpload,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Metadata, Option<Source>), Fault> {
    let coding = content_coding(headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()))?;
    let said = Digests::of_body(headers)?;
    let pieces = |body| Pieces::new(body, coding, &app.settings.limits).proven(said);
    match start.way {
        Way::Simple => Ok((Metadata::default(), Some(Source::Plain(Box::new(pieces(body)))))),
        Way::Resumable if body.is_empty() => Ok((Metadata::default(), None)),
        Way::Resumable => {
            let (bytes, room) = entity::read_json(app, headers, body, &app.settings.limits).await?;
            Ok((metadata(app, &bytes, room).await?, None))
        }
        Way::Multipart => {
            let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let reader = Reader::new(content_type.unwrap_or_default(), app.settings.limits.body_bytes_max)?;
            let bytes_max = app.settings.limits.body_bytes_max as u64;
            let is_coded = coding != Coding::Identity;
            let bytes_max = body.announced().filter(|_| !is_coded).map_or(bytes_max, |bytes| bytes.min(bytes_max));
            let mut parts = Box::new(Parts::new(pieces(body), reader));
            let first = parts.first(bytes_max, &app.room).await?;
            let metadata = first_part(app, first, &mut parts, start, upload).await?;
            Ok((metadata, Some(Source::Part(parts))))
        }
    }
}

/// The metadata, which is the first part; of the second its media type, which it declares.
async fn first_part(
    app: &App,
    (first, room): (Option<Event>, Option<Taken>),
    parts: &mut Parts,
    start: &mut Start,
    upload: &MediaUpload,
) -> Result<Metadata, Fault> {
    let Some(Event::Metadata { headers, body }) = first else { return Err(one_part()) };
    media_type::check_json(&headers).map_err(|_| not_metadata(multipart::content_type(&headers)))?;
    check_part(&headers, &body)?;
    let metadata = metadata(app, &body, room).await?;
    drop(body);
    let Some(Event::Media(part)) = parts.event().await? else { return Err(one_part()) };
    let content_type = start::content_type(&part);
    upload.limits().check_type(content_type)?;
    start.declared.content_type = Some(content_type.to_owned());
    start.declared.digests = together(start.declared.digests, Digests::of_body(&part)?)?;
    Ok(metadata)
}

/// Holds a part against the checksum in its own head.
fn check_part(headers: &HeaderMap, body: &[u8]) -> Result<(), Fault> {
    let said = Digests::of_body(headers)?;
    let mut came = Hashes::new(Wanted { md5: said.md5.is_some(), sha256: false });
    came.update(body);
    said.check(&came.digests())
}

async fn metadata(app: &App, bytes: &[u8], room: Option<Taken>) -> Result<Metadata, Fault> {
    if bytes.trim_ascii().is_empty() {
        return Ok(Metadata::default());
    }
    let (value, room) = entity::parse(app, bytes, room).await?;
    // Clients that have nothing to say send an empty object.
    let value = Some(value).filter(|value| value.as_object().is_none_or(|members| !members.is_empty()));
    Ok(Metadata { value, room })
}

impl Beginning<'_> {
    /// Opens a session and says where it is (`U7`).
    async fn session(self, upload_url: &str) -> Result<Answer, Fault> {
        let upload_id = random::upload_id();
        let dialect = self.start.dialect;
        self.store(&upload_id, Course::Session).await?;
        let url = format!("{upload_url}upload_id={upload_id}");
        let url = HeaderValue::try_from(url).map_err(|_| Fault::internal())?;
        Ok(answers::with_id(answers::shown(Told::started(dialect, &url)), &upload_id))
    }

    /// Stores the upload before its bytes come; the id is forgotten where nobody is to go on.
    async fn store(self, upload_id: &str, course: Course) -> Result<Stored, Fault> {
        let Beginning { app, wanted, begun, start, metadata, .. } = self;
        let session = Session::new(begun.method.clone(), start.declared, wanted, app.clock.now_s());
        let body = begun.to_body(metadata.value);
        let body_bytes = body.len() as u64;
        let upload = Upload { begun, session, segments: vec![new_segment()], course, body_bytes };
        let key = record::key(upload_id);
        let batch = Batch::new(random::batch_id(), random::tag()).put(key.clone(), upload.head(), body);
        let tag = batch.tag;
        app.store.commit(batch).await.map_err(|error| store_fault(&error))?;
        Ok(Stored { key, tag, upload })
    }

    /// Takes an upload that comes in one request.
    ///
    /// It goes on when its connection is gone, so that whatever happens its bytes become a resource or go.
    async fn at_once(self, source: Source, headers: &HeaderMap) -> Result<Answer, Fault> {
        let app = Arc::clone(self.app);
        let mut of_body: HeaderMap =
            OF_BODY.iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone()))).collect();
        let (dialect, length_max) = (self.start.dialect, self.upload.bytes_max);
        let gzip_from = encode::gzip_from(&app, headers);
        if self.start.way == Way::Simple {
            // Its length as the rules of sessions read it.
            of_body
                .extend(self.start.declared.length.map(|length| (header::CONTENT_LENGTH, HeaderValue::from(length))));
        } else {
            // That is of all parts, and was looked at as they came.
            of_body.remove(CONTENT_MD5);
        }
        let stored = self.store(&random::upload_id(), Course::Once).await?;
        let taken = Lasting::new(async move {
            let receiver = Receiver { length_max, ..Receiver::default() };
            let once = Once { app, receiver, dialect, gzip_from };
            once.take(stored, source, &of_body).await
        });
        taken.await
    }
}

/// An upload that comes in one request, on its way.
struct Once {
    app: Arc<App>,
    receiver: Receiver,
    dialect: Dialect,
    gzip_from: Option<usize>,
}

impl Once {
    async fn take(self, mut stored: Stored, mut source: Source, of_body: &HeaderMap) -> Result<Answer, Fault> {
        let asked = Asked::parse(&Method::PUT, of_body, &self.receiver);
        let now_s = stored.upload.session.created_s;
        let verdict = match asked {
            Ok(asked) => self.receiver.receive(Some(&mut stored.upload.session), asked, now_s),
            Err(told) => Verdict::Answer(told),
        };
        let intake = match verdict {
            Verdict::Receive(intake) => intake,
            Verdict::Answer(told) | Verdict::Cancel(told) => {
                return self.drop(stored, Ok(answers::shown(told))).await;
            }
        };
        let Some(turn) = self.app.turns.take(&stored.key).await else { return Err(Fault::unavailable(1)) };
        let mut taking = Taking::new(Arc::clone(&self.app), stored, turn, intake, false);
        match taking.take(&mut source).await {
            Ok(()) => self.ended(taking).await,
            Err(Stop::Broken(fault)) => self.drop(taking.stored, Err(fault)).await,
            Err(stop) => {
                let answer = answers::stopped(stop, Dialect::Range);
                self.drop(taking.stored, Ok(answer)).await
            }
        }
    }

    async fn ended(self, taking: Taking) -> Result<Answer, Fault> {
        let session = &taking.stored.upload.session;
        let digests = match self.receiver.ended(&taking.intake, session, session.created_s) {
            Ending::Finish { unchecked } if unchecked.is_empty() => Ok(session.hashes.digests()),
            Ending::Finish { unchecked } => {
                finish::read_again(&self.app, &taking.stored.upload.segments, &unchecked).await
            }
            Ending::Refuse(fault) => Err(fault),
            Ending::Answer(told) | Ending::Undo(told) => {
                return self.drop(taking.stored, Ok(answers::shown(told))).await;
            }
        };
        let made = match digests {
            Ok(digests) => self.carry_out(&taking.stored, digests).await,
            Err(fault) => Err(fault),
        };
        match made {
            Ok((answer, true)) => Ok(answer),
            Ok((answer, false)) => self.drop(taking.stored, Ok(answer)).await,
            Err(fault) => self.drop(taking.stored, Err(fault)).await,
        }
    }

    /// The answer, and whether the bytes became a resource's.
    async fn carry_out(&self, stored: &Stored, digests: Digests) -> Result<(Answer, bool), Fault> {
        let declared = stored.upload.session.declared.content_type.clone();
        let content_type = declared.unwrap_or_else(|| start::CONTENT_TYPE_UNKNOWN.to_owned());
        let (metadata, _room) = stored.metadata(&self.app).await?;
        let arrived = Arrived::new(stored.clone(), metadata, None, content_type, digests);
        let begun = &stored.upload.begun;
        let finished = finish::carry_out(&self.app, begun, &arrived, self.gzip_from).await?;
        let mut answer = finished.answer;
        if self.dialect == Dialect::Goog {
            let name = HeaderName::from_static("x-goog-upload-status");
            answer.headers.insert(name, HeaderValue::from_static("final"));
        }
        Ok((answer, finished.is_used))
    }

    /// Nothing came of it: what was written goes.
    async fn drop(&self, stored: Stored, outcome: Result<Answer, Fault>) -> Result<Answer, Fault> {
        let segments = stored.upload.segments.clone();
        let now_ms = self.app.clock.now_ms();
        let batch = media::discard(Batch::new(random::batch_id(), random::tag()), &segments, now_ms);
        if let Err(error) = self.app.store.commit(batch.delete(stored.key)).await {
            // Its time will come: the record expires with its bytes.
            tracing::warn!(%error, "the bytes of an upload that failed are still there");
            return outcome;
        }
        sweep::soon(&self.app, &segments);
        outcome
    }
}

fn kept(headers: &HeaderMap) -> HeaderMap {
    KEPT.iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone()))).collect()
}

fn together(one: Digests, other: Digests) -> Result<Digests, Fault> {
    let message = "The checksums in the metadata contradict those in the headers.";
    one.and(other).ok_or_else(|| Fault::bad_request("invalid", message))
}

fn not_metadata(content_type: &str) -> Fault {
    let message = format!("The first part must be metadata in JSON; its Content-Type is \"{content_type}\".");
    Fault::bad_request("badContent", message)
}

fn one_part() -> Fault {
    Fault::bad_request("badContent", "Multipart must have exactly 2 parts: metadata, then media.")
}
