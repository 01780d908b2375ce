//! JSON text: canonical bytes as they are stored, their indentation, and reading what a peer sent.

pub(crate) mod scan;
#[cfg(test)]
mod tests;
mod writer;

use serde_json::Value;

pub(crate) use writer::Writer;
pub use writer::write_string;

use crate::fault::Fault;

/// The deepest nesting of arrays and objects that can be read, and so the deepest that is ever stored.
pub const DEPTH_MAX: usize = 127;

/// What one value costs in memory, its place in a list that grows included: as measured.
const VALUE_BYTES: usize = 160;

/// How JSON text is laid out (`prettyPrint`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// No blanks.
    Compact,
    /// Two spaces a level, `[]` and `{}` on one line, no newline at the end.
    Pretty,
}

/// A value as it is stored: compact, no name twice in an object, nothing escaped that need not be.
pub fn canonical(value: &Value) -> Vec<u8> {
    // A tree with text for names cannot fail to print.
    serde_json::to_vec(value).unwrap_or_default()
}

/// How many bytes the values take at most that this text is made of, beyond the text itself: few bytes of text can be many
/// values.
#[must_use]
pub fn tree_bytes_max(json: &[u8]) -> usize {
    scan::count_max(json).saturating_mul(VALUE_BYTES)
}

/// Reads JSON from a peer. Of members with the same name the last one counts.
///
/// # Errors
/// 400 `parseError` with line and column for text that is not JSON, or is nested deeper than `depth_max` (at most
/// [`DEPTH_MAX`]).
pub fn parse_limited(bytes: &[u8], depth_max: usize) -> Result<Value, Fault> {
    let depth_max = depth_max.min(DEPTH_MAX);
    // Before anything is built, so that a bomb costs no memory.
    if scan::is_deeper(bytes, depth_max) {
        let message = format!("The JSON is nested deeper than {depth_max} levels.");
        return Err(Fault::parse_error(message));
    }
    serde_json::from_slice(bytes).map_err(|error| Fault::parse_error(format!("Invalid JSON: {error}.")))
}

/// Appends canonical text in a layout.
pub fn write(json: &[u8], layout: Layout, out: &mut Vec<u8>) {
    Writer::new(layout, out).raw(json);
}
