//! The formats a string can have.

use jiff::civil::Date;

use crate::moment;

/// What a string holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextFormat {
    Plain,
    /// Base64, either alphabet, padded or not.
    Bytes,
    /// RFC 3339 5.6 `full-date`.
    Date,
    /// RFC 3339 5.6 `date-time`.
    DateTime,
    /// Seconds with up to nine decimals and an `s`.
    Duration,
    /// Paths between commas.
    FieldMask,
}

impl TextFormat {
    /// A format we do not know is no limit.
    pub(crate) fn from_name(name: &str) -> TextFormat {
        match name {
            "byte" => TextFormat::Bytes,
            "date" => TextFormat::Date,
            "date-time" | "google-datetime" => TextFormat::DateTime,
            "google-duration" => TextFormat::Duration,
            "google-fieldmask" => TextFormat::FieldMask,
            _ => TextFormat::Plain,
        }
    }

    pub(crate) fn type_name(self) -> &'static str {
        match self {
            TextFormat::Plain => "TYPE_STRING",
            TextFormat::Bytes => "TYPE_BYTES",
            TextFormat::Date => "type.googleapis.com/google.type.Date",
            TextFormat::DateTime => "type.googleapis.com/google.protobuf.Timestamp",
            TextFormat::Duration => "type.googleapis.com/google.protobuf.Duration",
            TextFormat::FieldMask => "type.googleapis.com/google.protobuf.FieldMask",
        }
    }

    /// # Errors
    /// What was expected instead.
    pub(crate) fn check(self, text: &str) -> Result<(), String> {
        let (fits, expected) = match self {
            TextFormat::Plain => return Ok(()),
            TextFormat::Bytes => (is_base64(text), "base64"),
            TextFormat::Date => (is_date(text), "a date like 2026-11-30"),
            TextFormat::DateTime => (is_date_time(text), "a time like 2026-11-30T12:00:00Z"),
            TextFormat::Duration => (is_duration(text), "a duration in seconds like 3.5s"),
            TextFormat::FieldMask => (is_field_mask(text), "paths between commas"),
        };
        if fits { Ok(()) } else { Err(expected.to_owned()) }
    }
}

/// RFC 4648 4 and 5, with or without padding, with or without line ends (RFC 2045 6.8).
fn is_base64(text: &str) -> bool {
    let data = text.trim_end_matches(['=', '\r', '\n']);
    let padding = text[data.len()..].bytes().filter(|byte| *byte == b'=').count();
    let is_line_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let mut length = 0_usize;
    let is_of_alphabet = |byte: u8| {
        length += 1;
        byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)
    };
    let is_text = data.bytes().filter(|byte| !is_line_end(byte)).all(is_of_alphabet);
    is_text && length % 4 != 1 && padding <= 2 && (padding == 0 || (length + padding).is_multiple_of(4))
}

fn is_date(text: &str) -> bool {
    has_form(text, "0000-00-00") && text.parse::<Date>().is_ok()
}

/// The form is looked at first: the parser takes more than RFC 3339 has.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else {
        return false;
    };
    let zone_start = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at(zone_start);
    has_form(date, "0000-00-00")
        && is_time(time)
        && (matches!(zone, "Z" | "z") || has_form(zone.get(1..).unwrap_or_default(), "00:00"))
        && moment(text).is_some()
}

fn is_time(text: &str) -> bool {
    let (time, fraction) = text.split_once('.').unwrap_or((text, "0"));
    has_form(time, "00:00:00") && (1..=9).contains(&fraction.len()) && all_digits(fraction)
}

/// `-?seconds[.nanoseconds]s`, at most ten thousand years either way (protobuf's Duration).
fn is_duration(text: &str) -> bool {
    const SECONDS_MAX: u64 = 315_576_000_000;
    let Some(number) = text.strip_suffix('s') else {
        return false;
    };
    let number = number.strip_prefix('-').unwrap_or(number);
    let (seconds, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let whole = all_digits(seconds) && seconds.parse().is_ok_and(|s: u64| s <= SECONDS_MAX);
    whole && (1..=9).contains(&fraction.len()) && all_digits(fraction)
}

fn is_field_mask(text: &str) -> bool {
    let path = |path: &str| {
        let path = path.trim();
        !path.is_empty() && !path.contains(char::is_whitespace)
    };
    text.is_empty() || text.split(',').all(path)
}

/// Whether the text has digits where the form has `0` and the form's own characters elsewhere.
fn has_form(text: &str, form: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| match wanted {
        b'0' => byte.is_ascii_digit(),
        _ => byte == wanted,
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
