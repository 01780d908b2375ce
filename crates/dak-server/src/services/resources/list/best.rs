//! The first of many in an order, without keeping all of them.

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

#[cfg(test)]
mod tests {
    use super::Best;

    #[test]
    fn the_first_in_whatever_order_they_come() {
        // Key and size of each, how many and how many bytes there may be; what is kept, and whether there was more.
        let cases: [(&[(u8, usize)], usize, usize, &[u8], bool); 6] = [
            (&[], 3, 9, &[], false),
            (&[(2, 1), (1, 1)], 3, 9, &[1, 2], false),
            (&[(4, 1), (2, 1), (3, 1), (1, 1)], 2, 9, &[1, 2], true),
            (&[(3, 1), (1, 1), (2, 9), (4, 1)], 3, 5, &[1], true),
            (&[(1, 99)], 3, 5, &[1], false),
            (&[(2, 99), (1, 99)], 3, 5, &[1], true),
        ];
        for (items, limit, bytes_max, kept, is_more) in cases {
            let mut best = Best::new(limit, bytes_max);
            items.iter().for_each(|(key, size)| best.push(vec![*key], *size, *key));
            assert_eq!(best.finish(), (kept.to_vec(), is_more), "{items:?}");
        }
    }
}
