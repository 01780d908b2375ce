//! Regular expressions of a document, matched against whole values.

#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use regex_lite::Regex;

/// A pattern, compiled when it is first needed: large documents have thousands, and few are ever asked.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Pattern {
        Pattern { text: text.to_owned(), compiled: OnceLock::new() }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the whole value matches. A pattern that cannot be compiled (another dialect's) is met by every value.
    pub(crate) fn matches(&self, value: &str) -> bool {
        let compile = || Regex::new(&format!("^(?:{})$", self.text)).ok();
        match self.compiled.get_or_init(compile) {
            Some(pattern) => pattern.is_match(value),
            None => true,
        }
    }
}

/// What is wrong with a text in every dialect: brackets that do not match, or nothing to repeat. To compile all patterns
/// of all documents would take long, and some are written for other dialects.
pub(super) fn flaw(text: &str) -> Option<&'static str> {
    let (mut depth, mut is_empty) = (0_usize, true);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.next().is_none() => return Some("it ends in a backslash"),
            '[' if !ends_set(&mut letters) => return Some("a [ is not closed"),
            '(' => {
                depth += 1;
                // What stands behind `(?` is the group's kind.
                if letters.as_str().starts_with('?') {
                    letters.next();
                }
            }
            ')' if depth == 0 => return Some("a ) closes nothing"),
            ')' => depth -= 1,
            '*' | '+' | '?' if is_empty => return Some("there is nothing to repeat"),
            _ => {}
        }
        is_empty = matches!(letter, '(' | '|');
    }
    (depth > 0).then_some("a ( is not closed")
}

/// Reads a set to its end; a `]` at its beginning is one of its letters.
fn ends_set(letters: &mut std::str::Chars<'_>) -> bool {
    let rest = letters.as_str();
    let rest = rest.strip_prefix('^').unwrap_or(rest);
    *letters = rest.strip_prefix(']').unwrap_or(rest).chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            ']' => return true,
            _ => {}
        }
    }
    false
}
