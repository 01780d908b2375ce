//! Where each segment's file stands, and which ones were given up.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::disk::Disk;
use super::survey::{Found, survey};
use crate::blobs::check_name;
use crate::folder::{parent, unusable};
use crate::{Error, Segment};

/// The folder of the engine: a sub-folder for each two digits with which a name may begin, so that none grows too large.
pub(crate) struct Folder {
    root: PathBuf,
    disk: Arc<dyn Disk>,
    /// Segments of which a write or a sync failed and that were not deleted since.
    abandoned: Mutex<HashSet<String>>,
}

impl Folder {
    /// Makes what is not there. Everything is synced each time: the process that made it may have been killed before.
    pub(crate) fn open(root: &Path, disk: Arc<dyn Disk>) -> Result<Folder, Error> {
        let folder = Folder { root: root.to_owned(), disk, abandoned: Mutex::default() };
        folder.change(root, |disk, path| disk.make_folder(path))?;
        lay_out(&*folder.disk, root)?;
        folder.sync(root)?;
        folder.sync(&parent(root))?;
        Ok(folder)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// The path of a segment's file.
    pub(crate) fn path(&self, name: &str) -> Result<PathBuf, Error> {
        check_name(name)?;
        Ok(path(&self.root, name))
    }

    pub(crate) fn is_abandoned(&self, name: &str) -> bool {
        self.abandoned().contains(name)
    }

    /// Gives a segment up. Whoever sees what `remember` does sees this as well.
    pub(crate) fn abandon(&self, name: &str, remember: impl FnOnce()) {
        let mut abandoned = self.abandoned();
        remember();
        abandoned.insert(name.to_owned());
    }

    /// Makes the entries of a folder last.
    pub(crate) fn sync(&self, path: &Path) -> Result<(), Error> {
        self.change(path, |disk, path| disk.sync_folder(path))
    }

    /// Deletes a segment for good. One that is not there may have been deleted by a process that was killed before its sync.
    pub(crate) fn delete(&self, name: &str) -> Result<(), Error> {
        let path = self.path(name)?;
        self.remove(&path)?;
        self.sync(&parent(&path))?;
        self.abandoned().remove(name);
        Ok(())
    }

    /// Deletes all segments for good.
    pub(crate) fn clear(&self) -> Result<(), Error> {
        let mut folders = BTreeSet::new();
        for found in survey(&self.root) {
            if let Found::Segment(Segment { name, .. }) = found? {
                let path = path(&self.root, &name);
                self.remove(&path)?;
                folders.insert(parent(&path));
            }
        }
        folders.iter().try_for_each(|folder| self.sync(folder))?;
        self.abandoned().clear();
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), Error> {
        self.change(path, |disk, path| match disk.remove(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        })
    }

    fn change(&self, path: &Path, change: impl FnOnce(&dyn Disk, &Path) -> io::Result<()>) -> Result<(), Error> {
        change(&*self.disk, path).map_err(|error| unusable(path, &error))
    }

    fn abandoned(&self) -> MutexGuard<'_, HashSet<String>> {
        self.abandoned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the sub-folders.
pub(crate) fn lay_out(disk: &dyn Disk, root: &Path) -> Result<(), Error> {
    let paths = (0..=u8::MAX).map(|number| root.join(format!("{number:02x}")));
    for path in paths {
        disk.make_folder(&path).map_err(|error| unusable(&path, &error))?;
    }
    Ok(())
}

/// Where the file of a segment stands in such a folder.
pub(crate) fn path(root: &Path, name: &str) -> PathBuf {
    root.join(name.get(..2).unwrap_or_default()).join(name)
}
