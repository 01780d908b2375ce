//! Places in the source, and what all before them comes to.

#[cfg(test)]
mod tests;

/// How far apart the marks of a trail are at first.
const SPACING_BYTES_MIN: u64 = 16 * 1024 * 1024;

/// How many there are at most; then every other one goes. What is read again to go on is at most this part of the whole.
const MARKS_MAX: usize = 128;

/// A place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) offset: u64,
    /// The CRC32C of all before it, if that was counted.
    pub(super) crc32c: Option<u32>,
}

impl Mark {
    pub(super) const START: Mark = Mark { offset: 0, crc32c: Some(0) };
}

/// Marks left on the way, so that a source need not be read again from its beginning to be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trail {
    /// Ascending.
    marks: Vec<Mark>,
    spacing_bytes: u64,
}

impl Default for Trail {
    fn default() -> Trail {
        Trail { marks: Vec::new(), spacing_bytes: SPACING_BYTES_MIN }
    }
}

impl Trail {
    /// A trail of these marks, each an offset and the CRC32C of all before it. `None` if they are too many.
    pub(super) fn of(marks: impl Iterator<Item = (u64, u32)>) -> Option<Trail> {
        let mut trail = Trail::default();
        for (offset, crc32c) in marks {
            if trail.marks.len() == MARKS_MAX {
                return None;
            }
            trail.spacing_bytes = trail.spacing_bytes.max(offset.saturating_sub(trail.end()));
            trail.marks.push(Mark { offset, crc32c: Some(crc32c) });
        }
        Some(trail)
    }

    /// The marks, the first one first.
    pub(super) fn marks(&self) -> impl Iterator<Item = Mark> {
        self.marks.iter().copied()
    }

    /// Leaves a mark at this place, if it is far enough from the last one.
    pub(super) fn passed(&mut self, place: Mark) {
        if place.crc32c.is_none() || place.offset < self.end().saturating_add(self.spacing_bytes) {
            return;
        }
        if self.marks.len() == MARKS_MAX {
            let mut number = 0;
            self.marks.retain(|_| {
                number += 1;
                number % 2 == 0
            });
            self.spacing_bytes = self.spacing_bytes.saturating_mul(2);
        }
        self.marks.push(place);
    }

    fn end(&self) -> u64 {
        self.marks.last().map_or(0, |mark| mark.offset)
    }
}
