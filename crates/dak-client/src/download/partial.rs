//! A file that is not whole yet, and the note beside it that says what it is a part of.
//!
//! The note is written when a body begins and then once a second, after the bytes it speaks of are on disk.
//! So whenever the process or the machine stops, what the note says is there, is there.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use dak_proto::media::fetcher::Fetcher;
use dak_proto::media::hash::{Digests, Hashes, Wanted};
use dak_proto::retry::Policy;
use http::HeaderMap;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use url::Url;

use super::beside::{self, PART};
use super::name;
use super::note::{Note, sync_folder};
use super::sink::wanted;
use crate::call::lasting_url;
use crate::elsewhere;
use crate::error::Error;
use crate::reread::each_piece;

/// How often it is made sure of what has come: what came since is fetched again when the process is killed.
const SETTLE_EVERY_S: u64 = 1;

/// How often to try to lock: a sync that is under way when its download is given up has the lock until it is done.
const LOCKS_MAX: u32 = 10;

/// How far apart that is.
const LOCK_EVERY: Duration = Duration::from_millis(20);

/// A file in the making.
pub(crate) struct Partial {
    /// What it shall be.
    target: PathBuf,
    /// Whether the answer may give it another name.
    is_named_by_answer: bool,
    overwrite: bool,
    /// Where it comes from, without credentials: with new ones it is the same download.
    url: String,
    /// The bytes so far.
    part: PathBuf,
    /// Where they come from.
    note: Note,
    open: Option<Open>,
}

/// The bytes so far, once there are any.
struct Open {
    file: File,
    length: u64,
    /// How many of them the note speaks of.
    settled: u64,
    hashes: Hashes,
    /// When this is made sure of next, in seconds since 1970.
    settle_s: u64,
    /// A sync that is under way while more comes.
    settling: Option<Settling>,
}

/// A sync that is under way, and the note for when it is done.
struct Settling {
    work: JoinHandle<io::Result<()>>,
    length: u64,
    note: Value,
}

impl Partial {
    /// The file at `path`, with what an earlier run has left of it.
    pub(crate) fn file(path: &Path, url: &Url, overwrite: bool) -> Result<Partial, Error> {
        // Through a link its target is replaced, not the link.
        let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
        let target = if is_link { fs::canonicalize(path).ok() } else { None };
        let target = target.unwrap_or_else(|| path.to_owned());
        let partial = Partial::new(target, url, overwrite);
        partial.check_free()?;
        Ok(partial)
    }

    /// A file in this folder whose name the answer tells, with what an earlier run has left of it.
    pub(crate) fn folder(folder: &Path, url: &Url, overwrite: bool) -> Partial {
        let partial = Partial::new(folder.join(name::of_url(url)), url, overwrite);
        Partial { is_named_by_answer: true, ..partial }
    }

    fn new(target: PathBuf, url: &Url, overwrite: bool) -> Partial {
        let (part, note) = (beside::beside(&target, PART), Note::of(&target));
        Partial { target, is_named_by_answer: false, overwrite, url: lasting_url(url), part, note, open: None }
    }

    /// What the file will be called.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Takes up what an earlier run has left, if that was the same download and nobody has touched it since: it is read again.
    pub(crate) async fn resume(&mut self, policy: Policy) -> Result<Option<Fetcher>, Error> {
        let Some(note) = self.note.read() else { return Ok(None) };
        let fetcher = note.get("fetch").and_then(|token| Fetcher::from_json(token, policy));
        let hashes = note.get("hashes").and_then(Hashes::from_json);
        let is_same = note.get("url").and_then(Value::as_str) == Some(&self.url);
        let (Some(fetcher), Some(hashes), true) = (fetcher, hashes, is_same) else { return Ok(None) };
        let length = fetcher.kept();
        let Some(file) = self.open_part(false)? else { return Ok(None) };
        let there = file.metadata().map_err(|cause| Error::file(&self.part, cause))?.len();
        if there < length || !fetcher.is_resumable() {
            return Ok(None);
        }
        let counted = count(&file, length, hashes.wanted()).await.map_err(|cause| Error::file(&self.part, cause))?;
        if counted != hashes {
            return Ok(None);
        }
        cut(&file, length).map_err(|cause| Error::file(&self.part, cause))?;
        if let Some(name) = note.get("name").and_then(Value::as_str) {
            self.rename(name::safe(name));
        }
        self.open = Some(Open { file, length, settled: length, hashes, settle_s: 0, settling: None });
        Ok(Some(fetcher))
    }

    /// Prepares for a body that begins at `first`: with nothing, or behind all that is there.
    pub(crate) async fn take(&mut self, first: u64, headers: &HeaderMap, fetcher: &Fetcher) -> Result<(), Error> {
        if first == 0 {
            self.begin(headers, fetcher)?;
        }
        if self.open.as_ref().is_none_or(|open| open.length != first) {
            return Err(Error::file(&self.part, ErrorKind::InvalidData.into()));
        }
        self.make_sure(fetcher).await
    }

    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let Some(open) = &mut self.open else { return Ok(()) };
        open.file.write_all(bytes).map_err(|cause| Error::file(&self.part, cause))?;
        open.length += bytes.len() as u64;
        open.hashes.update(bytes);
        Ok(())
    }

    /// Makes sure of what is there once a second, while more comes.
    pub(crate) async fn settle(&mut self, fetcher: &Fetcher, now_s: u64) -> Result<(), Error> {
        let Some(open) = &mut self.open else { return Ok(()) };
        match &open.settling {
            Some(under_way) if under_way.work.is_finished() => self.settled().await,
            None if now_s >= open.settle_s => {
                open.settle_s = now_s.saturating_add(SETTLE_EVERY_S);
                self.begin_settling(fetcher)
            }
            _ => Ok(()),
        }
    }

    /// The checksums of all that is there.
    pub(crate) fn digests(&self) -> Digests {
        self.open.as_ref().map_or(Digests::NONE, |open| open.hashes.digests())
    }

    /// All is there: makes sure of it and puts it in its place.
    pub(crate) async fn finish(&mut self) -> Result<(), Error> {
        let Some(open) = &self.open else { return Ok(()) };
        let failed = |cause| Error::file(&self.target, cause);
        if let Ok(known) = fs::metadata(&self.target) {
            open.file.set_permissions(known.permissions()).map_err(failed)?;
        }
        let work = begin_sync(&open.file).map_err(failed)?;
        work.await.unwrap_or_else(|gone| Err(io::Error::other(gone))).map_err(failed)?;
        put_in_place(&self.part, &self.target, self.overwrite).map_err(failed)?;
        self.open = None;
        self.note.remove();
        sync_folder(&self.target).map_err(failed)
    }

    /// Leaves what is there for a later run, if that can do anything with it.
    pub(crate) fn leave(&mut self, fetcher: &Fetcher) {
        let Some(open) = &mut self.open else { return };
        if !fetcher.is_resumable() {
            return self.discard();
        }
        let is_sure = open.settled == open.length || open.file.sync_data().is_ok();
        if let Some(note) = self.describe(fetcher).filter(|_| is_sure) {
            // Without a new note the old one holds, and a little less is there.
            let _ = self.note.write_last(&note);
        }
    }

    /// What is there is no good: leaves no trace of it.
    pub(crate) fn discard(&mut self) {
        if self.open.take().is_some() {
            // Nothing can be done about leftovers that do not go.
            let _ = fs::remove_file(&self.part);
            self.note.remove();
        }
    }

    /// Begins with nothing, whatever was there.
    fn begin(&mut self, headers: &HeaderMap, fetcher: &Fetcher) -> Result<(), Error> {
        self.rename(name::of_answer(headers));
        self.check_free()?;
        let file = match self.open.take() {
            Some(open) => open.file,
            None => self.create()?,
        };
        let cleared = cut(&file, 0).and_then(|()| file.sync_data());
        cleared.map_err(|cause| Error::file(&self.part, cause))?;
        let hashes = Hashes::new(wanted(fetcher));
        self.open = Some(Open { file, length: 0, settled: 0, hashes, settle_s: 0, settling: None });
        Ok(())
    }

    fn rename(&mut self, name: Option<String>) {
        if let Some(name) = name.filter(|_| self.is_named_by_answer) {
            self.target.set_file_name(name);
        }
    }

    fn create(&self) -> Result<File, Error> {
        let file = self.open_part(true)?.ok_or_else(|| Error::file(&self.part, ErrorKind::NotFound.into()))?;
        let is_empty = file.metadata().is_ok_and(|found| found.len() == 0);
        if is_empty || self.note.is_there() {
            return Ok(file);
        }
        let strange = io::Error::new(ErrorKind::AlreadyExists, "it is there already, and not from a download");
        Err(Error::file(&self.part, strange))
    }

    /// Opens the bytes so far for this process alone; none if there are none.
    fn open_part(&self, create: bool) -> Result<Option<File>, Error> {
        let opened = beside::open_part(&self.part, create).map_err(|cause| Error::file(&self.part, cause))?;
        let Some(file) = opened else { return Ok(None) };
        if is_held(&file) {
            let held = io::Error::new(ErrorKind::WouldBlock, "another download is writing it");
            return Err(Error::file(&self.part, held));
        }
        Ok(Some(file))
    }

    fn check_free(&self) -> Result<(), Error> {
        match fs::symlink_metadata(&self.target) {
            Ok(_) if !self.overwrite => Err(Error::file(&self.target, there_already())),
            Ok(found) if found.is_dir() => Err(Error::file(&self.target, ErrorKind::IsADirectory.into())),
            // The names beside it are shorter than one that is too long.
            Err(cause) if cause.kind() == ErrorKind::InvalidFilename => Err(Error::file(&self.target, cause)),
            _ => Ok(()),
        }
    }

    /// Waits until all that is there is on disk and noted.
    async fn make_sure(&mut self, fetcher: &Fetcher) -> Result<(), Error> {
        self.begin_settling(fetcher)?;
        self.settled().await
    }

    fn begin_settling(&mut self, fetcher: &Fetcher) -> Result<(), Error> {
        let Some(note) = self.describe(fetcher) else { return Ok(()) };
        let Some(open) = &mut self.open else { return Ok(()) };
        let work = begin_sync(&open.file).map_err(|cause| Error::file(&self.part, cause))?;
        open.settling = Some(Settling { work, length: open.length, note });
        Ok(())
    }

    async fn settled(&mut self) -> Result<(), Error> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let Some(Settling { work, length, note }) = open.settling.take() else { return Ok(()) };
        let synced = work.await.unwrap_or_else(|gone| Err(io::Error::other(gone)));
        synced.map_err(|cause| Error::file(&self.part, cause))?;
        open.settled = length;
        self.note.write(&note).map_err(|cause| match cause.kind() {
            ErrorKind::AlreadyExists => Error::file(self.note.next_path(), cause),
            _ => Error::file(self.note.path(), cause),
        })
    }

    /// The note of what is there now.
    fn describe(&self, fetcher: &Fetcher) -> Option<Value> {
        let hashes = self.open.as_ref()?.hashes.to_json();
        let name = self.target.file_name().map(|name| name.to_string_lossy());
        Some(json!({"url": self.url, "name": name, "fetch": fetcher.to_json(), "hashes": hashes}))
    }
}

/// Whether another download has it. Where files cannot be locked nobody is kept out.
fn is_held(file: &File) -> bool {
    (0..LOCKS_MAX).all(|number| {
        if number > 0 {
            thread::sleep(LOCK_EVERY);
        }
        matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    })
}

fn cut(mut file: &File, length: u64) -> io::Result<()> {
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length)).map(drop)
}

/// The checksums of the first bytes of a file.
async fn count(file: &File, length: u64, wanted: Wanted) -> io::Result<Hashes> {
    let file = file.try_clone()?;
    let work = move || {
        let mut hashes = Hashes::new(wanted);
        each_piece(&file, 0, length, |piece| hashes.update(piece))?;
        Ok(hashes)
    };
    elsewhere::run(work).await
}

/// Syncs a file on a thread that may wait for a disk.
fn begin_sync(file: &File) -> io::Result<JoinHandle<io::Result<()>>> {
    let file = file.try_clone()?;
    Ok(elsewhere::spawn(move || file.sync_all()))
}

/// Gives the bytes their name, at once. One that somebody else has taken meanwhile is not taken from him.
fn put_in_place(part: &Path, target: &Path, overwrite: bool) -> io::Result<()> {
    if overwrite {
        return fs::rename(part, target);
    }
    match fs::hard_link(part, target) {
        Ok(()) => fs::remove_file(part),
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => Err(there_already()),
        // Some file systems have no links.
        Err(_) if fs::symlink_metadata(target).is_ok() => Err(there_already()),
        Err(_) => fs::rename(part, target),
    }
}

fn there_already() -> io::Error {
    io::Error::new(ErrorKind::AlreadyExists, "it is there already")
}
