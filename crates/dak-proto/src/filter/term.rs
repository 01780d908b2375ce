//! One comparison, held against an item.

use serde_json::Value;

use super::Misfit;
use super::reader::Comparison;
use crate::comparable::{Comparable, Typed};
use crate::fields::Kind;
use crate::update_mask;

/// What one member must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    path: Vec<String>,
    comparable: Comparable,
    test: Test,
    is_negated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Equal(Vec<u8>),
    Before(Vec<u8>),
    After(Vec<u8>),
    /// `"*.txt"` and `"report*"`.
    Begins(String),
    Ends(String),
    /// In small letters.
    Contains(String),
    /// That there is such a member of it.
    Member(String),
    Present,
}

impl Term {
    pub(super) fn new<S: Typed>(comparison: Comparison, shape: &S) -> Result<Term, Misfit> {
        let Comparison { path, sign, value, is_quoted } = comparison;
        let (names, shape) = update_mask::resolve(&path, shape).ok_or_else(|| Misfit::Unknown(path.clone()))?;
        let comparable = shape.comparable();
        // What is not below a value and not above it is equal; so are `<=` and `>=` what `>` and `<` are not.
        let is_negated = matches!(sign, "!=" | "<=" | ">=");
        let has_members = matches!(shape.kind(), Kind::Object | Kind::Map);
        let is_null = !is_quoted && value == "null" || value.is_empty() && !comparable.is_text();
        let key = || comparable.key_of(&value).ok_or_else(|| Misfit::Value(path.clone(), value.clone()));
        let (test, is_negated) = match sign {
            ":" if value == "*" => (Test::Present, false),
            "=" | "!=" if is_null => (Test::Present, !is_negated),
            ":" if has_members => (Test::Member(value), false),
            _ if has_members => return Err(Misfit::Whole(path)),
            ":" if comparable.is_text() => {
                (text(&value).unwrap_or_else(|| Test::Contains(value.to_lowercase())), false)
            }
            "<" | ">=" => (Test::Before(key()?), is_negated),
            ">" | "<=" => (Test::After(key()?), is_negated),
            _ if comparable.is_text() => (text(&value).unwrap_or(Test::Equal(key()?)), is_negated),
            _ => (Test::Equal(key()?), is_negated),
        };
        Ok(Term { path: names, comparable, test, is_negated })
    }

    pub(super) fn is_so(&self, item: &Value) -> bool {
        let mut found = Found { is_there: false, is_so: false };
        self.look(item, &self.path, &mut found);
        if !found.is_there {
            let none = self.comparable.key_of_none();
            // No time is before or after one that is not there.
            if none.is_none() && matches!(self.test, Test::Before(_) | Test::After(_)) {
                return false;
            }
            found.is_so = none.is_some_and(|key| self.test.is_so_of(&key));
        }
        found.is_so != self.is_negated
    }

    fn look(&self, value: &Value, path: &[String], found: &mut Found) {
        match (value, path) {
            (Value::Array(elements), _) => elements.iter().for_each(|element| self.look(element, path, found)),
            (Value::Null, _) => {}
            (value, []) => {
                found.is_there = true;
                found.is_so |= self.test.is_so(value, self.comparable);
            }
            (value, [name, rest @ ..]) => {
                value.get(name).into_iter().for_each(|value| self.look(value, rest, found));
            }
        }
    }
}

/// What was found at the end of a path.
struct Found {
    is_there: bool,
    is_so: bool,
}

impl Test {
    fn is_so(&self, value: &Value, comparable: Comparable) -> bool {
        let text = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match self {
            Test::Present => true,
            Test::Member(name) => value.get(name).is_some(),
            Test::Contains(part) => text().to_lowercase().contains(part),
            Test::Begins(beginning) => text().starts_with(beginning),
            Test::Ends(end) => text().ends_with(end),
            Test::Equal(_) | Test::Before(_) | Test::After(_) => {
                comparable.key(value).is_some_and(|key| self.is_so_of(&key))
            }
        }
    }

    fn is_so_of(&self, key: &[u8]) -> bool {
        match self {
            Test::Equal(other) => key == other,
            Test::Before(other) => key < other.as_slice(),
            Test::After(other) => key > other.as_slice(),
            Test::Begins(_) | Test::Ends(_) | Test::Contains(_) | Test::Member(_) | Test::Present => false,
        }
    }
}

/// A text with a star at one end.
fn text(value: &str) -> Option<Test> {
    let beginning = value.strip_suffix('*').filter(|text| !text.is_empty()).map(|text| Test::Begins(text.to_owned()));
    beginning.or_else(|| value.strip_prefix('*').map(|text| Test::Ends(text.to_owned())))
}
