//! The disk's floor: overwrite 4 KiB of a file that has its blocks, and sync.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::failure::Failure;

const BLOCK_BYTES: usize = 4096;
const BLOCKS: u64 = 4096;

/// A file whose blocks are all written.
#[derive(Debug)]
pub(crate) struct Disk {
    file: File,
    next: u64,
}

impl Disk {
    /// Makes the file in a folder.
    pub(crate) fn prepare(folder: &Path) -> Result<Disk, Failure> {
        let path = folder.join("floor");
        let file = OpenOptions::new().create(true).truncate(true).write(true).open(path)?;
        for block in 0..BLOCKS {
            file.write_all_at(&[1; BLOCK_BYTES], block * BLOCK_BYTES as u64)?;
        }
        file.sync_all()?;
        Ok(Disk { file, next: 0 })
    }

    /// Overwrites that reached the disk, each for itself, in a second.
    pub(crate) fn overwrites_per_second(&mut self, time: Duration) -> Result<f64, Failure> {
        let started = Instant::now();
        let mut written = 0_u32;
        while started.elapsed() < time {
            self.next = (self.next + 1) % BLOCKS;
            self.file.write_all_at(&[2; BLOCK_BYTES], self.next * BLOCK_BYTES as u64)?;
            self.file.sync_data()?;
            written += 1;
        }
        Ok(f64::from(written) / started.elapsed().as_secs_f64())
    }
}
