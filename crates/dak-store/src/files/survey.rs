//! What is in the folder.

use std::fs::{DirEntry, read_dir};
use std::io;
use std::iter::once;
use std::path::{Path, PathBuf};

use crate::folder::unusable;
use crate::{Error, Segment};

/// Something found in the folder of the engine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Found {
    /// A segment with all its bytes, also those that do not count.
    Segment(Segment),
    /// What the engine did not put there.
    Foreign(PathBuf),
}

/// Everything in a folder of segments, in no order. What goes away meanwhile is left out.
pub(crate) fn survey(root: &Path) -> impl Iterator<Item = Result<Found, Error>> + use<> {
    entries(root).flat_map(|entry| match entry {
        Ok(entry) if is_ours(&entry) => Box::new(entries(&entry.path()).filter_map(move |inner| found(&entry, inner))),
        other => Box::new(once(other.map(|entry| Found::Foreign(entry.path())))) as Box<dyn Iterator<Item = _>>,
    })
}

/// What is in a folder, or why that is not known.
fn entries(folder: &Path) -> impl Iterator<Item = Result<DirEntry, Error>> + use<> {
    let folder = folder.to_owned();
    let (entries, failure) = match read_dir(&folder) {
        Ok(entries) => (Some(entries), None),
        Err(error) => (None, Some(Err(error))),
    };
    let all = entries.into_iter().flatten().chain(failure);
    all.map(move |entry| entry.map_err(|error| unusable(&folder, &error)))
}

/// Whether this is one of the sub-folders by the first digits of names.
fn is_ours(entry: &DirEntry) -> bool {
    let is_prefix = |name: &str| Segment::is_name(&name.repeat(Segment::NAME_DIGITS / 2));
    entry.file_name().to_str().is_some_and(is_prefix) && entry.file_type().is_ok_and(|kind| kind.is_dir())
}

/// What an entry of a sub-folder is, unless it has gone.
fn found(folder: &DirEntry, entry: Result<DirEntry, Error>) -> Option<Result<Found, Error>> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return Some(Err(error)),
    };
    match entry.metadata() {
        Ok(metadata) => Some(Ok(match name(folder, &entry).filter(|_| metadata.is_file()) {
            Some(name) => Found::Segment(Segment { name, length: metadata.len() }),
            None => Found::Foreign(entry.path()),
        })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(Err(unusable(&entry.path(), &error))),
    }
}

/// The name of a segment whose place is this sub-folder.
fn name(folder: &DirEntry, entry: &DirEntry) -> Option<String> {
    let (name, prefix) = (entry.file_name().into_string().ok()?, folder.file_name());
    (Segment::is_name(&name) && name.starts_with(prefix.to_str()?)).then_some(name)
}
