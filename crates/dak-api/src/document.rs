//! Reading a Discovery document: values with the path at which they stand, so that an error can name it.

#[cfg(test)]
mod tests;

use std::error;
use std::fmt;

use serde_json::Value;

/// What is wrong with a document, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// The JSON path, e.g. `resources.items.methods.list.path`; empty for the document as a whole.
    pub path: String,
    /// One sentence about the value at that path.
    pub message: String,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl error::Error for DocumentError {}

/// A value of the document that knows its path. A member that is `null` counts as absent.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    step: Step<'a>,
    parent: Option<&'a Node<'a>>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Member(&'a str),
    Element(usize),
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value) -> Node<'a> {
        Node { value, step: Step::Root, parent: None }
    }

    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// The last step of the path: the name of this member.
    pub(crate) fn name(&self) -> &'a str {
        match self.step {
            Step::Member(name) => name,
            Step::Root | Step::Element(_) => "",
        }
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> DocumentError {
        let mut path = String::new();
        self.write_path(&mut path);
        DocumentError { path, message: message.into() }
    }

    fn write_path(&self, path: &mut String) {
        if let Some(parent) = self.parent {
            parent.write_path(path);
        }
        match self.step {
            Step::Root => {}
            Step::Element(index) => path.push_str(&format!("[{index}]")),
            Step::Member(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
        }
    }

    pub(crate) fn member<'b>(&'b self, name: &'b str) -> Option<Node<'b>> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Node { value, step: Step::Member(name), parent: Some(self) })
    }

    pub(crate) fn text(&self) -> Result<&'a str, DocumentError> {
        self.value.as_str().ok_or_else(|| self.error("must be a string"))
    }

    /// A string that must be there.
    pub(crate) fn required_text(&self, name: &str) -> Result<&'a str, DocumentError> {
        self.optional_text(name)?.ok_or_else(|| self.error(format!("has no \"{name}\"")))
    }

    pub(crate) fn optional_text(&self, name: &str) -> Result<Option<&'a str>, DocumentError> {
        match self.value.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.misfit(name, "must be a string")),
        }
    }

    /// A boolean; an absent one is false.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, DocumentError> {
        match self.value.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.misfit(name, "must be true or false")),
        }
    }

    /// The strings of an array; an absent one is empty.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, DocumentError> {
        let Some(array) = self.member(name) else {
            return Ok(Vec::new());
        };
        let texts = array.elements()?;
        texts.iter().map(|node| Ok(node.text()?.to_owned())).collect()
    }

    /// Must be an array: its elements.
    pub(crate) fn elements(&self) -> Result<Vec<Node<'_>>, DocumentError> {
        let array = self.value.as_array().ok_or_else(|| self.error("must be an array"))?;
        let element = |(index, value)| Node { value, step: Step::Element(index), parent: Some(self) };
        Ok(array.iter().enumerate().map(element).collect())
    }

    /// Must be an object whose members are what their names are chosen for: none of them is `null`. They come in the
    /// document's order.
    pub(crate) fn entries(&self) -> Result<Vec<Node<'_>>, DocumentError> {
        let members = self.members()?;
        match members.iter().find(|member| member.value.is_null()) {
            Some(member) => Err(member.error("must not be null; leave it out")),
            None => Ok(members),
        }
    }

    /// Must be an object: its members in the document's order.
    pub(crate) fn members(&self) -> Result<Vec<Node<'_>>, DocumentError> {
        let object = self.value.as_object().ok_or_else(|| self.error("must be an object"))?;
        let member =
            |(name, value): (&'a String, &'a Value)| Node { value, step: Step::Member(name), parent: Some(self) };
        Ok(object.iter().map(member).collect())
    }

    /// Must be an object without members beside these.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), DocumentError> {
        match self.members()?.iter().find(|member| !known.contains(&member.name())) {
            Some(member) => Err(member.error(format!("is none of these: {}", known.join(", ")))),
            None => Ok(()),
        }
    }

    /// A word that may stand in a path: `demo`, `v1.2`.
    pub(crate) fn required_word(&self, name: &str) -> Result<&'a str, DocumentError> {
        let word = self.required_text(name)?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let is_dots = word.bytes().all(|byte| byte == b'.');
        match word.bytes().all(is_plain) && !is_dots {
            true => Ok(word),
            false => Err(self.misfit(name, "must be of letters, digits, and _ - . between them")),
        }
    }

    fn misfit(&self, name: &str, message: &str) -> DocumentError {
        match self.member(name) {
            Some(node) => node.error(message),
            None => self.error(message),
        }
    }
}
