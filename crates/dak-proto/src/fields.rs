//! Field masks: which parts of a JSON value an answer keeps (`P2`–`P5`).
//!
//! A mask is parsed once and then printed, united with another, checked against a schema's [`Shape`], applied to a
//! tree or, without building one, to the bytes of a document.
//!
//! ```
//! use dak_proto::fields::Mask;
//! use dak_proto::json::Layout;
//!
//! let mask = Mask::parse("items(id,author/name)").unwrap();
//! let document = br#"{"kind":"demo","items":[{"id":1,"author":{"name":"Jo","age":40}}]}"#;
//! let mut kept = Vec::new();
//! mask.project(document, Layout::Compact, &mut kept);
//! assert_eq!(kept, br#"{"items":[{"id":1,"author":{"name":"Jo"}}]}"#);
//! ```

mod apply;
mod check;
mod error;
mod parse;
mod print;
pub(crate) mod project;
pub(crate) mod selection;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;

use serde_json::Value;

pub use check::{Kind, Shape};
pub use error::{MaskError, Segment};
pub use parse::{MASK_CHARS_MAX, MASK_DEPTH_MAX};
pub use selection::MASK_STEPS_MAX;

use crate::json::Layout;
use selection::Selection;

/// A field mask. Two masks that are written differently and merge into the same tree are equal.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    /// What was written, duplicates united: this is printed and checked.
    written: Selection,
    /// The same with wildcards spread over the names beside them, where there are both: this selects.
    resolved: Option<Selection>,
}

impl Mask {
    /// The mask that keeps everything.
    pub const fn all() -> Mask {
        Mask { written: Selection::All, resolved: None }
    }

    /// Whether everything is kept, so that a document can be copied as it stands.
    pub fn is_all(&self) -> bool {
        self.written == Selection::All
    }

    /// Parses a mask; an empty or blank one keeps everything.
    ///
    /// # Errors
    /// Text outside the grammar, or beyond [`MASK_CHARS_MAX`], [`MASK_DEPTH_MAX`] or [`MASK_STEPS_MAX`].
    pub fn parse(text: &str) -> Result<Mask, MaskError> {
        Mask::new(parse::parse(text)?)
    }

    /// The mask that keeps what either keeps.
    ///
    /// # Errors
    /// [`MaskError::TooComplex`], when wildcards of one meet too many names of the other.
    pub fn union(self, other: Mask) -> Result<Mask, MaskError> {
        Mask::new(Selection::union(vec![self.written, other.written]))
    }

    fn new(written: Selection) -> Result<Mask, MaskError> {
        // Google's `fields=*` is everything, whatever the answer is.
        let written = match written.is_lone_wildcard() {
            true => Selection::All,
            false => written,
        };
        let resolved = written.resolve()?;
        Ok(Mask { written, resolved })
    }

    /// Checks every name against what is known of the answer. A wildcard's names must stand in at least one member.
    ///
    /// # Errors
    /// [`MaskError::Unknown`] with the paths that lead nowhere.
    pub fn check<S: Shape>(&self, shape: S) -> Result<(), MaskError> {
        check::check(&self.written, shape)
    }

    /// The part of a value that the mask keeps; `null` when the value is a scalar and a part of it was asked for.
    pub fn apply(&self, value: Value) -> Value {
        apply::apply(self.selection(), value).unwrap_or_default()
    }

    /// Appends the part of a document that the mask keeps, in one pass over its bytes.
    ///
    /// `json` is canonical text as [`canonical`](crate::json::canonical) writes it: no blanks, no duplicate keys, nested
    /// no deeper than [`DEPTH_MAX`](crate::json::DEPTH_MAX). Of any other text some part is copied, without a panic.
    pub fn project(&self, json: &[u8], layout: Layout, out: &mut Vec<u8>) {
        project::project(self.selection(), json, layout, out);
    }

    pub(crate) fn selection(&self) -> &Selection {
        self.resolved.as_ref().unwrap_or(&self.written)
    }
}

/// Prints the mask in canonical form: names sorted, duplicates merged, no blanks. It parses to the same mask.
impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print::selection(&self.written, f)
    }
}
