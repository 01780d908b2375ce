//! What can be asked of a collection.

use std::sync::Arc;

use crate::{Error, Filter, Record};

/// The most records of one page.
pub(crate) const PAGE_RECORDS_MAX: usize = 10_000;

/// Which end of an order comes first. Among records of one sort key the id decides, in the same direction.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Direction {
    /// The lowest key first.
    Ascending,
    /// The highest key first.
    #[default]
    Descending,
}

/// A question to one collection of one space.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Query {
    /// The space.
    pub space: Arc<str>,
    /// The collection.
    pub collection: Arc<str>,
    /// Which records.
    pub filter: Filter,
    /// In which declared order.
    pub order: String,
    /// From which end of the order.
    pub direction: Direction,
    /// How many records a page has at most, 1 to 10,000.
    pub limit: usize,
    /// After how many bytes of heads and bodies a page ends early. It has at least one record.
    pub bytes_max: usize,
    /// Where the last page ended. Records put or deleted in between neither repeat nor hide others.
    pub after: Option<Cursor>,
    /// Whether a group appears only once, at the place of its first match. Records without a group stand for themselves.
    pub collapse: bool,
    /// Whether records come without their bodies, which are not read then and do not count towards `bytes_max`.
    pub heads_only: bool,
}

impl Query {
    /// How many records a page has unless the query says otherwise.
    pub const LIMIT: usize = 50;
    /// After how many bytes a page ends early unless the query says otherwise.
    pub const BYTES_MAX: usize = 4 << 20;

    /// All records of a collection in this order, the highest key first.
    pub fn new(space: impl Into<Arc<str>>, collection: impl Into<Arc<str>>, order: impl Into<String>) -> Query {
        Query {
            space: space.into(),
            collection: collection.into(),
            filter: Filter::All,
            order: order.into(),
            direction: Direction::Descending,
            limit: Query::LIMIT,
            bytes_max: Query::BYTES_MAX,
            after: None,
            collapse: false,
            heads_only: false,
        }
    }

    /// Refuses what no engine answers.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.limit == 0 || self.limit > PAGE_RECORDS_MAX {
            return Err(Error::invalid(format!(
                "A page of {} records is not possible; 1 to {PAGE_RECORDS_MAX} are.",
                self.limit
            )));
        }
        match self.filter.is_bounded() {
            true => Ok(()),
            false => Err(Error::invalid("The search is too long or nests too deep.")),
        }
    }
}

/// A place in an order: right after a record, whether or not it is still there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cursor {
    /// The record's sort key.
    pub key: Vec<u8>,
    /// The record's id.
    pub id: String,
}

impl Cursor {
    /// The cursor as bytes: the key's length (four bytes, big-endian), the key, the id.
    pub fn to_bytes(&self) -> Vec<u8> {
        let length = u32::try_from(self.key.len()).unwrap_or(u32::MAX);
        [&length.to_be_bytes(), self.key.as_slice(), self.id.as_bytes()].concat()
    }

    /// Reads what [`Cursor::to_bytes`] wrote; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Cursor> {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (key, id) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        Some(Cursor { key: key.to_vec(), id: String::from_utf8(id.to_vec()).ok()? })
    }
}

/// A part of an answer.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Page {
    /// The records, in the order asked for.
    pub records: Vec<Record>,
    /// Where to go on; `None` if this was all.
    pub next: Option<Cursor>,
}

/// A part of an answer, and how much all parts have together.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CountedPage {
    /// The part asked for.
    pub page: Page,
    /// How many records all parts have from the first on, up to a limit.
    pub count: usize,
}
