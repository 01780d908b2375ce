//! The way of one upload, whichever command asked for it: sent beside its progress, kept in the journal, its resource
//! printed.

use std::sync::{Arc, Mutex, PoisonError};

use dak_client::retry::Repeat;
use dak_client::uploads::Journal;
use dak_client::{Client, Error as Cause, Response, UploadBuilder, UploadPhase, UploadProgress, UploadToken};

use crate::commands::answer;
use crate::commands::failed::Terms;
use crate::commands::{request, stop, transfer, wire};
use crate::environment;
use crate::error::{Error, without_number};
use crate::exit::Exit;
use crate::output::Output;
use crate::paint::clean;
use crate::plan::{Sending, Showing};
use crate::progress::Progress;

/// What the uploads of one command have in common.
pub(crate) struct Courier {
    journal: Journal,
    sending: Sending,
    showing: Showing,
    /// Whether the same command goes on where it stopped.
    is_repeatable: bool,
}

/// What became of an upload.
pub(crate) enum Ended {
    /// The server answered it, and the answer was printed.
    Answered(Exit),
    /// It failed.
    Failed(Error),
    /// Ctrl-C or SIGTERM: nothing else is to be begun.
    Stopped(Error),
}

/// The journal of uploads of this user.
pub(crate) fn journal() -> Result<Journal, Error> {
    let folder = environment::state_folder()?.join("uploads");
    Journal::open(folder).map_err(|cause| Error::failure(without_number(&cause.to_string())))
}

impl Courier {
    /// One that sends and shows as it is told; `is_repeatable` if the same command goes on where it stopped.
    pub(crate) fn new(sending: Sending, showing: Showing, is_repeatable: bool) -> Result<Courier, Error> {
        Ok(Courier { journal: journal()?, sending, showing, is_repeatable })
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
        let client = wire::client(&self.sending, transfer::observer(progress))?;
        let standing = Standing::default();
        let (stands, line) = (standing.clone(), progress.clone());
        let upload = begin(&client)?
            .journal(&self.journal)
            .on_token(move |token| stands.note(token))
            .progress(move |now| follow(now, &line));
        match transfer::run(upload.send(), progress)? {
            Some(Ok(answer)) => self.show(answer, progress).map(Ended::Answered),
            Some(Err(cause)) => Err(self.failed(&cause, progress)),
            None => Ok(Ended::Stopped(self.stopped(&standing, progress))),
        }
    }

    fn show(&self, answer: Response, progress: &Progress) -> Result<Exit, Error> {
        let (status, attempts) = (answer.status(), answer.attempts());
        if status.is_success() {
            progress.told_done();
        }
        let mut output = Output::stdout();
        let terms = self.terms();
        let shown = answer::show(answer.into_streaming(), &self.showing, &terms, false, &mut output);
        match stop::unless_stopped(shown)? {
            None => return Err(Error::new(Exit::Interrupted, "")),
            Some(shown) => shown.map_err(|unshown| unshown.into_error(&terms, attempts))?,
        }
        output.flush()?;
        Ok(request::exit(status.as_u16(), &self.sending, attempts))
    }

    fn failed(&self, cause: &Cause, progress: &Progress) -> Error {
        let why = without_number(&clean::text(&cause.to_string()));
        match cause {
            Cause::Upload(failure) => {
                let reason = failure.cause.as_ref().map(|cause| without_number(&clean::text(&cause.to_string())));
                match (&failure.token, reason) {
                    (Some(token), reason) => self.unfinished(token, progress, reason.as_deref()),
                    (None, Some(reason)) => Error::failure(format!("{}: {reason}; try again", failure.message)),
                    (None, None) => Error::failure(format!("{}; try again", failure.message)),
                }
            }
            Cause::Broken(_) | Cause::Timeout(_) => {
                let exit = if matches!(cause, Cause::Timeout(_)) { Exit::Timeout } else { Exit::Failure };
                let advice = match progress.is_at_start() {
                    true => "nothing of it was sent; try again",
                    false => {
                        "check whether it arrived before you send it again; with --upload-type resumable it goes on"
                    }
                };
                Error::new(exit, format!("{why}; {advice}"))
            }
            _ => transfer::error(cause, &self.terms()),
        }
    }

    fn stopped(&self, standing: &Standing, progress: &Progress) -> Error {
        match standing.token() {
            Some(token) => self.unfinished(&token, progress, None),
            None => Error::new(Exit::Interrupted, ""),
        }
    }

    /// It has stopped, and this is how it goes on.
    fn unfinished(&self, token: &UploadToken, progress: &Progress, why: Option<&str>) -> Error {
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        let again = if self.is_repeatable { "the same command goes on, as does " } else { "go on with " };
        let message =
            format!("stopped at {}{why}; {again}dak uploads resume {}", progress.so_far(), Journal::id_of(token));
        Error::new(Exit::Unfinished, message)
    }

    fn terms(&self) -> Terms {
        Terms {
            retries: self.sending.retries,
            repeat: Repeat::IfUntouched,
            attempts: 0,
            is_begun: false,
            refuses_redirects: self.sending.refuses_redirects,
            secure: false,
        }
    }
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
        UploadPhase::Restarting { why } => line.tell(&format!("beginning again: {}", clean::text(why))),
        _ => line.moved(now.kept.max(now.passed), now.length),
    }
}
