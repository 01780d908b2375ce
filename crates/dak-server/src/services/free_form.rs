//! Free-form JSON (H2): `POST /submit` keeps what it is sent and gives it back; `GET /data` gives it again.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_proto::rope::Rope;
use dak_store::{Batch, ErrorKind, Key, Lookup};
use http::Method;
use serde_json::{Value, json};

use super::{Call, Service, idempotency, store_fault};
use crate::reply::Reply;
use crate::{random, system};

/// The description of this API.
pub const DOCUMENT: &[u8] = include_bytes!("free_form.v1.json");

/// The service behind `/data` and `/submit`.
#[derive(Debug)]
pub struct FreeForm;

impl Service for FreeForm {
    fn call<'a>(&'a self, call: Call<'a>) -> Pin<Box<dyn Future<Output = Result<Reply, Fault>> + Send + 'a>> {
        Box::pin(async move {
            match call.method.http_method {
                Method::POST => submit(call).await,
                _ => data(call).await,
            }
        })
    }

    fn is_open(&self) -> bool {
        true
    }
}

async fn submit(mut call: Call<'_>) -> Result<Reply, Fault> {
    let repeatable = idempotency::repeatable(&call)?;
    let document = call.body.take().ok_or_else(|| Fault::parse_error("The request has no body; send any JSON."))?;
    let json = Bytes::from(canonical(&document));
    let (rope, tag) = (Rope::json(json.clone()), random::tag());
    let mut batch = Batch::new(random::batch_id(), tag).put(key(), "{}", json);
    if let Some(repeatable) = &repeatable {
        if let Some(answer) = repeatable.answer(&call).await? {
            return Ok(answer);
        }
        batch = repeatable.keep(&call, batch, &rope, tag);
    }
    match (call.app.store.commit(batch).await, repeatable) {
        (Ok(_), _) => Ok(Reply::written(rope, Etag::from_tag(&tag.0))),
        // Another request with this key came first: its answer is there by now.
        (Err(error), Some(repeatable)) if error.kind() == ErrorKind::Conflict => {
            repeatable.answer(&call).await?.ok_or_else(|| store_fault(&error))
        }
        (Err(error), _) => Err(store_fault(&error)),
    }
}

async fn data(call: Call<'_>) -> Result<Reply, Fault> {
    let lookup = call.app.store.lookup(&key(), None).await.map_err(|error| store_fault(&error))?;
    let Lookup::Found(record) = lookup else { return Ok(Reply::json(Rope::json(canonical(&greeting())))) };
    let version = Etag::from_tag(&record.tag.0).into();
    match call.short_cut(&version)? {
        Some(reply) => Ok(reply),
        None => Ok(Reply::read(Rope::json(record.body), version)),
    }
}

/// What `/data` says before anything was submitted.
fn greeting() -> Value {
    json!({"message": "Nothing was submitted yet: POST any JSON to /submit and read it here."})
}

fn key() -> Key {
    Key::new(system::SPACE, system::DOCUMENTS, "data")
}
