//! A mask on the bytes of a document: one pass, no tree, no allocation for a member.

use super::selection::Selection;
use crate::json::scan::{string, value_end};
use crate::json::{DEPTH_MAX, Layout, Writer};

pub(super) fn project(selection: &Selection, json: &[u8], layout: Layout, out: &mut Vec<u8>) {
    let mut writer = Writer::new(layout, out);
    if !value(selection, json, &mut writer) {
        writer.raw(b"null");
    }
}

/// Writes what is kept of a canonical value. False, and nothing written, when nothing is.
pub(crate) fn value(selection: &Selection, json: &[u8], writer: &mut Writer<'_>) -> bool {
    match selection {
        Selection::All => {
            writer.raw(json);
            true
        }
        Selection::Members(_) => Projector::new(json, writer).value(selection),
    }
}

/// Writes what is kept of the members of a canonical object into an object that is open already; returns whether
/// that one is empty still. No text stands for an object without members.
pub(crate) fn members(selection: &Selection, json: &[u8], is_empty: bool, writer: &mut Writer<'_>) -> bool {
    match (selection, writer.layout()) {
        (Selection::All, Layout::Compact) => all_members(json, is_empty, writer),
        _ => {
            let mut projector = Projector::new(json, writer);
            projector.take(b'{');
            projector.members(selection, is_empty)
        }
    }
}

/// Without indentation the members of an object are the text between its braces.
fn all_members(json: &[u8], is_empty: bool, writer: &mut Writer<'_>) -> bool {
    let end = json.len().saturating_sub(1);
    let inner = json.get(1..end).unwrap_or_default();
    if inner.is_empty() {
        return is_empty;
    }
    writer.separate(is_empty);
    writer.raw(inner);
    false
}

struct Projector<'j, 'w, 'o> {
    json: &'j [u8],
    at: usize,
    /// How many levels may still be entered: text that is not canonical must not exhaust the stack.
    levels: usize,
    writer: &'w mut Writer<'o>,
}

impl<'j, 'w, 'o> Projector<'j, 'w, 'o> {
    fn new(json: &'j [u8], writer: &'w mut Writer<'o>) -> Projector<'j, 'w, 'o> {
        let levels = DEPTH_MAX;
        Projector { json, at: 0, levels, writer }
    }

    /// Writes what is kept of the value here and goes past it; false, and nothing written, when nothing is.
    fn value(&mut self, selection: &Selection) -> bool {
        match (selection, self.peek()) {
            (Selection::All, _) | (_, Some(b'n')) => self.copy(),
            (_, Some(b'{')) if self.enter() => self.object(selection),
            (_, Some(b'[')) if self.enter() => self.array(selection),
            _ => self.skip(),
        }
    }

    fn object(&mut self, selection: &Selection) -> bool {
        self.writer.open(b'{');
        let is_empty = self.members(selection, true);
        self.writer.close(b'}', is_empty);
        self.leave(b'}');
        true
    }

    /// Members up to the closing brace, which stays where it is.
    fn members(&mut self, selection: &Selection, mut is_empty: bool) -> bool {
        while self.peek() == Some(b'"') {
            let (name_end, is_escaped) = string(self.json, self.at);
            let Some(name) = self.json.get(self.at..name_end) else {
                break;
            };
            self.at = name_end;
            if !self.take(b':') {
                break;
            }
            match member(selection, name, is_escaped) {
                Some(inner) => is_empty &= !self.member(inner, name, is_empty),
                None => drop(self.skip()),
            }
            if !self.take(b',') {
                break;
            }
        }
        is_empty
    }

    fn member(&mut self, selection: &Selection, name: &[u8], is_first: bool) -> bool {
        let mark = self.writer.mark();
        self.writer.separate(is_first);
        self.writer.raw_name(name);
        self.value_or_take_back(selection, mark)
    }

    /// An array is transparent. One that loses all its elements disappears; one that had none stays.
    fn array(&mut self, selection: &Selection) -> bool {
        let mark = self.writer.mark();
        let had_none = self.peek() == Some(b']');
        self.writer.open(b'[');
        let is_empty = had_none || self.elements(selection);
        self.writer.close(b']', is_empty);
        self.leave(b']');
        if is_empty && !had_none {
            self.writer.take_back(mark);
        }
        had_none || !is_empty
    }

    fn elements(&mut self, selection: &Selection) -> bool {
        let mut is_empty = true;
        loop {
            let mark = self.writer.mark();
            self.writer.separate(is_empty);
            is_empty &= !self.value_or_take_back(selection, mark);
            if !self.take(b',') {
                return is_empty;
            }
        }
    }

    fn value_or_take_back(&mut self, selection: &Selection, mark: usize) -> bool {
        let is_kept = self.value(selection);
        if !is_kept {
            self.writer.take_back(mark);
        }
        is_kept
    }

    fn copy(&mut self) -> bool {
        let start = self.at;
        self.skip();
        self.writer.raw(self.json.get(start..self.at).unwrap_or_default());
        true
    }

    fn skip(&mut self) -> bool {
        self.at = value_end(self.json, self.at);
        false
    }

    /// Goes past an opening bracket, unless there are too many around it already.
    fn enter(&mut self) -> bool {
        if self.levels == 0 {
            return false;
        }
        self.levels -= 1;
        self.at += 1;
        true
    }

    /// Goes past the closing bracket. Where another byte stands the text is not JSON, and the rest of it is left.
    fn leave(&mut self, bracket: u8) {
        self.levels += 1;
        if !self.take(bracket) {
            self.at = self.json.len();
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn peek(&self) -> Option<u8> {
        self.json.get(self.at).copied()
    }
}

/// What is kept of the member with this name, which is its text with the quotes. Stored names have no escapes but
/// for the few characters that need them.
fn member<'s>(selection: &'s Selection, name: &[u8], is_escaped: bool) -> Option<&'s Selection> {
    if is_escaped {
        let name: String = serde_json::from_slice(name).ok()?;
        return selection.member(name.as_bytes());
    }
    let [b'"', name @ .., b'"'] = name else {
        return None;
    };
    selection.member(name)
}
