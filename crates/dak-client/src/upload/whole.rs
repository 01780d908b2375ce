//! Media in one request: simple and multipart (`U3`, `U4`).

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use dak_proto::media::hash;
use dak_proto::media::multipart::Writer;
use dak_proto::media::sender;
use dak_proto::retry::GiveUp;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use super::job::Job;
use super::progress::{UploadPhase, UploadProgress};
use super::source::MediaFile;
use super::watch::Watch;
use super::way::Way;
use crate::body::Tapping;
use crate::client::Client;
use crate::error::{Error, UploadFailure};
use crate::exchange::IDEMPOTENCY_KEY;
use crate::response::Response;
use crate::run::Total;

/// Sends metadata and media at once. What can be sent twice carries an `Idempotency-Key`, and is sent again after whatever
/// may pass: a server that knows the key acts once.
pub(super) async fn send(client: Client, job: Job) -> Result<Response, Error> {
    let mut call = job.call;
    let (total, began, is_read) = (Total::of(&call)?, Instant::now(), !job.source.is_lasting());
    let source = total.bound(job.source.made_replayable()).await?;
    let read_for = if is_read { began.elapsed() } else { Duration::ZERO };
    call.settings.total_timeout = call.settings.total_timeout.map(|limit| limit.saturating_sub(read_for));
    let counted = Arc::new(Counted { watch: job.watch, length: source.length(), tally: Mutex::default() });
    let (file, sent) = (source.file().cloned(), source.file().cloned());
    let mut body = source.into_body();
    if job.way == Way::Multipart {
        let writer = Writer::new(draw(&client));
        let media_type = job.media_type.to_str().unwrap_or(super::media_type::UNKNOWN);
        body = body.framed(writer.head(job.metadata.as_deref().unwrap_or(b"{}"), media_type), writer.tail());
        call.headers.insert(CONTENT_TYPE, writer.content_type());
    } else {
        call.headers.insert(CONTENT_TYPE, job.media_type);
    }
    call.body = body.tapped({
        let counted = counted.clone();
        move || counted.attempt(file.clone())
    });
    if call.body.is_replayable() && !call.headers.contains_key(IDEMPOTENCY_KEY) {
        call.headers.extend(drawn_key(&client).map(|key| (IDEMPOTENCY_KEY, key)));
    }
    counted.tell(UploadPhase::Starting);
    let error_for_status = call.settings.error_for_status;
    let response = client.send(call).await.map_err(|error| explained(error, sent.as_ref()))?;
    if !response.status().is_success() {
        // A redirect that is not followed is no upload either.
        return if error_for_status { Err(Error::refused(response, GiveUp::Permanent)) } else { Ok(response) };
    }
    if sender::is_page(response.status().as_u16(), response.headers(), response.bytes()) {
        return Err(Error::Unreadable("the answer is a page; perhaps the network wants a login".to_owned()));
    }
    let response = counted.checked(response)?;
    if let Some(begun) = job.entry {
        // It has arrived another way: who went on with the session would send it twice.
        let _ = begun.remove();
    }
    counted.tell(UploadPhase::Done);
    Ok(response)
}

/// A body that failed because its file is not what it was, or is gone.
fn explained(error: Error, file: Option<&MediaFile>) -> Error {
    let change = file.filter(|_| matches!(error, Error::Source(_))).and_then(MediaFile::change);
    change.unwrap_or(error)
}

/// A key for one upload.
fn drawn_key(client: &Client) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{:032x}", draw(client))).ok()
}

/// 128 random bits.
fn draw(client: &Client) -> u128 {
    let clock = &client.engine().clock;
    u128::from(clock.random()) << 64 | u128::from(clock.random())
}

/// What is on its way, as it is told.
struct Counted {
    watch: Watch,
    length: Option<u64>,
    tally: Mutex<Tally>,
}

#[derive(Clone, Copy, Default)]
struct Tally {
    attempt: u32,
    passed: u64,
    /// Whether the source has shown that this is its end.
    has_ended: bool,
    crc32c: u32,
}

impl Counted {
    /// Begins to count anew: the body is sent once more.
    fn attempt(self: &Arc<Counted>, file: Option<MediaFile>) -> Tapping {
        let attempt = {
            let mut tally = self.lock();
            *tally = Tally { attempt: tally.attempt + 1, ..Tally::default() };
            tally.attempt
        };
        let counted = self.clone();
        Tapping(Box::new(move |piece| counted.passed(attempt, piece, file.as_ref())))
    }

    fn passed(&self, attempt: u32, piece: Option<&[u8]>, file: Option<&MediaFile>) -> io::Result<()> {
        let passed = {
            let mut tally = self.lock();
            if tally.attempt != attempt {
                return Ok(());
            }
            let Some(piece) = piece else {
                tally.has_ended = true;
                return Ok(());
            };
            tally.passed += piece.len() as u64;
            tally.crc32c = hash::crc32c_append(tally.crc32c, piece);
            tally.passed
        };
        if Some(passed) == self.length {
            file.map_or(Ok(()), MediaFile::check)?;
        }
        self.tell(UploadPhase::Sending);
        Ok(())
    }

    /// The same answer, if it is one to all that was to be sent: a server that has not waited for that has not got it, and
    /// may be a page of a network that wants a password. Its checksum or size, where it states one, must be that of what was
    /// sent.
    fn checked(&self, response: Response) -> Result<Response, Error> {
        let tally = *self.lock();
        let is_whole = tally.has_ended || self.length == Some(tally.passed);
        let message = if is_whole {
            let wrong = sender::created(Some(tally.crc32c), Some(tally.passed), response.headers(), response.bytes());
            wrong.map(|failure| failure.to_string())
        } else {
            Some(format!("the server answered {} before it had all that was to be sent", response.status()))
        };
        match message {
            Some(message) => Err(Error::upload(UploadFailure {
                message,
                cause: None,
                response: Some(response),
                kept: 0,
                token: None,
            })),
            None => Ok(response),
        }
    }

    fn tell(&self, phase: UploadPhase) {
        let Tally { attempt, passed, .. } = *self.lock();
        let kept = if phase == UploadPhase::Done { passed } else { 0 };
        let retries = attempt.saturating_sub(1);
        self.watch.tell(&UploadProgress { kept, passed, length: self.length, retries, phase });
    }

    fn lock(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
