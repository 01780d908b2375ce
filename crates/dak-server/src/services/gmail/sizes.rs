//! Classes of sizes, by which searches for them follow tags in the order of the list.
//!
//! A size is in an octave, from a power of two to the next, and in one of the eighths of it. A message has a tag for each. A
//! search for sizes beyond a bound asks for the octaves beyond it, for the eighths beyond it in the bound's own octave, and
//! in the bound's eighth for the size itself.

use dak_store::Filter;

use super::index::{SIZE, size_key};
use crate::services::resources::tag;

/// Below the second and from the last on sizes are not told apart by octaves: mails are seldom so small and never twice so
/// large.
const OCTAVES: std::ops::RangeInclusive<u32> = 8..=27;
const EIGHTHS: u32 = 8;

/// Where a size belongs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Class {
    octave: u32,
    eighth: u32,
}

/// The tags of messages of a size.
pub(super) fn tags(bytes: u64) -> [String; 2] {
    let class = Class::of(bytes);
    [octave_tag(class.octave), class.tag()]
}

/// The messages of this size or larger.
pub(super) fn from(bytes: u64) -> Filter {
    let class = Class::of(bytes);
    let octaves = (class.octave + 1..=*OCTAVES.end()).map(octave_tag);
    let eighths = (class.eighth + 1..EIGHTHS).map(|eighth| Class { eighth, ..class }.tag());
    let beyond = octaves.chain(eighths).map(Filter::Tag);
    Filter::Or(beyond.chain([class.among(Some(bytes), None)]).collect())
}

/// The messages that are smaller.
pub(super) fn below(bytes: u64) -> Filter {
    let class = Class::of(bytes);
    let octaves = (*OCTAVES.start()..class.octave).map(octave_tag);
    let eighths = (0..class.eighth).map(|eighth| Class { eighth, ..class }.tag());
    let beyond = octaves.chain(eighths).map(Filter::Tag);
    Filter::Or(beyond.chain([class.among(None, Some(bytes))]).collect())
}

/// The same without classes, in few words.
pub(super) fn range(from: Option<u64>, to: Option<u64>) -> Filter {
    let key = |bytes| size_key(bytes).into();
    Filter::Range { order: SIZE.into(), from: from.map(key), to: to.map(key) }
}

impl Class {
    fn of(bytes: u64) -> Class {
        let octave = bytes.max(1).ilog2().clamp(*OCTAVES.start(), *OCTAVES.end());
        let within = bytes.saturating_sub(1 << octave) / ((1 << octave) / u64::from(EIGHTHS));
        Class { octave, eighth: u32::try_from(within).unwrap_or(u32::MAX).min(EIGHTHS - 1) }
    }

    fn tag(self) -> String {
        tag("size", &format!("{}.{}", self.octave, self.eighth))
    }

    /// Those of the class that are within these bounds.
    fn among(self, from: Option<u64>, to: Option<u64>) -> Filter {
        Filter::And(vec![Filter::Tag(self.tag()), range(from, to)])
    }
}

fn octave_tag(octave: u32) -> String {
    tag("size", &octave.to_string())
}

#[cfg(test)]
mod tests;
