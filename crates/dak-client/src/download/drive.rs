//! The loop of a download: asks the machine what comes next and does it.

use std::time::Duration;

use dak_proto::media::fetcher::{Failure, Fetcher, Step};
use dak_proto::retry::{GiveUp, Outcome, Policy, Why};
use http::Method;
use http::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, RANGE};

use super::partial::Partial;
use super::sink::Sink;
use super::{DownloadProgress, Downloaded, Job, Observer, Place};
use crate::call::Call;
use crate::error::{Error, answered};
use crate::exchange::{self, Retrying};
use crate::incoming::coding_left;
use crate::response::{Response, Streaming};
use crate::run::{Engine, Total};

/// A download under way. Dropped before its end, it leaves what it has for a later run.
struct Run<'e> {
    engine: &'e Engine,
    call: Call,
    fetcher: Fetcher,
    sink: Sink,
    observer: Observer,
    resumed_at: u64,
    attempts: u32,
    /// The coding in which the bytes are kept.
    coding: Option<String>,
    /// What went wrong last.
    trouble: Option<Trouble>,
    is_over: bool,
}

enum Trouble {
    Answered(Box<Response>),
    Broke(Error),
}

impl Engine {
    /// Carries a download out.
    pub(crate) async fn download(&self, call: Call, job: Job) -> Result<Downloaded, Error> {
        let total = Total::of(&call)?;
        let mut run = Run::new(self, call, job).await?;
        let done = total.bound(run.carry_out()).await;
        if done.is_err() {
            run.sink.leave(&run.fetcher);
        }
        run.is_over = true;
        done
    }
}

impl<'e> Run<'e> {
    async fn new(engine: &'e Engine, mut call: Call, job: Job) -> Result<Run<'e>, Error> {
        if call.method != Method::GET || call.headers.contains_key(RANGE) {
            return Err(Error::usage("a download is a GET of the whole: it asks for ranges by itself"));
        }
        let policy = call.settings.retry;
        let (sink, fetcher) = place(job.place, &call, job.overwrite).await?;
        // Ranges count the bytes as they are stored; and the machine decides what is sent again.
        call.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        call.settings.retry = Policy::none();
        call.settings.total_timeout = None;
        call.settings.error_for_status = false;
        let fetcher = fetcher.unwrap_or_else(|| Fetcher::new(policy));
        let resumed_at = fetcher.kept();
        let observer = job.observer;
        Ok(Run {
            engine,
            call,
            fetcher,
            sink,
            observer,
            resumed_at,
            attempts: 0,
            coding: None,
            trouble: None,
            is_over: false,
        })
    }

    async fn carry_out(&mut self) -> Result<Downloaded, Error> {
        let mut answer = None;
        if self.resumed_at > 0 {
            self.tell();
        }
        loop {
            match self.fetcher.step() {
                Step::Get(headers) => answer = self.ask(headers).await?,
                Step::Take { first } => match answer.take() {
                    Some(answer) => self.take(first, answer).await?,
                    None => self.fetcher.broke(Outcome::Broken, 0, 0),
                },
                Step::Wait { ms, why } => self.wait(ms, why).await,
                Step::Hash => self.fetcher.hashed(&self.sink.digests()),
                Step::Done => return self.finish().await,
                Step::Failed(failure) => return Err(self.error(failure)),
            }
        }
    }

    /// Sends the request; an answer whose body is to be taken is returned.
    async fn ask(&mut self, headers: HeaderMap) -> Result<Option<Streaming>, Error> {
        let mut call = self.call.clone();
        call.headers.extend(headers);
        let answer = match self.engine.send_streaming(call).await {
            Ok(answer) => answer,
            Err(error) => {
                self.attempts += error.attempts();
                return self.broke(error).map(|()| None);
            }
        };
        self.attempts += answer.attempts();
        let moment = self.engine.moment();
        if answer.status().is_success() {
            self.fetcher.answered(answer.status().as_u16(), answer.headers(), moment.now_s, moment.random);
            return Ok(Some(answer));
        }
        match answer.collect(self.call.settings.body_bytes_max).await {
            Ok(answer) => self.refused(answer),
            Err(error) => self.broke(error)?,
        }
        Ok(None)
    }

    fn refused(&mut self, answer: Response) {
        let moment = self.engine.moment();
        let code = if exchange::is_rate_limit(&answer) { 429 } else { answer.status().as_u16() };
        self.fetcher.answered(code, answer.headers(), moment.now_s, moment.random);
        self.trouble = Some(Trouble::Answered(Box::new(answer)));
    }

    /// Takes in a failure of the connection; one of another kind ends the download.
    fn broke(&mut self, error: Error) -> Result<(), Error> {
        let Some(outcome) = exchange::outcome(&error) else { return Err(error) };
        if self.attempts == 1 && error.is_unresolved() {
            return Err(error);
        }
        let moment = self.engine.moment();
        self.fetcher.broke(outcome, moment.now_s, moment.random);
        self.trouble = Some(Trouble::Broke(error));
        Ok(())
    }

    /// Takes the body in.
    async fn take(&mut self, first: u64, mut answer: Streaming) -> Result<(), Error> {
        // The rest of what is coded cannot be asked for.
        self.coding = coding_left(answer.headers(), self.call.settings.decode);
        self.sink.take(first, answer.headers(), &self.fetcher).await?;
        self.resumed_at = self.resumed_at.min(first);
        self.tell();
        loop {
            match answer.chunk().await {
                Ok(Some(piece)) => {
                    self.sink.write(&piece)?;
                    self.fetcher.received(piece.len() as u64);
                    self.tell();
                    self.sink.settle(&self.fetcher, self.engine.now_s()).await?;
                }
                Ok(None) => {
                    let moment = self.engine.moment();
                    self.fetcher.ended(moment.now_s, moment.random);
                    return Ok(());
                }
                Err(error) => return self.broke(error),
            }
        }
    }

    async fn wait(&mut self, ms: u64, why: Why) {
        let what = match &self.trouble {
            Some(Trouble::Answered(answer)) => answered(answer.status()),
            Some(Trouble::Broke(error)) => error.to_string(),
            None => "the answer broke off".to_owned(),
        };
        let wait = Duration::from_millis(ms);
        self.engine.pause(Retrying { attempts: self.attempts, wait, why: format!("{what} ({why})") }).await;
        self.fetcher.waited();
    }

    async fn finish(&mut self) -> Result<Downloaded, Error> {
        let (declared, counted) = (self.fetcher.declared(), self.sink.digests());
        self.sink.finish().await?;
        Ok(Downloaded {
            path: self.sink.path().map(ToOwned::to_owned),
            length: self.fetcher.kept(),
            resumed_at: self.resumed_at,
            is_verified: declared.without(&counted) != declared,
            coding: self.coding.take(),
            attempts: self.attempts,
        })
    }

    fn error(&mut self, failure: Failure) -> Error {
        let gave_up = match failure {
            Failure::Refused(_) => GiveUp::Permanent,
            Failure::GaveUp(reason) => reason,
            Failure::Unlike(what) => return Error::broken(what),
            Failure::Unfitting => return Error::Unreadable(failure.to_string()),
            Failure::Corrupted(_) => {
                self.sink.discard();
                return Error::Unreadable(failure.to_string());
            }
        };
        match self.trouble.take() {
            Some(Trouble::Answered(mut response)) => {
                response.set_attempts(self.attempts);
                Error::refused(*response, gave_up)
            }
            Some(Trouble::Broke(mut error)) => {
                if let Some(failure) = error.failure_mut() {
                    failure.attempts = self.attempts;
                    failure.gave_up = Some(gave_up);
                }
                error
            }
            None => Error::broken(Failure::GaveUp(gave_up).to_string()),
        }
    }

    fn tell(&self) {
        self.observer.tell(&DownloadProgress {
            path: self.sink.path(),
            bytes: self.fetcher.kept(),
            length: self.fetcher.length(),
            dropped: self.fetcher.dropped(),
            is_resumable: self.sink.path().is_some() && self.fetcher.is_resumable(),
        });
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.sink.leave(&self.fetcher);
        }
    }
}

/// Where the bytes go, and what is there of them already.
async fn place(place: Place, call: &Call, overwrite: bool) -> Result<(Sink, Option<Fetcher>), Error> {
    let mut partial = match place {
        Place::Writer(writer) => return Ok((Sink::writer(writer), None)),
        Place::File(path) => Partial::file(&path, &call.url, overwrite)?,
        Place::Folder(folder) => Partial::folder(&folder, &call.url, overwrite),
    };
    let fetcher = partial.resume(call.settings.retry).await?;
    Ok((Sink::File(Box::new(partial)), fetcher))
}
