//! `dak uploads`: what has begun and is not done.

use std::time::SystemTime;

use dak_client::uploads::{self, Pending};
use dak_client::{Client, UploadBuilder, UploadToken};

use crate::args::{UploadsArgs, UploadsChoice, UploadsCommand, UploadsForgetArgs, UploadsResumeArgs};
use crate::commands::courier::{self, Again, Courier, Ended};
use crate::commands::{stop, transfer, wire};
use crate::environment::Environment;
use crate::error::{Error, without_number};
use crate::exit::Exit;
use crate::output::{print, tell};
use crate::paint::clean;
use crate::plan::transfer::RETRIES_DEFAULT;
use crate::plan::{Sending, Showing, headers};
use crate::progress::{self, Progress};

/// Carries out `dak uploads`.
pub(crate) fn run(args: &UploadsArgs, environment: &Environment) -> Result<Exit, Error> {
    // To look creates nothing.
    let folder = courier::journal_folder()?;
    let pending = uploads::pending(folder).map_err(|cause| Error::failure(without_number(&cause.to_string())))?;
    match &args.command {
        None | Some(UploadsCommand::List) => list(&pending),
        Some(UploadsCommand::Resume(args)) => resume(pending, args, environment),
        Some(UploadsCommand::Forget(args)) => forget(pending, args, environment),
    }
}

fn list(pending: &[Pending]) -> Result<Exit, Error> {
    if pending.is_empty() {
        tell("No upload is unfinished.");
    }
    let now = SystemTime::now();
    for upload in pending {
        print(described(upload, now))?;
    }
    Ok(Exit::Success)
}

fn resume(pending: Vec<Pending>, args: &UploadsResumeArgs, environment: &Environment) -> Result<Exit, Error> {
    let request = args.output.request(args.transfer.request());
    let sending = Sending::new(&request, environment, RETRIES_DEFAULT)?;
    let credentials = headers::authorization(&request, None, environment.token.as_deref())?;
    let chosen = chosen(pending, &args.choice, "resume")?;
    let courier = Courier::new(sending, Showing::new(&request, environment)?, Again::Resume);
    let loudness = transfer::loudness(args.output.verbose, args.output.quiet);
    let mut exit = Exit::Success;
    for upload in chosen {
        let name = name(&upload);
        let progress = Progress::new(&name, loudness, environment);
        let ended = courier.send(|client| resumed(client, &upload, credentials.as_deref()), &progress);
        let code = match ended {
            Ended::Answered(code) => code,
            Ended::Failed(error) => {
                let error = error.about(&name);
                error.report();
                error.exit()
            }
            Ended::Stopped(error) => return Err(error),
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

fn forget(pending: Vec<Pending>, args: &UploadsForgetArgs, environment: &Environment) -> Result<Exit, Error> {
    let client = wire::client(&Sending::new(&args.request(), environment, 0)?, |_| {})?;
    let chosen = chosen(pending, &args.choice, "forget")?;
    let unusable = |cause: dak_client::Error| Error::failure(without_number(&cause.to_string()));
    for upload in chosen {
        let entry = courier::journal()?.lock(&upload.id).map_err(unusable)?;
        if let Some(token) = &upload.token {
            match stop::unless_stopped(client.cancel_upload(token))? {
                Some(Ok(())) => {}
                Some(Err(cause)) => {
                    let why = without_number(&clean::line(&cause.to_string()));
                    tell(format_args!("dak: the server keeps it until its session ends: {why}"));
                }
                None => return Err(Error::new(Exit::Interrupted, "")),
            }
        }
        entry.remove().map_err(unusable)?;
        print(format_args!("Forgot {}  {}", upload.id, name(&upload)))?;
    }
    Ok(Exit::Success)
}

/// Those that were meant: by the beginnings of their ids, all, or the one that there is.
fn chosen(pending: Vec<Pending>, choice: &UploadsChoice, verb: &str) -> Result<Vec<Pending>, Error> {
    match choice.ids.as_slice() {
        _ if choice.all => Ok(pending),
        [] if pending.len() == 1 && verb == "resume" => Ok(pending),
        [] if pending.is_empty() => Err(Error::failure("no upload is unfinished")),
        [] => Err(Error::usage(format!("say which: dak uploads {verb} ID, or --all; dak uploads lists them"))),
        ids => ids.iter().map(|id| found(&pending, id)).collect(),
    }
}

fn found(pending: &[Pending], id: &str) -> Result<Pending, Error> {
    let mut matching = pending.iter().filter(|upload| !id.is_empty() && upload.id.starts_with(id));
    match (matching.next(), matching.next()) {
        (Some(upload), None) => Ok(upload.clone()),
        (Some(_), Some(_)) => Err(Error::usage(format!("several ids begin with \"{id}\"; write more of it"))),
        (None, _) => Err(Error::failure(format!("no unfinished upload has the id \"{id}\"; dak uploads lists them"))),
    }
}

fn token(upload: &Pending) -> Result<&UploadToken, Error> {
    upload.token.as_ref().ok_or_else(|| {
        Error::failure(format!("what was kept of it is damaged; remove it with dak uploads forget {}", upload.id))
    })
}

/// What an upload is called: its file's name.
fn name(upload: &Pending) -> String {
    let name = upload.token.as_ref().and_then(|token| token.file()?.file_name());
    name.map_or_else(|| upload.id.clone(), |name| clean::line(&name.to_string_lossy()))
}

/// One line: id, how far it is, how old, the file, where to.
fn described(upload: &Pending, now: SystemTime) -> String {
    let Some(token) = &upload.token else {
        return format!("{}  damaged; remove it with dak uploads forget {}", upload.id, upload.id);
    };
    let percent =
        token.length().filter(|length| *length > 0).map(|length| u128::from(token.sent()) * 100 / u128::from(length));
    let percent = percent.map_or("  ? %".to_owned(), |percent| format!("{percent:>3} %"));
    let age = progress::age(now.duration_since(token.began()).unwrap_or_default());
    let file = token.file().map_or("(no file)".to_owned(), |path| clean::line(&path.to_string_lossy()));
    let running = if upload.is_running { "  (under way)" } else { "" };
    format!(
        "{}  {percent} of {} sent  {age}  {file}  {}{running}",
        upload.id,
        token.length().map_or("?".to_owned(), progress::amount),
        clean::line(token.url().split('?').next().unwrap_or_default()),
    )
}
