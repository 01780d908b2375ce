//! Rules: what a person says of methods whose shape does not tell what they do.
//!
//! ```yaml
//! api: library:v1
//! methods:
//!   library.books.archive:
//!     if: { state: [ACTIVE, LENT] }
//!     set: { state: ARCHIVED, archiveTime: $now }
//! ```
//!
//! The file is read once and held against the description, so that a rule which could not work is found at the start.

mod act;
mod example;
mod expression;
mod read;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::action::{Action, Collections};
use crate::api::Api;
use crate::document::{DocumentError, Node};
use crate::nearest::hint;
use crate::rules::read::Reader;
use crate::yaml::parse_yaml;

pub use act::{Act, Assignment, Condition, Effect, Rule, Scope};
pub use expression::{Asked, Expression};

/// A file of rules for one API.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The API they are for, `NAME:VERSION`.
    pub api: String,
    file: Value,
}

impl Rules {
    /// Reads a file of rules, YAML or JSON.
    ///
    /// # Errors
    /// What is no YAML, with line and column; a file that does not say which API it is for, or has members of its own.
    pub fn parse(text: &str) -> Result<Rules, DocumentError> {
        let file = parse_yaml(text)
            .map_err(|error| DocumentError { path: String::new(), message: format!("not YAML: {error}") })?;
        let root = Node::root(&file);
        root.only(&["api", "methods"])?;
        let api = root.required_text("api")?.to_owned();
        if root.member("methods").is_none() {
            return Err(root.error("has no \"methods\""));
        }
        Ok(Rules { api, file })
    }
}

impl Api {
    /// The API with these rules in force: a method they name does what they say, whatever its shape says.
    ///
    /// # Errors
    /// The path in the file and what is wrong there: a method, member or parameter that the description does not have, a
    /// value that a member cannot have, things that exclude each other.
    pub fn ruled(mut self, rules: &Rules) -> Result<Api, DocumentError> {
        let root = Node::root(&rules.file);
        if rules.api != self.id() {
            return Err(root.error(format!("is for {}, and this is {}", rules.api, self.id())));
        }
        let Some(methods) = root.member("methods") else { return Ok(self) };
        let collections = Collections::new(&self.methods, &self.schemas, &self.store);
        let mut actions = Vec::new();
        for node in methods.members()? {
            let place = self.methods.iter().position(|method| method.id == node.name());
            let (place, method) = place.and_then(|place| Some((place, self.methods.get(place)?))).ok_or_else(|| {
                let hint = hint(node.name(), self.methods.iter().map(|method| method.id.as_str()));
                node.error(format!("{} has no such method{hint}", self.id()))
            })?;
            let rule = Reader::new(method, &self.schemas, &collections).rule(&node)?;
            actions.push((place, Action::Ruled(Box::new(rule))));
        }
        for (place, action) in actions {
            if let Some(method) = self.methods.get_mut(place) {
                method.action = action;
            }
        }
        Ok(self)
    }
}
