//! Methods whose paths may have any number of segments: few, and tried one after the other.

use std::ops::Range;

use percent_encoding::percent_decode_str;

use crate::method::Method;
use crate::router::search::Search;
use crate::router::{Route, Target};
use crate::scalar::Pattern;
use crate::steps::{Step, Steps};

#[derive(Clone, Debug)]
pub(super) struct Rest {
    http_method: http::Method,
    verb: Option<String>,
    /// With one [`Step::Rest`].
    row: Steps,
    /// For each variable the pattern its value must match: methods may differ by nothing else.
    patterns: Vec<Option<Pattern>>,
    target: Target,
}

impl Rest {
    pub(super) fn new(row: Steps, method: &Method, target: Target) -> Rest {
        let pattern = |name| method.parameter(name)?.scalar.pattern_of().cloned();
        Rest {
            http_method: method.http_method.clone(),
            verb: method.template.verb().map(str::to_owned),
            row,
            patterns: method.template.variables().map(pattern).collect(),
            target,
        }
    }

    fn captures<'p>(&self, path: &'p str) -> Option<Vec<&'p str>> {
        let path = match &self.verb {
            Some(verb) => path.strip_suffix(verb.as_str())?.strip_suffix(':')?,
            None => path,
        };
        let segments = Cut::new(path);
        // The rest has the segments that the other steps leave, and at least one.
        let further = segments.count().checked_sub(self.row.steps.len())?;
        let rest = self.row.steps.iter().position(|step| *step == Step::Rest)?;
        let moved = |place: usize| if place > rest { place + further } else { place };
        for (place, step) in self.row.steps.iter().enumerate() {
            let segment = segments.span(&(moved(place)..moved(place) + 1))?;
            if !fits(step, segment) {
                return None;
            }
        }
        let value = |span: &Range<usize>| segments.span(&(moved(span.start)..moved(span.end)));
        let values: Vec<&str> = self.row.spans.iter().map(value).collect::<Option<_>>()?;
        values.iter().zip(&self.patterns).all(matches_pattern).then_some(values)
    }

    /// How much it says of a path: a verb, then a number of segments.
    fn weight(&self) -> (bool, usize) {
        (self.verb.is_some(), self.row.steps.len())
    }

    fn is_same(&self, other: &Rest) -> bool {
        let texts = |rest: &Rest| {
            let text = |pattern: &Option<Pattern>| pattern.as_ref().map(|p| p.text().to_owned());
            rest.patterns.iter().map(text).collect::<Vec<_>>()
        };
        self.http_method == other.http_method
            && self.verb == other.verb
            && self.row == other.row
            && texts(self) == texts(other)
    }
}

/// A path of any length, cut at its slashes.
struct Cut<'p> {
    path: &'p str,
    ends: Vec<usize>,
}

impl<'p> Cut<'p> {
    fn new(path: &'p str) -> Cut<'p> {
        let slashes = path.bytes().enumerate().filter(|(_, byte)| *byte == b'/');
        let ends = slashes.map(|(place, _)| place).chain([path.len()]).collect();
        Cut { path, ends }
    }

    fn count(&self) -> usize {
        self.ends.len()
    }

    /// The text of several segments, at least one.
    fn span(&self, span: &Range<usize>) -> Option<&'p str> {
        let start = match span.start.checked_sub(1) {
            Some(before) => self.ends.get(before)? + 1,
            None => 0,
        };
        self.path.get(start..*self.ends.get(span.end.checked_sub(1)?)?)
    }
}

/// A literal's letters may be encoded (RFC 3986 6.2.2.2).
fn fits(step: &Step, raw: &str) -> bool {
    match step {
        Step::Literal(text) => text == raw || (raw.contains('%') && percent_decode_str(raw).eq(text.bytes())),
        Step::Variable => !raw.is_empty(),
        Step::Rest => true,
    }
}

fn matches_pattern((value, pattern): (&&str, &Option<Pattern>)) -> bool {
    let text = percent_decode_str(value).decode_utf8_lossy();
    !value.is_empty() && pattern.as_ref().is_none_or(|pattern| pattern.matches(&text))
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
