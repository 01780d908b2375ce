//! A method's path as a row of segments: what the patterns of its variables say of their segments is part of it.

#[cfg(test)]
mod tests;

use std::ops::Range;

use dak_proto::template::{Segment, Template};

use crate::parameter::Parameter;

/// One segment, or at [`Step::Rest`] one or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Literal(String),
    Variable,
    Rest,
}

/// A path, segment by segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Steps {
    pub(crate) steps: Vec<Step>,
    /// For each variable of the template the steps its value has.
    pub(crate) spans: Vec<Range<usize>>,
}

impl Steps {
    pub(crate) fn new(service_path: &str, template: &Template, parameters: &[Parameter]) -> Steps {
        let mut row = Steps { steps: Vec::new(), spans: Vec::new() };
        let prefix = service_path.split('/').filter(|part| !part.is_empty());
        row.steps.extend(prefix.map(|part| Step::Literal(part.to_owned())));
        for segment in template.segments() {
            row.push(segment, parameters);
        }
        row
    }

    /// Whether the path may have any number of segments.
    pub(crate) fn has_rest(&self) -> bool {
        self.rests() > 0
    }

    pub(crate) fn rests(&self) -> usize {
        self.steps.iter().filter(|step| **step == Step::Rest).count()
    }

    fn push(&mut self, segment: &Segment, parameters: &[Parameter]) {
        let start = self.steps.len();
        match segment {
            Segment::Literal(text) => self.steps.push(Step::Literal(text.clone())),
            Segment::Capture(_) => self.steps.push(Step::Variable),
            Segment::CaptureRest(name) => {
                let parameter = parameters.iter().find(|parameter| parameter.name == *name);
                self.steps.extend(pattern_steps(parameter.and_then(|parameter| parameter.scalar.pattern())));
            }
        }
        if segment.variable().is_some() {
            self.spans.push(start..self.steps.len());
        }
    }
}

/// The segments of a pattern like `^users/[^/]+$`, which says all of a value with or without its anchors.
fn pattern_steps(pattern: Option<&str>) -> Vec<Step> {
    let inner = pattern.map(|pattern| pattern.strip_prefix('^').unwrap_or(pattern));
    let inner = inner.map(|pattern| pattern.strip_suffix('$').unwrap_or(pattern));
    let parts = inner.and_then(parts);
    let steps: Option<Vec<Step>> = parts.map(|parts| parts.into_iter().map(step).collect());
    match steps {
        Some(steps) if steps.iter().filter(|step| **step == Step::Rest).count() <= 1 => steps,
        _ => vec![Step::Rest],
    }
}

/// A pattern cut at its slashes; `None` if one of them stands in a group or a set, or if there are alternatives.
fn parts(pattern: &str) -> Option<Vec<&str>> {
    // `[^/]` is the set that every segment is made of: it holds no slash, it excludes one.
    let masked = pattern.replace("[^/]", "[^-]");
    let (mut groups, mut is_set, mut start) = (0_usize, false, 0);
    let mut parts = Vec::new();
    for (place, byte) in masked.bytes().enumerate() {
        match byte {
            b'/' if groups > 0 || is_set => return None,
            b'/' => {
                parts.push(pattern.get(start..place)?);
                start = place + 1;
            }
            b'|' if groups == 0 && !is_set => return None,
            b'[' => is_set = true,
            b']' => is_set = false,
            b'(' if !is_set => groups += 1,
            b')' if !is_set => groups = groups.checked_sub(1)?,
            _ => {}
        }
    }
    parts.push(pattern.get(start..)?);
    Some(parts)
}

fn step(part: &str) -> Step {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !part.is_empty() && part.bytes().all(is_plain) {
        return Step::Literal(part.to_owned());
    }
    match may_hold_slash(part) {
        true => Step::Rest,
        false => Step::Variable,
    }
}

/// A dot outside a set, a set of what it excludes unless that is the slash, or a class.
fn may_hold_slash(part: &str) -> bool {
    let without_segments = part.replace("[^/]", "");
    let mut is_set = false;
    let mut before = b' ';
    for byte in without_segments.bytes() {
        match byte {
            b'\\' => return true,
            b'.' if !is_set => return true,
            b'^' if before == b'[' => return true,
            b'[' => is_set = true,
            b']' => is_set = false,
            _ => {}
        }
        before = byte;
    }
    part.is_empty()
}
