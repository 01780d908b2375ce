//! Dates in headers (RFC 9110 5.6.7), as whole seconds since 1970.

#[cfg(test)]
mod tests;

use std::time::{Duration, UNIX_EPOCH};

/// The last second of the year 9999: later ones have no place in the format.
const LAST_S: u64 = 253_402_300_799;

/// Reads any of the three forms a recipient must take. `None` if it is none of them.
pub fn parse(text: &str) -> Option<u64> {
    let date = httpdate::parse_http_date(text.trim()).ok()?;
    let since = date.duration_since(UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}

/// Writes the preferred form, e.g. `Sun, 06 Nov 1994 08:49:37 GMT`. Dates after the year 9999 become its last second.
pub fn format(seconds: u64) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds.min(LAST_S)))
}
