//! Writing JSON text piece by piece in a layout.

use super::scan::value_end;
use super::{DEPTH_MAX, Layout};

/// Indentation does not grow beyond this many levels; only text that is not canonical comes here, and its indented
/// form must not be the square of it.
const INDENTED_DEPTH_MAX: usize = 2 * DEPTH_MAX;

/// A comma, a newline and the deepest indentation: a new line is one copy from here.
static LINE: [u8; 2 + 2 * INDENTED_DEPTH_MAX] = {
    let mut line = [b' '; 2 + 2 * INDENTED_DEPTH_MAX];
    line[0] = b',';
    line[1] = b'\n';
    line
};

/// Appends values to a buffer. Who writes a value that may turn out not to be kept takes it back with
/// [`take_back`](Writer::take_back).
pub(crate) struct Writer<'o> {
    out: &'o mut Vec<u8>,
    layout: Layout,
    depth: usize,
}

impl<'o> Writer<'o> {
    pub(crate) fn new(layout: Layout, out: &'o mut Vec<u8>) -> Writer<'o> {
        Writer { out, layout, depth: 0 }
    }

    /// Begins an object or an array.
    pub(crate) fn open(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.depth += 1;
    }

    /// Ends it. An empty one stays on one line.
    pub(crate) fn close(&mut self, bracket: u8, is_empty: bool) {
        self.depth -= 1;
        if !is_empty {
            self.line();
        }
        self.out.push(bracket);
    }

    /// Comes before every member or element.
    pub(crate) fn separate(&mut self, is_first: bool) {
        match is_first {
            true => self.line(),
            false => self.comma(),
        }
    }

    /// Writes a member's name from its text, quotes and escapes included.
    pub(crate) fn raw_name(&mut self, name: &[u8]) {
        self.out.extend_from_slice(name);
        self.colon();
    }

    /// Writes a member's name.
    pub(crate) fn name(&mut self, name: &str) {
        write_string(name, self.out);
        self.colon();
    }

    /// Writes canonical text.
    pub(crate) fn raw(&mut self, json: &[u8]) {
        match self.layout {
            Layout::Compact => self.out.extend_from_slice(json),
            Layout::Pretty => self.indented(json),
        }
    }

    /// Where the next byte goes, for [`take_back`](Writer::take_back).
    pub(crate) fn mark(&self) -> usize {
        self.out.len()
    }

    /// Forgets what was written since the mark. What was opened since then must be closed.
    pub(crate) fn take_back(&mut self, mark: usize) {
        self.out.truncate(mark);
    }

    pub(crate) fn layout(&self) -> Layout {
        self.layout
    }

    fn indented(&mut self, json: &[u8]) {
        let outer = self.depth;
        let mut at = 0;
        while let Some(&byte) = json.get(at) {
            let start = at;
            at += 1;
            match byte {
                b',' => self.comma(),
                b':' => self.colon(),
                b'}' | b']' => self.end(byte),
                b'{' | b'[' => match json.get(at) {
                    Some(&end @ (b'}' | b']')) => {
                        self.out.extend_from_slice(&[byte, end]);
                        at += 1;
                    }
                    _ => self.begin(byte),
                },
                _ => {
                    at = value_end(json, start);
                    self.out.extend_from_slice(json.get(start..at).unwrap_or_default());
                }
            }
        }
        self.depth = outer;
    }

    fn begin(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.depth += 1;
        self.line();
    }

    fn end(&mut self, bracket: u8) {
        self.depth = self.depth.saturating_sub(1);
        self.line();
        self.out.push(bracket);
    }

    fn colon(&mut self) {
        match self.layout {
            Layout::Compact => self.out.push(b':'),
            Layout::Pretty => self.out.extend_from_slice(b": "),
        }
    }

    fn comma(&mut self) {
        match self.layout {
            Layout::Compact => self.out.push(b','),
            Layout::Pretty => self.out.extend_from_slice(&LINE[..self.line_bytes()]),
        }
    }

    fn line(&mut self) {
        if self.layout == Layout::Pretty {
            self.out.extend_from_slice(&LINE[1..self.line_bytes()]);
        }
    }

    fn line_bytes(&self) -> usize {
        2 + 2 * self.depth.min(INDENTED_DEPTH_MAX)
    }
}

/// Appends a string with its quotes; escaped is only what must be (RFC 8259 7).
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut plain = text.as_bytes();
    while let Some(length) = plain.iter().position(|&byte| must_be_escaped(byte)) {
        out.extend_from_slice(&plain[..length]);
        write_escaped(plain[length], out);
        plain = &plain[length + 1..];
    }
    out.extend_from_slice(plain);
    out.push(b'"');
}

fn must_be_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

fn write_escaped(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}
