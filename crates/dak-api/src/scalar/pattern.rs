//! Regular expressions of a document, matched against whole values.

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
