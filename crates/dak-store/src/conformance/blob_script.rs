//! Two engines of bytes, one script, the same answers.

use super::block_on;
use super::bytes::{append, read};
use crate::memory::MemoryBlobs;
use crate::{Blobs, Segment};

/// One step of a script for engines of bytes.
#[derive(Clone, Debug)]
pub enum BlobStep {
    /// Cuts a segment back to its length, writes pieces behind that, and makes them last.
    Append(Segment, Vec<Vec<u8>>),
    /// Deletes a segment.
    Delete(String),
    /// Reads segments from an offset on, so many bytes at a time.
    Read(Vec<Segment>, u64, usize),
    /// Opens the store again.
    Reopen,
}

/// Carries out the script on a store and on [`MemoryBlobs`]. `open` gives the store, empty at first, each time the same.
///
/// # Panics
///
/// At the first answer that differs, with the step.
pub fn agree_blobs(open: &dyn Fn() -> Box<dyn Blobs>, script: &[BlobStep]) {
    let model = MemoryBlobs::new();
    let mut store = Some(open());
    for (position, step) in script.iter().enumerate() {
        if matches!(step, BlobStep::Reopen) {
            drop(store.take());
        }
        let store = store.get_or_insert_with(open);
        assert_eq!(answer(&**store, step), answer(&model, step), "step {position}: {step:?}");
    }
}

/// What a step gives: bytes, or the kind of its error.
fn answer(blobs: &dyn Blobs, step: &BlobStep) -> Result<Vec<u8>, crate::ErrorKind> {
    let answer = match step {
        BlobStep::Append(segment, pieces) => append(blobs, segment, pieces).map(|()| Vec::new()),
        BlobStep::Delete(name) => block_on(blobs.delete(name)).map(|()| Vec::new()),
        BlobStep::Read(segments, offset, bytes_max) => read(blobs, segments, *offset, *bytes_max),
        BlobStep::Reopen => Ok(Vec::new()),
    };
    answer.map_err(|error| error.kind())
}
