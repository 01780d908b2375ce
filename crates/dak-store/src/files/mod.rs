//! Bytes in files of a folder, made to last.
//!
//! - `disk`: what the engine changes a disk through, `file` a file of it. `folder`: where the file of a segment stands.
//! - `writer`: gathers bytes in the memory of `block`, and hands full blocks to threads. `reader`: plain reads in the task that
//!   asks.
//! - `workers`: threads for blocks, syncs and deletions, which a disk may take long for.
//! - `copy`, `survey`: all segments copied, all segments listed.
//!
//! What a sync's answer promises: the file was synced, and before its first answer its entry in the folder as well, so the
//! bytes are there after the process is killed or the power fails. After a write or a sync that failed the segment is never
//! written again, as a second sync of what the first one lost would succeed.

use std::future::ready;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Blobs, BoxFuture, Error, Reading, Segment, Writing};

mod block;
mod copy;
mod disk;
mod file;
mod folder;
mod reader;
mod survey;
mod workers;
mod writer;

pub use disk::{Disk, DiskFile, SystemDisk};
pub use survey::Found;

use block::Blocks;
use folder::Folder;
use reader::Reader;
use workers::{Job, Workers, job};
use writer::Writer;

/// Disks sync several files in the time of one.
const WORKERS: usize = 4;

/// Blobs in a folder. Dropping it finishes what is queued.
///
/// One process at a time may use the folder; whoever opens it sees to that, for example by the
/// [lock](crate::sqlite::Lock) of the folder in which it stands.
pub struct Files {
    workers: Workers,
    folder: Arc<Folder>,
    blocks: Arc<Blocks>,
    deletions: Mutex<Deletions>,
}

/// Deletions wait for as long as it lives.
#[must_use = "deletions go on when it is dropped"]
pub struct Held<'a>(&'a Files);

#[derive(Default)]
struct Deletions {
    holds: usize,
    waiting: Vec<Job>,
}

impl Files {
    /// Opens a folder of segments, and makes it if there is none. The folder in which it stands must be there.
    ///
    /// # Errors
    ///
    /// `Unavailable`, with a sentence for the operator, if the folder cannot be used. `Full` if there is no room to make it.
    pub fn open(folder: &Path) -> Result<Files, Error> {
        Files::open_on(folder, Arc::new(SystemDisk))
    }

    /// The same on a disk that is not the system's, so that a test sees what the engine makes of its failures.
    pub fn open_on(folder: &Path, disk: Arc<dyn Disk>) -> Result<Files, Error> {
        let folder = Arc::new(Folder::open(folder, disk)?);
        Ok(Files { workers: Workers::start(WORKERS)?, folder, blocks: Arc::default(), deletions: Mutex::default() })
    }

    /// Lets deletions wait, those whose futures are waited for too, until what it gives is dropped. Only deletions called
    /// for before may still take place.
    ///
    /// This is for backups: hold deletions, copy the records, then [copy](Files::copy) the files; so the copy has every
    /// segment that the copied records name.
    pub fn hold_deletions(&self) -> Held<'_> {
        self.deletions().holds += 1;
        Held(self)
    }

    /// Copies all segments into a new or empty folder, which [`Files::open`] accepts. Reads and writes go on meanwhile: of
    /// a segment that grows the copy has at least what it had before. The call takes as long as the copy: not for an async
    /// worker.
    ///
    /// # Errors
    ///
    /// `Invalid` if the folder is not empty; nothing is left behind by a copy that failed.
    pub fn copy(&self, into: &Path) -> Result<(), Error> {
        copy::copy(self.folder.root(), into)
    }

    /// Deletes all segments for good; what somebody still writes to one is lost. Takes its time: not for an async worker.
    ///
    /// # Errors
    ///
    /// `Busy` while deletions are held.
    pub fn clear(&self) -> Result<(), Error> {
        let deletions = self.deletions();
        if deletions.holds > 0 {
            return Err(Error::busy("Nothing can be deleted during a backup."));
        }
        self.folder.clear()
    }

    /// Everything in the folder, in no order; also what the engine did not put there.
    pub fn survey(&self) -> impl Iterator<Item = Result<Found, Error>> + use<> {
        survey::survey(self.folder.root())
    }

    fn deletions(&self) -> MutexGuard<'_, Deletions> {
        self.deletions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Blobs for Files {
    fn is_appendable(&self, segment: &Segment) -> bool {
        !self.folder.is_abandoned(&segment.name)
    }

    fn append<'a>(&'a self, segment: &'a Segment) -> BoxFuture<'a, Box<dyn Writing>> {
        let writer = Writer::open(self.folder.clone(), segment, self.workers.queue().clone(), self.blocks.clone());
        Box::pin(ready(writer.map(|writer| Box::new(writer) as Box<dyn Writing>)))
    }

    /// The files of the first 64 segments that are read are opened by the call; a deletion of a later one is noticed only
    /// when it is reached.
    fn read<'a>(&'a self, segments: &'a [Segment], offset: u64) -> BoxFuture<'a, Box<dyn Reading>> {
        let reader = Reader::open(&self.folder, segments, offset);
        Box::pin(ready(reader.map(|reader| Box::new(reader) as Box<dyn Reading>)))
    }

    fn cut<'a>(&'a self, segment: &'a Segment) -> BoxFuture<'a, ()> {
        match segment.length {
            0 => self.delete(&segment.name),
            _ => Box::pin(ready(writer::cut_back(&self.folder, segment))),
        }
    }

    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, ()> {
        let (folder, name) = (self.folder.clone(), name.to_owned());
        let (job, answered) = job(move || folder.delete(&name));
        let mut deletions = self.deletions();
        match deletions.holds {
            0 => self.workers.queue().push(job),
            _ => deletions.waiting.push(job),
        }
        answered
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut deletions = self.0.deletions();
        deletions.holds -= 1;
        if deletions.holds == 0 {
            deletions.waiting.drain(..).for_each(|job| self.0.workers.queue().push(job));
        }
    }
}
