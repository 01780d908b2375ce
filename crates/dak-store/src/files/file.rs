//! A file of this machine's disks.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::block::is_aligned;
use super::disk::DiskFile;

/// A file that is opened a second time for what goes to the disk directly.
pub(crate) struct SystemFile {
    path: PathBuf,
    file: File,
    /// `None` inside where the file system has no such way.
    direct: OnceLock<Option<File>>,
}

impl SystemFile {
    /// Opens a file.
    pub(crate) fn open(path: &Path, options: &OpenOptions) -> io::Result<SystemFile> {
        Ok(SystemFile { path: path.to_owned(), file: options.open(path)?, direct: OnceLock::new() })
    }

    /// The way past the system's cache. Bytes in it would be copied once more, and written to the disk a second time soon.
    fn direct(&self) -> Option<&File> {
        self.direct.get_or_init(|| open_direct(&self.path).ok()).as_ref()
    }
}

impl DiskFile for SystemFile {
    fn length(&self) -> io::Result<u64> {
        self.file.metadata().map(|metadata| metadata.len())
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let direct = if is_aligned(offset, bytes) { self.direct() } else { None };
        match direct.map(|direct| write_at(direct, offset, bytes)) {
            // Some file systems open a file so and then do not write it so.
            None => write_at(&self.file, offset, bytes),
            Some(Err(error)) if error.kind() == io::ErrorKind::InvalidInput => write_at(&self.file, offset, bytes),
            Some(written) => written,
        }
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

fn write_at(mut file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(offset))?;
    file.write_all(bytes)
}

#[cfg(target_os = "linux")]
fn open_direct(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flag = rustix::fs::OFlags::DIRECT.bits();
    OpenOptions::new().write(true).custom_flags(flag.cast_signed()).open(path)
}

#[cfg(not(target_os = "linux"))]
fn open_direct(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}
