//! A disk that forgets what was not synced.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::files::{Disk, DiskFile, SystemDisk};

/// A disk on which nothing lasts that was not synced: files lose their ends, files and folders that were made are gone, and
/// files that were removed are there again. It is as forgetful as a disk may be, and syncs cost nothing on it.
#[derive(Clone)]
pub struct ForgetfulDisk {
    state: Arc<Mutex<State>>,
}

/// What a loss of power would undo.
struct State {
    /// Where removed files are kept.
    cellar: PathBuf,
    /// Files and folders that were made.
    made: BTreeSet<PathBuf>,
    /// Files that were removed, and under which name in the cellar they are.
    removed: BTreeMap<PathBuf, PathBuf>,
    /// How many bytes of each file last.
    lengths: BTreeMap<PathBuf, u64>,
}

struct ForgetfulFile {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    disk: ForgetfulDisk,
}

impl ForgetfulDisk {
    /// Removed files are kept in this folder, which must be on the same file system, until their removal lasts.
    pub fn new(cellar: &Path) -> ForgetfulDisk {
        let state = State {
            cellar: cellar.to_owned(),
            made: BTreeSet::new(),
            removed: BTreeMap::new(),
            lengths: BTreeMap::new(),
        };
        ForgetfulDisk { state: Arc::new(Mutex::new(state)) }
    }

    /// The power goes: what was not synced is undone. Nothing may use the disk meanwhile.
    ///
    /// # Errors
    ///
    /// Those of the file system, if it does not do that.
    pub fn forget(&self) -> io::Result<()> {
        let mut state = self.state();
        for (path, kept) in std::mem::take(&mut state.removed) {
            fs::rename(kept, path)?;
        }
        for (path, length) in std::mem::take(&mut state.lengths) {
            if path.exists() {
                SystemDisk.open(&path)?.truncate(length)?;
            }
        }
        // The inner ones first.
        for path in std::mem::take(&mut state.made).iter().rev() {
            if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wrap(&self, state: &mut State, path: &Path, file: Box<dyn DiskFile>) -> io::Result<Box<dyn DiskFile>> {
        // What nobody wrote to since the power was last there lasts.
        let length = file.length()?;
        state.lengths.entry(path.to_owned()).or_insert(length);
        Ok(Box::new(ForgetfulFile { file, path: path.to_owned(), disk: self.clone() }))
    }
}

impl Disk for ForgetfulDisk {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        if !path.exists() {
            state.made.insert(path.to_owned());
        }
        SystemDisk.make_folder(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        let is_inside = |entry: &Path| entry.parent() == Some(path);
        state.made.retain(|entry| !is_inside(entry));
        state.removed.retain(|entry, _| !is_inside(entry));
        Ok(())
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        if !path.exists() {
            state.made.insert(path.to_owned());
        }
        let file = SystemDisk.create(path)?;
        self.wrap(&mut state, path, file)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        let file = SystemDisk.open(path)?;
        self.wrap(&mut state, path, file)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        if state.made.remove(path) {
            return fs::remove_file(path);
        }
        let kept = state.cellar.join(path.file_name().unwrap_or_default());
        fs::rename(path, &kept)?;
        state.removed.insert(path.to_owned(), kept);
        Ok(())
    }
}

impl DiskFile for ForgetfulFile {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        let lasting = state.lengths.entry(self.path.clone()).or_default();
        *lasting = length.min(*lasting);
        self.file.truncate(length)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write(offset, bytes)
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        let length = self.file.length()?;
        state.lengths.insert(self.path.clone(), length);
        Ok(())
    }
}
