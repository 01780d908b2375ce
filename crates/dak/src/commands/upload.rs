//! `dak upload`: one file after the other.

use std::fs::{self, File};
use std::io;

use dak_client::{Client, UploadBuilder};

use crate::args::UploadArgs;
use crate::commands::courier::{Again, Courier, Ended};
use crate::commands::{request, transfer, wire};
use crate::environment::Environment;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::tell;
use crate::paint::clean;
use crate::plan::upload::{Source, Upload};
use crate::plan::{Showing, World};
use crate::progress::Progress;

/// Carries out `dak upload`. A file that fails does not keep the others back.
pub(crate) fn run(args: &UploadArgs, environment: &Environment) -> Result<Exit, Error> {
    let world = World { environment, read: &|path| fs::read(path), draw: &request::draw_name };
    let plan = Upload::new(args, &|path| path.exists(), world)?;
    plan.sources.iter().try_for_each(check)?;
    let showing = Showing::new(&args.request(), environment)?;
    let is_only = plan.sources.len() == 1;
    let again = match plan.sources.as_slice() {
        [Source::File(_)] => Again::SameCommand,
        [Source::Stdin] => Again::Never,
        _ => Again::Resume,
    };
    let courier = Courier::new(plan.transfer.sending.clone(), showing, again);
    let loudness = transfer::loudness(args.output.verbose, args.output.quiet);
    let mut exit = Exit::Success;
    for (at, source) in plan.sources.iter().enumerate() {
        if at > 0 && courier.is_late() {
            tell_unbegun(plan.sources.get(at..).unwrap_or_default());
            return Ok(if exit == Exit::Success { Exit::Timeout } else { exit });
        }
        let name = if is_only { source.name() } else { source.full_name() };
        let progress = Progress::new(&name, loudness, environment);
        let ended = courier.send(|client| upload(client, &plan, source), &progress);
        let code = match ended {
            Ended::Answered(code) => code,
            Ended::Gone => Exit::Success,
            Ended::Failed(error) if is_only => return Err(error),
            Ended::Failed(error) => reported(error, source),
            Ended::Stopped(error) if is_only => return Err(stopped(error, source)),
            Ended::Stopped(error) => {
                let code = reported(stopped(error, source), source);
                tell_unbegun(plan.sources.get(at + 1..).unwrap_or_default());
                return Ok(code);
            }
        };
        exit = if exit == Exit::Success { code } else { exit };
    }
    Ok(exit)
}

/// A file that cannot be sent is told before anything is.
fn check(source: &Source) -> Result<(), Error> {
    let Source::File(path) = source else { return Ok(()) };
    let checked = fs::metadata(path).and_then(|found| match found.is_dir() {
        true => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        // To open a pipe would wait for its writer.
        false if found.is_file() => File::open(path).map(drop),
        false => Ok(()),
    });
    checked.map_err(|error| Error::reading(&path.to_string_lossy(), &error))
}

fn upload(client: &Client, plan: &Upload, source: &Source) -> Result<UploadBuilder<Client>, Error> {
    let call = wire::call(client, plan.transfer.request.clone(), Vec::new())?;
    let mut upload = client.resume(call).upload();
    upload = match source {
        Source::File(path) => upload.file(path),
        Source::Stdin => upload.reader(None, io::stdin()),
    };
    if let Some(metadata) = &plan.metadata {
        upload = upload.metadata(metadata);
    }
    if let Some(media_type) = &plan.media_type {
        upload = upload.content_type(media_type);
    }
    if let Some(way) = plan.way {
        upload = upload.way(way);
    }
    if let Some(bytes) = plan.chunk_bytes {
        upload = upload.chunk_size(bytes);
    }
    Ok(upload)
}

/// What has stopped and does not go on is told where a file would.
fn stopped(error: Error, source: &Source) -> Error {
    match source {
        Source::File(path) if error.exit() == Exit::Interrupted && path.to_str().is_none() => {
            Error::new(Exit::Interrupted, "stopped; its path is not UTF-8, so the same command begins anew")
        }
        _ => error,
    }
}

/// Says what became of one of several files.
fn reported(error: Error, source: &Source) -> Exit {
    let error = error.about(&clean::line(&source.full_name()));
    error.report();
    error.exit()
}

fn tell_unbegun(sources: &[Source]) {
    let names: Vec<String> = sources.iter().map(|source| clean::line(&source.full_name())).collect();
    if !names.is_empty() {
        tell(format_args!("dak: not begun: {}", names.join(", ")));
    }
}
