//! YAML, as people write rules and seeds. JSON is a part of it.

#[cfg(test)]
mod tests;

use std::error;
use std::fmt;

use serde_json::Value;

/// How the crate begins when a document goes beyond its bounds.
const TOO_MUCH: &str = "budget breached";

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// Where it stands, counted from 1, if that can be said.
    pub line_and_column: Option<(u64, u64)>,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line_and_column {
            Some((line, column)) => write!(f, "line {line}, column {column}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl error::Error for YamlError {}

/// Reads one document of YAML 1.2. Only `true` and `false` are booleans, and numbers that begin with a zero are texts,
/// so that nobody's id or answer becomes something else. An empty text is `null`.
///
/// # Errors
/// What is no YAML, names a member twice, has a tag of its own, or grows beyond bounds by its aliases.
pub fn parse_yaml(text: &str) -> Result<Value, YamlError> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| shown(&error))
}

/// The crate's sentence without where it stands, which is told apart, and without advice for its callers.
fn shown(error: &serde_saphyr::Error) -> YamlError {
    let place = error.location().map(|location| (location.line(), location.column()));
    let sentence = error.without_snippet().to_string();
    let sentence = sentence.lines().next().unwrap_or_default();
    let end = [" at line ", ", set ", "; use "].iter().filter_map(|mark| sentence.find(mark)).min();
    let message = match sentence.starts_with(TOO_MUCH) {
        true => "more stands there, or deeper, than is read of YAML; JSON has no such bound",
        false => end.and_then(|end| sentence.get(..end)).unwrap_or(sentence),
    };
    YamlError { line_and_column: place, message: message.to_owned() }
}
