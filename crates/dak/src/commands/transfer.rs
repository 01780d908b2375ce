//! What uploads and downloads do alike: run beside their progress, and say how they ended.

use dak_client::retry::{GiveUp, Repeat};
use dak_client::{Call, Error as Cause, Refusal, Retrying};

use crate::commands::answer;
use crate::commands::failed::{Errand, Terms, failed};
use crate::commands::stop;
use crate::error::Error;
use crate::exit::Exit;
use crate::plan::Sending;
use crate::progress::{Loudness, Progress};

/// How much is to be said, by the two flags.
pub(crate) fn loudness(verbose: bool, quiet: bool) -> Loudness {
    match (verbose, quiet) {
        (_, true) => Loudness::Quiet,
        (true, false) => Loudness::Verbose,
        (false, false) => Loudness::Usual,
    }
}

/// Who is told of each wait.
pub(crate) fn observer(progress: &Progress) -> impl Fn(&Retrying) + Send + Sync + 'static {
    let progress = progress.clone();
    move |retrying| progress.waiting(&retrying.why, retrying.wait)
}

/// Does the work while its progress is drawn; none if it was stopped.
pub(crate) fn run<T>(work: impl Future<Output = T>, progress: &Progress) -> Result<Option<T>, Error> {
    let ended = stop::unless_stopped(async {
        tokio::select! {
            ended = work => ended,
            never = progress.draw() => match never {},
        }
    });
    progress.wipe();
    ended
}

/// On which terms a download is sent: it may be repeated, and it goes on by itself.
pub(crate) fn terms(call: &Call, sending: &Sending) -> Terms {
    let refuses_redirects = sending.refuses_redirects;
    let terms = Terms::of(call, sending.retries);
    Terms { repeat: Repeat::Safe, refuses_redirects, errand: Errand::Download, ..terms }
}

/// The error of a transfer, as a sentence and an exit code.
pub(crate) fn error(cause: &Cause, terms: &Terms) -> Error {
    match cause {
        Cause::Status(refusal) => refused(refusal, terms),
        _ => failed(cause, &Terms { attempts: cause.attempts(), ..*terms }),
    }
}

fn refused(refusal: &Refusal, terms: &Terms) -> Error {
    let answer = &refusal.response;
    let exit = match refusal.gave_up {
        GiveUp::Exhausted => Exit::Unfinished,
        _ if answer.status().is_redirection() && terms.refuses_redirects => Exit::TooManyRedirects,
        _ => Exit::of_status(answer.status().as_u16()),
    };
    Error::new(exit, answer::sentence(answer.status(), answer.headers(), answer.bytes(), terms))
}
