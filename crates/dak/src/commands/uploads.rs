//! `dak uploads`: what has begun and is not done.

mod forget;
mod shown;

use dak_client::uploads::{self, Pending};
use dak_client::{Client, UploadBuilder, UploadToken};

use crate::args::{UploadsArgs, UploadsChoice, UploadsCommand, UploadsResumeArgs};
use crate::commands::courier::{self, Again, Courier, Ended};
use crate::commands::transfer;
use crate::environment::Environment;
use crate::error::{Error, without_number};
use crate::exit::Exit;
use crate::output::tell;
use crate::plan::transfer::RETRIES_DEFAULT;
use crate::plan::{Sending, Showing, headers};
use crate::progress::{Loudness, Progress};

/// Carries out `dak uploads`.
pub(crate) fn run(args: &UploadsArgs, environment: &Environment) -> Result<Exit, Error> {
    // To look creates nothing.
    let folder = courier::journal_folder()?;
    let pending = uploads::pending(folder).map_err(|cause| Error::failure(without_number(&cause.to_string())))?;
    let takes_none = match &args.command {
        None | Some(UploadsCommand::List) => true,
        Some(UploadsCommand::Resume(args)) => args.choice.all,
        Some(UploadsCommand::Forget(args)) => args.choice.all,
    };
    if pending.is_empty() && takes_none {
        tell("No upload is unfinished.");
        return Ok(Exit::Success);
    }
    match &args.command {
        None | Some(UploadsCommand::List) => shown::list(&pending),
        Some(UploadsCommand::Resume(args)) => resume(&pending, args, environment),
        Some(UploadsCommand::Forget(args)) => forget::forget(&pending, args, environment),
    }
}

fn resume(pending: &[Pending], args: &UploadsResumeArgs, environment: &Environment) -> Result<Exit, Error> {
    let request = args.output.request(args.transfer.request());
    let sending = Sending::new(&request, environment, RETRIES_DEFAULT)?;
    let credentials = headers::authorization(&request, None, environment.token.as_deref())?;
    let chosen = chosen(pending, &args.choice, "resume")?;
    let courier = Courier::new(sending, Showing::new(&request, environment)?, Again::Resume);
    let loudness = transfer::loudness(args.output.verbose, args.output.quiet);
    let mut exit = Exit::Success;
    for (at, upload) in chosen.iter().enumerate() {
        let name = shown::name(upload, pending);
        let code = if at > 0 && courier.is_late() {
            tell(format_args!("dak: {name}: not resumed, for the time of --timeout is over"));
            Exit::Timeout
        } else {
            let progress = Progress::new(&name, loudness, environment);
            match courier.send(|client| resumed(client, upload, credentials.as_deref()), &progress) {
                Ended::Answered(code) => code,
                Ended::Failed(error) => reported(error, &name),
                Ended::Gone => gone(&name, loudness),
                Ended::Stopped(error) => return Err(error),
            }
        };
        exit = if exit == Exit::Success { code } else { exit };
    }
    Ok(exit)
}

fn resumed(client: &Client, upload: &Pending, credentials: Option<&str>) -> Result<UploadBuilder<Client>, Error> {
    let resumed = client.resume_upload(token(upload)?.clone());
    Ok(match credentials {
        Some(credentials) => resumed.header("authorization", credentials),
        None => resumed,
    })
}

/// Says what became of one of several, and gives its exit code.
fn reported(error: Error, name: &str) -> Exit {
    let error = error.about(name);
    error.report();
    error.exit()
}

/// What another process has done is done.
fn gone(name: &str, loudness: Loudness) -> Exit {
    if loudness != Loudness::Quiet {
        tell(format_args!("dak: {name}: nothing to do: it is done, or was forgotten, meanwhile"));
    }
    Exit::Success
}

/// Those that were meant, each once: by the beginnings of their ids, all, or the one that there is.
fn chosen<'a>(pending: &'a [Pending], choice: &UploadsChoice, verb: &str) -> Result<Vec<&'a Pending>, Error> {
    match choice.ids.as_slice() {
        _ if choice.all => Ok(pending.iter().collect()),
        [] if pending.len() == 1 && verb == "resume" => Ok(pending.iter().collect()),
        [] if pending.is_empty() => Err(Error::failure("no upload is unfinished")),
        [] => Err(Error::usage(format!("say which: dak uploads {verb} ID, or --all; dak uploads lists them"))),
        ids => {
            let mut chosen: Vec<&Pending> = Vec::new();
            for id in ids {
                let upload = found(pending, id)?;
                if chosen.iter().all(|other| other.id != upload.id) {
                    chosen.push(upload);
                }
            }
            Ok(chosen)
        }
    }
}

fn found<'a>(pending: &'a [Pending], id: &str) -> Result<&'a Pending, Error> {
    let mut matching = pending.iter().filter(|upload| !id.is_empty() && upload.id.starts_with(id));
    match (matching.next(), matching.next()) {
        (Some(upload), None) => Ok(upload),
        (Some(_), Some(_)) => Err(Error::usage(format!("several ids begin with \"{id}\"; write more of it"))),
        (None, _) => Err(Error::failure(format!("no unfinished upload has the id \"{id}\"; dak uploads lists them"))),
    }
}

fn token(upload: &Pending) -> Result<&UploadToken, Error> {
    upload.token.as_ref().ok_or_else(|| {
        Error::failure(format!("what was kept of it is damaged; remove it with dak uploads forget {}", upload.id))
    })
}
