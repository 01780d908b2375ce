//! The step that reads a request's body: gunzip, parse, bounded.

use std::borrow::Cow;

use bytes::Bytes;
use dak_api::{Api, Method};
use dak_proto::encoding::content_coding;
use dak_proto::fault::Fault;
use dak_proto::json::{parse_limited, tree_bytes_max};
use dak_proto::media_type;
use http::header::{self, HeaderMap, HeaderName};
use serde_json::Value;

use crate::app::App;
use crate::body::Body;
use crate::room::Taken;
use crate::settings::Limits;

/// The longest query that may come as a form body (a long GET by POST), in bytes.
const FORM_BYTES_MAX: usize = 128 << 10;

/// Reads the query of a long GET from its form-encoded body; empty for any other request.
///
/// # Errors
/// 413 beyond 128 KiB, and whatever reading the body meets.
pub async fn form(app: &App, headers: &HeaderMap, body: &mut Body, form_is_query: bool) -> Result<Bytes, Fault> {
    if !form_is_query {
        return Ok(Bytes::new());
    }
    let (bytes, _room) = read(app, headers, std::mem::take(body)).await?;
    if bytes.len() > FORM_BYTES_MAX {
        return Err(Fault::too_large(format!("A query in a request's body may have {FORM_BYTES_MAX} bytes.")));
    }
    Ok(bytes)
}

/// Reads the JSON body of a method that takes one; `None` when the method takes none or the body is empty. A large one
/// takes room, which is to be held as long as what it says.
///
/// # Errors
/// 415 for a media type that is not JSON or a coding that is not gzip, 400 for text that is not JSON or nests too
/// deep, 413 for too much of it, 503 without room.
pub async fn json(
    app: &App,
    headers: &HeaderMap,
    body: Body,
    api: &Api,
    method: &Method,
) -> Result<(Option<Value>, Vec<Taken>), Fault> {
    if method.request.is_none() || body.is_empty() {
        return Ok((None, Vec::new()));
    }
    let limits = limits(&app.settings.limits, api, method);
    let (bytes, room) = read_json(app, headers, body, &limits).await?;
    if bytes.is_empty() {
        return Ok((None, Vec::new()));
    }
    let (json, room) = parse(app, &bytes, room).await?;
    Ok((Some(json), room))
}

/// What JSON says. Its values take room of their own where there are many; it comes back with that of the bytes, to be held
/// as long as they are.
///
/// # Errors
/// 400 for text that is not JSON or nests too deep, 413 for more values than there is ever room for, 503 without room.
pub async fn parse(app: &App, bytes: &[u8], room: Option<Taken>) -> Result<(Value, Vec<Taken>), Fault> {
    let values_bytes = tree_bytes_max(bytes);
    // Unlike a body, which is as large as it says, these cost whatever they may: more than all of the room never fits.
    if values_bytes > app.settings.limits.room_bytes_max.max(app.tree_room.free_bytes_max()) {
        return Err(Fault::too_large("The JSON has more values than there is room for."));
    }
    let values_bytes = values_bytes as u64;
    let values = app.tree_room.take(values_bytes).await?.cut_to(values_bytes);
    let json = parse_limited(bytes, app.settings.limits.json_depth_max)?;
    Ok((json, room.into_iter().chain(values).collect()))
}

/// Reads a body that says it is JSON, its gzip coding undone. One whose length is not said may turn out empty (HTTP/2,
/// chunked coding), and has no type to speak of then. A large one takes room.
///
/// # Errors
/// 415 for a media type that is not JSON, at once where it is known that there is a body; whatever reading it meets.
pub async fn read_json(
    app: &App,
    headers: &HeaderMap,
    body: Body,
    limits: &Limits,
) -> Result<(Bytes, Option<Taken>), Fault> {
    let typed = match media_type::check_json(headers) {
        Err(fault) if body.announced().is_some_and(|bytes| bytes > 0) => return Err(fault),
        typed => typed,
    };
    let coding = content_coding(text(headers, header::CONTENT_ENCODING))?;
    let read = body.read(coding, limits, &app.room).await?;
    if read.0.is_empty() { Ok(read) } else { typed.map(|()| read) }
}

/// A body that may hold its media may be as large as that.
fn limits<'a>(limits: &'a Limits, api: &Api, method: &Method) -> Cow<'a, Limits> {
    let inline = api.inline_media_bytes_max(method).and_then(|bytes| usize::try_from(bytes).ok());
    match inline.filter(|bytes| *bytes > limits.body_bytes_max) {
        Some(bytes) => Cow::Owned(Limits {
            body_bytes_max: bytes,
            inflated_bytes_max: limits.inflated_bytes_max.max(bytes),
            ..limits.clone()
        }),
        None => Cow::Borrowed(limits),
    }
}

/// Reads a body whole, its gzip coding undone. A large one takes room, which is to be held as long as what it says.
///
/// # Errors
/// 415 for another coding, and whatever reading it meets.
pub async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<(Bytes, Option<Taken>), Fault> {
    let coding = content_coding(text(headers, header::CONTENT_ENCODING))?;
    body.read(coding, &app.settings.limits, &app.room).await
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
