//! What the engine changes its folder through, so that a test can let any step fail.

use std::fs;
use std::io;
use std::path::Path;

use super::file::SystemFile;
use crate::folder;

/// Every change that the engine makes to a disk. What is read is read from the file system itself.
pub trait Disk: Send + Sync {
    /// Makes a folder that is its owner's alone; it is no error if there is one.
    fn make_folder(&self, path: &Path) -> io::Result<()>;

    /// Makes the entries of a folder last.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Opens a file to write to it, and makes it if there is none.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Opens a file to write to it.
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// A file that is written. One thread at a time writes.
pub trait DiskFile: Send + Sync {
    /// How many bytes it has.
    fn length(&self) -> io::Result<u64>;

    /// Cuts off what is behind a length.
    fn truncate(&self, length: u64) -> io::Result<()>;

    /// Writes all of these bytes from an offset on, where the file may end. After an error a part of them may be there.
    ///
    /// Whole blocks of memory may go to the disk without a copy in the system's cache.
    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes what was written before this call last (`fdatasync`). It may be called while another thread writes.
    fn sync(&self) -> io::Result<()>;
}

/// The disks of this machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemDisk;

impl Disk for SystemDisk {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        match folder::make(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            made => made,
        }
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        folder::sync_entries(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(SystemFile::open(path, folder::writing().create(true))?))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(SystemFile::open(path, &folder::writing())?))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}
