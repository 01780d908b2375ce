//! Methods whose paths may have any number of segments: few, and tried one after the other.

use dak_proto::template::Template;
use percent_encoding::percent_decode_str;

use crate::method::Method;
use crate::router::search::Search;
use crate::router::{Route, Target};
use crate::scalar::Pattern;

#[derive(Clone, Debug)]
pub(super) struct Rest {
    http_method: http::Method,
    /// Without a slash in front, with one behind unless it is empty.
    prefix: String,
    template: Template,
    /// For each variable the pattern its value must match: methods may differ by nothing else.
    patterns: Vec<Option<Pattern>>,
    target: Target,
}

impl Rest {
    pub(super) fn new(service_path: &str, method: &Method, target: Target) -> Rest {
        let pattern = |name| method.parameter(name)?.scalar.pattern_of().cloned();
        let prefix = service_path.trim_matches('/');
        Rest {
            http_method: method.http_method.clone(),
            prefix: if prefix.is_empty() { String::new() } else { format!("{prefix}/") },
            template: method.template.clone(),
            patterns: method.template.variables().map(pattern).collect(),
            target,
        }
    }

    fn captures<'p>(&self, path: &'p str) -> Option<Vec<&'p str>> {
        let values = self.template.matches(path.strip_prefix(&*self.prefix)?)?;
        let fits = |(value, pattern): (&&str, &Option<Pattern>)| {
            let text = percent_decode_str(value).decode_utf8_lossy();
            pattern.as_ref().is_none_or(|pattern| pattern.matches(&text))
        };
        values.iter().zip(&self.patterns).all(fits).then_some(values)
    }

    /// How much it says of a path: a verb, then a number of segments.
    fn weight(&self) -> (bool, usize) {
        (self.template.verb().is_some(), self.template.segments().len())
    }

    fn is_same(&self, other: &Rest) -> bool {
        let texts = |rest: &Rest| {
            let text = |pattern: &Option<Pattern>| pattern.as_ref().map(|p| p.text().to_owned());
            rest.patterns.iter().map(text).collect::<Vec<_>>()
        };
        self.http_method == other.http_method
            && self.prefix == other.prefix
            && self.template == other.template
            && texts(self) == texts(other)
    }
}

/// Adds a method behind those that say more of the path; gives the one that stands there already.
pub(super) fn add(rests: &mut Vec<Rest>, new: Rest) -> Option<Target> {
    if let Some(there) = rests.iter().find(|there| there.is_same(&new)) {
        return Some(there.target);
    }
    let place = rests.partition_point(|there| there.weight() >= new.weight());
    rests.insert(place, new);
    None
}

pub(super) fn find<'p>(rests: &[Rest], path: &'p str, search: &mut Search<'_>) -> Option<Route<'p>> {
    rests.iter().find_map(|rest| {
        let captures = rest.captures(path)?;
        let route = Route { api: rest.target.api, method: rest.target.method, captures };
        search.wants(&rest.http_method).then_some(route)
    })
}
