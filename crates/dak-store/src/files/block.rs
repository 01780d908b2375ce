//! Pieces of memory in which bytes are gathered, so that the disk can take them from where they stand.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much is written at a time. A disk takes small pieces at half the rate, and each piece costs changes of threads.
const BLOCK_BYTES: usize = 2 << 20;
/// What disks ask of the place, the length and the memory of what they take directly.
const ALIGNMENT: usize = 4096;
/// How many blocks there may be, and how many are kept when nobody has any.
const BLOCKS_MAX: usize = 8;
const IDLE_MAX: usize = 2;

/// All blocks of an engine.
#[derive(Default)]
pub(crate) struct Blocks(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    taken: usize,
    idle: Vec<Vec<u8>>,
}

/// A block that is filled from its front. Its memory goes back when it is dropped.
pub(crate) struct Block {
    blocks: Arc<Blocks>,
    memory: Vec<u8>,
    /// Where in the memory the block begins, so that its address is aligned.
    start: usize,
    length: usize,
}

impl Blocks {
    /// An empty block; `None` if all are in use.
    pub(crate) fn take(self: &Arc<Blocks>) -> Option<Block> {
        let idle = {
            let mut counted = self.counted();
            if counted.taken == BLOCKS_MAX {
                return None;
            }
            counted.taken += 1;
            counted.idle.pop()
        };
        let memory = idle.unwrap_or_else(|| vec![0; BLOCK_BYTES + ALIGNMENT]);
        let start = memory.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        Some(Block { blocks: Arc::clone(self), memory, start, length: 0 })
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Block {
    /// Adds as many of these bytes as there is room for, and gives their number.
    pub(crate) fn fill(&mut self, bytes: &[u8]) -> usize {
        let end = self.start + BLOCK_BYTES;
        let room = self.memory.get_mut(self.start + self.length..end).unwrap_or_default();
        let count = room.len().min(bytes.len());
        if let (Some(room), Some(bytes)) = (room.get_mut(..count), bytes.get(..count)) {
            room.copy_from_slice(bytes);
        }
        self.length += count;
        count
    }

    pub(crate) fn is_full(&self) -> bool {
        self.length == BLOCK_BYTES
    }

    /// What it was filled with.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.memory.get(self.start..self.start + self.length).unwrap_or_default()
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.memory);
        let mut counted = self.blocks.counted();
        counted.taken -= 1;
        // While others are in use it will soon be wanted; memory that comes and goes is memory that stays.
        counted.idle.push(memory);
        if counted.taken == 0 {
            counted.idle.truncate(IDLE_MAX);
        }
    }
}

/// Whether a disk can take these bytes from where they stand to where they go.
pub(crate) fn is_aligned(offset: u64, bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && offset.is_multiple_of(ALIGNMENT as u64)
        && bytes.len().is_multiple_of(ALIGNMENT)
        && bytes.as_ptr().align_offset(ALIGNMENT) == 0
}

/// How many bytes there are from an offset to where a block can begin.
pub(crate) fn until_aligned(offset: u64) -> usize {
    (offset.next_multiple_of(ALIGNMENT as u64) - offset) as usize
}
