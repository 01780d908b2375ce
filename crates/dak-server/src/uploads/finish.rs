//! All bytes are there: the request that began the upload goes down the rest of the road.

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_proto::media::hash::{Digests, HASH, Hashes, Wanted};
use dak_proto::media::receiver::{self, Dialect};
use dak_proto::media::session::Reply as Last;
use dak_proto::params::Standard;
use dak_proto::precondition::Conditions;
use dak_proto::query::Query;
use dak_store::{Batch, Segment};
use http::header;
use http::{HeaderName, HeaderValue};
use serde_json::Value;

use super::record::{Begun, Stored};
use crate::app::App;
use crate::media::{self, Media};
use crate::pipeline::{encode, route};
use crate::reply::{Answer, Reply};
use crate::services::{Call, store_fault};

/// How many bytes are read at a time where they must be read again.
const READ_BYTES: usize = 256 << 10;
/// What java-storage looks at where an answer has no body.
const STORED_LENGTH: HeaderName = HeaderName::from_static("x-goog-stored-content-length");

/// What has arrived whole, for the service that makes a resource of it.
#[derive(Debug)]
pub struct Arrived {
    /// The bytes.
    pub media: Media,
    metadata: Option<Value>,
    stored: Stored,
    dialect: Option<Dialect>,
}

impl Arrived {
    /// The bytes of an upload. With a dialect its session ends with the answer; without one it was never told and goes.
    pub(super) fn new(
        stored: Stored,
        metadata: Option<Value>,
        dialect: Option<Dialect>,
        content_type: String,
        digests: Digests,
    ) -> Arrived {
        let segments: Vec<Segment> =
            stored.upload.segments.iter().filter(|segment| segment.length > 0).cloned().collect();
        let media = Media { segments, length: stored.upload.session.offset, content_type, digests };
        Arrived { media, metadata, stored, dialect }
    }

    /// What was said of the bytes.
    #[must_use]
    pub fn metadata(&self) -> Option<&Value> {
        self.metadata.as_ref()
    }

    /// Ends the upload in the batch that makes its resource, so that neither can be without the other.
    ///
    /// `reply` is what will be answered once that is done: the session repeats it from now on.
    #[must_use]
    pub fn close(&self, call: &Call<'_>, batch: Batch, reply: Reply) -> Batch {
        let Stored { key, tag, upload } = &self.stored;
        let unused: Vec<Segment> = upload.segments.iter().filter(|segment| segment.length == 0).cloned().collect();
        let batch = media::discard(batch, &unused, call.app.clock.now_ms());
        let batch = batch.expect(dak_store::Expectation::Tagged(key.clone(), *tag));
        let Some(dialect) = self.dialect else { return batch.delete(key.clone()) };
        let answer = encode::reply(call.app, call.api, call.standard, None, &[], reply);
        let mut ended = self.stored.clone();
        ended.upload.segments.clear();
        receiver::finished(&mut ended.upload.session, dialect, self.last(&answer), call.app.clock.now_s());
        ended.save(batch)
    }

    /// Whether a commit has ended the upload.
    async fn is_closed(&self, app: &App) -> Result<bool, Fault> {
        let stored = Stored::find(&*app.store, &self.stored.key).await.map_err(|error| store_fault(&error))?;
        Ok(stored.is_none_or(|stored| stored.tag != self.stored.tag))
    }

    /// An answer as a session keeps it.
    fn last(&self, answer: &Answer) -> Last {
        let kept = [header::CONTENT_TYPE, header::ETAG, header::LAST_MODIFIED];
        let kept = kept.iter().filter_map(|name| Some((name, answer.headers.get(name)?.to_str().ok()?)));
        let mut headers: Vec<(String, String)> =
            kept.map(|(name, value)| (name.to_string(), value.to_owned())).collect();
        for (name, value) in proofs(&self.media) {
            headers.extend(value.to_str().ok().map(|value| (name.to_string(), value.to_owned())));
        }
        let body = String::from_utf8_lossy(answer.body.whole()).into_owned();
        Last { code: self.stored.upload.begun.code, headers, body }
    }
}

/// What an answer says about the bytes that arrived.
fn proofs(media: &Media) -> Vec<(HeaderName, HeaderValue)> {
    let hash = media.digests.header_value().map(|value| (HASH, value));
    hash.into_iter().chain([(STORED_LENGTH, HeaderValue::from(media.length))]).collect()
}

/// What a finished upload comes to.
pub(super) struct Finished {
    /// The answer, if the upload had no session.
    pub(super) answer: Answer,
    /// The answer of its session from now on, if it had one.
    pub(super) last: Last,
    /// Whether its bytes became a resource's. Not where the request was the repetition of one that did the same before.
    pub(super) is_used: bool,
}

/// Carries out what the upload was begun for. Only the steps that look at the connection are left out: those were taken
/// when it began.
///
/// # Errors
/// Whatever the road ends with; nothing was changed then.
pub(super) async fn carry_out(
    app: &Arc<App>,
    begun: &Begun,
    arrived: &Arrived,
    gzip_from: Option<usize>,
) -> Result<Finished, Fault> {
    let (path, query) = begun.target.split_once('?').unwrap_or((&begun.target, ""));
    let query = Query::parse(query)?;
    let routed = route::find(app, &begun.method, path)?;
    let standard = Standard::parse(&query, &begun.headers, &begun.method)?;
    let arguments = routed.arguments(&query)?;
    let principal = begun.principal.clone();
    let call = Call {
        app,
        api: routed.api,
        method: routed.method,
        arguments: &arguments,
        standard: &standard,
        conditions: Conditions::from_headers(&begun.headers),
        http_method: &begun.method,
        headers: &begun.headers,
        body: arrived.metadata.clone(),
        arrived: Some(arrived),
        principal: &principal,
        base_url: &begun.base_url,
        shelf_key: &[],
    };
    let reply = routed.service.call(call).await?;
    let mut answer = encode::reply(app, routed.api, &standard, gzip_from, &[], reply);
    let last = arrived.last(&answer);
    answer.headers.extend(proofs(&arrived.media));
    Ok(Finished { answer, last, is_used: arrived.is_closed(app).await? })
}

/// The checksums of bytes that were declared too late to be counted as they came: they are read again.
///
/// # Errors
/// Whatever the store refuses, and 400 for bytes that are others than was declared.
pub(super) async fn read_again(app: &App, segments: &[Segment], declared: &Digests) -> Result<Digests, Fault> {
    let wanted = Wanted { md5: declared.md5.is_some(), sha256: declared.sha256.is_some() };
    let mut hashes = Hashes::new(wanted);
    let segments: Vec<Segment> = segments.iter().filter(|segment| segment.length > 0).cloned().collect();
    let mut reader = app.blobs.read(&segments, 0).await.map_err(|error| store_fault(&error))?;
    loop {
        let bytes = reader.next(READ_BYTES).await.map_err(|error| store_fault(&error))?;
        if bytes.is_empty() {
            break;
        }
        hashes.update(&bytes);
        tokio::task::yield_now().await;
    }
    let computed = hashes.digests();
    declared.check(&computed).map(|()| computed)
}

/// Whether the same upload may yet succeed: then its session goes on.
pub(super) fn is_passing(fault: &Fault) -> bool {
    matches!(fault.code, 408 | 425 | 429) || (fault.code >= 500 && fault.code != 501)
}
