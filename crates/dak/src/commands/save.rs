//! A file that is replaced only once its new content is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use crate::error::Error;

/// A download into a file: written beside it, then renamed onto it. What was begun and not finished leaves no trace.
#[derive(Debug)]
pub(crate) struct Save {
    name: String,
    file: File,
    /// Where the bytes are and where they shall be; none for a device or pipe, which is written in place.
    rename: Option<(PathBuf, PathBuf)>,
}

impl Save {
    /// Begins a new content for `path`.
    pub(crate) fn create(path: &str) -> Result<Save, Error> {
        Save::open(Path::new(path))
            .map(|(file, rename)| Save { name: path.to_owned(), file, rename })
            .map_err(|error| Error::writing(path, &error))
    }

    fn open(path: &Path) -> io::Result<(File, Option<(PathBuf, PathBuf)>)> {
        // Through a link its target is replaced, not the link.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let known = fs::metadata(&target).ok();
        if known.as_ref().is_some_and(|known| !known.is_file()) {
            return Ok((OpenOptions::new().write(true).open(&target)?, None));
        }
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let temporary = target.with_file_name(format!(".{}.dak-{}", name.to_string_lossy(), process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        if let Some(known) = known {
            file.set_permissions(known.permissions())?;
        }
        Ok((file, Some((temporary, target))))
    }

    /// Whether nothing is to be seen of the new content before it is whole.
    pub(crate) fn is_hidden(&self) -> bool {
        self.rename.is_some()
    }

    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(|error| Error::writing(&self.name, &error))
    }

    /// Puts the new content in the old one's place.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        let Some((temporary, target)) = &self.rename else { return Ok(()) };
        fs::rename(temporary, target).map_err(|error| Error::writing(&self.name, &error))?;
        self.rename = None;
        Ok(())
    }
}

impl Drop for Save {
    fn drop(&mut self) {
        if let Some((temporary, _)) = &self.rename {
            // Nothing can be done about a leftover that does not go.
            let _ = fs::remove_file(temporary);
        }
    }
}
