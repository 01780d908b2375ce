//! A method's path as a row of literal and variable segments, where that is all it is.

use std::ops::Range;

use dak_proto::template::Segment;

use crate::method::Method;

/// The variable part of a pattern that stands for one segment.
const ONE_SEGMENT: &str = "[^/]+";

/// One segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    Literal(&'a str),
    Variable,
}

/// A path of known length.
#[derive(Clone, Debug)]
pub(crate) struct Steps<'a> {
    pub(crate) steps: Vec<Step<'a>>,
    /// For each variable of the template the segments its value has.
    pub(crate) spans: Vec<Range<usize>>,
}

impl<'a> Steps<'a> {
    /// `None` if a `{+name}` may have any number of segments.
    pub(crate) fn new(service_path: &'a str, method: &'a Method) -> Option<Steps<'a>> {
        let mut row = Steps { steps: Vec::new(), spans: Vec::new() };
        let prefix = service_path.split('/').filter(|part| !part.is_empty());
        row.steps.extend(prefix.map(Step::Literal));
        for segment in method.template.segments() {
            row.push(method, segment)?;
        }
        Some(row)
    }

    fn push(&mut self, method: &'a Method, segment: &'a Segment) -> Option<()> {
        let start = self.steps.len();
        match segment {
            Segment::Literal(text) => self.steps.push(Step::Literal(text)),
            Segment::Capture(_) => self.steps.push(Step::Variable),
            Segment::CaptureRest(name) => {
                let pattern = method.parameter(name)?.scalar.pattern()?;
                self.steps.extend(pattern_steps(pattern)?);
            }
        }
        if segment.variable().is_some() {
            self.spans.push(start..self.steps.len());
        }
        Some(())
    }
}

/// The segments of a pattern like `^users/[^/]+$`; `None` for one that is not a row of them.
fn pattern_steps(pattern: &str) -> Option<Vec<Step<'_>>> {
    let mut left = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let mut steps = Vec::new();
    loop {
        let (step, rest) = match left.strip_prefix(ONE_SEGMENT) {
            Some(rest) => (Step::Variable, rest),
            None => take_literal(left)?,
        };
        steps.push(step);
        if rest.is_empty() {
            return Some(steps);
        }
        left = rest.strip_prefix('/')?;
    }
}

fn take_literal(text: &str) -> Option<(Step<'_>, &str)> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let length = text.bytes().take_while(plain).count();
    let (literal, rest) = text.split_at_checked(length)?;
    (length > 0).then_some((Step::Literal(literal), rest))
}
