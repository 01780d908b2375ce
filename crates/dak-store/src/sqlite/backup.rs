//! A copy of the store that `open` accepts, taken while writing goes on.

use std::fs::{self, DirBuilder, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::failure::{failure, unusable};
use super::schema;
use crate::{Error, ErrorKind};

/// Copies the store behind this connection into a new folder.
///
/// All pages are copied in one read transaction, so that the copy is one moment; writers go on meanwhile. The copy grows
/// under another name and gets its own only when it is whole and on the disk.
pub(crate) fn back_up(source: &Connection, folder: &Path) -> Result<(), Error> {
    refuse_occupied(folder)?;
    let parent = parent(folder);
    fs::create_dir_all(&parent).map_err(|error| unusable(&parent, &error))?;
    let partial = partial(folder)?;
    make_folder(&partial).map_err(|error| unusable(&partial, &error))?;
    let done = copy(source, &partial).and_then(|()| finish(&partial, folder, &parent));
    if done.is_err() {
        // What is left of a failed copy is in nobody's way; its name tells what it is.
        let _ = fs::remove_dir_all(&partial);
    }
    done
}

fn refuse_occupied(folder: &Path) -> Result<(), Error> {
    let is_empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(unusable(folder, &error)),
    };
    match is_empty {
        true => Ok(()),
        false => Err(Error::new(
            ErrorKind::Invalid,
            format!("'{}' is not empty; a backup needs a new folder.", folder.display()),
        )),
    }
}

/// A copy is as private as what it is a copy of.
fn make_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn parent(folder: &Path) -> PathBuf {
    match folder.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
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

fn copy(source: &Connection, partial: &Path) -> Result<(), Error> {
    let path = schema::file(partial);
    schema::make_private(&path)?;
    let mut target = Connection::open(&path).map_err(failure)?;
    let step = Backup::new(source, &mut target).and_then(|backup| backup.step(-1)).map_err(failure)?;
    if step != StepResult::Done {
        return Err(Error::busy("The store could not be read for the backup."));
    }
    target.close().map_err(|(_, error)| failure(error))?;
    File::open(&path).and_then(|file| file.sync_all()).map_err(|error| unusable(&path, &error))
}

/// Renaming takes the place of an empty folder and of nothing else.
fn finish(partial: &Path, folder: &Path, parent: &Path) -> Result<(), Error> {
    schema::sync_folder(partial)?;
    fs::rename(partial, folder).map_err(|error| unusable(folder, &error))?;
    schema::sync_folder(parent)
}
