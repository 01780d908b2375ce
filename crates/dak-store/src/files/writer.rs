//! A file to which bytes are added.

use std::future::ready;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;

use super::disk::DiskFile;
use super::folder::Folder;
use super::workers::Queue;
use crate::folder::{parent, unusable};
use crate::{BoxFuture, Error, Segment, Writing};

/// The disk begins with so many bytes at a time. It would wait until the first sync, and that would find all of them.
const BEGUN_BYTES: u64 = 1 << 20;

/// Writes in the task that asks; only syncs are others' work, so that writing goes on meanwhile.
pub(crate) struct Writer {
    target: Arc<Target>,
    queue: Queue,
    /// How many bytes the file has, and up to where the disk was told to begin.
    length: u64,
    begun: u64,
}

/// The file, which a sync may outlive the writer with.
struct Target {
    folder: Arc<Folder>,
    name: String,
    path: PathBuf,
    file: Box<dyn DiskFile>,
    /// Whether its entry in its folder may not last yet. Who holds it syncs: two syncs of a file at a time could share one
    /// failure, and only one of them be told.
    is_new: Mutex<bool>,
    /// Its first failure, which is the answer to everything after it.
    failure: OnceLock<Error>,
}

impl Writer {
    /// Opens the file of a segment and cuts off what does not count.
    pub(crate) fn open(folder: Arc<Folder>, segment: &Segment, queue: Queue) -> Result<Writer, Error> {
        let (name, path) = (segment.name.clone(), folder.path(&segment.name)?);
        if folder.is_abandoned(&name) {
            return Err(abandoned());
        }
        let is_new = segment.length == 0;
        let opened = if is_new { folder.disk().create(&path) } else { folder.disk().open(&path) };
        let file = opened.and_then(|file| cut(file, segment.length)).map_err(|error| unusable(&path, &error))?;
        let target = Target { folder, name, path, file, is_new: Mutex::new(is_new), failure: OnceLock::new() };
        Ok(Writer { target: Arc::new(target), queue, length: segment.length, begun: segment.length })
    }
}

impl Writing for Writer {
    fn write<'a>(&'a mut self, bytes: &'a Bytes) -> BoxFuture<'a, ()> {
        Box::pin(ready(self.write_now(bytes)))
    }

    fn sync(&mut self) -> BoxFuture<'static, ()> {
        let target = self.target.clone();
        self.queue.answer(move || target.sync())
    }
}

impl Writer {
    fn write_now(&mut self, bytes: &Bytes) -> Result<(), Error> {
        self.target.write(bytes)?;
        self.length += bytes.len() as u64;
        if self.length - self.begun >= BEGUN_BYTES {
            self.target.file.begin_sync(self.begun, self.length - self.begun);
            self.begun = self.length;
        }
        Ok(())
    }
}

impl Target {
    fn write(&self, bytes: &[u8]) -> Result<(), Error> {
        self.check()?;
        self.file.write(bytes).map_err(|error| self.abandon(&error))
    }

    fn sync(&self) -> Result<(), Error> {
        let mut is_new = self.is_new.lock().unwrap_or_else(PoisonError::into_inner);
        self.check()?;
        self.file.sync().map_err(|error| self.abandon(&error))?;
        if *is_new {
            self.folder.disk().sync_folder(&parent(&self.path)).map_err(|error| self.abandon(&error))?;
            *is_new = false;
        }
        Ok(())
    }

    /// Also the folder is asked: the failure may have been another writer's whose sync ended late.
    fn check(&self) -> Result<(), Error> {
        match self.failure.get() {
            Some(error) => Err(error.clone()),
            None if self.folder.is_abandoned(&self.name) => Err(abandoned()),
            None => Ok(()),
        }
    }

    /// Nobody knows what a file has of which a write or a sync failed: a second sync would succeed and mean nothing.
    fn abandon(&self, error: &io::Error) -> Error {
        self.folder.abandon(&self.name);
        self.failure.get_or_init(|| unusable(&self.path, error)).clone()
    }
}

/// Cuts off what does not count of a segment that nobody writes to.
pub(crate) fn cut_back(folder: &Folder, segment: &Segment) -> Result<(), Error> {
    let path = folder.path(&segment.name)?;
    let file = folder.disk().open(&path).and_then(|file| cut(file, segment.length));
    file.map(drop).map_err(|error| unusable(&path, &error))
}

fn cut(file: Box<dyn DiskFile>, length: u64) -> io::Result<Box<dyn DiskFile>> {
    let has = file.length()?;
    if has < length {
        let text = format!("it has {has} bytes, fewer than the {length} that count");
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, text));
    }
    if has > length {
        file.truncate(length)?;
    }
    Ok(file)
}

fn abandoned() -> Error {
    Error::unavailable("The segment was given up after a write or a sync that failed.")
}
