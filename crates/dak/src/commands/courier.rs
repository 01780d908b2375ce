//! The way of one upload, whichever command asked for it: sent beside its progress, kept in the journal, its resource
//! printed.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use dak_client::retry::{GiveUp, Repeat};
use dak_client::uploads::Journal;
use dak_client::{
    Client, Error as Cause, Response, UploadBuilder, UploadFailure, UploadPhase, UploadProgress, UploadToken,
};

use crate::commands::answer;
use crate::commands::failed::{Errand, Terms};
use crate::commands::{request, stop, transfer, wire};
use crate::environment;
use crate::error::{Error, without_number};
use crate::exit::Exit;
use crate::output::{Output, tell};
use crate::paint::clean;
use crate::plan::{Sending, Showing};
use crate::progress::{self, Progress};

/// What the uploads of one command have in common.
pub(crate) struct Courier {
    /// None if none can be used; only for what has begun if it cannot be written.
    journal: Option<Journal>,
    sending: Sending,
    /// When `--timeout` is over, which is for all of them together.
    deadline: Option<Instant>,
    showing: Showing,
    again: Again,
}

/// How an upload that has stopped goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// By the same command.
    SameCommand,
    /// By its id alone: the same command would send the others again.
    Resume,
    /// Not at all: what it sends is gone.
    Never,
}

/// What became of an upload.
pub(crate) enum Ended {
    /// The server answered it, and the answer was printed that tells all.
    Answered(Exit),
    /// It failed, or was refused.
    Failed(Error),
    /// Another process has ended or forgotten it meanwhile.
    Gone,
    /// Ctrl-C or SIGTERM: nothing else is to be begun.
    Stopped(Error),
}

/// The folder of the journal of uploads of this user.
pub(crate) fn journal_folder() -> Result<PathBuf, Error> {
    Ok(environment::state_folder()?.join("uploads"))
}

/// The journal of uploads of this user, which is made if there is none.
pub(crate) fn journal() -> Result<Journal, Error> {
    Journal::open(journal_folder()?).map_err(|cause| Error::failure(told(&cause)))
}

/// The journal as far as it can be used, and what is to be told if that is not wholly so.
fn usable_journal() -> (Option<Journal>, Option<String>) {
    let journal = match journal() {
        Ok(journal) => journal,
        Err(error) => return (None, Some(format!("{error}, so what stops cannot go on later; {NEEDS_FOLDER}"))),
    };
    match journal.check() {
        Ok(()) => (Some(journal), None),
        Err(cause) => {
            let warning = format!(
                "{}, so how far uploads come is not kept; those that have begun go on while their sessions live; make room, or for new ones {NEEDS_FOLDER}",
                told(&cause)
            );
            (Some(journal.without_new()), Some(warning))
        }
    }
}

/// What to do where the state cannot be kept.
const NEEDS_FOLDER: &str = "set XDG_STATE_HOME to a folder of yours";

impl Courier {
    /// One that sends and shows as it is told.
    pub(crate) fn new(sending: Sending, showing: Showing, again: Again) -> Courier {
        let (journal, warning) = usable_journal();
        if let (Some(warning), false) = (warning, showing.is_silent()) {
            tell(format_args!("dak: {warning}"));
        }
        let deadline = sending.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Courier { journal, sending, deadline, showing, again }
    }

    /// Whether the time for all of them is over.
    pub(crate) fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// What is left of it, in whole milliseconds, for a message may name it.
    fn left(&self) -> Option<Duration> {
        let left = self.deadline?.saturating_duration_since(Instant::now());
        Some(Duration::from_millis(u64::try_from(left.as_micros().div_ceil(1000)).unwrap_or(u64::MAX)))
    }

    /// Sends the upload that `begin` describes.
    pub(crate) fn send(
        &self,
        begin: impl FnOnce(&Client) -> Result<UploadBuilder<Client>, Error>,
        progress: &Progress,
    ) -> Ended {
        self.try_send(begin, progress).unwrap_or_else(Ended::Failed)
    }

    fn try_send(
        &self,
        begin: impl FnOnce(&Client) -> Result<UploadBuilder<Client>, Error>,
        progress: &Progress,
    ) -> Result<Ended, Error> {
        let client =
            wire::client(&Sending { timeout: self.left(), ..self.sending.clone() }, transfer::observer(progress))?;
        let standing = Standing::default();
        let (stands, line) = (standing.clone(), progress.clone());
        let upload = match &self.journal {
            Some(journal) => begin(&client)?.journal(journal),
            None => begin(&client)?,
        };
        let upload = upload.on_token(move |token| stands.note(token)).progress(move |now| follow(now, &line));
        match transfer::run(upload.send(), progress)? {
            Some(Ok(answer)) => {
                self.check_removed(&standing, answer.status().is_success());
                self.show(answer, progress)
            }
            Some(Err(Cause::Journal(message))) if message.contains("not in its journal any more") => Ok(Ended::Gone),
            Some(Err(cause)) => Err(self.failed(&cause, progress)),
            None => Ok(Ended::Stopped(self.stopped(&standing))),
        }
    }

    /// What has arrived and stays in the journal would be taken for unfinished.
    fn check_removed(&self, standing: &Standing, has_arrived: bool) {
        let token = standing.token().filter(|token| has_arrived && !self.showing.is_silent() && self.keeps(token));
        if let Some(id) = token.as_ref().map(Journal::id_of) {
            tell(format_args!(
                "dak: it has arrived, but its entry cannot be removed from the journal; do it with dak uploads forget {id}"
            ));
        }
    }

    fn show(&self, answer: Response, progress: &Progress) -> Result<Ended, Error> {
        let (status, attempts) = (answer.status(), answer.attempts());
        if status.is_success() {
            progress.told_done();
        }
        let mut output = Output::stdout();
        let terms = self.terms();
        let shown = answer::show(answer.into_streaming(), &self.showing, &terms, false, &mut output);
        let said = match stop::unless_stopped(shown)? {
            None => return Err(Error::new(Exit::Interrupted, "")),
            Some(shown) => shown.map_err(|unshown| unshown.into_error(&terms, attempts))?,
        };
        let exit = request::exit(status.as_u16(), &self.sending, attempts);
        Ok(said.map_or(Ended::Answered(exit), |said| Ended::Failed(Error::new(exit, said))))
    }

    fn failed(&self, cause: &Cause, progress: &Progress) -> Error {
        match cause {
            Cause::Upload(failure) => match &failure.token {
                Some(token) => self.unfinished(token, failure.cause.as_ref()),
                None => ended(failure),
            },
            Cause::Broken(_) | Cause::Timeout(_) => self.lost(cause, progress),
            Cause::Redirects(_) if progress.is_at_start() => {
                transfer::error(cause, &Terms { repeat: Repeat::Safe, ..self.terms() })
            }
            _ => transfer::error(cause, &self.terms()),
        }
    }

    /// Sent in one request that got no answer.
    fn lost(&self, cause: &Cause, progress: &Progress) -> Error {
        let is_exhausted = self.sending.retries > 0 && cause.attempts() > self.sending.retries;
        let exit = match cause {
            _ if is_exhausted => Exit::Unfinished,
            Cause::Timeout(_) => Exit::Timeout,
            _ => Exit::Failure,
        };
        let advice = if progress.is_at_start() { "nothing of it was sent; try again" } else { self.terms().advice() };
        Error::new(exit, format!("{}; {advice}", told(cause)))
    }

    fn stopped(&self, standing: &Standing) -> Error {
        match standing.token() {
            Some(token) if self.keeps(&token) => self.unfinished(&token, None),
            _ => Error::new(Exit::Interrupted, ""),
        }
    }

    /// It has stopped, and this is how it goes on.
    fn unfinished(&self, token: &UploadToken, cause: Option<&Cause>) -> Error {
        let exit = cause.map_or(Exit::Unfinished, exit_of_unfinished);
        let why = cause.map(|cause| format!(": {}", self.why(cause))).unwrap_or_default();
        let again = match self.keeps(token) {
            true if self.again == Again::SameCommand => "the same command goes on, as does dak uploads resume ",
            true => "go on with dak uploads resume ",
            false => return Error::failure(format!("stopped after sending {}{why}; try again", sent(token))),
        };
        Error::new(exit, format!("stopped after sending {}{why}; {again}{}", sent(token), Journal::id_of(token)))
    }

    /// Whether it can be gone on with later.
    fn keeps(&self, token: &UploadToken) -> bool {
        self.journal.as_ref().is_some_and(|journal| journal.has(token))
    }

    fn why(&self, cause: &Cause) -> String {
        match (cause, exit_of_unfinished(cause)) {
            (Cause::Status(refusal), Exit::ClientError) => {
                let response = &refusal.response;
                answer::sentence(response.status(), response.headers(), response.bytes(), &self.terms())
            }
            // What was left for this one means nothing to who gave a time for all.
            (Cause::Timeout(_), _) if self.is_late() => "the time of --timeout is over".to_owned(),
            _ => told(cause),
        }
    }

    fn terms(&self) -> Terms {
        Terms {
            retries: self.sending.retries,
            repeat: if self.again == Again::Never { Repeat::Never } else { Repeat::IfUntouched },
            attempts: 0,
            is_begun: false,
            refuses_redirects: self.sending.refuses_redirects,
            secure: false,
            errand: Errand::Upload,
        }
    }
}

/// A refusal is one though the upload can go on with other credentials: the same command alone would be refused for ever.
fn exit_of_unfinished(cause: &Cause) -> Exit {
    match cause {
        Cause::Status(refusal) if refusal.gave_up == GiveUp::Permanent => {
            Exit::of_status(refusal.response.status().as_u16())
        }
        _ => Exit::Unfinished,
    }
}

/// An upload that is over.
fn ended(failure: &UploadFailure) -> Error {
    let reason = failure.cause.as_ref().map(|cause| format!(": {}", told(cause))).unwrap_or_default();
    let advice = if failure.message.contains("there and wrong") { "delete it and send it again" } else { "try again" };
    let exit =
        failure.cause.as_ref().and_then(Cause::status).map_or(Exit::Failure, |status| Exit::of_status(status.as_u16()));
    Error::new(exit, format!("{}{reason}; {advice}", failure.message))
}

fn told(cause: &Cause) -> String {
    without_number(&clean::line(&cause.to_string()))
}

/// How much was sent, as `dak uploads` says it too.
fn sent(token: &UploadToken) -> String {
    progress::of(token.sent(), token.length())
}

/// Where an upload stands, so that it can be said how it goes on.
#[derive(Clone, Default)]
struct Standing(Arc<Mutex<Option<UploadToken>>>);

impl Standing {
    fn note(&self, token: &UploadToken) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
    }

    fn token(&self) -> Option<UploadToken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Draws where an upload is.
fn follow(now: &UploadProgress, line: &Progress) {
    match &now.phase {
        // Told with its reason by the client.
        UploadPhase::Waiting { .. } => {}
        UploadPhase::Asking => line.doing("asking how much has arrived"),
        UploadPhase::Checking => line.doing("comparing with what has arrived"),
        UploadPhase::Restarting { why } => line.warn(&format!("beginning again: {}", clean::line(why))),
        _ => line.moved(now.kept.max(now.passed), now.length),
    }
}
