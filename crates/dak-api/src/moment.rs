//! Moments written as text.

use jiff::Timestamp;

/// The moment that an RFC 3339 text names. The last day of the year 9999, with which people say "never", is jiff's last
/// moment, since jiff ends some hours before the year does.
#[must_use]
pub fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| is_last(text).then_some(Timestamp::MAX))
}

/// Whether a text is a moment of the days at whose middle jiff ends: the year before has them as well.
fn is_last(text: &str) -> bool {
    let days = text.strip_prefix("9999-12-3");
    days.is_some_and(|rest| format!("9998-12-3{rest}").parse::<Timestamp>().is_ok())
}
