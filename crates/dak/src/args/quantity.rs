//! Sizes and times as people type them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A number of bytes: `65536`, `64KiB`, `10MB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) u64);

/// A length of time: `30s`, `500ms`, `2m`; a bare number is seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Duration);

/// Binary units first, so that a size is printed in the largest one that divides it.
const SIZE_UNITS: [(&str, u64); 8] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("B", 1),
    ("", 1),
];

/// Milliseconds of each unit of time, largest first.
const SPAN_UNITS: [(&str, u64); 6] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1), ("", 1_000)];

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Size, String> {
        scaled(text, &SIZE_UNITS).map(Size).ok_or_else(|| "write a size such as 65536, 64KiB or 10MB".to_owned())
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_scaled(self.0, &SIZE_UNITS, f)
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Span, String> {
        scaled(text, &SPAN_UNITS)
            .map(|ms| Span(Duration::from_millis(ms)))
            .ok_or_else(|| "write a time such as 30s, 500ms or 2m".to_owned())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        print_scaled(ms, &SPAN_UNITS, f)
    }
}

/// A number of times, 0 included.
pub(crate) fn count(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "write a whole number, 0 or more, such as 3".to_owned())
}

/// A limit that lets something through.
pub(crate) fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("write a whole number above 0, such as 100".to_owned()),
        Ok(number) => Ok(number),
    }
}

/// A size that lets something through.
pub(crate) fn positive_size(text: &str) -> Result<Size, String> {
    match text.parse()? {
        Size(0) => Err("write a size above 0, such as 64KiB or 10MB".to_owned()),
        size => Ok(size),
    }
}

/// A time in which something can happen.
pub(crate) fn positive_span(text: &str) -> Result<Span, String> {
    match text.parse()? {
        Span(Duration::ZERO) => Err("write a time above 0, such as 30s or 500ms".to_owned()),
        span => Ok(span),
    }
}

/// A whole or decimal number and a unit, spaces between them allowed; `None` when it is not one or does not fit.
fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let (_, factor) = units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim_start()))?;
    match number.split_once('.') {
        None => number.parse::<u64>().ok()?.checked_mul(*factor),
        Some((whole, fraction)) => with_fraction(whole, fraction, *factor),
    }
}

/// `1.5` of a unit, exactly; more than three decimals are refused, as nobody means them.
fn with_fraction(whole: &str, fraction: &str, factor: u64) -> Option<u64> {
    if fraction.is_empty() || fraction.len() > 3 {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let thousandths: u64 = format!("{fraction:0<3}").parse().ok()?;
    whole.checked_mul(factor)?.checked_add(factor.checked_mul(thousandths)? / 1_000)
}

fn print_scaled(number: u64, units: &[(&str, u64)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let whole = units.iter().find(|(_, factor)| number >= *factor && number.is_multiple_of(*factor));
    match whole {
        Some((name, factor)) => write!(f, "{}{name}", number / factor),
        None => write!(f, "{number}"),
    }
}

#[cfg(test)]
mod tests;
