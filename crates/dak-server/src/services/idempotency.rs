//! `Idempotency-Key` on POST, or `requestId` where the method has it (AIP-155): the same key gives the same answer for a day.
//!
//! The answer is committed together with what the request did, so that neither can be without the other; a request
//! that is repeated after its answer was lost finds what the first one did.

use dak_api::REQUEST_ID;
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_proto::rope::Rope;
use dak_store::{Batch, Expectation, Key, Lookup, Tag};
use http::HeaderName;
use serde_json::{Value, json};

use super::{Call, store_fault};
use crate::reply::Reply;
use crate::system;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// How long an answer is kept.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;
/// The longest key, in bytes.
const KEY_BYTES_MAX: usize = 255;

/// A request that may be repeated.
#[derive(Debug)]
pub struct Repeatable {
    record: Key,
    /// The hash of the body, so that a key is not used for two different requests.
    fingerprint: String,
}

/// The request's key, if it bears one. Take it before the body is used up.
///
/// # Errors
/// 400 for an empty or overlong key.
pub fn repeatable(call: &Call<'_>) -> Result<Option<Repeatable>, Fault> {
    let header = call.headers.get(IDEMPOTENCY_KEY).map(|key| key.as_bytes());
    let parameter = || call.arguments.text(REQUEST_ID).filter(|id| !id.is_empty()).map(str::as_bytes);
    let Some(key) = header.or_else(parameter) else { return Ok(None) };
    if key.is_empty() || key.len() > KEY_BYTES_MAX {
        let message = format!("An Idempotency-Key has 1 to {KEY_BYTES_MAX} bytes.");
        return Err(Fault::bad_request("invalidHeader", message).at_header("Idempotency-Key"));
    }
    let names: Vec<(&str, &str)> = call.arguments.iter().collect();
    let scope = json!([&*call.principal.user, call.method.id, names]);
    let id = hash(&[canonical(&scope).as_slice(), key]);
    let body = call.body.as_ref().map(canonical).unwrap_or_default();
    let media = call.arrived.map(|arrived| arrived.media.digests.to_json().to_string()).unwrap_or_default();
    Ok(Some(Repeatable {
        record: Key::new(system::SPACE, system::ANSWERS, id),
        fingerprint: hash(&[&body, media.as_bytes()]),
    }))
}

impl Repeatable {
    /// The answer that the first request of this key got.
    ///
    /// # Errors
    /// 422 when that request was another one.
    pub async fn answer(&self, call: &Call<'_>) -> Result<Option<Reply>, Fault> {
        let lookup = call.app.store.lookup(&self.record, None).await.map_err(|error| store_fault(&error))?;
        let Lookup::Found(record) = lookup else { return Ok(None) };
        let kept: Value = serde_json::from_slice(&record.body).map_err(|_| Fault::internal())?;
        if kept["expiresMs"].as_i64().unwrap_or(0) <= call.app.clock.now_ms() {
            call.app.carry_out_due().await?;
            return Ok(None);
        }
        if kept["request"] != self.fingerprint.as_str() {
            let message = "This Idempotency-Key was used for another request; use a new key for each request.";
            return Err(Fault::unprocessable(message).at_header("Idempotency-Key"));
        }
        let etag = kept["etag"].as_str().and_then(Etag::from_opaque).ok_or_else(Fault::internal)?;
        Ok(Some(Reply::written(Rope::value(&kept["answer"]), etag)))
    }

    /// Adds the answer to the batch that does what the request asks.
    ///
    /// Of two requests with one key that come at once the second's batch fails its expectation.
    #[must_use]
    pub fn keep(&self, call: &Call<'_>, batch: Batch, rope: &Rope, tag: Tag) -> Batch {
        let mut answer = Vec::new();
        rope.write(&dak_proto::fields::Mask::all(), dak_proto::json::Layout::Compact, &mut answer);
        let kept = json!({
            "expiresMs": call.app.clock.now_ms() + KEPT_MS,
            "request": self.fingerprint,
            "etag": Etag::from_tag(&tag.0).opaque(),
            "answer": serde_json::from_slice::<Value>(&answer).unwrap_or_default(),
        });
        batch.expect(Expectation::Absent(self.record.clone())).put(self.record.clone(), "{}", canonical(&kept))
    }
}

fn hash(parts: &[&[u8]]) -> String {
    let mut digest = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        digest.update(&part.len().to_le_bytes());
        digest.update(part);
    }
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(digest.finish())
}
