//! Folders and files of our own: private, lasting, and whole or not there.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind};

/// Makes a new folder that gets its name only when `fill` has put everything into it and that is on the disk.
///
/// # Errors
///
/// `Invalid` if there is such a folder and it is not empty. Nothing is left behind by a failure.
pub(crate) fn build(folder: &Path, fill: impl FnOnce(&Path) -> Result<(), Error>) -> Result<(), Error> {
    refuse_occupied(folder)?;
    let parent = parent(folder);
    fs::create_dir_all(&parent).map_err(|error| unusable(&parent, &error))?;
    let partial = partial(folder)?;
    make(&partial).map_err(|error| unusable(&partial, &error))?;
    let done = fill(&partial).and_then(|()| finish(&partial, folder, &parent));
    if done.is_err() {
        // What is left of a failed copy is in nobody's way; its name tells what it is.
        let _ = fs::remove_dir_all(&partial);
    }
    done
}

/// Makes a folder that is its owner's alone.
pub(crate) fn make(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// How a file is opened for writing; if that makes it, it is its owner's alone.
pub(crate) fn writing() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes the entries of a folder last.
pub(crate) fn sync(folder: &Path) -> Result<(), Error> {
    sync_entries(folder).map_err(|error| unusable(folder, &error))
}

/// The same with the system's own error.
pub(crate) fn sync_entries(folder: &Path) -> io::Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all())
}

/// The folder in which a folder stands.
pub(crate) fn parent(folder: &Path) -> PathBuf {
    match folder.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// An error of the file system.
pub(crate) fn unusable(path: &Path, error: &io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorKind::Full,
        _ => ErrorKind::Unavailable,
    };
    Error::new(kind, format!("'{}' cannot be used: {}.", path.display(), reason(error)))
}

fn refuse_occupied(folder: &Path) -> Result<(), Error> {
    let is_empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(unusable(folder, &error)),
    };
    match is_empty {
        true => Ok(()),
        false => Err(Error::invalid(format!("'{}' is not empty; a backup needs a new folder.", folder.display()))),
    }
}

/// A name beside the folder's that nobody else has.
fn partial(folder: &Path) -> Result<PathBuf, Error> {
    let random =
        getrandom::u64().map_err(|error| Error::unavailable(format!("There are no random numbers: {error}.")))?;
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(format!(".partial-{random:016x}"));
    Ok(parent(folder).join(name))
}

/// Renaming takes the place of an empty folder and of nothing else.
fn finish(partial: &Path, folder: &Path, parent: &Path) -> Result<(), Error> {
    sync(partial)?;
    fs::rename(partial, folder).map_err(|error| unusable(folder, &error))?;
    sync(parent)
}

/// What the system says, in its words but without its number: `permission denied`.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or_default();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
