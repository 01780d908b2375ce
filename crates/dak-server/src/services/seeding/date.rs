//! Dates of a seed: a time, or so long before or after the store was made.

#[cfg(test)]
mod tests;

use crate::clock::parse_rfc3339;

/// Units and their lengths in ms.
const UNITS: [(char, i64); 5] = [('s', 1000), ('m', 60_000), ('h', 3_600_000), ('d', 86_400_000), ('w', 604_800_000)];
/// The longest time before or after, in ms: a thousand years.
const AWAY_MS_MAX: i64 = 1000 * 365 * 86_400_000;

/// Reads `2026-11-30T12:00:00Z`, `-3d` or `+2h` (s, m, h, d, w); `None` for anything else.
pub(in crate::services) fn parse(text: &str, now_ms: i64) -> Option<i64> {
    let Some(away) = text.strip_prefix(['-', '+']) else { return parse_rfc3339(text) };
    let unit = away.chars().last()?;
    let (_, unit_ms) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    let number = away.strip_suffix(unit).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))?;
    let away_ms = number.parse::<i64>().ok()?.checked_mul(unit_ms).filter(|away_ms| *away_ms <= AWAY_MS_MAX)?;
    Some(if text.starts_with('-') { now_ms - away_ms } else { now_ms + away_ms })
}
