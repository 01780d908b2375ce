//! Index entries as bytes, read in place.
//!
//! Each part is its length (four bytes, little-endian) and its bytes; the parts are in three runs, each after the number
//! of its parts: tags, sort keys (name and key in turn, the list order first), groups (none or one).

use crate::Entries;

/// The entries of one record, as they are kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Packed<'a>(pub(crate) &'a [u8]);

/// Packs canonical entries.
pub(crate) fn pack(entries: &Entries) -> Vec<u8> {
    let mut out = Vec::new();
    push_run(&mut out, entries.tags.iter().map(String::as_bytes));
    push_run(&mut out, entries.sort.iter().flat_map(|(name, key)| [name.as_bytes(), key.as_slice()]));
    push_run(&mut out, entries.group.iter().map(String::as_bytes));
    out
}

impl<'a> Packed<'a> {
    /// The tags, sorted.
    pub(crate) fn tags(self) -> impl Iterator<Item = &'a str> {
        Run::begin(self.0).map(text)
    }

    /// Whether this is one of the tags.
    pub(crate) fn has_tag(self, tag: &str) -> bool {
        Run::begin(self.0).any(|have| have == tag.as_bytes())
    }

    /// The orders' names and the keys in them.
    pub(crate) fn sort(self) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.keys().map(|(name, key)| (text(name), key))
    }

    /// The group.
    pub(crate) fn group(self) -> Option<&'a str> {
        let groups = Run::begin(Run::begin(self.0).end()).end();
        Run::begin(groups).next().map(text)
    }

    /// The key in this order.
    pub(crate) fn sort_key(self, order: &str) -> &'a [u8] {
        self.keys().find(|(name, _)| *name == order.as_bytes()).map(|(_, key)| key).unwrap_or_default()
    }

    /// The key in the list order.
    pub(crate) fn list_key(self) -> &'a [u8] {
        self.keys().next().map(|(_, key)| key).unwrap_or_default()
    }

    fn keys(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let mut parts = Run::begin(Run::begin(self.0).end());
        std::iter::from_fn(move || Some((parts.next()?, parts.next()?)))
    }
}

fn push_run<'a>(out: &mut Vec<u8>, parts: impl Iterator<Item = &'a [u8]> + Clone) {
    push_number(out, parts.clone().count());
    for part in parts {
        push_number(out, part.len());
        out.extend_from_slice(part);
    }
}

fn push_number(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

/// What was packed as text is text; anything else is a damaged file, which the check reports.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Iterates over the parts of a run. Damaged bytes end it early.
struct Run<'a> {
    left: u32,
    rest: &'a [u8],
}

impl<'a> Run<'a> {
    fn begin(bytes: &'a [u8]) -> Run<'a> {
        match bytes.split_first_chunk() {
            Some((left, rest)) => Run { left: u32::from_le_bytes(*left), rest },
            None => Run { left: 0, rest: &[] },
        }
    }

    /// What follows the run.
    fn end(mut self) -> &'a [u8] {
        while self.next().is_some() {}
        self.rest
    }
}

impl<'a> Iterator for Run<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.left = self.left.checked_sub(1)?;
        let (length, rest) = self.rest.split_first_chunk()?;
        let (part, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        self.rest = rest;
        Some(part)
    }
}

#[cfg(test)]
mod tests;
