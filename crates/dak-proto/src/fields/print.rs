//! Masks as text.

use std::fmt::{Display, Formatter, Result, Write};

use super::error::Segment;
use super::parse::is_blank;
use super::selection::{Members, Selection};

pub(super) fn selection(selection: &Selection, f: &mut Formatter<'_>) -> Result {
    match selection {
        Selection::All => f.write_char('*'),
        Selection::Members(inner) => members(inner, f),
    }
}

/// A path with dots, as error details name it.
pub(super) fn dotted(path: &[Segment]) -> String {
    let segments: Vec<String> = path.iter().map(Segment::to_string).collect();
    segments.join(".")
}

impl Display for Segment {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Segment::Wildcard => f.write_char('*'),
            Segment::Name(text) => name(text, f),
        }
    }
}

fn members(members: &Members, f: &mut Formatter<'_>) -> Result {
    if let Some(wild) = &members.wild {
        f.write_char('*')?;
        below(wild, f)?;
    }
    for (index, (text, inner)) in members.named.iter().enumerate() {
        if index > 0 || members.wild.is_some() {
            f.write_char(',')?;
        }
        name(text, f)?;
        below(inner, f)?;
    }
    Ok(())
}

/// One member follows a slash, several stand in a group.
fn below(inner: &Selection, f: &mut Formatter<'_>) -> Result {
    match inner {
        Selection::All => Ok(()),
        Selection::Members(inner) if inner.count() == 1 => {
            f.write_char('/')?;
            members(inner, f)
        }
        Selection::Members(inner) => {
            f.write_char('(')?;
            members(inner, f)?;
            f.write_char(')')
        }
    }
}

/// A name, in backticks when it could be read as something else.
fn name(text: &str, f: &mut Formatter<'_>) -> Result {
    if !needs_quotes(text) {
        return f.write_str(text);
    }
    f.write_char('`')?;
    for c in text.chars() {
        if matches!(c, '`' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('`')
}

fn needs_quotes(text: &str) -> bool {
    text == "*" || text.contains([',', '/', '.', '(', ')', '`', '\\']) || text.trim_matches(is_blank) != text
}
