//! How much of a method is served where nothing but its description is known.

#[cfg(test)]
mod tests;

use std::fmt;

use dak_proto::params::is_standard;

use crate::action::{Action, Change, ETAG};
use crate::method::{Method, REQUEST_ID};
use crate::parameter::{Parameter, Place};
use crate::rules::{Expression, Rule};

/// An older standard parameter: the caller's address, for quotas.
const CALLER: &str = "userIp";

/// How much of a method is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All of it.
    Served,
    /// All but these query parameters: they are checked and have no effect.
    Partly(Vec<String>),
    /// Nothing: it answers 501, and this is why.
    Not(&'static str),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Served => f.write_str("served"),
            Verdict::Partly(names) => write!(f, "partly: no effect of {}", names.join(", ")),
            Verdict::Not(why) => write!(f, "not: {why}"),
        }
    }
}

impl Method {
    /// How much of it is served.
    pub fn verdict(&self) -> Verdict {
        if let Action::Custom(why) = self.action {
            return Verdict::Not(why);
        }
        let used = self.action.parameters();
        let is_idle = |parameter: &&Parameter| {
            let name = parameter.name.as_str();
            let is_idle = !used.contains(&name) && !is_standard(name) && name != CALLER;
            parameter.place == Place::Query && is_idle
        };
        let idle: Vec<String> =
            self.parameters.iter().filter(is_idle).map(|parameter| parameter.name.clone()).collect();
        if idle.is_empty() { Verdict::Served } else { Verdict::Partly(idle) }
    }
}

impl Action {
    /// One word for what it is.
    pub fn word(&self) -> &'static str {
        match self {
            Action::List(_) => "list",
            Action::Get(_) => "get",
            Action::Insert(_) => "insert",
            Action::Update(_) => "update",
            Action::Patch(_) => "patch",
            Action::Delete(_) => "delete",
            Action::Ruled(_) => "verb",
            Action::Custom(_) => "custom",
        }
    }

    /// The query parameters that have an effect.
    fn parameters(&self) -> Vec<&str> {
        match self {
            Action::List(listing) => listing.parameters(),
            Action::Ruled(rule) => rule.parameters(),
            Action::Insert(change) => {
                let filling = change.filling.iter().map(String::as_str);
                change.parameters().chain(filling).collect()
            }
            _ => self.change().map(|change| change.parameters().collect()).unwrap_or_default(),
        }
    }
}

impl Rule {
    fn parameters(&self) -> Vec<&str> {
        match self {
            Rule::Answer(said) => said.parameters(),
            Rule::Act(act) => {
                let said = act.expressions().into_iter().flat_map(Expression::parameters);
                said.chain(act.change.parameters()).collect()
            }
        }
    }
}

impl Change {
    fn parameters(&self) -> impl Iterator<Item = &str> {
        let named = [&self.new_id, &self.mask].into_iter().flatten().filter_map(|source| source.parameter());
        let id = self.collection.id.iter().map(|slot| slot.parameter.as_str());
        named.chain(id).chain(["allowMissing", "validateOnly", ETAG, REQUEST_ID])
    }
}
