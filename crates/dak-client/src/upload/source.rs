//! Where the bytes of an upload come from, and how any part of them is had again.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use dak_proto::media::hash::crc32c_append;

use super::token::{FileMark, Fingerprint};
use super::way::WHOLE_BYTES_MAX;
use crate::body::Body;
use crate::elsewhere;
use crate::error::Error;
use crate::reread::each_piece;

/// What is to be sent.
pub(super) enum Source {
    /// A regular file.
    File(MediaFile),
    /// Bytes in memory.
    Bytes(Bytes),
    /// What can be read once.
    Reader(Held),
}

/// A file as it was when the upload began.
#[derive(Clone)]
pub(super) struct MediaFile {
    /// Absolute and without links, so that another process finds it too, and by whatever name; the path that was given if
    /// there is no such name.
    path: PathBuf,
    /// Whether another process finds it: not what was deleted while it is open as `/dev/stdin`.
    is_named: bool,
    fingerprint: Fingerprint,
}

/// A reader and the part of it that may have to be sent again.
pub(super) struct Held {
    reader: Box<dyn Read + Send>,
    length: Option<u64>,
    /// The offset of the first byte that is held.
    start: u64,
    bytes: Bytes,
}

impl Source {
    /// The file at `path`; a pipe, a device and what only says that it is empty (below `/proc`) is read once.
    ///
    /// To open a pipe waits for its writer, which may be a task of the runtime that this one runs on.
    pub(super) async fn open(path: PathBuf) -> Result<Source, Error> {
        let named = path.clone();
        elsewhere::run(move || open(&path)).await.map_err(|error| unreadable(&named, &error))
    }

    /// The length in bytes, if it is known.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Source::File(file) => Some(file.fingerprint.length),
            Source::Bytes(bytes) => Some(bytes.len() as u64),
            Source::Reader(held) => held.length,
        }
    }

    /// The file, if it is one.
    pub(super) fn file(&self) -> Option<&MediaFile> {
        match self {
            Source::File(file) => Some(file),
            _ => None,
        }
    }

    /// Whether all of it can be had again.
    pub(super) fn is_lasting(&self) -> bool {
        !matches!(self, Source::Reader(_))
    }

    /// The new length of a file that is not what it was; from now on it is what it is now.
    pub(super) fn take_change(&mut self) -> Result<Option<u64>, Error> {
        let Source::File(file) = self else { return Ok(None) };
        let now = file.current().map_err(|error| unreadable(&file.path, &error))?;
        if now == file.fingerprint {
            return Ok(None);
        }
        file.fingerprint = now;
        Ok(Some(now.length))
    }

    /// The same; a reader that is short enough to be held is read to its end, so that it can be sent again.
    pub(super) async fn made_replayable(self) -> Result<Source, Error> {
        match self {
            Source::Reader(mut held) if held.length.is_some_and(|length| length <= WHOLE_BYTES_MAX) => {
                let length = held.length.unwrap_or_default();
                held.hold(0, length).await?;
                Ok(Source::Bytes(held.bytes))
            }
            source => Ok(source),
        }
    }

    /// All of it, as a body.
    pub(super) fn into_body(self) -> Body {
        match self {
            Source::File(file) => Body::file_range(file.path, 0, file.fingerprint.length),
            Source::Bytes(bytes) => bytes.into(),
            Source::Reader(held) => Body::reader(held.length, held.reader),
        }
    }

    /// A part of it. `Err` with the length if there are not so many bytes.
    pub(super) async fn part(&mut self, first: u64, length: u64) -> Result<Result<Body, u64>, Error> {
        match self {
            Source::File(file) => Ok(Ok(Body::file_range(&file.path, first, length))),
            Source::Bytes(bytes) => Ok(slice(bytes, first, length).map(Body::from).ok_or(bytes.len() as u64)),
            Source::Reader(held) => {
                held.hold(first, length).await?;
                let end = held.start + held.bytes.len() as u64;
                Ok(slice(&held.bytes, 0, length).map(Body::from).ok_or(end))
            }
        }
    }

    /// Goes on with a CRC32C over a part of it.
    pub(super) async fn crc32c(&mut self, first: u64, length: u64, crc32c: u32) -> Result<u32, Error> {
        let (bytes, start) = match self {
            Source::File(file) => return file.crc32c(first, length, crc32c).await,
            Source::Bytes(bytes) => (&*bytes, 0),
            Source::Reader(held) => (&held.bytes, held.start),
        };
        let part = first.checked_sub(start).and_then(|first| slice(bytes, first, length)).ok_or_else(gone)?;
        Ok(crc32c_append(crc32c, &part))
    }
}

impl MediaFile {
    /// What a token says of it; none if it has no name, or one that is not Unicode, which JSON cannot hold.
    pub(super) fn mark(&self) -> Option<FileMark> {
        self.path.to_str().filter(|_| self.is_named)?;
        Some(FileMark { path: self.path.clone(), fingerprint: self.fingerprint })
    }

    /// Fails if the file is not what it was.
    pub(super) fn check(&self) -> io::Result<()> {
        if self.current()? == self.fingerprint { Ok(()) } else { Err(io::Error::other("the file has changed")) }
    }

    /// What to say of a file that is not what it was.
    pub(super) fn change(&self) -> Option<Error> {
        match self.current() {
            Ok(now) if now == self.fingerprint => None,
            Ok(_) => Some(Error::Changed { path: self.path.clone() }),
            Err(error) => Some(unreadable(&self.path, &error)),
        }
    }

    fn current(&self) -> io::Result<Fingerprint> {
        Ok(Fingerprint::of(&self.path.metadata()?))
    }

    async fn crc32c(&self, first: u64, length: u64, crc32c: u32) -> Result<u32, Error> {
        let path = self.path.clone();
        let counted = elsewhere::run(move || crc32c_of_file(&path, first, length, crc32c)).await;
        counted.map_err(|error| unreadable(&self.path, &error))
    }
}

impl Held {
    pub(super) fn new(length: Option<u64>, reader: Box<dyn Read + Send>) -> Held {
        Held { reader, length, start: 0, bytes: Bytes::new() }
    }

    /// A file without a length of its own, if it has bytes all the same.
    fn of_unsized(mut file: File) -> io::Result<Option<Held>> {
        let mut first = [0];
        let read = file.read(&mut first)?;
        Ok((read > 0).then(|| Held::new(None, Box::new(io::Cursor::new(first).chain(file)))))
    }

    /// Fails if it has ended before its length, or goes on after it: what came cannot be had again to begin anew.
    fn check_end(&self, wanted_end: u64) -> Result<(), Error> {
        let end = self.start + self.bytes.len() as u64;
        let how = match self.length {
            Some(length) if end < wanted_end.min(length) => format!("ended after {end} bytes"),
            Some(length) if end > length => format!("goes on after {length} bytes"),
            _ => return Ok(()),
        };
        let length = self.length.unwrap_or_default();
        Err(Error::Source(format!("the reader {how}, and its length was said to be {length}")))
    }

    /// Holds `length` bytes from the offset `first` on, or as many as there are, and lets go of those before. A known length
    /// must prove right.
    async fn hold(&mut self, first: u64, length: u64) -> Result<(), Error> {
        let before = first.checked_sub(self.start).and_then(|before| usize::try_from(before).ok());
        let before = before.filter(|before| *before <= self.bytes.len()).ok_or_else(gone)?;
        drop(self.bytes.split_to(before));
        self.start = first;
        let missing = length.saturating_sub(self.bytes.len() as u64);
        if missing == 0 {
            return Ok(());
        }
        let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        let held = std::mem::take(&mut self.bytes);
        let wanted_end = first.saturating_add(length);
        let is_last = self.length == Some(wanted_end);
        let read = elsewhere::run(move || read_on(reader, &held, missing, is_last)).await;
        let (reader, bytes) =
            read.map_err(|error| Error::Source(format!("what is to be uploaded cannot be read: {error}")))?;
        (self.reader, self.bytes) = (reader, bytes);
        self.check_end(wanted_end)
    }
}

fn open(path: &Path) -> io::Result<Source> {
    let metadata = path.metadata()?;
    if metadata.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    let file = File::open(path)?;
    if !metadata.is_file() {
        return Ok(Source::Reader(Held::new(None, Box::new(file))));
    }
    if metadata.len() == 0
        && let Some(held) = Held::of_unsized(file)?
    {
        return Ok(Source::Reader(held));
    }
    let fingerprint = Fingerprint::of(&metadata);
    // What a link below `/proc` says of a deleted file is no path, and by chance another file's.
    let named = path.canonicalize().ok();
    let named = named.filter(|named| named.metadata().is_ok_and(|found| Fingerprint::of(&found) == fingerprint));
    let is_named = named.is_some();
    Ok(Source::File(MediaFile { path: named.unwrap_or_else(|| path.to_owned()), is_named, fingerprint }))
}

/// What is held and up to `missing` bytes more, of which there is at least one; where they are the last, one beyond them if
/// it comes with them.
fn read_on(
    mut reader: Box<dyn Read + Send>,
    held: &[u8],
    missing: u64,
    is_last: bool,
) -> io::Result<(Box<dyn Read + Send>, Bytes)> {
    let mut bytes = held.to_vec();
    let before = if is_last { missing.saturating_sub(1) } else { missing };
    let read = (&mut reader).take(before).read_to_end(&mut bytes)?;
    if is_last && read as u64 == before {
        // There is room for one more, but nobody waits for it: a connection may stay open after what was promised.
        let mut last = [0; 2];
        let read = read_once(&mut reader, &mut last)?;
        bytes.extend_from_slice(last.get(..read).unwrap_or_default());
    }
    Ok((reader, bytes.into()))
}

fn read_once(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

fn crc32c_of_file(path: &Path, first: u64, length: u64, mut crc32c: u32) -> io::Result<u32> {
    let file = File::open(path)?;
    each_piece(&file, first, length, |piece| crc32c = crc32c_append(crc32c, piece))?;
    Ok(crc32c)
}

fn slice(bytes: &Bytes, first: u64, length: u64) -> Option<Bytes> {
    let first = usize::try_from(first).ok()?;
    let end = first.checked_add(usize::try_from(length).ok()?)?;
    (end <= bytes.len()).then(|| bytes.slice(first..end))
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::Source(format!("cannot read {}: {error}", path.display()))
}

fn gone() -> Error {
    Error::Source("the server needs bytes again that came from a reader and are gone: upload a file instead".to_owned())
}
