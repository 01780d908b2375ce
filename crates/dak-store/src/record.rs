//! What is kept: keys, records, version tags.

use std::sync::Arc;

use bytes::Bytes;

/// The version tag of one write: 96 random bits drawn by the caller, so that no two writes share one.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Tag(pub [u8; 12]);

/// Where a record stands. Each part is at most [`Key::PART_BYTES_MAX`] bytes and not empty.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Key {
    /// The unit that is listed, counted and searched by itself.
    pub space: Arc<str>,
    /// The kind of record within the space.
    pub collection: Arc<str>,
    /// The record within its collection.
    pub id: Arc<str>,
}

impl Key {
    /// The longest a part of a key may be, in bytes.
    pub const PART_BYTES_MAX: usize = 1024;

    /// The key of `id` in `collection` of `space`.
    pub fn new(space: impl Into<Arc<str>>, collection: impl Into<Arc<str>>, id: impl Into<Arc<str>>) -> Key {
        Key { space: space.into(), collection: collection.into(), id: id.into() }
    }
}

/// A record as it stood at one moment. Clones share their bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Record {
    /// The last part of its key.
    pub id: Arc<str>,
    /// The small part that a retag may replace.
    pub head: Bytes,
    /// The part that only a put replaces.
    pub body: Bytes,
    /// The tag of the write that made this version.
    pub tag: Tag,
    /// The number that write drew from the space's sequence.
    pub sequence: u64,
}

/// The answer to a lookup.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Lookup {
    /// There is no such record.
    Absent,
    /// The record; its tag is not the one the caller has.
    Found(Record),
    /// The record still has the tag the caller has; no bytes were moved.
    Unchanged,
}

impl Lookup {
    /// The record, if one was found.
    pub fn record(self) -> Option<Record> {
        match self {
            Lookup::Found(record) => Some(record),
            Lookup::Absent | Lookup::Unchanged => None,
        }
    }
}

/// The state of a space: changes with each commit that names the space, and never returns to an earlier value.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct SpaceVersion {
    /// The number the last commit drew; 0 for a space never written.
    pub sequence: u64,
    /// The tag of the last commit's batch; zeros for a space never written.
    pub tag: Tag,
}
