//! `dak mail export`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dak_client::Bytes;
use dak_mail::parcel::{Parcel, Reader};
use dak_mail::{mbox, takeout};

use super::import::{counted, were};
use super::{maildir, wish};
use crate::args::MailExportArgs;
use crate::commands::save::Save;
use crate::commands::transfer;
use crate::environment::Environment;
use crate::error::Error;
use crate::exit::Exit;
use crate::folder::{self, Desk};
use crate::output::{Output, tell};
use crate::progress::Progress;

/// Carries out `dak mail export`.
pub(super) fn run(args: &MailExportArgs, environment: &Environment) -> Result<Exit, Error> {
    let folder = folder::path(args.data.as_deref())?;
    let desk = folder::desk(&folder, folder::REPAIR)?;
    let progress = Progress::new("mail", transfer::loudness(false, args.quiet), environment);
    let ended = transfer::run(write(&desk, args, &progress), &progress)?;
    let count =
        ended.unwrap_or_else(|| Err(Error::new(Exit::Interrupted, "stopped; run it again to have all mail")))?;
    if !args.quiet {
        tell(format_args!("{} {} exported.", counted(count), were(count)));
    }
    Ok(Exit::Success)
}

/// Writes all mail; how many there were. Nothing is written before the mailbox was found.
async fn write(desk: &Desk, args: &MailExportArgs, progress: &Progress) -> Result<u64, Error> {
    let mut flow = desk.flow(&wish("GET", &args.user), Bytes::new()).await?;
    let mut place = Place::new(args)?;
    // Whatever was taken in comes out again.
    let (mut reader, mut bytes, mut count) = (Reader::new(usize::MAX), 0, 0);
    while let Some(piece) = flow.next().await? {
        bytes += piece.len() as u64;
        progress.moved(bytes, None);
        reader.push(&piece);
        while let Some(parcel) = reader.next().map_err(|fault| Error::failure(fault.message))? {
            count += 1;
            place.add(&parcel, count, &args.user)?;
        }
    }
    place.finish().map(|()| count)
}

/// Where mail is written.
enum Place {
    /// One file that is put in the old one's place in the end.
    Mbox(Save),
    /// Standard output, as one file.
    Output(Output),
    /// A folder with a file for each.
    Eml(PathBuf),
    /// A Maildir.
    Maildir(PathBuf),
}

impl Place {
    fn new(args: &MailExportArgs) -> Result<Place, Error> {
        match (&args.eml, &args.maildir, &args.output) {
            (Some(folder), _, _) => made(folder, &[]).map(Place::Eml),
            (None, Some(folder), _) => made(folder, &["tmp", "new", "cur"]).map(Place::Maildir),
            (None, None, Some(file)) => Save::create(&file.to_string_lossy()).map(Place::Mbox),
            (None, None, None) => Ok(Place::Output(Output::stdout())),
        }
    }

    fn add(&mut self, parcel: &Parcel, number: u64, user: &str) -> Result<(), Error> {
        let date_ms = parcel.date_ms.unwrap_or_default();
        match self {
            Place::Mbox(save) => save.write(&entry(parcel, user, date_ms)),
            Place::Output(output) => output.write(&entry(parcel, user, date_ms)),
            Place::Eml(folder) => file(&folder.join(format!("{number:06}.eml")), &parcel.raw),
            Place::Maildir(folder) => {
                let name = maildir::file_name(number, date_ms, &parcel.labels);
                file(&folder.join("cur").join(name), &parcel.raw)
            }
        }
    }

    fn finish(self) -> Result<(), Error> {
        match self {
            Place::Mbox(save) => save.finish(),
            Place::Output(mut output) => output.flush(),
            Place::Eml(_) | Place::Maildir(_) => Ok(()),
        }
    }
}

/// A mail as it stands in an mbox file, its labels in it.
fn entry(parcel: &Parcel, user: &str, date_ms: i64) -> Vec<u8> {
    let mut entry = Vec::with_capacity(parcel.raw.len() + 256);
    // Takeout's numbers are decimal.
    let thread = parcel.thread.as_ref().and_then(|thread| u64::from_str_radix(thread, 16).ok());
    let thread = thread.map(|thread| thread.to_string());
    mbox::write(&takeout::close(&parcel.labels, thread.as_deref(), &parcel.raw), user, date_ms, &mut entry);
    entry
}

/// A new folder with these in it.
fn made(folder: &Path, inside: &[&str]) -> Result<PathBuf, Error> {
    let make = || -> io::Result<()> {
        fs::create_dir(folder)?;
        inside.iter().try_for_each(|name| fs::create_dir(folder.join(name)))
    };
    make().map_err(|error| Error::writing(&folder.to_string_lossy(), &error))?;
    Ok(folder.to_owned())
}

fn file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let create = || -> io::Result<File> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        Ok(file)
    };
    create().map(drop).map_err(|error| Error::writing(&path.to_string_lossy(), &error))
}
