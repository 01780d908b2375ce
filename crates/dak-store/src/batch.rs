//! Changes that happen together or not at all.

use std::sync::Arc;

use bytes::Bytes;

use crate::{Error, Key, Tag};

/// The most bytes of all heads and bodies of one batch.
pub(crate) const BATCH_BYTES_MAX: usize = 256 << 20;

/// What must hold before a batch is carried out. All expectations are held against the state before the batch.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Expectation {
    /// There is no such record. A uniqueness claim is a record that is put and expected absent.
    Absent(Key),
    /// There is such a record.
    Present(Key),
    /// There is such a record and it has this tag.
    Tagged(Key, Tag),
}

/// One change of one record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Operation {
    /// Removes the record; it is no error if there is none.
    Delete {
        /// The record.
        key: Key,
    },
    /// Makes or replaces the record.
    Put {
        /// The record.
        key: Key,
        /// Its new head.
        head: Bytes,
        /// Its new body.
        body: Bytes,
        /// Its new tag.
        tag: Tag,
    },
    /// Replaces the head and touches neither body nor text index. A record that is not there is a conflict.
    Retag {
        /// The record.
        key: Key,
        /// Its new head.
        head: Bytes,
        /// Its new tag.
        tag: Tag,
    },
}

impl Operation {
    /// The record that is changed.
    pub fn key(&self) -> &Key {
        match self {
            Operation::Delete { key } | Operation::Put { key, .. } | Operation::Retag { key, .. } => key,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Operation::Delete { .. } => 0,
            Operation::Put { head, body, .. } => head.len() + body.len(),
            Operation::Retag { head, .. } => head.len(),
        }
    }
}

/// An addition to a named counter of a space. Additions never conflict; a counter never added to is 0.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Addition {
    /// The space that has the counter.
    pub space: Arc<str>,
    /// The counter's name.
    pub name: String,
    /// What to add; the sum wraps around at the ends of `i64`.
    pub delta: i64,
}

/// Changes that happen together or not at all.
///
/// Every space named by an operation or an addition draws one number of its sequence, even if nothing in it changed.
/// Operations are carried out in their order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Batch {
    /// Names the batch, so that an engine whose answer may be lost can tell a repetition. Drawn at random by the caller.
    pub id: [u8; 16],
    /// The version tag that the spaces of this batch get.
    pub tag: Tag,
    /// What must hold before.
    pub expectations: Vec<Expectation>,
    /// What changes.
    pub operations: Vec<Operation>,
    /// What is counted.
    pub additions: Vec<Addition>,
}

impl Batch {
    /// An empty batch.
    pub fn new(id: [u8; 16], tag: Tag) -> Batch {
        Batch { id, tag, expectations: Vec::new(), operations: Vec::new(), additions: Vec::new() }
    }

    /// Also expects this.
    #[must_use]
    pub fn expect(mut self, expectation: Expectation) -> Batch {
        self.expectations.push(expectation);
        self
    }

    /// Also puts this record, with the batch's tag.
    #[must_use]
    pub fn put(mut self, key: Key, head: impl Into<Bytes>, body: impl Into<Bytes>) -> Batch {
        let tag = self.tag;
        self.operations.push(Operation::Put { key, head: head.into(), body: body.into(), tag });
        self
    }

    /// Also retags this record, with the batch's tag.
    #[must_use]
    pub fn retag(mut self, key: Key, head: impl Into<Bytes>) -> Batch {
        let tag = self.tag;
        self.operations.push(Operation::Retag { key, head: head.into(), tag });
        self
    }

    /// Also deletes this record.
    #[must_use]
    pub fn delete(mut self, key: Key) -> Batch {
        self.operations.push(Operation::Delete { key });
        self
    }

    /// Also adds to a counter.
    #[must_use]
    pub fn add(mut self, space: impl Into<Arc<str>>, name: impl Into<String>, delta: i64) -> Batch {
        self.additions.push(Addition { space: space.into(), name: name.into(), delta });
        self
    }

    /// The spaces this batch draws numbers from, each once, in the order they are first named.
    pub(crate) fn spaces(&self) -> Vec<Arc<str>> {
        let mut spaces: Vec<Arc<str>> = Vec::new();
        let named = self.operations.iter().map(|operation| &operation.key().space);
        for space in named.chain(self.additions.iter().map(|addition| &addition.space)) {
            if !spaces.contains(space) {
                spaces.push(space.clone());
            }
        }
        spaces
    }

    /// Refuses what no engine takes, before anything is done.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.operations.iter().try_for_each(|operation| check_key(operation.key()))?;
        for addition in &self.additions {
            check_part("space", &addition.space)?;
            check_part("counter name", &addition.name)?;
        }
        match self.operations.iter().map(Operation::bytes).sum::<usize>() {
            bytes if bytes > BATCH_BYTES_MAX => {
                Err(Error::invalid(format!("The batch has {bytes} bytes; {BATCH_BYTES_MAX} are allowed.")))
            }
            _ => Ok(()),
        }
    }
}

/// What a batch drew: each space it named with its new sequence number.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Committed {
    /// In the order the batch first names the spaces.
    pub sequences: Vec<(Arc<str>, u64)>,
}

impl Committed {
    /// The number drawn from this space's sequence.
    pub fn sequence(&self, space: &str) -> Option<u64> {
        self.sequences.iter().find(|(name, _)| &**name == space).map(|(_, sequence)| *sequence)
    }
}

fn check_key(key: &Key) -> Result<(), Error> {
    check_part("space", &key.space)?;
    check_part("collection", &key.collection)?;
    check_part("id", &key.id)
}

fn check_part(what: &str, text: &str) -> Result<(), Error> {
    match text.len() {
        0 => Err(Error::invalid(format!("The {what} is empty."))),
        bytes if bytes > Key::PART_BYTES_MAX => {
            Err(Error::invalid(format!("The {what} has {bytes} bytes; {} are allowed.", Key::PART_BYTES_MAX)))
        }
        _ => Ok(()),
    }
}
