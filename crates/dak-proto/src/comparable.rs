//! Which of two values comes first: bytes that compare as the values do, whatever JSON writes them as. Filters and orders
//! of lists hang on them.

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde_json::Value;

use crate::fields::Shape;

/// What a member's values are, as far as it matters for their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparable {
    /// False, then true.
    Boolean,
    /// Whole numbers by size, also those that JSON carries as strings.
    Integer,
    /// Numbers by size.
    Number,
    /// Seconds with an `s`.
    Duration,
    /// Moments, whatever their zone.
    Time,
    /// Text by code points.
    Text,
    /// What is not known: numbers by size, then texts.
    Any,
}

/// A shape that knows what its values are.
pub trait Typed: Shape {
    /// What its values are. Of an object or an array of objects it is of no use.
    fn comparable(&self) -> Comparable;
}

impl Comparable {
    /// The bytes of a value; `None` for one that is not there, has members, or is of another type.
    pub fn key(self, value: &Value) -> Option<Vec<u8>> {
        match value {
            Value::String(text) => self.key_of(text),
            Value::Number(number) => self.key_of(&number.to_string()),
            Value::Bool(flag) => self.key_of(if *flag { "true" } else { "false" }),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The bytes of a value that is written as text; `None` if it cannot be one. A time may leave out its zone, which is
    /// UTC then, and the time of its day.
    pub fn key_of(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Comparable::Boolean => flag(text).map(|flag| vec![u8::from(flag)]),
            Comparable::Integer => integer(text).map(|number| integer_key(number).to_vec()),
            Comparable::Number => number(text).map(|number| number_key(number).to_vec()),
            Comparable::Duration => number(text.strip_suffix('s')?).map(|seconds| number_key(seconds).to_vec()),
            Comparable::Time => time_ns(text).map(|time_ns| integer_key(time_ns).to_vec()),
            Comparable::Text => Some(text.as_bytes().to_vec()),
            Comparable::Any => Some(match number(text) {
                Some(number) => [&[0], number_key(number).as_slice()].concat(),
                None => [&[1], text.as_bytes()].concat(),
            }),
        }
    }

    /// The bytes that a member has for a filter where it is not there: an empty text, 0, false. A time has none.
    pub(crate) fn key_of_none(self) -> Option<Vec<u8>> {
        match self {
            Comparable::Boolean => self.key_of("false"),
            Comparable::Integer | Comparable::Number => self.key_of("0"),
            Comparable::Duration => self.key_of("0s"),
            Comparable::Text | Comparable::Any => self.key_of(""),
            Comparable::Time => None,
        }
    }

    /// Whether its values may be texts.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Comparable::Text | Comparable::Any)
    }
}

fn flag(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Also `1e3` and `5.0`, as far as a float is exact.
fn integer(text: &str) -> Option<i128> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    let whole = || number(text).filter(|number| number.fract() == 0.0 && number.abs() <= EXACT_MAX);
    text.parse().ok().or_else(|| whole().map(|number| number as i128))
}

/// The words for what is no number are texts.
fn number(text: &str) -> Option<f64> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if is_digits { text.parse().ok() } else { None }
}

fn time_ns(text: &str) -> Option<i128> {
    let local = || Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    let time = text.parse::<Timestamp>().ok().or_else(local)?;
    Some(time.as_nanosecond())
}

/// The sign's bit turned over: then negative numbers come first.
fn integer_key(number: i128) -> [u8; 16] {
    (number ^ i128::MIN).to_be_bytes()
}

/// The bits of a float in an order that bytes compare in: negative ones flipped whole, the sign of the others set.
fn number_key(number: f64) -> [u8; 8] {
    // The two zeros are one number.
    let bits = (number + 0.0).to_bits();
    let ordered = if bits >> 63 == 1 { !bits } else { bits | (1 << 63) };
    ordered.to_be_bytes()
}
