//! A copy of the store that `open` accepts, taken while writing goes on.

use std::fs::File;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::failure::failure;
use super::schema;
use crate::Error;
use crate::folder::{self, unusable};

/// Copies the store behind this connection into a new folder.
///
/// All pages are copied in one read transaction, so that the copy is one moment; writers go on meanwhile.
pub(crate) fn back_up(source: &Connection, folder: &Path) -> Result<(), Error> {
    folder::build(folder, |partial| copy(source, partial))
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
