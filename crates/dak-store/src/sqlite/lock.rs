//! One process at a time: an exclusive lock on a data folder.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::Error;
use crate::folder::unusable;

/// What the lock's file is called.
pub const LOCK_FILE: &str = "lock";

/// The most bytes read from a lock that someone else holds.
const TEXT_BYTES_MAX: u64 = 64 << 10;

/// An exclusive lock on a folder. It lasts as long as the value, and goes with the process however that ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// Why a lock was not to be had.
#[derive(Debug)]
pub enum Refused {
    /// Someone else has it, and wrote this into it.
    Held {
        /// Empty while the holder has written nothing.
        text: String,
    },
    /// The folder or the file cannot be used.
    Unusable(Error),
}

impl Lock {
    /// Locks a folder, which is made if it is not there.
    pub fn acquire(folder: &Path) -> Result<Lock, Refused> {
        make(folder).map_err(|error| Refused::Unusable(unusable(folder, &error)))?;
        let path = folder.join(LOCK_FILE);
        let mut file = open(&path).map_err(|error| Refused::Unusable(unusable(&path, &error)))?;
        match file.try_lock() {
            Ok(()) => file.set_len(0).map_err(|error| Refused::Unusable(unusable(&path, &error)))?,
            Err(TryLockError::WouldBlock) => return Err(Refused::Held { text: read_text(&mut file) }),
            Err(TryLockError::Error(error)) => return Err(Refused::Unusable(unusable(&path, &error))),
        }
        Ok(Lock { file })
    }

    /// Writes a text for those who come while the lock is held: who holds it, and how to reach them.
    pub fn write(&self, text: &str) -> Result<(), Error> {
        let mut file = &self.file;
        let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes()));
        written.map_err(|error| unusable(Path::new(LOCK_FILE), &error))
    }
}

/// A new folder is its owner's alone.
fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// The text may hold how the holder is controlled, so nobody else may read it.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// What can be read; the text only helps, so that a failure leaves it empty.
fn read_text(file: &mut File) -> String {
    let mut bytes = Vec::new();
    match file.take(TEXT_BYTES_MAX).read_to_end(&mut bytes) {
        Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => String::new(),
    }
}
