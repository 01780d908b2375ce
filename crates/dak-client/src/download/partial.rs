//! A file that is not whole yet, and the note beside it that says what it is a part of.
//!
//! The note is written when a body begins and then once a second, after the bytes it speaks of are on disk.
//! So whenever the process or the machine stops, what the note says is there, is there.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use dak_proto::media::fetcher::Fetcher;
use dak_proto::media::hash::{Digests, Hashes, Wanted};
use dak_proto::retry::Policy;
use http::HeaderMap;
use serde_json::{Value, json};
use tokio::task::{self, JoinHandle};
use url::Url;

use super::name;
use super::sink::wanted;
use crate::call::lasting_url;
use crate::error::Error;
use crate::reread::each_piece;

/// How often it is made sure of what has come: what came since is fetched again when the process is killed.
const SETTLE_EVERY_S: u64 = 1;

/// How often to try to lock: a sync that is under way when its download is given up has the lock until it is done.
const LOCKS_MAX: u32 = 10;

/// How far apart that is.
const LOCK_EVERY: Duration = Duration::from_millis(20);

/// The most bytes of a note; a URL is the longest thing in it.
const NOTE_BYTES_MAX: u64 = 64 << 10;

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
    note: PathBuf,
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
        let (part, note) = (beside(&target, ".part"), beside(&target, ".part.json"));
        Partial { target, is_named_by_answer: false, overwrite, url: lasting_url(url), part, note, open: None }
    }

    /// What the file will be called.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Takes up what an earlier run has left, if that was the same download and nobody has touched it since: it is read again.
    pub(crate) async fn resume(&mut self, policy: Policy) -> Result<Option<Fetcher>, Error> {
        let Some(note) = self.read_note() else { return Ok(None) };
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
        // A note without its file says nothing; the next download under this name writes its own.
        let _ = fs::remove_file(&self.note);
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
            let _ = self.write_note(&note);
        }
    }

    /// What is there is no good: leaves no trace of it.
    pub(crate) fn discard(&mut self) {
        if self.open.take().is_some() {
            // Nothing can be done about leftovers that do not go.
            let _ = fs::remove_file(&self.part);
            let _ = fs::remove_file(&self.note);
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
        // A note that cannot be read is one all the same: a full disk or a crash may have left it so.
        if is_empty || self.note.exists() {
            return Ok(file);
        }
        let strange = io::Error::new(ErrorKind::AlreadyExists, "it is there already, and not from a download");
        Err(Error::file(&self.part, strange))
    }

    /// Opens the bytes so far for this process alone; none if there are none.
    fn open_part(&self, create: bool) -> Result<Option<File>, Error> {
        let opened = OpenOptions::new().read(true).write(true).create(create).truncate(false).open(&self.part);
        let file = match opened {
            Ok(file) => file,
            Err(cause) if !create && cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Error::file(&self.part, cause)),
        };
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
        self.write_note(&note).map_err(|cause| Error::file(&self.note, cause))
    }

    fn read_note(&self) -> Option<Value> {
        let mut text = Vec::new();
        File::open(&self.note).ok()?.take(NOTE_BYTES_MAX).read_to_end(&mut text).ok()?;
        let note: Value = serde_json::from_slice(&text).ok()?;
        note.get("url").is_some().then_some(note)
    }

    /// The note of what is there now.
    fn describe(&self, fetcher: &Fetcher) -> Option<Value> {
        let hashes = self.open.as_ref()?.hashes.to_json();
        let name = self.target.file_name().map(|name| name.to_string_lossy());
        Some(json!({"url": self.url, "name": name, "fetch": fetcher.to_json(), "hashes": hashes}))
    }

    /// Writes the note beside its place and moves it there: it is the old one or the new one, never a half.
    fn write_note(&self, note: &Value) -> io::Result<()> {
        let new = beside(&self.note, ".new");
        let written = private(&new).and_then(|mut file| {
            file.write_all(note.to_string().as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, &self.note)
        });
        if written.is_err() {
            // Where there was no room for all of it, nothing of it stays.
            let _ = fs::remove_file(&new);
        }
        written.and_then(|()| sync_folder(&self.note))
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(ending);
    path.with_file_name(name)
}

/// A new file that its owner alone can read: a URL may hold what gives access.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
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
    task::spawn_blocking(work).await.unwrap_or_else(|gone| Err(io::Error::other(gone)))
}

/// Syncs a file on a thread that may wait for a disk.
fn begin_sync(file: &File) -> io::Result<JoinHandle<io::Result<()>>> {
    let file = file.try_clone()?;
    Ok(task::spawn_blocking(move || file.sync_all()))
}

/// The name of a file is on disk once its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
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
