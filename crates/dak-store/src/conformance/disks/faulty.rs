//! A disk that fails when it is told to.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::files::{Disk, DiskFile};

/// A disk of which one change fails, once. What fails is not done, but of a write the first half is.
#[derive(Clone)]
pub struct FaultyDisk {
    disk: Arc<dyn Disk>,
    plan: Arc<Mutex<Plan>>,
}

/// What can be changed on a disk.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DiskChange {
    /// A file is opened that need not be there.
    Create,
    /// A folder is made.
    MakeFolder,
    /// A file is opened that is there.
    Open,
    /// A file is removed.
    Remove,
    /// A file's bytes are made to last.
    Sync,
    /// A folder's entries are made to last.
    SyncFolder,
    /// A file is cut back.
    Truncate,
    /// Bytes are added to a file.
    Write,
}

/// How a change fails.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum DiskFailure {
    /// The device does not do it (`EIO`).
    Broken,
    /// There is no room (`ENOSPC`).
    Full,
}

#[derive(Default)]
struct Plan {
    next: Option<Next>,
    failed: Option<DiskChange>,
}

struct Next {
    /// Whether only changes of one kind are counted.
    change: Option<DiskChange>,
    left: u64,
    failure: DiskFailure,
}

struct FaultyFile {
    file: Box<dyn DiskFile>,
    disk: FaultyDisk,
}

impl FaultyDisk {
    /// A disk that does what this one does until it is told to fail.
    pub fn new(disk: Arc<dyn Disk>) -> FaultyDisk {
        FaultyDisk { disk, plan: Arc::default() }
    }

    /// Lets the change of this number fail; the next one has the number 0.
    pub fn fail(&self, number: u64, failure: DiskFailure) {
        *self.plan() = Plan { next: Some(Next { change: None, left: number, failure }), failed: None };
    }

    /// Lets the next change of a kind fail.
    pub fn fail_next(&self, change: DiskChange, failure: DiskFailure) {
        *self.plan() = Plan { next: Some(Next { change: Some(change), left: 0, failure }), failed: None };
    }

    /// Lets nothing fail any more. Gives what has failed, if that change had come.
    pub fn stop(&self) -> Option<DiskChange> {
        std::mem::take(&mut *self.plan()).failed
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a change, and fails if it is its turn.
    fn pass(&self, change: DiskChange) -> io::Result<()> {
        let mut plan = self.plan();
        match &mut plan.next {
            Some(next) if next.change.is_none_or(|only| only == change) => {
                if next.left > 0 {
                    next.left -= 1;
                    return Ok(());
                }
                let error = next.failure.error();
                *plan = Plan { next: None, failed: Some(change) };
                Err(error)
            }
            _ => Ok(()),
        }
    }

    fn wrap(&self, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(FaultyFile { file, disk: self.clone() })
    }
}

impl Disk for FaultyDisk {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.pass(DiskChange::MakeFolder)?;
        self.disk.make_folder(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.pass(DiskChange::SyncFolder)?;
        self.disk.sync_folder(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.pass(DiskChange::Create)?;
        self.disk.create(path).map(|file| self.wrap(file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.pass(DiskChange::Open)?;
        self.disk.open(path).map(|file| self.wrap(file))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.pass(DiskChange::Remove)?;
        self.disk.remove(path)
    }
}

impl DiskFile for FaultyFile {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.disk.pass(DiskChange::Truncate)?;
        self.file.truncate(length)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let passed = self.disk.pass(DiskChange::Write);
        let count = if passed.is_ok() { bytes.len() } else { bytes.len() / 2 };
        self.file.write(offset, bytes.get(..count).unwrap_or_default())?;
        passed
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.pass(DiskChange::Sync)?;
        self.file.sync()
    }
}

impl DiskFailure {
    fn error(self) -> io::Error {
        match self {
            DiskFailure::Broken => io::Error::other("input/output error"),
            DiskFailure::Full => io::Error::new(io::ErrorKind::StorageFull, "no space left on device"),
        }
    }
}
