//! A file that is sent and got, of bytes that look random.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::data;
use crate::failure::Failure;

const MIB: u64 = 1 << 20;

/// The file.
#[derive(Debug)]
pub(crate) struct Media {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    pub(crate) bytes: u64,
}

impl Media {
    /// Makes the file in a folder, and leaves it on disk and in the system's cache.
    pub(crate) fn make(folder: &Path, bytes: u64) -> Result<Media, Failure> {
        let path = folder.join("media");
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        data::noise(bytes).try_for_each(|piece| out.write_all(&piece))?;
        out.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        let file = File::open(&path)?;
        Ok(Media { path, file, bytes })
    }

    /// The length in MiB, for rates.
    pub(crate) fn mebibytes(&self) -> f64 {
        self.bytes as f64 / MIB as f64
    }

    /// Fails unless a file has the same length; what was only half written must not look fast.
    pub(crate) fn same_length(&self, path: &Path) -> Result<(), Failure> {
        match fs::metadata(path)?.len() {
            length if length == self.bytes => Ok(()),
            length => Err(Failure::new(format!("{} has {length} of {} bytes", path.display(), self.bytes))),
        }
    }
}
