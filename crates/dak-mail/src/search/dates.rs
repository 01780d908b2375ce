//! Times as they are searched for.

use jiff::civil::{Date, DateTime};
use jiff::{Span, Timestamp, tz};

/// Days begin and end in UTC-8.
const PACIFIC: tz::Offset = tz::Offset::constant(-8);

/// The time that `after:` and its like name, in milliseconds: midnight of `2004/04/16`, `2004-4-16`, `2004/04`,
/// `04/16/2004` or `16/4/2004`, or seconds since 1970. `None` for what is no time.
pub(super) fn time_ms(text: &str) -> Option<i64> {
    match text.parse::<i64>() {
        Ok(seconds) => seconds.checked_mul(1_000),
        Err(_) => midnight_ms(date(text)?),
    }
}

/// The time that lies so far back, in milliseconds, cut to a whole second: `12h`, `2d`, `1w`, `3m` (months), `1y`.
pub(super) fn ago_ms(text: &str, now_ms: i64) -> Option<i64> {
    let unit = text.chars().last()?;
    let number: i64 =
        text.strip_suffix(unit).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    let now = PACIFIC.to_datetime(Timestamp::from_second(now_ms.div_euclid(1_000)).ok()?);
    let span = match unit.to_ascii_lowercase() {
        'h' => Span::new().try_hours(number),
        'd' => Span::new().try_days(number),
        'w' => Span::new().try_weeks(number),
        'm' => Span::new().try_months(number),
        'y' => Span::new().try_years(number),
        _ => return None,
    };
    milliseconds(now.checked_sub(span.ok()?).ok()?)
}

fn date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let numbers: Option<Vec<i16>> = parts.iter().map(|part| number(part)).collect();
    let (year, month, day) = match (parts.first()?.len(), numbers?.as_slice()) {
        (4, [year, month, day]) => (*year, *month, *day),
        (4, [year, month]) => (*year, *month, 1),
        (1..=2, [day, month, year]) if *day > 12 && *year >= 1_000 => (*year, *month, *day),
        (1..=2, [month, day, year]) if *year >= 1_000 => (*year, *month, *day),
        _ => return None,
    };
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn number(part: &str) -> Option<i16> {
    let is_short = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    is_short.then(|| part.parse().ok())?
}

fn midnight_ms(date: Date) -> Option<i64> {
    milliseconds(date.at(0, 0, 0, 0))
}

fn milliseconds(time: DateTime) -> Option<i64> {
    PACIFIC.to_timestamp(time).ok()?.as_second().checked_mul(1_000)
}
