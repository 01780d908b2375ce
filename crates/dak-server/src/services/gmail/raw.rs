//! The bytes of mails: how they come, where they are kept, how they are read again.
//!
//! A small mail stands in its message's record. A large one is in segments: those of the upload that brought it, or one
//! that is written before the commit. Such a segment is named as garbage first, of a day to come: should nothing come of
//! it, whatever the reason, its bytes go by themselves.

use std::sync::Arc;

use base64_simd::STANDARD_NO_PAD;
use bytes::{Bytes, BytesMut};
use dak_proto::fault::Fault;
use dak_store::{Batch, Expectation, Record, Segment};
use serde_json::{Map, Value, json};

use super::fault;
use super::stored::{Content, Head, INLINE_BYTES_MAX};
use crate::app::App;
use crate::media::{discard, garbage};
use crate::random;
use crate::room::Taken;
use crate::services::{Call, store_fault};
use crate::uploads::sweep;

/// How long a segment that is written may wait for its commit.
const RESERVED_MS: i64 = 60 * 60 * 1000;
/// How many bytes are written or read at a time.
const PIECE_BYTES: usize = 256 << 10;

/// How often a mail is in memory while it is taken in or sent: as it came or as its sender keeps it, without blind
/// recipients, as one of the receivers gets it.
const COPIES: u64 = 3;

/// A mail in memory.
#[derive(Debug)]
pub(super) struct Raw {
    /// Its bytes.
    pub(super) bytes: Bytes,
    /// The room for it and its copies, where it is large.
    pub(super) room: Option<Taken>,
}

/// Where the bytes of a new mail will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// Where they are, if not in the record.
    pub(super) segments: Vec<Segment>,
    /// Whether the segments were written for this and are named as garbage still.
    is_reserved: bool,
    /// What the upload brought and is not needed.
    unused: Vec<Segment>,
}

impl Raw {
    /// The mail that a request brings: its upload's media, or the member `raw`, which is taken out of the message.
    ///
    /// # Errors
    /// 400 where it brings none, or what is no base64.
    pub(super) async fn sent(call: &Call<'_>, message: &mut Map<String, Value>) -> Result<Raw, Fault> {
        Raw::brought(call, message).await?.ok_or_else(missing)
    }

    /// The same where a request need not bring any. Media without a byte is no mail, as an empty `raw` is none.
    ///
    /// # Errors
    /// 400 for what is no base64, 413 for more than the method takes.
    pub(super) async fn brought(call: &Call<'_>, message: &mut Map<String, Value>) -> Result<Option<Raw>, Fault> {
        let raw = message.shift_remove("raw");
        if let Some(arrived) = call.arrived {
            return match arrived.media.length {
                0 => Ok(None),
                length => Raw::read(call.app, &arrived.media.segments, length).await.map(Some),
            };
        }
        let Some(Value::String(text)) = raw else { return Ok(None) };
        let bytes = decoded(text)?;
        let bytes_max = call.method.media_upload.as_ref().and_then(|upload| upload.bytes_max).unwrap_or(u64::MAX);
        if bytes.len() as u64 > bytes_max {
            return Err(Fault::too_large(format!("The mail is larger than {bytes_max} bytes.")));
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        // The room of the body is that of one of them.
        let room = call.app.mail_room.take((COPIES - 1) * bytes.len() as u64).await?;
        Ok(Some(Raw { bytes: bytes.into(), room: Some(room) }))
    }

    /// The mail of a message.
    pub(super) async fn of(app: &App, head: &Head, record: &Record) -> Result<Raw, Fault> {
        Raw::stored(app, &head.segments, head.size, record).await
    }

    /// The same for whoever has room for it, where it is large.
    pub(super) async fn within(app: &App, head: &Head, record: &Record) -> Result<Bytes, Fault> {
        match Content::of(&record.body) {
            Content::Mail(bytes) => Ok(bytes),
            Content::Text(_) => read(app, &head.segments, head.size).await,
        }
    }

    /// The mail of a record, whose bytes are in these segments if not in itself.
    pub(super) async fn stored(app: &App, segments: &[Segment], size: u64, record: &Record) -> Result<Raw, Fault> {
        match Content::of(&record.body) {
            Content::Mail(bytes) => Ok(Raw { bytes, room: None }),
            Content::Text(_) => Raw::read(app, segments, size).await,
        }
    }

    async fn read(app: &App, segments: &[Segment], length: u64) -> Result<Raw, Fault> {
        let room = app.mail_room.take(length.saturating_mul(COPIES)).await?;
        Ok(Raw { bytes: read(app, segments, length).await?, room: Some(room) })
    }

    /// Whether it is too large for a record.
    fn is_large(&self) -> bool {
        is_large(&self.bytes)
    }
}

impl Kept {
    /// Sees to it that the mail a request brought is where it will be kept, or will be by the commit.
    ///
    /// # Errors
    /// Whatever the store refuses.
    pub(super) async fn of(call: &Call<'_>, raw: &Raw) -> Result<Kept, Fault> {
        let brought = call.arrived.map(|arrived| arrived.media.segments.clone());
        let none = Kept { segments: Vec::new(), is_reserved: false, unused: Vec::new() };
        match (brought, raw.is_large()) {
            (Some(segments), true) => Ok(Kept { segments, ..none }),
            (Some(unused), false) => Ok(Kept { unused, ..none }),
            (None, true) => Kept::written(call.app, &raw.bytes).await,
            (None, false) => Ok(none),
        }
    }

    /// The same for a copy that no upload brought. It is in segments also if it is to be.
    ///
    /// # Errors
    /// Whatever the store refuses.
    pub(super) async fn apart(app: &App, raw: &Bytes, is_apart: bool) -> Result<Kept, Fault> {
        match is_apart || is_large(raw) {
            true => Kept::written(app, raw).await,
            false => Ok(Kept { segments: Vec::new(), is_reserved: false, unused: Vec::new() }),
        }
    }

    /// The same, where the bytes that an upload brought are not needed as they are.
    pub(super) fn leaving(mut self, call: &Call<'_>) -> Kept {
        self.unused.extend(call.arrived.iter().flat_map(|arrived| arrived.media.segments.iter().cloned()));
        self
    }

    /// Writes bytes into a segment that will be garbage unless a commit says otherwise.
    pub(super) async fn written(app: &App, bytes: &Bytes) -> Result<Kept, Fault> {
        let mut segment = Segment { name: random::segment_name(), length: 0 };
        let due = json!({"expiresMs": app.clock.now_ms() + RESERVED_MS}).to_string();
        let batch = Batch::new(random::batch_id(), random::tag()).put(garbage(&segment.name), "{}", due);
        app.store.commit(batch).await.map_err(|error| store_fault(&error))?;
        write(app, &segment, bytes).await.map_err(|error| store_fault(&error))?;
        segment.length = bytes.len() as u64;
        Ok(Kept { segments: vec![segment], is_reserved: true, unused: Vec::new() })
    }

    /// Adds to the batch that makes the message what becomes of the bytes.
    pub(super) fn include(&self, app: &App, batch: Batch) -> Batch {
        let batch = discard(batch, &self.unused, app.clock.now_ms());
        if !self.is_reserved {
            return batch;
        }
        self.segments
            .iter()
            .map(|segment| garbage(&segment.name))
            .fold(batch, |batch, key| batch.expect(Expectation::Present(key.clone())).delete(key))
    }

    /// What follows the commit: bytes that are not needed go.
    pub(super) fn settle(&self, app: &Arc<App>) {
        sweep::soon(app, &self.unused);
    }

    /// Nothing came of it: bytes that were written for it go. Only if they are garbage still: a commit of which nobody
    /// knows may have made them a message's.
    pub(super) async fn give_up(&self, app: &Arc<App>) {
        if !self.is_reserved {
            return;
        }
        let batch = self.segments.iter().fold(Batch::new(random::batch_id(), random::tag()), |batch, segment| {
            batch.expect(Expectation::Present(garbage(&segment.name)))
        });
        let batch = discard(batch, &self.segments, app.clock.now_ms());
        if app.store.commit(batch).await.is_ok() {
            sweep::soon(app, &self.segments);
        }
    }
}

async fn read(app: &App, segments: &[Segment], length: u64) -> Result<Bytes, Fault> {
    let mut reader = app.blobs.read(segments, 0).await.map_err(|error| store_fault(&error))?;
    let mut bytes = BytesMut::with_capacity(usize::try_from(length).unwrap_or_default());
    loop {
        let piece = reader.next(PIECE_BYTES).await.map_err(|error| store_fault(&error))?;
        if piece.is_empty() {
            return Ok(bytes.freeze());
        }
        bytes.extend_from_slice(&piece);
    }
}

fn is_large(mail: &[u8]) -> bool {
    mail.len() > INLINE_BYTES_MAX
}

async fn write(app: &App, segment: &Segment, bytes: &Bytes) -> Result<(), dak_store::Error> {
    let mut writer = app.blobs.append(segment).await?;
    let mut rest = bytes.clone();
    while !rest.is_empty() {
        writer.write(&rest.split_to(rest.len().min(PIECE_BYTES))).await?;
    }
    writer.sync().await
}

/// What base64 of either alphabet says, padded or not, with or without line ends. The text is decoded in its own place.
fn decoded(text: String) -> Result<Vec<u8>, Fault> {
    let mut text = text.into_bytes();
    text.retain(|byte| !matches!(byte, b'\r' | b'\n' | b'='));
    for byte in &mut text {
        *byte = match *byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
    }
    let length = STANDARD_NO_PAD.decode_inplace(&mut text).map_err(|_| not_base64())?.len();
    text.truncate(length);
    Ok(text)
}

fn not_base64() -> Fault {
    fault::invalid("Invalid value at 'raw' (TYPE_BYTES), Base64 decoding failed")
}

/// 400 for a message without a mail.
pub(super) fn missing() -> Fault {
    fault::invalid("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
}
