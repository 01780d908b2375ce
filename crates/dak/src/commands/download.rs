//! `dak download`.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::mem;
use std::path::{MAIN_SEPARATOR_STR, Path};
use std::sync::{Arc, Mutex, PoisonError};

use dak_client::{Call, Client, DownloadBuilder, DownloadProgress, Downloaded, Error as Cause, Method};

use crate::args::DownloadArgs;
use crate::commands::{request, transfer, wire};
use crate::environment::Environment;
use crate::error::{Error, reason, without_number};
use crate::exit::Exit;
use crate::output::{Output, tell};
use crate::paint::clean;
use crate::plan::transfer::Transfer;
use crate::plan::{Body, Words, World};
use crate::progress::{self, Progress};

/// Carries out `dak download`.
pub(crate) fn run(args: &DownloadArgs, environment: &Environment) -> Result<Exit, Error> {
    let world = World { environment, read: &|path| fs::read(path), draw: &request::draw_name };
    let words = Words::Named { method: Method::GET, url: args.url.clone(), items: args.items.clone() };
    let Transfer { request, sending } = Transfer::new(words, &args.request(), world)?;
    if request.body != Body::None {
        return Err(Error::usage("a download sends no body; keep the items k==v and Name:value"));
    }
    let name = args.output.as_deref().map_or(args.url.as_str().into(), OsStr::to_string_lossy);
    let progress = Progress::new(&name, transfer::loudness(args.verbose, args.quiet), environment);
    let client = wire::client(&sending, transfer::observer(&progress))?;
    let call = wire::call(&client, request, Vec::new())?;
    let terms = transfer::terms(&call, &sending);
    let (download, standing) = download(&client, call, args, environment, &progress)?;
    match transfer::run(download.send(), &progress)? {
        Some(Ok(done)) => finish(&done, args, &progress),
        Some(Err(cause)) => Err(standing.failed(&cause, transfer::error(&cause, &terms), args, &progress)),
        None => Err(standing.stopped(&progress)),
    }
}

/// The download with its place, and where it stands.
fn download(
    client: &Client,
    call: Call,
    args: &DownloadArgs,
    environment: &Environment,
    progress: &Progress,
) -> Result<(DownloadBuilder<Client>, Standing), Error> {
    let standing = Standing::default();
    let (stands, line, is_quiet) = (standing.clone(), progress.clone(), args.quiet);
    let download = client.resume(call).download().overwrite(args.force).progress(move |now| {
        let given_up = stands.note(now);
        if given_up > 0 && !is_quiet {
            line.wipe();
            let given_up = progress::amount(given_up);
            tell(format_args!("dak: the server has another version or cannot go on, so {given_up} were given up"));
        }
        if let Some(name) = now.path.and_then(Path::file_name) {
            line.rename(&name.to_string_lossy());
        }
        line.moved(now.bytes, now.length);
    });
    let download = match args.output.as_deref() {
        None => download,
        Some(path) if path == "-" && environment.stdout_is_terminal => {
            let message = "standard output is a terminal, which might obey what comes; pipe it, or give -o FILE";
            return Err(Error::usage(message));
        }
        Some(path) if path == "-" => download.to_writer(io::stdout()),
        Some(path) => to_path(download, Path::new(path))?,
    };
    Ok((download, standing))
}

fn to_path(download: DownloadBuilder<Client>, path: &Path) -> Result<DownloadBuilder<Client>, Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Ok(download.to_folder(path)),
        // A device or a pipe is written in place.
        Ok(found) if !found.is_file() => {
            let device = OpenOptions::new().write(true).open(path);
            let device = device.map_err(|error| Error::writing(&path.to_string_lossy(), &error))?;
            Ok(download.to_writer(device))
        }
        _ if path.as_os_str().is_empty() => {
            Err(Error::usage("-o wants a file or a folder; leave it out for the server's name"))
        }
        _ if path.as_os_str().as_encoded_bytes().ends_with(MAIN_SEPARATOR_STR.as_bytes()) => Err(no_folder(path)),
        _ => match folder.filter(|folder| !folder.is_dir()) {
            Some(folder) => Err(no_folder(folder)),
            None => Ok(download.to(path)),
        },
    }
}

fn no_folder(path: &Path) -> Error {
    Error::failure(format!("there is no folder {}; make it first", clean::line(&path.to_string_lossy())))
}

fn finish(done: &Downloaded, args: &DownloadArgs, progress: &Progress) -> Result<Exit, Error> {
    let checked = if done.is_verified { "; its checksum is right" } else { "" };
    let summary = progress.summary();
    if let Some(coding) = done.coding.as_deref().filter(|_| !args.quiet) {
        progress.wipe();
        tell(format_args!("dak: it is kept in the coding {}, as the server sent it unasked", clean::line(coding)));
    }
    match &done.path {
        Some(path) => {
            let path = path.strip_prefix(".").unwrap_or(path);
            progress.tell(&format!("{} is there: {summary}{checked}", clean::line(&path.to_string_lossy())));
            if !args.quiet {
                print_path(path)?;
            }
        }
        None => progress.tell(&format!("{summary}{checked}")),
    }
    Ok(Exit::Success)
}

/// Prints the path with its own bytes, which need not be UTF-8, so that a script can use it.
fn print_path(path: &Path) -> Result<(), Error> {
    let mut output = Output::stdout();
    output.write(path.as_os_str().as_encoded_bytes())?;
    output.write(b"\n")?;
    output.flush()
}

/// Where a download stands.
#[derive(Clone, Default)]
struct Standing(Arc<Mutex<Stand>>);

#[derive(Default)]
struct Stand {
    /// Whether the same command goes on from there.
    is_resumable: bool,
    /// How much was given up.
    dropped: u64,
}

impl Standing {
    /// Takes in where it is now; returned is how much was given up since.
    fn note(&self, now: &DownloadProgress<'_>) -> u64 {
        let mut stand = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stand.is_resumable = now.is_resumable;
        let before = mem::replace(&mut stand.dropped, now.dropped);
        now.dropped.saturating_sub(before)
    }

    fn is_resumable(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_resumable
    }

    /// Ctrl-C or SIGTERM.
    fn stopped(&self, progress: &Progress) -> Error {
        if !self.is_resumable() {
            return Error::new(Exit::Interrupted, "");
        }
        Error::new(Exit::Unfinished, format!("stopped at {}; the same command goes on", progress.so_far()))
    }

    /// What can be done about a failure.
    fn failed(&self, cause: &Cause, error: Error, args: &DownloadArgs, progress: &Progress) -> Error {
        match cause {
            Cause::File { cause, .. } if cause.kind() == ErrorKind::StorageFull && self.is_resumable() => {
                let message = format!(
                    "stopped at {}: {}; make room, and the same command goes on",
                    progress.so_far(),
                    reason(cause)
                );
                Error::new(Exit::Unfinished, message)
            }
            Cause::File { path: Some(path), cause } => not_written(path, cause),
            Cause::File { path: None, cause } => match args.output.as_deref() {
                Some(device) if device != "-" => Error::writing(&device.to_string_lossy(), cause),
                _ => Error::output(cause),
            },
            Cause::Broken(_) | Cause::Timeout(_) | Cause::Connect(_) if self.is_resumable() => {
                let why = without_number(&clean::line(&cause.to_string()));
                let message = format!("stopped at {}: {why}; the same command goes on", progress.so_far());
                Error::new(Exit::Unfinished, message)
            }
            _ => error,
        }
    }
}

fn not_written(path: &Path, cause: &io::Error) -> Error {
    let shown = clean::line(&path.to_string_lossy());
    let why = reason(cause);
    match cause.kind() {
        ErrorKind::AlreadyExists if is_helper(path) => {
            Error::failure(format!("{shown}: {why}; move it away, or take another name with -o"))
        }
        ErrorKind::AlreadyExists => Error::failure(format!("{shown} is there already; --force replaces it")),
        ErrorKind::WouldBlock => Error::failure(format!("{shown}: {why}; wait for it")),
        ErrorKind::StorageFull => Error::failure(format!("cannot write {shown}: {why}; make room")),
        ErrorKind::InvalidFilename => {
            Error::failure(format!("cannot write {shown}: {why}; give a shorter one with -o"))
        }
        _ => Error::writing(&shown, cause),
    }
}

/// Whether it is one of the files that are beside an unfinished one.
fn is_helper(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".part") || name.ends_with(".part.json.new")
}
