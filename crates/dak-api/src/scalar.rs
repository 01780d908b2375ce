//! Values without members: their types, formats and limits, the same for parameters and for members of a body.

mod format;
mod pattern;
#[cfg(test)]
mod tests;

use std::mem;

use dak_proto::comparable::Comparable;
use serde_json::{Number, Value};

use crate::document::{DocumentError, Node};
use crate::scalar::format::TextFormat;
pub(crate) use crate::scalar::pattern::Pattern;

/// A string, number or boolean and what it may be.
#[derive(Clone, Debug)]
pub struct Scalar {
    kind: Kind,
    /// The values it may have; empty means any.
    values: Vec<String>,
    values_ignore_case: bool,
    pattern: Option<Pattern>,
}

#[derive(Clone, Debug)]
enum Kind {
    Boolean,
    Integer(Integer),
    Number { min: f64, max: f64 },
    Text(TextFormat),
}

#[derive(Clone, Debug)]
struct Integer {
    type_name: &'static str,
    min: i128,
    max: i128,
    /// Whether JSON carries it as a string, as it does 64 bit integers.
    as_text: bool,
}

impl Scalar {
    /// Reads `type`, `format`, `enum`, `pattern`, `minimum` and `maximum`.
    ///
    /// # Errors
    /// When one of them has the wrong type or the `type` is not a scalar's.
    pub(crate) fn parse(node: &Node<'_>, ignore_case: bool) -> Result<Scalar, DocumentError> {
        Ok(Scalar {
            kind: Kind::parse(node)?,
            values: node.texts("enum")?,
            values_ignore_case: ignore_case,
            pattern: pattern(node)?,
        })
    }

    /// The values it may have; empty means any.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Whether it is bytes in base64.
    pub(crate) fn is_bytes(&self) -> bool {
        matches!(self.kind, Kind::Text(TextFormat::Bytes))
    }

    /// Whether it is a time, RFC 3339.
    pub(crate) fn is_time(&self) -> bool {
        matches!(self.kind, Kind::Text(TextFormat::DateTime))
    }

    /// Whether both are of one type, whatever else their values must be.
    pub(crate) fn is_like(&self, other: &Scalar) -> bool {
        mem::discriminant(&self.kind) == mem::discriminant(&other.kind)
    }

    /// Whether it lists members.
    pub(crate) fn is_field_mask(&self) -> bool {
        matches!(self.kind, Kind::Text(TextFormat::FieldMask))
    }

    /// Whether it is a whole number, however it is written.
    pub fn is_integer(&self) -> bool {
        matches!(self.kind, Kind::Integer(_))
    }

    /// Which of two of its values comes first.
    pub(crate) fn comparable(&self) -> Comparable {
        match &self.kind {
            Kind::Boolean => Comparable::Boolean,
            Kind::Integer(_) => Comparable::Integer,
            Kind::Number { .. } => Comparable::Number,
            Kind::Text(TextFormat::DateTime) => Comparable::Time,
            Kind::Text(TextFormat::Duration) => Comparable::Duration,
            Kind::Text(_) => Comparable::Text,
        }
    }

    /// Whether it may be any text.
    pub(crate) fn is_free_text(&self) -> bool {
        matches!(self.kind, Kind::Text(_)) && self.values.is_empty() && self.pattern.is_none()
    }

    /// Whether JSON carries it as a number.
    pub fn is_json_number(&self) -> bool {
        match &self.kind {
            Kind::Integer(integer) => !integer.as_text,
            Kind::Number { .. } => true,
            Kind::Boolean | Kind::Text(_) => false,
        }
    }

    /// The pattern a text must match as a whole, as the document has it.
    pub fn pattern(&self) -> Option<&str> {
        self.pattern.as_ref().map(Pattern::text)
    }

    pub(crate) fn pattern_of(&self) -> Option<&Pattern> {
        self.pattern.as_ref()
    }

    /// The largest whole number it may be; `None` if it is not a whole number.
    pub(crate) fn integer_max(&self) -> Option<i128> {
        match &self.kind {
            Kind::Integer(integer) => Some(integer.max),
            _ => None,
        }
    }

    /// Google's name of the type, for messages.
    pub(crate) fn type_name(&self) -> &'static str {
        match &self.kind {
            _ if !self.values.is_empty() => "TYPE_ENUM",
            Kind::Boolean => "TYPE_BOOL",
            Kind::Integer(integer) => integer.type_name,
            Kind::Number { .. } => "TYPE_DOUBLE",
            Kind::Text(format) => format.type_name(),
        }
    }

    /// Checks a value written as text, as in a URL, and gives it in the document's spelling.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn accept_text<'a>(&'a self, text: &'a str) -> Result<&'a str, String> {
        match &self.kind {
            Kind::Boolean => return boolean(text).ok_or_else(|| "true or false".to_owned()),
            Kind::Integer(integer) => integer.check(parse_integer(text))?,
            Kind::Number { min, max } => check_number(parse_number(text), *min, *max)?,
            Kind::Text(format) => format.check(text)?,
        }
        self.accept_member_of_values(text)
    }

    /// The JSON of a value that was accepted as text.
    pub(crate) fn value_of(&self, text: &str) -> Value {
        let json = match self.kind {
            Kind::Boolean | Kind::Integer(_) | Kind::Number { .. } => serde_json::from_str(text).ok(),
            Kind::Text(_) => None,
        };
        json.unwrap_or_else(|| text.into())
    }

    /// Checks a JSON value and brings it into its canonical form: 64 bit integers as strings, other numbers as
    /// numbers, enums in the document's spelling.
    ///
    /// # Errors
    /// What was expected instead.
    pub(crate) fn accept_value(&self, value: &mut Value) -> Result<(), String> {
        match &self.kind {
            Kind::Boolean => expect(value.is_boolean(), || "true or false".to_owned()),
            Kind::Integer(integer) => integer.accept(value),
            Kind::Number { min, max } => accept_number(value, *min, *max),
            Kind::Text(_) => self.accept_string(value),
        }
    }

    fn accept_string(&self, value: &mut Value) -> Result<(), String> {
        let Value::String(text) = value else {
            return Err("a string".to_owned());
        };
        let accepted = self.accept_text(text)?;
        if accepted != text {
            *value = Value::String(accepted.to_owned());
        }
        Ok(())
    }

    fn accept_member_of_values<'a>(&'a self, text: &'a str) -> Result<&'a str, String> {
        if !self.values.is_empty() {
            return self.spelling(text).ok_or_else(|| format!("one of {}", self.values.join(", ")));
        }
        match &self.pattern {
            Some(pattern) if !pattern.matches(text) => Err(format!("a value that matches {}", pattern.text())),
            _ => Ok(text),
        }
    }

    fn spelling(&self, text: &str) -> Option<&str> {
        let same = |value: &&String| match self.values_ignore_case {
            true => value.eq_ignore_ascii_case(text),
            false => *value == text,
        };
        self.values.iter().find(same).map(String::as_str)
    }
}

impl Kind {
    fn parse(node: &Node<'_>) -> Result<Kind, DocumentError> {
        let format = node.optional_text("format")?.unwrap_or_default();
        match node.optional_text("type")?.unwrap_or("string") {
            "boolean" => Ok(Kind::Boolean),
            "integer" => Integer::parse(node, format, false).map(Kind::Integer),
            "number" => Kind::parse_number(node),
            "string" if matches!(format, "int64" | "uint64" | "int32" | "uint32") => {
                Integer::parse(node, format, true).map(Kind::Integer)
            }
            // A parameter may hold JSON; what it means is the method's business.
            "any" | "array" | "object" => Ok(Kind::Text(TextFormat::Plain)),
            "string" => Ok(Kind::Text(TextFormat::from_name(format))),
            other => Err(node.error(format!("the type \"{other}\" cannot stand here"))),
        }
    }

    fn parse_number(node: &Node<'_>) -> Result<Kind, DocumentError> {
        Ok(Kind::Number {
            min: limit(node, "minimum", parse_number)?.unwrap_or(f64::NEG_INFINITY),
            max: limit(node, "maximum", parse_number)?.unwrap_or(f64::INFINITY),
        })
    }
}

impl Integer {
    fn parse(node: &Node<'_>, format: &str, as_text: bool) -> Result<Integer, DocumentError> {
        let (type_name, min, max) = match format {
            "uint32" => ("TYPE_UINT32", 0, i128::from(u32::MAX)),
            "int64" => ("TYPE_INT64", i128::from(i64::MIN), i128::from(i64::MAX)),
            "uint64" => ("TYPE_UINT64", 0, i128::from(u64::MAX)),
            _ => ("TYPE_INT32", i128::from(i32::MIN), i128::from(i32::MAX)),
        };
        Ok(Integer {
            type_name,
            min: limit(node, "minimum", parse_integer)?.map_or(min, |least| least.max(min)),
            max: limit(node, "maximum", parse_integer)?.map_or(max, |most| most.min(max)),
            as_text,
        })
    }

    fn check(&self, number: Option<i128>) -> Result<(), String> {
        let fits = number.is_some_and(|number| (self.min..=self.max).contains(&number));
        expect(fits, || format!("a whole number from {} to {}", self.min, self.max))
    }

    fn accept(&self, value: &mut Value) -> Result<(), String> {
        let number = match &*value {
            Value::String(text) => parse_integer(text),
            Value::Number(number) => whole(number),
            _ => None,
        };
        self.check(number)?;
        if let Some(number) = number {
            *value = self.canonical(number);
        }
        Ok(())
    }

    fn canonical(&self, number: i128) -> Value {
        if self.as_text {
            return Value::String(number.to_string());
        }
        Number::from_i128(number).map_or(Value::Null, Value::Number)
    }
}

/// Patterns of other dialects are let be; what no dialect knows is an error.
fn pattern(node: &Node<'_>) -> Result<Option<Pattern>, DocumentError> {
    let Some(text) = node.optional_text("pattern")? else { return Ok(None) };
    match (pattern::flaw(text), node.member("pattern")) {
        (Some(flaw), Some(node)) => Err(node.error(format!("is no regular expression: {flaw}"))),
        _ => Ok(Some(Pattern::new(text))),
    }
}

/// Python's spelling is what Google's apitools send.
fn boolean(text: &str) -> Option<&'static str> {
    ["true", "false"].into_iter().find(|known| known.eq_ignore_ascii_case(text))
}

fn expect(held: bool, expected: impl FnOnce() -> String) -> Result<(), String> {
    if held { Ok(()) } else { Err(expected()) }
}

/// A limit of the document: Google writes numbers as strings there.
fn limit<N>(node: &Node<'_>, name: &str, parse: fn(&str) -> Option<N>) -> Result<Option<N>, DocumentError> {
    let Some(limit) = node.member(name) else {
        return Ok(None);
    };
    let number = match limit.value() {
        Value::String(text) => parse(text),
        Value::Number(number) => parse(&number.to_string()),
        _ => None,
    };
    number.map(Some).ok_or_else(|| limit.error("must be a number of the member's type"))
}

fn parse_integer(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// A JSON number without a fraction; `5.0` is one (ProtoJSON).
fn whole(number: &Number) -> Option<i128> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if let Some(number) = number.as_i128() {
        return Some(number);
    }
    let float = number.as_f64()?;
    let exact = float.fract() == 0.0 && float.abs() <= EXACT_MAX;
    exact.then_some(float as i128)
}

fn parse_number(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ if text.bytes().any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E')) => None,
        _ => text.parse().ok().filter(|number: &f64| number.is_finite()),
    }
}

fn check_number(number: Option<f64>, min: f64, max: f64) -> Result<(), String> {
    let unlimited = min == f64::NEG_INFINITY && max == f64::INFINITY;
    let fits = number.is_some_and(|number| unlimited || (min..=max).contains(&number));
    expect(fits, || match unlimited {
        true => "a number".to_owned(),
        false => format!("a number from {min} to {max}"),
    })
}

fn accept_number(value: &mut Value, min: f64, max: f64) -> Result<(), String> {
    let number = match &*value {
        Value::String(text) => parse_number(text),
        Value::Number(number) => number.as_f64(),
        _ => None,
    };
    check_number(number, min, max)?;
    if let (Value::String(_), Some(number)) = (&*value, number.and_then(Number::from_f64)) {
        *value = Value::Number(number);
    }
    Ok(())
}
