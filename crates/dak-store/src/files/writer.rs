//! A file to which bytes are added.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;

use super::block::{Block, Blocks, until_aligned};
use super::disk::DiskFile;
use super::folder::Folder;
use super::workers::Queue;
use crate::folder::{parent, unusable};
use crate::{BoxFuture, Error, Segment, Writing};

/// How many full blocks a writer may have on their way. With one, what comes would often wait for the disk and then the disk
/// for what comes.
const WRITING_MAX: usize = 2;

/// Gathers bytes in blocks. Writing those and syncing are others' work, so that more bytes can come meanwhile.
pub(crate) struct Writer {
    target: Arc<Target>,
    queue: Queue,
    blocks: Arc<Blocks>,
    /// How many bytes were written, or are on their way.
    offset: u64,
    /// What comes behind those.
    block: Option<Block>,
    /// The full blocks that are on their way while the next is filled, and whose turn is next.
    writing: VecDeque<BoxFuture<'static, ()>>,
    turn: u64,
}

/// The file, which a sync may outlive the writer with.
struct Target {
    folder: Arc<Folder>,
    name: String,
    path: PathBuf,
    file: Box<dyn DiskFile>,
    /// Who writes holds it.
    turns: Mutex<Turns>,
    turn_ended: Condvar,
    /// Whether its entry in its folder may not last yet. Who holds it syncs: two syncs of a file at a time could share one
    /// failure, and only one of them be told.
    is_new: Mutex<bool>,
    /// Its first failure, which is the answer to everything after it.
    failure: OnceLock<Error>,
}

/// In which order threads write what was handed over to them.
struct Turns {
    /// Whether there is still a writer: nothing comes into the file behind the next one's back.
    is_open: bool,
    next: u64,
}

impl Writer {
    /// Opens the file of a segment and cuts off what does not count.
    pub(crate) fn open(
        folder: Arc<Folder>,
        segment: &Segment,
        queue: Queue,
        blocks: Arc<Blocks>,
    ) -> Result<Writer, Error> {
        let (name, path) = (segment.name.clone(), folder.path(&segment.name)?);
        if folder.is_abandoned(&name) {
            return Err(abandoned());
        }
        let is_new = segment.length == 0;
        let opened = if is_new { folder.disk().create(&path) } else { folder.disk().open(&path) };
        let file = opened.and_then(|file| cut(file, segment.length)).map_err(|error| unusable(&path, &error))?;
        let target = Target {
            folder,
            name,
            path,
            file,
            turns: Mutex::new(Turns { is_open: true, next: 0 }),
            turn_ended: Condvar::new(),
            is_new: Mutex::new(is_new),
            failure: OnceLock::new(),
        };
        let target = Arc::new(target);
        Ok(Writer { target, queue, blocks, offset: segment.length, block: None, writing: VecDeque::new(), turn: 0 })
    }

    async fn write_all(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        self.target.check()?;
        while !bytes.is_empty() {
            // Not as soon as it is full: if these bytes are the last, the sync writes it, without another change of threads.
            if let Some(block) = self.block.take_if(|block| block.is_full()) {
                self.hand_over(block).await?;
            }
            let count = self.gather(bytes)?;
            bytes = bytes.get(count..).unwrap_or_default();
        }
        Ok(())
    }

    /// Takes some of these bytes into a block, or writes them where no block can begin or is to be had.
    fn gather(&mut self, bytes: &[u8]) -> Result<usize, Error> {
        let until = until_aligned(self.offset);
        if self.block.is_none() && until == 0 {
            self.block = self.blocks.take(self.turn == 0);
        }
        match &mut self.block {
            Some(block) => Ok(block.fill(bytes)),
            None => {
                let bytes = bytes.get(..until).filter(|_| until > 0).unwrap_or(bytes);
                self.target.write(self.offset, bytes)?;
                self.offset += bytes.len() as u64;
                Ok(bytes.len())
            }
        }
    }

    async fn hand_over(&mut self, block: Block) -> Result<(), Error> {
        if self.writing.len() == WRITING_MAX
            && let Some(first) = self.writing.pop_front()
        {
            first.await?;
        }
        let write = self.send_off(block);
        self.writing.push_back(self.queue.answer(write));
        Ok(())
    }

    /// Gives a block its place and its turn.
    fn send_off(&mut self, block: Block) -> impl FnOnce() -> Result<(), Error> + Send + 'static {
        let (target, offset, turn) = (Arc::clone(&self.target), self.offset, self.turn);
        self.offset += block.bytes().len() as u64;
        self.turn += 1;
        move || target.write_in_turn(turn, offset, block.bytes())
    }
}

impl Writing for Writer {
    fn write<'a>(&'a mut self, bytes: &'a Bytes) -> BoxFuture<'a, ()> {
        Box::pin(self.write_all(bytes))
    }

    fn sync(&mut self) -> BoxFuture<'static, ()> {
        let write = self.block.take().map(|block| self.send_off(block));
        let (target, turn) = (Arc::clone(&self.target), self.turn);
        self.queue.answer(move || {
            write.map_or(Ok(()), |write| write())?;
            drop(target.turns_from(turn));
            target.sync()
        })
    }
}

impl Drop for Writer {
    /// Waits for what is just being written; what was not begun is not written any more.
    fn drop(&mut self) {
        self.target.turns_from(0).is_open = false;
    }
}

impl Target {
    fn write(&self, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        self.write_as(&self.turns_from(0), offset, bytes)
    }

    /// Writes once all that was handed over before is written. It was taken out of the queue before, so that there is a
    /// thread that does it.
    fn write_in_turn(&self, turn: u64, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        let mut turns = self.turns_from(turn);
        let written = self.write_as(&turns, offset, bytes);
        turns.next += 1;
        self.turn_ended.notify_all();
        written
    }

    fn write_as(&self, turns: &Turns, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        self.check()?;
        match turns.is_open {
            true => self.file.write(offset, bytes).map_err(|error| self.abandon(&error)),
            false => Err(abandoned()),
        }
    }

    /// Waits until all turns before this one have ended.
    fn turns_from(&self, turn: u64) -> MutexGuard<'_, Turns> {
        let turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let turns = self.turn_ended.wait_while(turns, |turns| turns.next < turn);
        turns.unwrap_or_else(PoisonError::into_inner)
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
        let is_abandoned = self.folder.is_abandoned(&self.name);
        match self.failure.get() {
            Some(error) => Err(error.clone()),
            None if is_abandoned => Err(abandoned()),
            None => Ok(()),
        }
    }

    /// Nobody knows what a file has of which a write or a sync failed: a second sync would succeed and mean nothing.
    fn abandon(&self, error: &io::Error) -> Error {
        let failure = unusable(&self.path, error);
        self.folder.abandon(&self.name, || _ = self.failure.set(failure.clone()));
        self.failure.get().cloned().unwrap_or(failure)
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
