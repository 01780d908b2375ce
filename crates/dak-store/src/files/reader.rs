//! Files that are read one after the other.

use std::collections::VecDeque;
use std::fs::File;
use std::future::ready;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

use bytes::Bytes;

use super::folder::Folder;
use crate::folder::unusable;
use crate::{BoxFuture, Error, Reading, Segment};

/// So many files of a blob are opened at once when it is; later ones when they are reached.
pub(crate) const OPEN_FILES_MAX: usize = 64;

/// The segments that are not read to their end.
pub(crate) struct Reader(VecDeque<Part>);

/// A segment, and where to read on in it.
struct Part {
    path: PathBuf,
    file: Option<File>,
    from: u64,
    to: u64,
}

impl Reader {
    pub(crate) fn open(folder: &Folder, segments: &[Segment], offset: u64) -> Result<Reader, Error> {
        let mut parts = VecDeque::new();
        let mut skipped = offset;
        for Segment { name, length } in segments {
            let path = folder.path(name)?;
            let from = skipped.min(*length);
            skipped -= from;
            if from < *length {
                parts.push_back(Part { path, file: None, from, to: *length });
            }
        }
        parts.iter_mut().take(OPEN_FILES_MAX).try_for_each(|part| part.file().map(drop))?;
        Ok(Reader(parts))
    }

    fn next_now(&mut self, bytes_max: usize) -> Result<Bytes, Error> {
        let Some(part) = self.0.front_mut() else { return Ok(Bytes::new()) };
        let bytes = part.read(bytes_max)?;
        if part.from == part.to {
            self.0.pop_front();
        }
        Ok(bytes)
    }
}

impl Reading for Reader {
    fn next(&mut self, bytes_max: usize) -> BoxFuture<'_, Bytes> {
        Box::pin(ready(self.next_now(bytes_max)))
    }
}

impl Part {
    /// Its file, opened if it is not, at the place to read on.
    fn file(&mut self) -> Result<&mut File, Error> {
        match self.file {
            Some(ref mut file) => Ok(file),
            None => Ok(self.file.insert(self.open()?)),
        }
    }

    fn open(&self) -> Result<File, Error> {
        let seek =
            |mut file: File| file.seek(SeekFrom::Start(self.from)).and_then(|_| Ok((file.metadata()?.len(), file)));
        let opened = File::open(&self.path).and_then(seek);
        let (length, file) = opened.map_err(|error| unusable(&self.path, &error))?;
        if length < self.to { Err(self.too_short()) } else { Ok(file) }
    }

    fn read(&mut self, bytes_max: usize) -> Result<Bytes, Error> {
        let left = usize::try_from(self.to - self.from).unwrap_or(usize::MAX);
        let count = left.min(bytes_max);
        // Reading to the end of what is taken fills room that was not zeroed before.
        let mut bytes = Vec::with_capacity(count);
        let read = self.file()?.take(count as u64).read_to_end(&mut bytes);
        read.map_err(|error| unusable(&self.path, &error))?;
        if bytes.len() < count {
            return Err(self.too_short());
        }
        self.from += count as u64;
        Ok(bytes.into())
    }

    fn too_short(&self) -> Error {
        let (path, count) = (self.path.display(), self.to);
        Error::unavailable(format!("'{path}' has fewer than the {count} bytes that count."))
    }
}
