//! URI templates as Discovery documents write them: `v1/{+name}:cancel`, `users/{userId}/messages/{id}`.
//!
//! A template is a row of segments. `{name}` stands for one segment of a path, whose value may hold an encoded `/`;
//! `{+name}` stands for one or more. Both are RFC 6570 expressions (levels 1 and 2), except that `{+name}` encodes
//! everything but `/` and the unreserved characters, as Discovery's `fullyEncodeReservedExpansion` demands.
//!
//! ```
//! use dak_proto::template::Template;
//!
//! let template = Template::parse("v1/{+parent}/notes/{id}").unwrap();
//! let values = template.matches("v1/projects/p/notes/a%2Fb").unwrap();
//! let captures = template.decode(&values).unwrap();
//! assert_eq!(captures.value("parent"), Some("projects/p"));
//! assert_eq!(captures.value("id"), Some("a/b"));
//! let path = template.expand(|name| captures.value(name)).unwrap();
//! assert_eq!(path, "v1/projects/p/notes/a%2Fb");
//! ```

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::error;
use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::fault::Fault;

/// All but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same, but for `/`.
const ENCODED_IN_REST: &AsciiSet = &ENCODED.remove(b'/');

/// A path with names in place of its variable parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    segments: Vec<Segment>,
    verb: Option<String>,
}

/// One part of a template between slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// This text.
    Literal(String),
    /// `{name}`: the value of `name`, one segment and not empty.
    Capture(String),
    /// `{+name}`: the value of `name`, one segment or more and not empty.
    CaptureRest(String),
}

impl Segment {
    /// The variable's name.
    pub fn variable(&self) -> Option<&str> {
        match self {
            Segment::Literal(_) => None,
            Segment::Capture(name) | Segment::CaptureRest(name) => Some(name),
        }
    }

    /// Whether one segment of a path, still percent-encoded, fits. A part of a rest is any segment.
    pub fn fits(&self, raw: &str) -> bool {
        match self {
            Segment::Literal(text) => is_same(text, raw),
            Segment::Capture(_) => !raw.is_empty(),
            Segment::CaptureRest(_) => true,
        }
    }
}

impl Template {
    /// Reads a template. A slash at its start does not count. A colon and a word behind a last variable are the verb.
    pub fn parse(text: &str) -> Result<Template, TemplateError> {
        let text = text.strip_prefix('/').unwrap_or(text);
        let (text, verb) = split_verb(text)?;
        let mut segments = Vec::new();
        for part in text.split('/').filter(|_| !text.is_empty()) {
            segments.push(parse_segment(part)?);
        }
        check_variables(&segments)?;
        Ok(Template { segments, verb })
    }

    /// The segments in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The verb, without its colon.
    pub fn verb(&self) -> Option<&str> {
        self.verb.as_deref()
    }

    /// The names of the variables in order.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(Segment::variable)
    }

    /// Fits a path to the template; gives the variables' values, still encoded, in order.
    ///
    /// The path is percent-encoded as it came and has no slash at its start. A template with several `{+name}` fits
    /// nothing: where one ends and the next begins is not for it to say.
    pub fn matches<'p>(&self, path: &'p str) -> Option<Vec<&'p str>> {
        let path = match &self.verb {
            Some(verb) => path.strip_suffix(verb.as_str())?.strip_suffix(':')?,
            None => path,
        };
        let mut values = Vec::new();
        let mut segments = self.segments.split(|s| matches!(s, Segment::CaptureRest(_)));
        let (front, back) = (segments.next()?, segments.next());
        if segments.next().is_some() {
            return None;
        }
        let path = Some(path).filter(|path| !path.is_empty());
        let left = take_front(front, path, &mut values)?;
        let Some(back) = back else {
            return left.is_none().then_some(values);
        };
        let (rest, mut last) = take_back(back, left?)?;
        values.push(rest);
        values.append(&mut last);
        (!rest.is_empty()).then_some(values)
    }

    /// Names and decodes the values that [`Template::matches`] gave. 400 if one is not UTF-8.
    pub fn decode<'a>(&'a self, values: &[&'a str]) -> Result<Captures<'a>, Fault> {
        let named = self.variables().zip(values);
        let pairs = named.map(|(name, raw)| Ok((name, decode_value(name, raw)?)));
        Ok(Captures { pairs: pairs.collect::<Result<_, Fault>>()? })
    }

    /// The path in which the variables have these values, encoded, without a slash at its start.
    ///
    /// Errors: a variable without a value or with an empty one, which could not be found in the path again.
    pub fn expand<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Result<String, MissingValue> {
        let mut path = String::new();
        for (at, segment) in self.segments.iter().enumerate() {
            if at > 0 {
                path.push('/');
            }
            expand_segment(segment, &value, &mut path)?;
        }
        if let Some(verb) = &self.verb {
            path.push(':');
            path.push_str(verb);
        }
        Ok(path)
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Template, TemplateError> {
        Template::parse(text)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.segments.iter().enumerate() {
            let slash = if at > 0 { "/" } else { "" };
            match segment {
                Segment::Literal(text) => write!(f, "{slash}{text}")?,
                Segment::Capture(name) => write!(f, "{slash}{{{name}}}")?,
                Segment::CaptureRest(name) => write!(f, "{slash}{{+{name}}}")?,
            }
        }
        match &self.verb {
            Some(verb) => write!(f, ":{verb}"),
            None => Ok(()),
        }
    }
}

/// The variables of a template with their values in a path, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captures<'a> {
    pairs: Vec<(&'a str, Cow<'a, str>)>,
}

impl Captures<'_> {
    /// The value of a variable.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Names and values in the template's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (*name, &**value))
    }
}

/// Why a template cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateError {
    /// A segment is neither text nor one `{name}` or `{+name}`.
    Segment(String),
    /// The text behind the last variable is not a colon and a word.
    Verb(String),
    /// A name stands twice.
    Repeated(String),
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TemplateError::Segment(text) => {
                write!(f, "`{text}` is neither text nor one {{name}} or {{+name}}")
            }
            TemplateError::Verb(text) => write!(f, "`{text}` behind a variable is not a :verb"),
            TemplateError::Repeated(name) => write!(f, "the variable {name} stands twice"),
        }
    }
}

impl error::Error for TemplateError {}

/// The variable that has no value to expand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingValue(pub String);

impl fmt::Display for MissingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the path needs a value for {}", self.0)
    }
}

impl error::Error for MissingValue {}

/// Decodes one captured value. 400 naming the variable if it is not UTF-8.
pub fn decode_value<'p>(name: &str, raw: &'p str) -> Result<Cow<'p, str>, Fault> {
    if !raw.contains('%') {
        return Ok(Cow::Borrowed(raw));
    }
    let not_utf8 = |_| Fault::invalid_parameter(name, format!("The value of {name} is not UTF-8."));
    percent_decode_str(raw).decode_utf8().map_err(not_utf8)
}

/// Cuts `:verb` off a template that has one, which is so when text follows the last variable.
fn split_verb(text: &str) -> Result<(&str, Option<String>), TemplateError> {
    let Some((head, tail)) = text.rsplit_once('}') else {
        return Ok((text, None));
    };
    if tail.is_empty() || tail.starts_with('/') {
        return Ok((text, None));
    }
    let verb = tail.strip_prefix(':').filter(|verb| is_verb(verb));
    let verb = verb.ok_or_else(|| TemplateError::Verb(tail.to_owned()))?;
    let end = head.len() + 1;
    Ok((text.get(..end).unwrap_or(text), Some(verb.to_owned())))
}

fn is_verb(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn parse_segment(part: &str) -> Result<Segment, TemplateError> {
    let inside = part.strip_prefix('{').and_then(|p| p.strip_suffix('}'));
    match inside.map(|inside| (inside, inside.strip_prefix('+'))) {
        Some((_, Some(name))) if is_variable(name) => Ok(Segment::CaptureRest(name.to_owned())),
        Some((name, None)) if is_variable(name) => Ok(Segment::Capture(name.to_owned())),
        None if !part.contains(['{', '}', '?', '#', '%']) => Ok(Segment::Literal(part.to_owned())),
        _ => Err(TemplateError::Segment(part.to_owned())),
    }
}

fn is_variable(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'$');
    !name.is_empty() && name.bytes().all(fits)
}

fn check_variables(segments: &[Segment]) -> Result<(), TemplateError> {
    for (at, segment) in segments.iter().enumerate() {
        let Some(name) = segment.variable() else {
            continue;
        };
        if segments.iter().take(at).any(|other| other.variable() == Some(name)) {
            return Err(TemplateError::Repeated(name.to_owned()));
        }
    }
    Ok(())
}

/// Takes segments off the front of a path. What is left is `None` once the last one is taken.
fn take_front<'p>(segments: &[Segment], path: Option<&'p str>, values: &mut Vec<&'p str>) -> Option<Option<&'p str>> {
    let mut left = path;
    for segment in segments {
        let (raw, rest) = match left?.split_once('/') {
            Some((raw, rest)) => (raw, Some(rest)),
            None => (left?, None),
        };
        if !segment.fits(raw) {
            return None;
        }
        if segment.variable().is_some() {
            values.push(raw);
        }
        left = rest;
    }
    Some(left)
}

/// Takes segments off the back of a path; gives what is left and the values in order.
fn take_back<'p>(segments: &[Segment], path: &'p str) -> Option<(&'p str, Vec<&'p str>)> {
    let mut left = path;
    let mut values = Vec::new();
    for segment in segments.iter().rev() {
        let (rest, raw) = left.rsplit_once('/')?;
        if !segment.fits(raw) {
            return None;
        }
        if segment.variable().is_some() {
            values.push(raw);
        }
        left = rest;
    }
    values.reverse();
    Some((left, values))
}

fn expand_segment<'v>(
    segment: &Segment,
    value: &impl Fn(&str) -> Option<&'v str>,
    path: &mut String,
) -> Result<(), MissingValue> {
    let (name, encoded) = match segment {
        Segment::Literal(text) => {
            path.push_str(text);
            return Ok(());
        }
        Segment::Capture(name) => (name, ENCODED),
        Segment::CaptureRest(name) => (name, ENCODED_IN_REST),
    };
    let value = value(name).filter(|value| !value.is_empty());
    let value = value.ok_or_else(|| MissingValue(name.clone()))?;
    path.extend(utf8_percent_encode(value, encoded));
    Ok(())
}

/// A letter that need not be encoded may be (RFC 3986 6.2.2.2).
fn is_same(text: &str, raw: &str) -> bool {
    text == raw || (raw.contains('%') && percent_decode_str(raw).eq(text.bytes()))
}
