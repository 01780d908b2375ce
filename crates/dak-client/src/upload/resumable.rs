//! The loop of a resumable upload: carries out what `dak_proto::media::sender` decides.

use std::sync::Arc;
use std::time::Duration;

use dak_proto::media::content_range;
use dak_proto::media::sender::{Failure, Plan, Sender, Step};
use dak_proto::retry::{GiveUp, Outcome, Why};
use http::header::{
    CONTENT_RANGE, CONTENT_TYPE, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE, LOCATION, RANGE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use url::Url;

use super::job::Job;
use super::progress::UploadPhase;
use super::source::{MediaFile, Source};
use super::token::UploadToken;
use super::watch::{Shared, When};
use crate::body::{Body, Tapping};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, UploadFailure, answered};
use crate::exchange::{IDEMPOTENCY_KEY, Retrying};
use crate::redirect;
use crate::response::Response;
use crate::run::{Engine, Total};

/// What media there will be, told when the session begins (`U6`).
const UPLOAD_CONTENT_TYPE: HeaderName = HeaderName::from_static("x-upload-content-type");
const UPLOAD_CONTENT_LENGTH: HeaderName = HeaderName::from_static("x-upload-content-length");

/// Headers that are meant for the request that begins a session.
const OF_THE_START: [HeaderName; 6] =
    [CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE, IDEMPOTENCY_KEY];

/// Sends what is to be sent, whatever it takes.
pub(super) async fn send(client: Client, job: Job) -> Result<Response, Error> {
    let total = Total::of(&job.call)?;
    let mut upload = Upload::new(client, job)?;
    let answer = total.bound(upload.run()).await;
    answer.map_err(|error| upload.interrupted(error))
}

struct Upload {
    client: Client,
    call: Call,
    source: Source,
    media_type: HeaderValue,
    shared: Arc<Shared>,
    /// What the last request came to.
    last: Option<Result<Response, Error>>,
    attempts: u32,
}

impl Upload {
    fn new(client: Client, job: Job) -> Result<Upload, Error> {
        let retry = job.call.settings.retry;
        let plan = Plan { length: job.source.length(), chunk_bytes: job.chunk_bytes };
        let sender = match &job.resumed {
            Some(state) => {
                let sender = Sender::from_json(state, retry);
                let sender = sender.ok_or_else(|| Error::usage("the upload's token is damaged"))?;
                let sender = match job.chunk_bytes {
                    Some(bytes) => sender.in_chunks(bytes),
                    None => sender,
                };
                if job.recounts { sender.recounted() } else { sender }
            }
            None => Sender::new(plan, retry),
        };
        let shared = Shared::new(client.clone(), job.watch, sender, job.token, job.entry);
        let shared = Arc::new(shared);
        if let Some(why) = job.restarting {
            shared.enter(UploadPhase::Restarting { why });
        }
        Ok(Upload {
            client,
            call: job.call,
            source: job.source,
            media_type: job.media_type,
            shared,
            last: None,
            attempts: 0,
        })
    }

    async fn run(&mut self) -> Result<Response, Error> {
        loop {
            let step = self.shared.step();
            match step {
                Step::Start => self.start().await?,
                Step::Send { first, length, .. } => self.send(&step, first, length).await?,
                Step::Ask { .. } => self.ask(&step).await?,
                Step::Hash { first, length, crc32c } => self.hash(first, length, crc32c).await?,
                Step::Wait { ms, why } => self.wait(ms, why).await,
                Step::Done => return self.done(),
                Step::Failed(failure) => return self.failed(failure),
            }
            // What cannot be put away now stands there as it was a while ago, and that is enough to go on.
            let _ = self.shared.put_away(When::Seldom);
        }
    }

    async fn start(&mut self) -> Result<(), Error> {
        self.shared.enter(UploadPhase::Starting);
        let mut call = self.call.clone();
        call.headers.insert(UPLOAD_CONTENT_TYPE, self.media_type.clone());
        if let Some(length) = self.shared.seen(Sender::length) {
            call.headers.insert(UPLOAD_CONTENT_LENGTH, length.into());
        }
        self.exchange(call).await?;
        // Without a token on disk a session is worth nothing after a crash: that is told before a byte is sent.
        self.shared.put_away(When::Now)
    }

    async fn send(&mut self, step: &Step, first: u64, length: u64) -> Result<(), Error> {
        self.shared.enter(UploadPhase::Sending);
        if self.has_changed()? {
            return Ok(());
        }
        match self.source.part(first, length).await? {
            Ok(body) => {
                let mut call = self.session_call(step)?;
                call.body = self.tapped(body, length);
                self.exchange(call).await
            }
            Err(ended) => {
                self.shared.told(|sender| sender.source_ended(ended));
                Ok(())
            }
        }
    }

    async fn ask(&mut self, step: &Step) -> Result<(), Error> {
        self.shared.enter(UploadPhase::Asking);
        let call = self.session_call(step)?;
        self.exchange(call).await
    }

    async fn hash(&mut self, first: u64, length: u64, crc32c: u32) -> Result<(), Error> {
        self.shared.enter(UploadPhase::Checking);
        if self.has_changed()? {
            return Ok(());
        }
        let crc32c = self.source.crc32c(first, length, crc32c).await?;
        self.watching_restarts(|sender| sender.hashed(crc32c));
        Ok(())
    }

    async fn wait(&mut self, ms: u64, why: Why) {
        let what = match &self.last {
            Some(Ok(response)) => {
                no_progress(response).map_or_else(|| answered(response.status()), |what| what.to_owned())
            }
            Some(Err(error)) => error.to_string(),
            None => "the upload was interrupted".to_owned(),
        };
        let (wait, why) = (Duration::from_millis(ms), format!("{what} ({why})"));
        self.shared.enter(UploadPhase::Waiting { wait, why: why.clone() });
        // The wait may be long, and the process may not see its end.
        let _ = self.shared.put_away(When::Now);
        self.engine().pause(Retrying { attempts: self.shared.seen(Sender::retries), wait, why }).await;
        self.shared.told(Sender::waited);
    }

    /// Makes a call once, and tells the machine what came of it.
    async fn exchange(&mut self, call: Call) -> Result<(), Error> {
        self.attempts += 1;
        let answer = self.engine().send_once(call).await;
        self.shared.end_request();
        let moment = self.engine().moment();
        match &answer {
            Ok(response) => {
                let (code, headers) = (response.status().as_u16(), with_absolute_location(response));
                self.watching_restarts(|sender| {
                    sender.answered(code, &headers, response.bytes(), moment.now_s, moment.random);
                });
            }
            // A name that was never found is mistyped more often than the network is away.
            Err(error) if self.attempts == 1 && error.is_unresolved() => return answer.map(drop),
            Err(error) => match outcome(error) {
                _ if self.has_changed()? => {}
                Some(outcome) => self.shared.told(|sender| sender.broke(outcome, moment.now_s, moment.random)),
                None => return answer.map(drop),
            },
        }
        self.last = Some(answer);
        Ok(())
    }

    /// A request to the session: without what was meant for its beginning, and credentials only for their own origin.
    fn session_call(&self, step: &Step) -> Result<Call, Error> {
        let uri = self.shared.seen(|sender| sender.uri().map(str::to_owned)).unwrap_or_default();
        let mut call = self.call.clone();
        redirect::turn(&mut call, session_url(&uri)?);
        call.method = Method::PUT;
        call.body = Body::empty();
        call.settings.redirects_max = 0;
        for name in OF_THE_START {
            call.headers.remove(name);
        }
        call.headers.extend(step.content_range().map(|range| (CONTENT_RANGE, range.header_value())));
        Ok(call)
    }

    /// The same body; its pieces are counted, and before the last one it is looked whether the file is still the same.
    fn tapped(&self, body: Body, length: u64) -> Body {
        let request = self.shared.begin_request();
        let (shared, file) = (self.shared.clone(), self.source.file().cloned());
        body.tapped(move || {
            let (shared, file) = (shared.clone(), file.clone());
            let mut left = length;
            Tapping(Box::new(move |piece| {
                let Some(piece) = piece else { return Ok(()) };
                left = left.saturating_sub(piece.len() as u64);
                file.as_ref().filter(|_| left == 0).map_or(Ok(()), MediaFile::check)?;
                shared.passed(request, piece);
                Ok(())
            }))
        })
    }

    /// Whether the file is another than it was; then it is sent again as it is now.
    fn has_changed(&mut self) -> Result<bool, Error> {
        let Some(length) = self.source.take_change()? else { return Ok(false) };
        let mark = self.source.file().and_then(MediaFile::mark);
        self.shared.change_token(|token| token.file = mark);
        self.watching_restarts(|sender| sender.source_changed(length));
        Ok(true)
    }

    /// Tells the machine something, and those who watch if the upload begins again by it.
    fn watching_restarts(&self, tell: impl FnOnce(&mut Sender)) {
        let had_session = self.shared.seen(|sender| sender.uri().is_some());
        self.shared.told(tell);
        let restarted = self.shared.seen(|sender| sender.restarted().filter(|_| sender.uri().is_none()));
        if let Some(reason) = restarted.filter(|_| had_session) {
            let why = match reason {
                Failure::SourceChanged if self.source.file().is_none() => {
                    "the bytes have changed since the upload began"
                }
                Failure::SourceChanged => "the file has changed",
                Failure::Altered => "the server has other bytes than were sent",
                _ => "the session has ended",
            };
            self.shared.enter(UploadPhase::Restarting { why: why.to_owned() });
        }
    }

    fn done(&mut self) -> Result<Response, Error> {
        self.shared.forget();
        self.shared.enter(UploadPhase::Done);
        self.last.take().unwrap_or_else(|| Err(Error::Unreadable("the server gave no answer".to_owned())))
    }

    /// The end of an upload that failed. One that can be resumed stays where it was put away.
    fn failed(&mut self, failure: Failure) -> Result<Response, Error> {
        let misplaced = self.last.as_ref().and_then(|last| misplaced(last.as_ref().ok()?));
        // Outside of a session a 308 is a redirect.
        let is_in_session = matches!(failure, Failure::GaveUp(_) | Failure::Restarted);
        let (cause, response) = match self.last.take() {
            Some(Ok(response)) if is_in_session && no_progress(&response).is_some() => {
                (no_progress(&response).map(|what| self.counted(Error::broken(what), failure)), None)
            }
            Some(Ok(mut response)) if !response.status().is_success() => {
                response.set_attempts(self.attempts_in_a_row());
                (Some(Error::refused(response, gave_up(failure))), None)
            }
            Some(Ok(response)) => (None, Some(response)),
            Some(Err(error)) => (Some(self.counted(error, failure)), None),
            None => (None, None),
        };
        if failure.is_resumable() {
            return Err(self.resumable(cause, response));
        }
        let ended = self.shared.seen(Sender::restarted) == Some(Failure::Restarted);
        if ended && failure != Failure::Restarted && self.shared.is_between_sessions() {
            // Who says that the session is gone and begins none may not be the server: the session stays until there is another.
            let why = misplaced.unwrap_or_else(|| failure.to_string());
            return Err(self.resumable(cause.or(Some(Error::Unreadable(why))), response));
        }
        self.shared.forget();
        match (failure, cause) {
            (Failure::Refused(_), Some(Error::Status(refusal))) if !self.call.settings.error_for_status => {
                Ok(refusal.response)
            }
            (Failure::Refused(_), Some(cause)) => Err(cause),
            (_, cause) => {
                // Only a session that ended ended by what was answered last.
                let cause = cause.filter(|_| failure == Failure::Restarted);
                let message = misplaced.filter(|_| failure == Failure::Homeless).unwrap_or_else(|| failure.to_string());
                Err(Error::upload(UploadFailure { message, cause, response, kept: 0, token: None }))
            }
        }
    }

    /// A failure of the connection, with how often it was tried.
    fn counted(&self, mut error: Error, failure: Failure) -> Error {
        if let Some(inner) = error.failure_mut() {
            inner.gave_up = Some(gave_up(failure));
            inner.attempts = self.attempts_in_a_row();
        }
        error
    }

    /// How often it was tried since there was progress.
    fn attempts_in_a_row(&self) -> u32 {
        self.shared.seen(Sender::retries) + 1
    }

    /// An error that came from outside the machine: too little time, a certificate that is not trusted.
    fn interrupted(&self, error: Error) -> Error {
        match error {
            Error::Timeout(_) | Error::Connect(_) | Error::Broken(_) => self.resumable(Some(error), None),
            _ => error,
        }
    }

    fn resumable(&self, cause: Option<Error>, response: Option<Response>) -> Error {
        let _ = self.shared.put_away(When::Now);
        let token = self.shared.token().filter(|_| self.source.is_lasting());
        match (token, cause) {
            (None, Some(cause)) => cause,
            (token, cause) => {
                let kept = token.as_ref().map_or(self.shared.seen(Sender::offset), UploadToken::offset);
                let message = "the upload was interrupted".to_owned();
                Error::upload(UploadFailure { message, cause, response, kept, token })
            }
        }
    }

    fn engine(&self) -> &Engine {
        self.client.engine()
    }
}

impl Drop for Upload {
    /// A body that is still on its way may hold the state for a while, but not the journal.
    fn drop(&mut self) {
        self.shared.release();
    }
}

/// Where a session is.
pub(super) fn session_url(uri: &str) -> Result<Url, Error> {
    Url::parse(uri).map_err(|_| Error::Unreadable("the upload's session has no URL".to_owned()))
}

/// What an answer means that says nothing is wrong, and brought the upload no further.
fn no_progress(response: &Response) -> Option<&'static str> {
    let range = response.headers().get(RANGE);
    let is_readable = range.is_none_or(|range| range.to_str().ok().and_then(content_range::kept).is_some());
    match response.status() {
        StatusCode::PERMANENT_REDIRECT if is_readable => Some("the server keeps nothing more of what is sent"),
        StatusCode::PERMANENT_REDIRECT => Some("the server does not say readably what it keeps"),
        status if status.is_success() => {
            Some("all is said to have arrived, and nothing proves it; perhaps the network wants a login")
        }
        _ => None,
    }
}

/// What is wrong with the place that an answer names, if it names one.
fn misplaced(response: &Response) -> Option<String> {
    let place = response.headers().get(LOCATION)?.as_bytes();
    let is_no_url = redirect::resolve(response.url(), place).is_err();
    let shown = String::from_utf8_lossy(place);
    is_no_url.then(|| format!("the server began an upload at {shown:?}, which is no http URL"))
}

fn gave_up(failure: Failure) -> GiveUp {
    match failure {
        Failure::GaveUp(reason) => reason,
        _ => GiveUp::Permanent,
    }
}

/// What a failed request means to the machine; `None` if it is nothing that time can heal.
fn outcome(error: &Error) -> Option<Outcome> {
    match error {
        Error::Connect(_) if error.is_retryable() => Some(Outcome::Connect),
        Error::Timeout(_) => Some(Outcome::Timeout),
        Error::Broken(_) => Some(Outcome::Broken),
        _ => None,
    }
}

/// The answer's headers; where it names a place, seen from where it came from.
fn with_absolute_location(response: &Response) -> HeaderMap {
    let mut headers = response.headers().clone();
    let location = headers.remove(LOCATION).and_then(|uri| redirect::resolve(response.url(), uri.as_bytes()).ok());
    headers.extend(location.and_then(|uri| HeaderValue::from_str(uri.as_str()).ok()).map(|uri| (LOCATION, uri)));
    headers
}
