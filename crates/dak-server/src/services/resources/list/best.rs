//! The first of many in an order, without keeping all of them.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

/// What comes first: so many, and so many bytes, but one at least.
pub(super) struct Best<T> {
    limit: usize,
    bytes_max: usize,
    bytes: usize,
    kept: BTreeMap<Vec<u8>, (usize, T)>,
    /// The first key that found no room: nothing behind it is kept, so that nothing before it is missed.
    bound: Option<Vec<u8>>,
}

impl<T> Best<T> {
    pub(super) fn new(limit: usize, bytes_max: usize) -> Best<T> {
        Best { limit, bytes_max, bytes: 0, kept: BTreeMap::new(), bound: None }
    }

    /// Takes one of this size, if it is one of the first.
    pub(super) fn push(&mut self, key: Vec<u8>, size: usize, item: T) {
        if self.bound.as_ref().is_some_and(|bound| key >= *bound) {
            return;
        }
        self.bytes += size;
        self.kept.insert(key, (size, item));
        while self.kept.len() > self.limit || self.bytes > self.bytes_max && self.kept.len() > 1 {
            let Some((key, (size, _))) = self.kept.pop_last() else { return };
            self.bytes -= size;
            self.bound = Some(key);
        }
    }

    /// What was kept, in its order, and whether there was more.
    pub(super) fn finish(self) -> (Vec<T>, bool) {
        (self.kept.into_values().map(|(_, item)| item).collect(), self.bound.is_some())
    }
}
