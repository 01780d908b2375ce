//! The files of a journal: `ID.json` is a token, `ID.lock` is locked by the process that is at it.
//!
//! A lock cannot be on the token's own file, which is replaced by each write.

use std::fs::{self, DirBuilder, DirEntry, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// The longest token that is read.
const TOKEN_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// About how long tokens are.
const TOKEN_BYTES_USUAL: usize = 4096;

/// How often to try to lock: one who looks who is at it has the lock for a moment, and one who is done removes the file.
const LOCKS_MAX: u32 = 5;

/// How long that takes at most.
const LOOK_MAX: Duration = Duration::from_millis(20);

/// Makes the folder, readable for its owner alone.
pub(super) fn create(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The ids of all tokens; none if there is no folder.
pub(super) fn ids(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut ids = Vec::new();
    for entry in entries {
        let entry = entry?;
        let is_folder = entry.file_type()?.is_dir();
        ids.extend(id_in(&entry, ".json").filter(|_| !is_folder));
    }
    Ok(ids)
}

/// Removes the locks of processes that were killed before they had put anything away.
pub(super) fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let Some(id) = id_in(&entry?, ".lock") else { continue };
        if token_path(folder, &id).exists() {
            continue;
        }
        let held = File::open(lock_path(folder, &id)).ok().filter(|file| file.try_lock().is_ok());
        if held.is_some_and(|file| is_at(&file, &lock_path(folder, &id))) {
            tidy(folder, &id);
        }
    }
    Ok(())
}

fn id_in(entry: &DirEntry, ending: &str) -> Option<String> {
    let name = entry.file_name();
    name.to_str()?.strip_suffix(ending).filter(|id| is_id(id)).map(str::to_owned)
}

/// Whether it can be an id, and nothing else: a path for example.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Where the token is.
pub(super) fn token_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.json"))
}

/// Where a token is written before it takes the other's place.
fn new_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.new"))
}

fn lock_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.lock"))
}

/// Locks an id; `None` if another has it.
pub(super) fn lock(folder: &Path, id: &str) -> io::Result<Option<File>> {
    let path = lock_path(folder, id);
    for _ in 0..LOCKS_MAX {
        let file = open_lock(&path)?;
        match file.try_lock() {
            // Whoever had it before may have removed it meanwhile: then it keeps nobody out.
            Ok(()) if is_at(&file, &path) => {
                // Who was killed while writing has left it.
                let _ = fs::remove_file(new_path(folder, id));
                return Ok(Some(file));
            }
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => thread::sleep(LOOK_MAX),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(None)
}

fn open_lock(path: &Path) -> io::Result<File> {
    let opened = private().create(true).truncate(false).write(true).open(path);
    // Where nothing can be written, what is there can be locked all the same.
    opened.or_else(|error| File::open(path).map_err(|_| error))
}

/// Whether a process has it.
pub(super) fn is_locked(folder: &Path, id: &str) -> bool {
    let Ok(file) = File::open(lock_path(folder, id)) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// The token's text.
pub(super) fn read(folder: &Path, id: &str) -> io::Result<String> {
    let mut text = String::new();
    File::open(token_path(folder, id))?.take(TOKEN_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text)
}

/// Writes the token's text so that at any moment there is the old one or the new one.
pub(super) fn write(folder: &Path, id: &str, text: &str) -> io::Result<()> {
    let new = new_path(folder, id);
    let written = write_new(&new, text).and_then(|()| fs::rename(&new, token_path(folder, id)));
    if written.is_err() {
        // Where there was no room for all of it, nothing of it stays.
        let _ = fs::remove_file(&new);
    }
    written.and_then(|()| sync(folder))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = private().create(true).truncate(true).write(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Writes as much as a token has, and removes it.
pub(super) fn try_write(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!("{}.try", std::process::id()));
    let mut file = private().create(true).truncate(true).write(true).open(&path)?;
    let written = file.write_all(&[b' '; TOKEN_BYTES_USUAL]);
    // What cannot be removed is empty, and harms nobody.
    let _ = file.set_len(0).and_then(|()| fs::remove_file(&path));
    written
}

/// Removes the token, if there is one.
pub(super) fn remove(folder: &Path, id: &str) -> io::Result<()> {
    match fs::remove_file(token_path(folder, id)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => sync(folder),
    }
}

/// Removes the lock, which this process has, of what has no token.
pub(super) fn tidy(folder: &Path, id: &str) {
    if !token_path(folder, id).exists() {
        let _ = fs::remove_file(new_path(folder, id));
        let _ = fs::remove_file(lock_path(folder, id));
    }
}

/// A file for its owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a rename last.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), path.metadata()) {
        (Ok(file), Ok(path)) => place(&file) == place(&path),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}
