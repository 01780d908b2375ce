//! The JSON body that items build, nested names (`a[b][0]`, `a[]`) included.
//!
//! Raw JSON values keep the bytes they were typed with, so that a number of forty digits stays one.

use std::fmt;

use crate::error::Error;
use crate::plan::item::unescape;

/// The highest index an item may name; what lies between is filled with null.
const INDEX_MAX: usize = 9_999;

/// How deep a name may nest.
const DEPTH_MAX: usize = 100;

/// A body under construction.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// A place no item has written to; printed as null.
    Vacant,
    /// A JSON text as typed, known to be valid.
    Raw(String),
    /// A string.
    Text(String),
    /// Members in the order of the items.
    Object(Vec<(String, Node)>),
    /// Elements.
    Array(Vec<Node>),
}

/// One step into a value.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Index(usize),
    Append,
}

impl Node {
    /// Puts `value` where the name `raw` (with its backslashes) points.
    pub(crate) fn put(&mut self, raw: &str, value: Node) -> Result<(), Error> {
        let steps = steps(raw)?;
        let mut node = self;
        for step in &steps {
            node = node.enter(step).map_err(|clash| {
                Error::usage(format!(
                    "the name \"{raw}\" treats as {} what another item made {}; name it in one way",
                    clash.wanted, clash.found
                ))
            })?;
        }
        if matches!(node, Node::Object(_) | Node::Array(_)) {
            let clash = node.clash("a plain value");
            return Err(Error::usage(format!(
                "the name \"{raw}\" sets what another item made {}; leave one of them out",
                clash.found
            )));
        }
        *node = value;
        Ok(())
    }

    /// The place one step inside, made if it is missing.
    fn enter(&mut self, step: &Step) -> Result<&mut Node, Clash> {
        match step {
            Step::Member(name) => self.member(name),
            Step::Index(index) => self.element(Some(*index)),
            Step::Append => self.element(None),
        }
    }

    fn member(&mut self, name: &str) -> Result<&mut Node, Clash> {
        if *self == Node::Vacant {
            *self = Node::Object(Vec::new());
        }
        let clash = self.clash("an object");
        let Node::Object(members) = self else { return Err(clash) };
        let at = members.iter().position(|(known, _)| known == name).unwrap_or(members.len());
        if at == members.len() {
            members.push((name.to_owned(), Node::Vacant));
        }
        Ok(&mut members[at].1)
    }

    fn element(&mut self, index: Option<usize>) -> Result<&mut Node, Clash> {
        if *self == Node::Vacant {
            *self = Node::Array(Vec::new());
        }
        let clash = self.clash("an array");
        let Node::Array(elements) = self else { return Err(clash) };
        let at = index.unwrap_or(elements.len());
        while elements.len() <= at {
            elements.push(Node::Vacant);
        }
        Ok(&mut elements[at])
    }

    fn clash(&self, wanted: &'static str) -> Clash {
        let found = match self {
            Node::Object(_) => "an object",
            Node::Array(_) => "an array",
            _ => "a plain value",
        };
        Clash { wanted, found }
    }
}

/// Compact JSON.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Vacant => f.write_str("null"),
            Node::Raw(json) => f.write_str(json),
            Node::Text(text) => write!(f, "{}", quoted(text)),
            Node::Object(members) => list(f, '{', '}', members, |f, (name, node)| write!(f, "{}:{node}", quoted(name))),
            Node::Array(elements) => list(f, '[', ']', elements, |f, node| write!(f, "{node}")),
        }
    }
}

/// Two items that disagree about a value.
struct Clash {
    wanted: &'static str,
    found: &'static str,
}

fn list<T>(
    f: &mut fmt::Formatter<'_>,
    open: char,
    close: char,
    things: &[T],
    each: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    write!(f, "{open}")?;
    for (at, thing) in things.iter().enumerate() {
        if at > 0 {
            f.write_str(",")?;
        }
        each(f, thing)?;
    }
    write!(f, "{close}")
}

fn quoted(text: &str) -> serde_json::Value {
    serde_json::Value::from(text)
}

/// Reads `a[b][0][]` into steps.
fn steps(raw: &str) -> Result<Vec<Step>, Error> {
    let first = find_bare(raw, '[').unwrap_or(raw.len());
    let (head, mut rest) = raw.split_at(first);
    let mut steps = Vec::new();
    if !head.is_empty() {
        steps.push(Step::Member(unescape(head)));
    }
    while !rest.is_empty() {
        let end = find_bare(rest, ']').filter(|_| rest.starts_with('['));
        let Some(end) = end else { return Err(misplaced(raw)) };
        steps.push(step(raw, &rest[1..end])?);
        rest = &rest[end + 1..];
    }
    if steps.len() > DEPTH_MAX {
        return Err(Error::usage(format!(
            "a name nests {} levels deep; {DEPTH_MAX} is the most, so send the body with --raw",
            steps.len()
        )));
    }
    Ok(steps)
}

/// Where the first `wanted` stands that has no backslash before it.
fn find_bare(text: &str, wanted: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let bare = letter == wanted && !escaped;
        escaped = letter == '\\' && !escaped;
        bare.then_some(at)
    })
}

fn step(raw: &str, inside: &str) -> Result<Step, Error> {
    if inside.is_empty() {
        return Ok(Step::Append);
    }
    if !inside.bytes().all(|byte| byte.is_ascii_digit()) {
        // `[\5]` is the member "5".
        let name = inside.strip_prefix('\\').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        return Ok(Step::Member(name.map_or_else(|| unescape(inside), str::to_owned)));
    }
    match inside.parse() {
        Ok(index) if index <= INDEX_MAX => Ok(Step::Index(index)),
        _ => Err(Error::usage(format!(
            "the name \"{raw}\" has the index {inside}; {INDEX_MAX} is the most, so send the body with --raw"
        ))),
    }
}

fn misplaced(raw: &str) -> Error {
    Error::usage(format!(
        "the name \"{raw}\" has a bracket out of place; write name[key][0][], or \\[ for a bracket that is part of a name"
    ))
}

#[cfg(test)]
mod tests;
