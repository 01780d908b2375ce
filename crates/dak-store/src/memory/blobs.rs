//! Blobs in memory, the model of the other engines.

use std::collections::{HashMap, VecDeque};
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::blobs::check_name;
use crate::{Blobs, BoxFuture, Error, Reading, Segment, Writing};

/// An engine that forgets everything when it is dropped, and until then nothing: its syncs have nothing to do.
#[derive(Default)]
pub struct MemoryBlobs {
    segments: Mutex<HashMap<String, Shared>>,
}

/// A segment's bytes. Who has opened it keeps them.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

/// A segment that is written.
struct Writer(Shared);

/// The segments that are not read to their end.
struct Reader(VecDeque<Part>);

/// A segment, and where to read on in it.
struct Part {
    segment: Shared,
    from: u64,
    to: u64,
}

impl MemoryBlobs {
    /// An empty store.
    pub fn new() -> MemoryBlobs {
        MemoryBlobs::default()
    }

    /// The names of all segments, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.segments().keys().cloned().collect();
        names.sort_unstable();
        names
    }

    fn append_now(&self, Segment { name, length }: &Segment) -> Result<Writer, Error> {
        check_name(name)?;
        let segment = match length {
            0 => self.segments().entry(name.clone()).or_default().clone(),
            _ => self.find(name, *length)?,
        };
        segment.bytes().truncate(usize::try_from(*length).map_err(|_| too_short())?);
        Ok(Writer(segment))
    }

    fn read_now(&self, segments: &[Segment], offset: u64) -> Result<Reader, Error> {
        segments.iter().try_for_each(|segment| check_name(&segment.name))?;
        let mut skipped = offset;
        let mut parts = VecDeque::new();
        for Segment { name, length } in segments {
            let from = skipped.min(*length);
            skipped -= from;
            if from < *length {
                parts.push_back(Part { segment: self.find(name, *length)?, from, to: *length });
            }
        }
        Ok(Reader(parts))
    }

    /// A segment that has so many bytes.
    fn find(&self, name: &str, length: u64) -> Result<Shared, Error> {
        let found = self.segments().get(name).cloned();
        found.filter(|segment| segment.bytes().len() as u64 >= length).ok_or_else(too_short)
    }

    fn segments(&self) -> MutexGuard<'_, HashMap<String, Shared>> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Blobs for MemoryBlobs {
    fn is_appendable(&self, _segment: &Segment) -> bool {
        true
    }

    fn append<'a>(&'a self, segment: &'a Segment) -> BoxFuture<'a, Box<dyn Writing>> {
        Box::pin(ready(self.append_now(segment).map(|writer| Box::new(writer) as Box<dyn Writing>)))
    }

    fn read<'a>(&'a self, segments: &'a [Segment], offset: u64) -> BoxFuture<'a, Box<dyn Reading>> {
        Box::pin(ready(self.read_now(segments, offset).map(|reader| Box::new(reader) as Box<dyn Reading>)))
    }

    fn cut<'a>(&'a self, segment: &'a Segment) -> BoxFuture<'a, ()> {
        match segment.length {
            0 => self.delete(&segment.name),
            _ => Box::pin(ready(self.append_now(segment).map(drop))),
        }
    }

    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, ()> {
        Box::pin(ready(check_name(name).map(|()| drop(self.segments().remove(name)))))
    }
}

impl Writing for Writer {
    fn write<'a>(&'a mut self, bytes: &'a Bytes) -> BoxFuture<'a, ()> {
        self.0.bytes().extend_from_slice(bytes);
        Box::pin(ready(Ok(())))
    }

    fn sync(&mut self) -> BoxFuture<'static, ()> {
        Box::pin(ready(Ok(())))
    }
}

impl Reader {
    fn next_now(&mut self, bytes_max: usize) -> Result<Bytes, Error> {
        let Some(part) = self.0.front_mut() else { return Ok(Bytes::new()) };
        let end = part.to.min(part.from.saturating_add(bytes_max as u64));
        let bytes = part.segment.between(part.from, end).ok_or_else(too_short)?;
        part.from = end;
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

impl Shared {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn between(&self, from: u64, to: u64) -> Option<Bytes> {
        let range = usize::try_from(from).ok()?..usize::try_from(to).ok()?;
        self.bytes().get(range).map(Bytes::copy_from_slice)
    }
}

fn too_short() -> Error {
    Error::unavailable("The segment has fewer bytes than count.")
}
