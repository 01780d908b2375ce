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
    /// All but this.
    Partly {
        /// Query parameters, and members of a body beside media: they are checked and have no effect.
        idle: Vec<String>,
        /// Members of the answer to an upload that nobody tells: they are left out.
        blank: Vec<String>,
    },
    /// Nothing: it answers 501, and this is why.
    Not(&'static str),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Served => f.write_str("served"),
            Verdict::Partly { idle, blank } => {
                let said = |what: &str, names: &[String]| format!("{what} {}", names.join(", "));
                let idle = Some(said("no effect of", idle)).filter(|_| !idle.is_empty());
                let blank = Some(said("nothing is known of", blank)).filter(|_| !blank.is_empty());
                let both: Vec<String> = idle.into_iter().chain(blank).collect();
                write!(f, "partly: {}", both.join("; "))
            }
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
        let mut idle: Vec<String> =
            self.parameters.iter().filter(is_idle).map(|parameter| parameter.name.clone()).collect();
        let keeping = self.keeping();
        idle.extend(keeping.iter().flat_map(|keeping| &keeping.idle).cloned());
        let blank = keeping.map(|keeping| keeping.blank.clone()).unwrap_or_default();
        if idle.is_empty() && blank.is_empty() { Verdict::Served } else { Verdict::Partly { idle, blank } }
    }
}

impl Action {
    /// One word for what it is.
    pub fn word(&self) -> &'static str {
        match self {
            Action::List(_) => "list",
            Action::Get(_) => "get",
            Action::Download(_) => "download",
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
            Action::Download(_) => Vec::new(),
            _ => self.change().map(|change| change.parameters().collect()).unwrap_or_default(),
        }
    }
}

impl Rule {
    fn parameters(&self) -> Vec<&str> {
        match self {
            Rule::Answer(said) => said.parameters(),
            Rule::Shape(action) => action.parameters(),
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
        let said = self.outcome.said().into_iter().flat_map(Expression::parameters);
        named.chain(id).chain(said).chain(["allowMissing", "validateOnly", ETAG, REQUEST_ID])
    }
}
