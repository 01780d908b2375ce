//! What the engine changes its folder through, so that a test can let any step fail.

use std::fs::{self, File};
use std::io::{self, Write};
#[cfg(target_os = "linux")]
use std::num::NonZeroU64;
use std::path::Path;

use crate::folder;

/// Every change that the engine makes to a disk. What is read is read from the file system itself.
pub trait Disk: Send + Sync {
    /// Makes a folder that is its owner's alone; it is no error if there is one.
    fn make_folder(&self, path: &Path) -> io::Result<()>;

    /// Makes the entries of a folder last.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Opens a file to write at its end, and makes it if there is none.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Opens a file to write at its end.
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// A file that is written at its end.
pub trait DiskFile: Send + Sync {
    /// How many bytes it has.
    fn length(&self) -> io::Result<u64>;

    /// Cuts off what is behind a length.
    fn truncate(&self, length: u64) -> io::Result<()>;

    /// Adds all of these bytes. After an error a part of them may be there.
    fn write(&self, bytes: &[u8]) -> io::Result<()>;

    /// Lets the disk begin with bytes that were written, so that a later sync has less to do. Nothing is promised of them,
    /// and what fails is told by that sync. The call does not wait for the disk.
    fn begin_sync(&self, offset: u64, length: u64) {
        let _ = (offset, length);
    }

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
        Ok(Box::new(folder::writing().append(true).create(true).open(path)?))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(folder::writing().append(true).open(path)?))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

impl DiskFile for File {
    fn length(&self) -> io::Result<u64> {
        self.metadata().map(|metadata| metadata.len())
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = self;
        file.write_all(bytes)
    }

    #[cfg(target_os = "linux")]
    fn begin_sync(&self, offset: u64, length: u64) {
        use rustix::fs::{Advice, fadvise};
        // Linux begins to write such bytes, and lets go only of those that are written already (posix_fadvise(2)).
        let _ = fadvise(self, offset, NonZeroU64::new(length), Advice::DontNeed);
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}
