//! The tree of path segments.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use crate::method::Method;
use crate::router::search::{Search, Segments};
use crate::router::{Route, Target};
use crate::steps::{Step, Steps};

const ROOT: usize = 0;

#[derive(Clone, Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// Sorted by the segment.
    literals: Vec<(String, usize)>,
    variable: Option<usize>,
    endpoints: Vec<Endpoint>,
    /// Whether one of the endpoints has a verb.
    has_verbs: bool,
}

#[derive(Clone, Debug)]
struct Endpoint {
    http_method: http::Method,
    verb: Option<String>,
    spans: Vec<Range<usize>>,
    target: Target,
}

impl Tree {
    pub(super) fn new() -> Tree {
        Tree { nodes: vec![Node::default()] }
    }

    /// Adds a method; gives the one that stands there already.
    pub(super) fn add(&mut self, path: &Steps, method: &Method, target: Target) -> Option<Target> {
        let mut at = ROOT;
        for step in &path.steps {
            at = self.child(at, step);
        }
        let node = self.nodes.get_mut(at)?;
        let verb = method.template.verb();
        let same = |there: &&Endpoint| there.http_method == method.http_method && there.verb.as_deref() == verb;
        if let Some(there) = node.endpoints.iter().find(same) {
            return Some(there.target);
        }
        node.has_verbs |= verb.is_some();
        node.endpoints.push(Endpoint {
            http_method: method.http_method.clone(),
            verb: verb.map(str::to_owned),
            spans: path.spans.clone(),
            target,
        });
        None
    }

    pub(super) fn find<'p>(&self, path: &'p str, search: &mut Search<'_>) -> Option<Route<'p>> {
        let path = Segments::new(path)?;
        let endpoint = self.descend(ROOT, 0, &path, search)?;
        Some(endpoint.route(&path))
    }

    fn descend(&self, at: usize, depth: usize, path: &Segments<'_>, search: &mut Search<'_>) -> Option<&Endpoint> {
        let node = self.nodes.get(at)?;
        let Some(segment) = path.segment(depth) else {
            return node.endpoint(None, search);
        };
        let literal = node.literal(segment, path.is_encoded());
        let by_literal = literal.and_then(|next| self.descend(next, depth + 1, path, search));
        if by_literal.is_some() || segment.is_empty() {
            return by_literal;
        }
        let next = node.variable?;
        let by_verb = self.by_verb(next, depth, path, search);
        by_verb.or_else(|| self.descend(next, depth + 1, path, search))
    }

    /// The last segment as a value and a verb.
    fn by_verb(&self, at: usize, depth: usize, path: &Segments<'_>, search: &mut Search<'_>) -> Option<&Endpoint> {
        let node = self.nodes.get(at).filter(|node| node.has_verbs && path.is_last(depth))?;
        let (value, verb) = path.segment(depth)?.rsplit_once(':')?;
        if value.is_empty() {
            return None;
        }
        node.endpoint(Some(verb), search)
    }

    fn child(&mut self, at: usize, step: &Step) -> usize {
        let new = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else {
            return at;
        };
        let child = match step {
            Step::Variable | Step::Rest => *node.variable.get_or_insert(new),
            Step::Literal(text) => node.literal_or_insert(text, new),
        };
        if child == new {
            self.nodes.push(Node::default());
        }
        child
    }
}

impl Node {
    /// The child for a segment as it came: a letter that need not be encoded may be (RFC 3986 6.2.2.2).
    fn literal(&self, segment: &str, is_encoded: bool) -> Option<usize> {
        if self.literals.is_empty() {
            return None;
        }
        let text = match is_encoded {
            true => percent_decode_str(segment).decode_utf8().ok()?,
            false => Cow::Borrowed(segment),
        };
        let place = self.literals.binary_search_by(|(other, _)| (**other).cmp(&text));
        let (_, child) = self.literals.get(place.ok()?)?;
        Some(*child)
    }

    fn literal_or_insert(&mut self, text: &str, new: usize) -> usize {
        match self.literals.binary_search_by(|(other, _)| (**other).cmp(text)) {
            Ok(place) => self.literals.get(place).map_or(new, |(_, child)| *child),
            Err(place) => {
                self.literals.insert(place, (text.to_owned(), new));
                new
            }
        }
    }

    fn endpoint(&self, verb: Option<&str>, search: &mut Search<'_>) -> Option<&Endpoint> {
        let mut here = self.endpoints.iter().filter(|endpoint| endpoint.verb.as_deref() == verb);
        here.find(|endpoint| search.wants(&endpoint.http_method))
    }
}

impl Endpoint {
    fn route<'p>(&self, path: &Segments<'p>) -> Route<'p> {
        let verb_bytes = self.verb.as_ref().map_or(0, |verb| verb.len() + 1);
        let capture = |span: &Range<usize>| path.span(span, verb_bytes);
        Route { api: self.target.api, method: self.target.method, captures: self.spans.iter().map(capture).collect() }
    }
}
