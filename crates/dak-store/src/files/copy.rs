//! A copy of all segments.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::disk::SystemDisk;
use super::folder::{lay_out, path};
use super::survey::{Found, survey};
use crate::Error;
use crate::folder::{self, parent, unusable};

/// Copies all segments into a new folder. Each has at least the bytes that it had when this was called.
pub(crate) fn copy(root: &Path, into: &Path) -> Result<(), Error> {
    folder::build(into, |partial| {
        lay_out(&SystemDisk, partial)?;
        let mut folders = BTreeSet::new();
        for found in survey(root) {
            if let Found::Segment(segment) = found? {
                let (from, to) = (path(root, &segment.name), path(partial, &segment.name));
                copy_file(&from, &to).map_err(|error| unusable(&to, &error))?;
                folders.insert(parent(&to));
            }
        }
        folders.iter().try_for_each(|folder| folder::sync(folder))
    })
}

/// As many bytes as the file has now, although it may grow. One that was deleted meanwhile is not copied.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let source = match File::open(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let length = source.metadata()?.len();
    // Not for appending: the system copies by itself only into files that are written anywhere.
    let mut target = folder::writing().create_new(true).open(to)?;
    io::copy(&mut source.take(length), &mut target)?;
    target.sync_all()
}
