//! How records are found: orders, tags, groups, text; all of it from one pure function.

use crate::text::Words;
use crate::{Error, Key, TextField};

/// The longest a tag may be, in bytes.
pub(crate) const TAG_BYTES_MAX: usize = 512;
/// Sort keys are compared by this many bytes at most; what follows is cut off.
pub(crate) const SORT_KEY_BYTES_MAX: usize = 512;

/// Makes index entries from records. Pure: the same record always gives the same entries, so they can be made again.
pub trait Indexer: Send + Sync {
    /// The orders a collection declares. The first is its list order, by which search results are kept as well.
    /// A collection without orders cannot be queried.
    fn orders(&self, collection: &str) -> Vec<Order>;

    /// The entries of a record; of its body only [so much](Indexer::entries_body_bytes_max) is given.
    fn entries(&self, key: &Key, head: &[u8], body: &[u8]) -> Entries;

    /// On how many bytes of a body, from its beginning, the entries of this collection's records depend. Where bodies are
    /// long, a bound spares each retag the reading of the rest.
    fn entries_body_bytes_max(&self, _collection: &str) -> usize {
        usize::MAX
    }

    /// The text of a record to be searched; without entries it has none. It depends on the body alone.
    fn text(&self, key: &Key, body: &[u8]) -> Vec<TextField>;

    /// Changes whenever the functions above would answer differently for the same arguments. A store that was written with
    /// another revision makes its indexes again when it is opened.
    fn revision(&self) -> u64 {
        0
    }
}

/// The entries of a record whose last write drew this number, in the one form engines keep. The body may be cut off
/// where the indexer does not look any more.
pub(crate) fn entries(
    indexer: &dyn Indexer,
    key: &Key,
    head: &[u8],
    body: &[u8],
    sequence: u64,
) -> Result<Entries, Error> {
    let seen = body.len().min(indexer.entries_body_bytes_max(&key.collection));
    indexer.entries(key, head, &body[..seen]).canonical(&indexer.orders(&key.collection), sequence)
}

/// The words of a record's text, if it has any text.
pub(crate) fn words(indexer: &dyn Indexer, key: &Key, body: &[u8]) -> Option<Words> {
    let entries = indexer.text(key, body);
    (!entries.is_empty()).then(|| Words::new(&entries))
}

/// A declared order of a collection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Order {
    /// What queries call it.
    pub name: String,
    /// What its sort keys are.
    pub kind: OrderKind,
}

impl Order {
    /// An order by bytes.
    pub fn bytes(name: impl Into<String>) -> Order {
        Order { name: name.into(), kind: OrderKind::Bytes }
    }

    /// An order by the number that the last write of each record drew from its space's sequence.
    pub fn sequence(name: impl Into<String>) -> Order {
        Order { name: name.into(), kind: OrderKind::Sequence }
    }

    /// An order by time; see [`time_key`].
    pub fn time(name: impl Into<String>) -> Order {
        Order { name: name.into(), kind: OrderKind::Time }
    }
}

/// What the sort keys of an order are. They are always compared bytewise.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OrderKind {
    /// Any bytes.
    Bytes,
    /// Eight bytes: the record's [sequence](crate::Record::sequence), big-endian. The engine sets it, whatever the entries
    /// say; see [`sequence_key`].
    Sequence,
    /// Eight bytes: milliseconds since 1970, big-endian.
    Time,
}

/// The sort key of a time: milliseconds since 1970, big-endian; earlier times count as 1970.
pub fn time_key(time_ms: i64) -> [u8; 8] {
    u64::try_from(time_ms).unwrap_or(0).to_be_bytes()
}

/// The sort key of a number of a space's sequence.
pub fn sequence_key(sequence: u64) -> [u8; 8] {
    sequence.to_be_bytes()
}

/// The index entries of one record.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Entries {
    /// Words that a query can ask for exactly; at most 512 bytes each. An empty or repeated tag counts once.
    pub tags: Vec<String>,
    /// Order name and sort key. A declared order without a key has the empty one, which sorts first; for an order by
    /// sequence no key is given.
    pub sort: Vec<(String, Vec<u8>)>,
    /// What a collapsing query counts as one (a thread).
    pub group: Option<String>,
}

impl Entries {
    /// Also has this tag.
    #[must_use]
    pub fn with_tag(mut self, tag: impl Into<String>) -> Entries {
        self.tags.push(tag.into());
        self
    }

    /// Also has this sort key.
    #[must_use]
    pub fn with_sort(mut self, order: impl Into<String>, key: impl Into<Vec<u8>>) -> Entries {
        self.sort.push((order.into(), key.into()));
        self
    }

    /// Belongs to this group.
    #[must_use]
    pub fn with_group(mut self, group: impl Into<String>) -> Entries {
        self.group = Some(group.into());
        self
    }

    /// The entries in the one form engines keep: tags sorted and unique, exactly one key for each declared order, in the
    /// order of the declaration. `sequence` is the number that the record's last write drew.
    fn canonical(mut self, orders: &[Order], sequence: u64) -> Result<Entries, Error> {
        self.tags.sort_unstable();
        self.tags.dedup();
        if let Some(tag) = self.tags.iter().find(|tag| tag.len() > TAG_BYTES_MAX) {
            return Err(Error::invalid(format!("A tag has {} bytes; {TAG_BYTES_MAX} are allowed.", tag.len())));
        }
        self.sort = orders.iter().map(|order| (order.name.clone(), self.sort_key(order, sequence))).collect();
        Ok(self)
    }

    fn sort_key(&self, order: &Order, sequence: u64) -> Vec<u8> {
        if order.kind == OrderKind::Sequence {
            return sequence_key(sequence).to_vec();
        }
        let key =
            self.sort.iter().find(|(name, _)| *name == order.name).map(|(_, key)| key.as_slice()).unwrap_or_default();
        key[..key.len().min(SORT_KEY_BYTES_MAX)].to_vec()
    }
}
