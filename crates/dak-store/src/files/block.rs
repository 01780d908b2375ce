//! Pieces of memory in which bytes are gathered, so that the disk can take them from where they stand.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use memmap2::MmapMut;

/// How much is written at a time: as much as a huge page of memory has. A disk takes small pieces at half the rate, and each
/// piece costs changes of threads; what lies in many small pages is as many pieces to the disk's driver.
const BLOCK_BYTES: usize = 2 << 20;
/// How much of it is written the first time: the disk begins sooner, and half a block is left to be written when all has come.
const FIRST_BYTES: usize = BLOCK_BYTES / 2;
/// What disks ask of the place, the length and the memory of what they take directly.
const ALIGNMENT: usize = 4096;
/// How many blocks there may be, and how many are kept when nobody has any: as many as one upload fills and writes at a time.
const BLOCKS_MAX: usize = 8;
const IDLE_MAX: usize = 3;

/// All blocks of an engine.
#[derive(Default)]
pub(crate) struct Blocks(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    taken: usize,
    idle: Vec<Memory>,
}

/// A block that is filled from its front. Its memory goes back when it is dropped.
pub(crate) struct Block {
    blocks: Arc<Blocks>,
    memory: Option<Memory>,
    length: usize,
    length_max: usize,
}

/// The memory of a block.
struct Memory {
    /// Twice as much as is used: somewhere in it a huge page begins. What is never touched costs nothing.
    map: MmapMut,
    start: usize,
}

impl Blocks {
    /// An empty block, the first of a writer or not; `None` if all are in use, or there is no memory for it.
    pub(crate) fn take(self: &Arc<Blocks>, is_first: bool) -> Option<Block> {
        let idle = {
            let mut counted = self.counted();
            if counted.taken == BLOCKS_MAX {
                return None;
            }
            counted.taken += 1;
            counted.idle.pop()
        };
        let length_max = if is_first { FIRST_BYTES } else { BLOCK_BYTES };
        let mut block = Block { blocks: Arc::clone(self), memory: idle, length: 0, length_max };
        if block.memory.is_none() {
            block.memory = Some(Memory::new().ok()?);
        }
        Some(block)
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Block {
    /// Adds as many of these bytes as there is room for, and gives their number.
    pub(crate) fn fill(&mut self, bytes: &[u8]) -> usize {
        let block = self.memory.as_mut().map(Memory::block_mut).unwrap_or_default();
        let room = block.get_mut(self.length..self.length_max).unwrap_or_default();
        let count = room.len().min(bytes.len());
        if let (Some(room), Some(bytes)) = (room.get_mut(..count), bytes.get(..count)) {
            room.copy_from_slice(bytes);
        }
        self.length += count;
        count
    }

    pub(crate) fn is_full(&self) -> bool {
        self.length == self.length_max
    }

    /// What it was filled with.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.memory.as_ref().and_then(|memory| memory.block().get(..self.length)).unwrap_or_default()
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let mut counted = self.blocks.counted();
        counted.taken -= 1;
        // While others are in use it will soon be wanted; memory that comes and goes is memory that stays.
        counted.idle.extend(self.memory.take());
        if counted.taken == 0 {
            counted.idle.truncate(IDLE_MAX);
        }
    }
}

impl Memory {
    fn new() -> io::Result<Memory> {
        let map = MmapMut::map_anon(2 * BLOCK_BYTES)?;
        // Where there are no huge pages, small ones do.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        let start = map.as_ptr().align_offset(BLOCK_BYTES).min(BLOCK_BYTES);
        Ok(Memory { map, start })
    }

    fn block(&self) -> &[u8] {
        self.map.get(self.start..self.start + BLOCK_BYTES).unwrap_or_default()
    }

    fn block_mut(&mut self) -> &mut [u8] {
        self.map.get_mut(self.start..self.start + BLOCK_BYTES).unwrap_or_default()
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
