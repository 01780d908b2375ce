//! Files that are read one after the other.

use std::collections::VecDeque;
use std::fs::File;
use std::future::ready;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::PathBuf;

use bytes::{Bytes, BytesMut};

use super::folder::Folder;
use crate::folder::unusable;
use crate::{BoxFuture, Error, Reading, Segment};

/// So many files of a blob are opened at once when it is; later ones when they are reached.
pub(crate) const OPEN_FILES_MAX: usize = 64;

/// How many pieces are on their way before the oldest is asked for its memory.
const PIECES_HELD: usize = 3;

/// The segments that are not read to their end.
pub(crate) struct Reader {
    parts: VecDeque<Part>,
    memory: Memory,
}

/// Memory for pieces, used again once they are gone. To fill it with zeros each time, or to read in small steps into what
/// has none, costs a good part of what sending it does.
#[derive(Default)]
struct Memory {
    /// The last pieces, the oldest first; whoever sends them may still hold them.
    given: VecDeque<Bytes>,
}

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
        Ok(Reader { parts, memory: Memory::default() })
    }

    fn next_now(&mut self, bytes_max: usize) -> Result<Bytes, Error> {
        let Some(part) = self.parts.front_mut() else { return Ok(Bytes::new()) };
        let bytes = part.read(bytes_max, self.memory.free())?;
        if part.from == part.to {
            self.parts.pop_front();
        }
        self.memory.given.push_back(bytes.clone());
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

    fn read(&mut self, bytes_max: usize, mut memory: BytesMut) -> Result<Bytes, Error> {
        let left = usize::try_from(self.to - self.from).unwrap_or(usize::MAX);
        memory.resize(left.min(bytes_max), 0);
        match self.file()?.read_exact(&mut memory) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(self.too_short()),
            read => read.map_err(|error| unusable(&self.path, &error))?,
        }
        self.from += memory.len() as u64;
        Ok(memory.freeze())
    }

    fn too_short(&self) -> Error {
        let (path, count) = (self.path.display(), self.to);
        Error::unavailable(format!("'{path}' has fewer than the {count} bytes that count."))
    }
}

impl Memory {
    /// Memory that nobody uses.
    fn free(&mut self) -> BytesMut {
        let oldest = if self.given.len() < PIECES_HELD { None } else { self.given.pop_front() };
        oldest.and_then(|piece| piece.try_into_mut().ok()).unwrap_or_default()
    }
}
