//! What is wrong with a mask, and the error body that says so.

use std::error;
use std::fmt;

use serde_json::json;

use super::parse::{Lexer, MASK_CHARS_MAX, MASK_DEPTH_MAX, Token};
use super::print;
use crate::fault::Fault;

/// Why a mask is refused. All of them are the caller's to fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MaskError {
    /// The text is outside the grammar.
    Syntax {
        /// The character, counted from 1, where it goes wrong.
        position: usize,
        /// What is wrong there.
        problem: &'static str,
    },
    /// The text is longer than [`MASK_CHARS_MAX`].
    TooLong,
    /// Segments enclose each other more than [`MASK_DEPTH_MAX`] times.
    TooDeep,
    /// Nested wildcards meet too many names ([`MASK_STEPS_MAX`](super::MASK_STEPS_MAX)).
    TooComplex,
    /// The answer has no such fields. These are the first of them in order of name, each a path from the root that
    /// leads nowhere at its last segment; there is at least one.
    Unknown(Vec<Vec<Segment>>),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// `*`: every member.
    Wildcard,
    /// The member with this name.
    Name(Box<str>),
}

impl MaskError {
    /// The answer to a request with this mask (`P5`): the message names the path as it was written, without the groups
    /// around it, or the whole mask where no single path is wrong; the details name the path from the root.
    pub fn fault(&self, mask_text: &str) -> Fault {
        let (written, problem) = match self {
            MaskError::Unknown(paths) => match first_written(paths, mask_text) {
                Some(item) => (item.text, not_found(&item.path)),
                None => (mask_text, self.to_string()),
            },
            _ => (mask_text, self.to_string()),
        };
        let description = format!("Error expanding 'fields' parameter. {problem}");
        let message = format!("Invalid field selection {written}");
        Fault::invalid_parameter("fields", message).with_detail(json!({
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{ "field": mask_text, "description": description }],
        }))
    }
}

impl fmt::Display for MaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MaskError::Syntax { position, problem } => {
                write!(f, "At character {position} {problem}.")
            }
            MaskError::TooLong => write!(f, "The mask is longer than {MASK_CHARS_MAX} characters."),
            MaskError::TooDeep => write!(f, "The mask is nested deeper than {MASK_DEPTH_MAX} levels."),
            MaskError::TooComplex => write!(f, "The mask's wildcards meet too many names."),
            MaskError::Unknown(paths) => {
                let path = paths.first().map(Vec::as_slice).unwrap_or_default();
                write!(f, "{}", not_found(path))
            }
        }
    }
}

impl error::Error for MaskError {}

fn not_found(path: &[Segment]) -> String {
    format!("Cannot find matching fields for path '{}'.", print::dotted(path))
}

/// An item of a mask: its path as written, and all the segments that lead there from the root.
struct Item<'t> {
    text: &'t str,
    path: Vec<Segment>,
}

/// The first item, in the order of writing, whose own part leads nowhere.
fn first_written<'t>(unknown: &[Vec<Segment>], mask_text: &'t str) -> Option<Item<'t>> {
    let mut lexer = Lexer::new(mask_text);
    let mut path: Vec<Segment> = Vec::new();
    // How many segments of the path belong to the groups around.
    let mut bases = vec![0];
    let mut own: Option<(usize, usize)> = None;
    loop {
        let (token, start) = lexer.token();
        if let Token::Segment(segment) = token {
            path.push(segment);
            own = Some((own.map_or(start, |own| own.0), lexer.at()));
            continue;
        }
        if token == Token::Slash {
            continue;
        }
        let base = bases.last().copied().unwrap_or(0);
        if let Some((from, to)) = own.take()
            && leads_nowhere(unknown, &path, base)
        {
            let text = mask_text.get(from..to).unwrap_or(mask_text).trim_end();
            return Some(Item { text, path });
        }
        match token {
            Token::Open => bases.push(path.len()),
            Token::Comma => path.truncate(base),
            Token::Close => drop(bases.pop()),
            _ => return None,
        }
    }
}

/// Whether one of the unknown paths, which are sorted and none the beginning of another, begins this path and ends
/// after its first `base` segments.
fn leads_nowhere(unknown: &[Vec<Segment>], path: &[Segment], base: usize) -> bool {
    let place = unknown.partition_point(|candidate| candidate.as_slice() <= path);
    let candidate = place.checked_sub(1).and_then(|place| unknown.get(place));
    candidate.is_some_and(|candidate| candidate.len() > base && path.starts_with(candidate))
}
