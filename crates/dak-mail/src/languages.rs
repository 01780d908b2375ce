//! Languages that a mailbox can be shown in, as BCP 47 tags.

use std::iter::Peekable;
use std::str::Split;

#[cfg(test)]
mod tests;

/// After Google's guide to this setting, which calls its table a sample: what else Gmail may have is not documented.
pub const SHOWN: [&str; 73] = [
    "af", "am", "ar", "az", "bg", "bn", "ca", "chr", "cs", "cy", "da", "de", "el", "en", "en-GB", "es", "es-419", "et",
    "eu", "fa", "fi", "fil", "fr", "fr-CA", "ga", "gl", "gu", "hi", "hr", "hu", "hy", "id", "is", "it", "iw", "ja",
    "ka", "km", "kn", "ko", "lo", "lt", "lv", "ml", "mn", "mr", "ms", "my", "ne", "nl", "no", "pl", "pt-BR", "pt-PT",
    "ro", "ru", "si", "sk", "sl", "sr", "sv", "sw", "ta", "te", "th", "tr", "uk", "ur", "vi", "zh-CN", "zh-HK",
    "zh-TW", "zu",
];

/// Tags of languages that are in [`SHOWN`] by another name, or in variants alone.
const OTHER_NAMES: [(&str, &str); 11] = [
    ("he", "iw"),
    ("in", "id"),
    ("nb", "no"),
    ("nn", "no"),
    ("pt", "pt-BR"),
    ("tl", "fil"),
    ("zh", "zh-CN"),
    ("zh-Hans", "zh-CN"),
    ("zh-Hant", "zh-TW"),
    ("zh-Hant-HK", "zh-HK"),
    ("zh-MO", "zh-HK"),
];

/// The language that is closest to what was asked for: that itself, else, subtag by subtag from its end, what is left of it
/// (RFC 4647 3.4), so that `de-AT` is `de`. `None` for what is no tag by the grammar of RFC 5646 2.1, and for a language that
/// mail is not shown in.
pub fn closest(tag: &str) -> Option<&'static str> {
    if !is_well_formed(tag) {
        return None;
    }
    let mut starts = std::iter::successors(Some(tag), |tag| Some(tag.rsplit_once('-')?.0));
    starts.find_map(known)
}

fn known(tag: &str) -> Option<&'static str> {
    let other = OTHER_NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(tag)).map(|(_, shown)| *shown);
    SHOWN.iter().copied().find(|shown| shown.eq_ignore_ascii_case(tag)).or(other)
}

/// Whether it is a `langtag` of RFC 5646 2.1. Tags of private use and the irregular old ones name no language that is shown.
fn is_well_formed(tag: &str) -> bool {
    let mut subtags = tag.split('-').peekable();
    if subtags.next_if(|subtag| is_alphabetic(subtag) && (2..=8).contains(&subtag.len())).is_none() {
        return false;
    }
    for _ in 0..3 {
        subtags.next_if(|subtag| is_alphabetic(subtag) && subtag.len() == 3);
    }
    subtags.next_if(|subtag| is_alphabetic(subtag) && subtag.len() == 4);
    subtags.next_if(|subtag| is_region(subtag));
    while subtags.next_if(|subtag| is_variant(subtag)).is_some() {}
    has_only_extensions(&mut subtags)
}

/// Whether what is left are extensions, each a letter or digit with something behind it; behind an `x` anything may be.
fn has_only_extensions(subtags: &mut Peekable<Split<'_, char>>) -> bool {
    while let Some(singleton) = subtags.next() {
        let least = if singleton.eq_ignore_ascii_case("x") { 1 } else { 2 };
        let is_its = |subtag: &&str| is_alphanumeric(subtag) && (least..=8).contains(&subtag.len());
        if singleton.len() != 1 || !is_alphanumeric(singleton) || subtags.next_if(is_its).is_none() {
            return false;
        }
        while subtags.next_if(is_its).is_some() {}
    }
    true
}

fn is_region(subtag: &str) -> bool {
    (is_alphabetic(subtag) && subtag.len() == 2)
        || (subtag.len() == 3 && subtag.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_variant(subtag: &str) -> bool {
    let starts_with_digit = subtag.starts_with(|first: char| first.is_ascii_digit());
    is_alphanumeric(subtag) && ((5..=8).contains(&subtag.len()) || (subtag.len() == 4 && starts_with_digit))
}

fn is_alphabetic(subtag: &str) -> bool {
    subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_alphanumeric(subtag: &str) -> bool {
    subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
