//! One parameter of a method, in the path or in the query.

use dak_proto::fault::Fault;

use crate::document::{DocumentError, Node};
use crate::scalar::Scalar;

/// How much of a wrong value an error repeats.
const QUOTED_CHARS_MAX: usize = 100;

/// A parameter and what its values may be.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What its values may be.
    pub scalar: Scalar,
    /// Whether it may be given more than once.
    pub repeated: bool,
    /// Whether a request without it is refused.
    pub required: bool,
    /// The value a request without it has.
    pub default: Option<String>,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
}

impl Parameter {
    pub(crate) fn parse(node: &Node<'_>, ignore_case: bool) -> Result<Parameter, DocumentError> {
        Ok(Parameter {
            name: node.name().to_owned(),
            place: Place::parse(node)?,
            scalar: Scalar::parse(node, ignore_case)?,
            repeated: node.flag("repeated")?,
            required: node.flag("required")?,
            default: node.optional_text("default")?.map(str::to_owned),
        })
    }

    /// Whether it says how many items a page has. Its limits are not errors but the least and the most there is.
    pub fn is_page_size(&self) -> bool {
        matches!(self.name.as_str(), "maxResults" | "pageSize") && self.scalar.is_integer()
    }

    /// Checks a value and gives it in the document's spelling.
    ///
    /// # Errors
    /// 400 that names the parameter and what was expected.
    pub(crate) fn accept<'a>(&'a self, text: &'a str) -> Result<&'a str, Fault> {
        let accepted = match self.is_page_size() {
            true => accept_page_size(text),
            false => self.scalar.accept_text(text),
        };
        accepted.map_err(|expected| self.refuse(text, &expected))
    }

    fn refuse(&self, text: &str, expected: &str) -> Fault {
        let (name, type_name) = (&self.name, self.scalar.type_name());
        let quoted = quoted(text);
        let message = format!("Invalid value at '{name}' ({type_name}), {quoted}: expected {expected}.");
        Fault::invalid_parameter(name, message)
    }
}

impl Place {
    fn parse(node: &Node<'_>) -> Result<Place, DocumentError> {
        match node.optional_text("location")? {
            Some("path") => Ok(Place::Path),
            Some("query") | None => Ok(Place::Query),
            Some(_) => Err(node.error("the location must be \"path\" or \"query\"")),
        }
    }
}

/// A text in quotes as an error repeats it: the beginning of a long one.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARS_MAX) {
        Some((end, _)) => format!("\"{}…\"", text.get(..end).unwrap_or_default()),
        None => format!("\"{text}\""),
    }
}

/// A number too large for any integer is still a number: the page is then as long as it may be.
fn accept_page_size(text: &str) -> Result<&str, String> {
    let whole = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole { Ok(text) } else { Err("a whole number, 0 or more".to_owned()) }
}
