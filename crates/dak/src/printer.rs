//! A body on its way to standard output: cleaned, coloured, indented, or as it came.

use crate::paint::Palette;
use crate::paint::clean::Cleaner;
use crate::paint::json::{self, Painter};
use crate::plan::Showing;

/// JSON up to this length is looked at whole, so that what is not JSON after all is printed as it came.
const JUDGED_BYTES_MAX: usize = 4 << 20;

/// What stands in place of bytes that are no text.
const BINARY_NOTE: &[u8] = b"(binary data, not shown; send it to a file with > FILE)\n";

/// Turns the pieces of a body into what is printed.
#[derive(Debug)]
pub(crate) struct Printer {
    cleaner: Option<Cleaner>,
    painter: Option<Painter>,
    /// The body so far, while it is not yet known whether it is JSON.
    gathered: Option<Vec<u8>>,
    /// Nothing has come yet.
    is_first: bool,
    /// The note about binary data stands for everything.
    is_binary: bool,
    /// Whether what was printed ends in the middle of a line.
    in_line: bool,
}

impl Printer {
    /// A printer for a body of this type.
    pub(crate) fn new(showing: &Showing, content_type: Option<&str>) -> Printer {
        let kind = Kind::of(content_type);
        let paints = showing.indents || showing.palette != Palette::PLAIN;
        let painter = (paints && kind != Kind::Other).then(|| Painter::new(showing.palette, showing.indents));
        Printer {
            cleaner: showing.cleans.then(Cleaner::default),
            gathered: (painter.is_some() && kind == Kind::Json).then(Vec::new),
            painter,
            is_first: true,
            is_binary: false,
            in_line: false,
        }
    }

    /// Prints the next piece into `out`, now or later.
    pub(crate) fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        if self.is_first && self.cleaner.is_some() && piece.contains(&0) {
            self.is_binary = true;
            out.extend_from_slice(BINARY_NOTE);
        }
        self.is_first = false;
        if self.is_binary {
            return;
        }
        match &mut self.gathered {
            Some(gathered) => {
                gathered.extend_from_slice(piece);
                if gathered.len() > JUDGED_BYTES_MAX {
                    let gathered = self.gathered.take().unwrap_or_default();
                    self.pass(&gathered, out);
                }
            }
            None => self.pass(piece, out),
        }
    }

    /// Prints what is left, and ends the last line where a person looks. Tells whether the last line is still open.
    pub(crate) fn finish(mut self, out: &mut Vec<u8>) -> bool {
        if let Some(gathered) = self.gathered.take() {
            if !json::is_json(&gathered) {
                self.painter = None;
            }
            self.pass(&gathered, out);
        }
        let from = out.len();
        let mut rest = Vec::new();
        if let Some(cleaner) = &mut self.cleaner {
            cleaner.finish(&mut rest);
        }
        self.paint(&rest, out);
        if let Some(painter) = &mut self.painter {
            painter.finish(out);
        }
        self.note_end(from, out);
        if self.in_line && (self.cleaner.is_some() || self.painter.is_some()) {
            out.push(b'\n');
            self.in_line = false;
        }
        self.in_line
    }

    fn pass(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let from = out.len();
        match &mut self.cleaner {
            None => self.paint(bytes, out),
            Some(cleaner) => {
                let mut clean = Vec::with_capacity(bytes.len());
                cleaner.feed(bytes, &mut clean);
                self.paint(&clean, out);
            }
        }
        self.note_end(from, out);
    }

    fn paint(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        match &mut self.painter {
            Some(painter) => painter.feed(bytes, out),
            None => out.extend_from_slice(bytes),
        }
    }

    fn note_end(&mut self, from: usize, out: &[u8]) {
        if out.len() > from {
            self.in_line = out.last() != Some(&b'\n');
        }
    }
}

/// What a body is, as far as printing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// One JSON text.
    Json,
    /// JSON texts one after another, to be shown as they come.
    JsonLines,
    /// Anything else.
    Other,
}

impl Kind {
    fn of(content_type: Option<&str>) -> Kind {
        let media_type = content_type.unwrap_or_default().split(';').next().unwrap_or_default();
        let media_type = media_type.trim().to_ascii_lowercase();
        match media_type.as_str() {
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" | "application/json-seq" => {
                Kind::JsonLines
            }
            json if json.ends_with("/json") || json.ends_with("+json") => Kind::Json,
            _ => Kind::Other,
        }
    }
}

#[cfg(test)]
mod tests;
