//! `updateMask` (AIP-134, AIP-161): which members of a resource a change is about.
//!
//! What the mask names is as it was sent: a member that was not sent is removed. What it does not name stays as it was.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use crate::fields::{Kind, Shape};

/// The longest mask, in bytes.
pub const MASK_BYTES_MAX: usize = 8192;

/// The members that a change is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateMask {
    /// `*`: all of them.
    All,
    /// These, each as the names that lead to it.
    Paths(Vec<Vec<String>>),
}

/// The path of a mask that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPath(pub String);

impl UpdateMask {
    /// Reads paths between commas. A name with underscores is also known in camel case.
    ///
    /// # Errors
    /// The first path that names no member, or the mask's beginning if it is too long.
    pub fn parse<S: Shape>(text: &str, shape: &S) -> Result<UpdateMask, UnknownPath> {
        if text.len() > MASK_BYTES_MAX {
            return Err(UnknownPath(text.chars().take(100).collect()));
        }
        if text.trim() == "*" {
            return Ok(UpdateMask::All);
        }
        let paths = text.split(',').map(str::trim).filter(|path| !path.is_empty());
        let known =
            paths.map(|path| resolve(path, shape).map(|(names, _)| names).ok_or_else(|| UnknownPath(path.to_owned())));
        known.collect::<Result<_, _>>().map(UpdateMask::Paths)
    }

    /// Whether it names nothing: then what was sent is what is changed.
    pub fn is_empty(&self) -> bool {
        matches!(self, UpdateMask::Paths(paths) if paths.is_empty())
    }

    /// What a change makes of a resource.
    pub fn apply(&self, stored: &mut Value, sent: &Value) {
        match self {
            UpdateMask::All => *stored = without_nulls(sent.clone()),
            UpdateMask::Paths(paths) => paths.iter().for_each(|path| copy(path, stored, Some(sent))),
        }
    }
}

/// The names of a path as the document spells them, and the shape of what it leads to; `None` if it leads nowhere.
pub(crate) fn resolve<S: Shape>(path: &str, shape: &S) -> Option<(Vec<String>, S)> {
    let mut names = path.split('.');
    let (first, mut inner) = member(names.next()?, shape)?;
    let mut resolved = vec![first];
    for name in names {
        let (name, next) = member(name, &inner)?;
        resolved.push(name);
        inner = next;
    }
    Some((resolved, inner))
}

fn member<S: Shape>(name: &str, shape: &S) -> Option<(String, S)> {
    if name.is_empty() || shape.kind() == Kind::Scalar {
        return None;
    }
    let as_written = shape.member(name).map(|member| (name.to_owned(), member));
    as_written.or_else(|| {
        let camel = camel_case(name);
        shape.member(&camel).map(|member| (camel, member))
    })
}

/// `display_name` → `displayName`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut camel, word| {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
        camel
    })
}

/// Makes what is at a path of the one what it is in the other.
fn copy(path: &[String], stored: &mut Value, sent: Option<&Value>) {
    let Some((name, rest)) = path.split_first() else { return };
    let sent = sent.and_then(|sent| sent.get(name)).filter(|value| !value.is_null());
    if !stored.is_object() {
        *stored = Value::Object(Map::new());
    }
    let Value::Object(members) = stored else { return };
    match (rest.is_empty(), sent) {
        (true, None) => {
            members.shift_remove(name);
        }
        (true, Some(value)) => {
            members.insert(name.clone(), without_nulls(value.clone()));
        }
        (false, None) if !members.contains_key(name) => {}
        (false, sent) => copy(rest, members.entry(name.as_str()).or_insert(Value::Null), sent),
    }
}

fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, value| !value.is_null());
        members.values_mut().for_each(|value| *value = without_nulls(value.take()));
    }
    value
}
