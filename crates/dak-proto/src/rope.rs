//! A reply as pieces that are never built into a tree: what a service computes around what the store holds.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::Value;

use crate::fields::selection::Selection;
use crate::fields::{Mask, project};
use crate::json::{self, Layout, Writer};

/// A JSON value in pieces.
#[derive(Clone, Debug, PartialEq)]
pub enum Rope {
    /// One canonical JSON value.
    Json(Bytes),
    /// Computed members, then those of a stored object.
    ///
    /// A stored object has none of the computed names: what a service computes is stripped from what it stores. So
    /// stored bytes need not be looked at when all of them are wanted.
    Object {
        /// Members that the service made for this reply, in the order of the answer, no name twice.
        computed: Vec<(Cow<'static, str>, Rope)>,
        /// A canonical JSON object; no bytes stand for one without members.
        stored: Bytes,
    },
    /// The elements of an array.
    Array(Vec<Rope>),
}

impl Rope {
    /// Canonical JSON text.
    pub fn json(text: impl Into<Bytes>) -> Rope {
        Rope::Json(text.into())
    }

    /// A tree, printed.
    pub fn value(value: &Value) -> Rope {
        Rope::Json(json::canonical(value).into())
    }

    /// A string.
    pub fn string(text: &str) -> Rope {
        let mut json = Vec::with_capacity(text.len() + 2);
        json::write_string(text, &mut json);
        Rope::Json(json.into())
    }

    /// A number, written as JSON numbers are.
    pub fn number(number: impl itoa::Integer) -> Rope {
        let mut digits = itoa::Buffer::new();
        Rope::Json(Bytes::copy_from_slice(digits.format(number).as_bytes()))
    }

    /// `true` or `false`.
    pub fn flag(flag: bool) -> Rope {
        Rope::Json(Bytes::from_static(if flag { b"true" } else { b"false" }))
    }

    /// An object of computed members alone.
    pub fn object(computed: Vec<(Cow<'static, str>, Rope)>) -> Rope {
        Rope::stored(computed, Bytes::new())
    }

    /// Computed members, then those of a stored object, which has none of their names.
    pub fn stored(computed: Vec<(Cow<'static, str>, Rope)>, stored: Bytes) -> Rope {
        debug_assert!(is_free_of(&stored, &computed), "a computed name is stored");
        Rope::Object { computed, stored }
    }

    /// An array.
    pub fn array(elements: Vec<Rope>) -> Rope {
        Rope::Array(elements)
    }

    /// Appends what the mask keeps of the value, in the layout, in one pass.
    pub fn write(&self, mask: &Mask, layout: Layout, out: &mut Vec<u8>) {
        if mask.is_all() {
            out.reserve(self.bytes_about());
        }
        let mut writer = Writer::new(layout, out);
        if !self.select(mask.selection(), &mut writer) {
            writer.raw(b"null");
        }
    }

    /// Appends what the mask keeps of the value as the only member of an object: `{"data": …}`, to whose inside the mask
    /// is relative (`P4`).
    pub fn write_wrapped(&self, name: &str, mask: &Mask, layout: Layout, out: &mut Vec<u8>) {
        let mut writer = Writer::new(layout, out);
        writer.open(b'{');
        writer.separate(true);
        writer.name(name);
        if !self.select(mask.selection(), &mut writer) {
            writer.raw(b"null");
        }
        writer.close(b'}', false);
    }

    /// About the length of the whole value without indentation.
    pub fn bytes_about(&self) -> usize {
        match self {
            Rope::Json(text) => text.len(),
            Rope::Array(elements) => elements.iter().map(|element| element.bytes_about() + 1).sum(),
            Rope::Object { computed, stored } => {
                let members = computed.iter().map(|(name, member)| name.len() + 4 + member.bytes_about());
                members.sum::<usize>() + stored.len()
            }
        }
    }

    /// Writes what is kept; false, and nothing written, when nothing is.
    fn select(&self, selection: &Selection, writer: &mut Writer<'_>) -> bool {
        match self {
            Rope::Json(text) => project::value(selection, text, writer),
            Rope::Array(elements) => array(elements, selection, writer),
            Rope::Object { computed, stored } => {
                writer.open(b'{');
                let is_empty = members(computed, selection, writer);
                let is_empty = project::members(selection, stored, is_empty, writer);
                writer.close(b'}', is_empty);
                true
            }
        }
    }
}

fn members(computed: &[(Cow<'static, str>, Rope)], selection: &Selection, writer: &mut Writer<'_>) -> bool {
    let mut is_empty = true;
    for (name, member) in computed {
        let Some(inner) = selection.member(name.as_bytes()) else {
            continue;
        };
        let mark = writer.mark();
        writer.separate(is_empty);
        writer.name(name);
        match member.select(inner, writer) {
            true => is_empty = false,
            false => writer.take_back(mark),
        }
    }
    is_empty
}

/// As in stored arrays: one that loses all its elements disappears.
fn array(elements: &[Rope], selection: &Selection, writer: &mut Writer<'_>) -> bool {
    let start = writer.mark();
    let mut is_empty = true;
    writer.open(b'[');
    for element in elements {
        let mark = writer.mark();
        writer.separate(is_empty);
        match element.select(selection, writer) {
            true => is_empty = false,
            false => writer.take_back(mark),
        }
    }
    writer.close(b']', is_empty);
    let is_kept = elements.is_empty() || !is_empty;
    if !is_kept {
        writer.take_back(start);
    }
    is_kept
}

fn is_free_of(stored: &[u8], computed: &[(Cow<'static, str>, Rope)]) -> bool {
    if stored.is_empty() {
        return true;
    }
    let object: Value = serde_json::from_slice(stored).unwrap_or_default();
    object.is_object() && computed.iter().all(|(name, _)| object.get(&**name).is_none())
}
