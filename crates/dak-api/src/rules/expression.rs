//! Values that a rule describes: written out, or taken from the request or the item.

use serde_json::{Map, Value};

use crate::arguments::Arguments;

/// A value, perhaps still to be found.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// This one, or none.
    Known(Option<Value>),
    /// `$now`: the time of the request.
    Now,
    /// `$user`: who calls.
    User,
    /// `$parameters.NAME`: what the request gives a parameter.
    Parameter(String),
    /// `$body.MEMBER`: of the request's body.
    Body(Vec<String>),
    /// `$item.MEMBER`: of the item.
    Item(Vec<String>),
    /// An object; members without a value are left out.
    Object(Vec<(String, Expression)>),
    /// An array; elements without a value are left out.
    Array(Vec<Expression>),
}

/// What a request says.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// When it came, RFC 3339.
    pub now: &'a str,
    /// Who calls.
    pub user: &'a str,
    /// Its parameters.
    pub arguments: &'a Arguments<'a>,
    /// Its body.
    pub body: &'a Value,
}

impl Expression {
    /// Reads a text that begins with `$`; the text alone behind `$$`. `None` for what is none of these.
    pub(crate) fn parse(text: &str) -> Option<Expression> {
        let word = text.strip_prefix('$')?;
        if word.starts_with('$') {
            return Some(Expression::Known(Some(word.into())));
        }
        let (word, rest) = word.split_once('.').map_or((word, None), |(word, rest)| (word, Some(rest)));
        let path = || rest.map_or_else(Vec::new, |rest| rest.split('.').map(str::to_owned).collect());
        match (word, rest) {
            ("now", None) => Some(Expression::Now),
            ("user", None) => Some(Expression::User),
            ("parameters", Some(name)) => Some(Expression::Parameter(name.to_owned())),
            ("body", _) => Some(Expression::Body(path())),
            ("item", _) => Some(Expression::Item(path())),
            _ => None,
        }
    }

    /// The same with what a request says filled in.
    #[must_use]
    pub fn bound(&self, asked: &Asked<'_>) -> Expression {
        match self {
            Expression::Known(_) | Expression::Item(_) => self.clone(),
            Expression::Now => Expression::Known(Some(asked.now.into())),
            Expression::User => Expression::Known(Some(asked.user.into())),
            Expression::Parameter(name) => Expression::Known(asked.arguments.value(name)),
            Expression::Body(path) => Expression::Known(at(asked.body, path).cloned()),
            Expression::Object(members) => {
                Expression::Object(members.iter().map(|(name, value)| (name.clone(), value.bound(asked))).collect())
            }
            Expression::Array(elements) => {
                Expression::Array(elements.iter().map(|element| element.bound(asked)).collect())
            }
        }
    }

    /// The value over an item. What was to come from a request and was not filled in is absent.
    pub fn value(&self, item: &Value) -> Option<Value> {
        match self {
            Expression::Known(value) => value.clone(),
            Expression::Item(path) => at(item, path).cloned(),
            Expression::Now | Expression::User | Expression::Parameter(_) | Expression::Body(_) => None,
            Expression::Object(members) => {
                let known = members.iter().filter_map(|(name, value)| Some((name.clone(), value.value(item)?)));
                Some(Value::Object(known.collect::<Map<_, _>>()))
            }
            Expression::Array(elements) => Some(elements.iter().filter_map(|element| element.value(item)).collect()),
        }
    }

    /// The parameters it takes from a request.
    pub(crate) fn parameters(&self) -> Vec<&str> {
        match self {
            Expression::Parameter(name) => vec![name.as_str()],
            Expression::Object(members) => members.iter().flat_map(|(_, value)| value.parameters()).collect(),
            Expression::Array(elements) => elements.iter().flat_map(Expression::parameters).collect(),
            _ => Vec::new(),
        }
    }
}

/// The value to which names lead; one that is null is not there.
pub(super) fn at<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    let found = path.iter().try_fold(value, |value, name| value.get(name));
    found.filter(|value| !value.is_null())
}
