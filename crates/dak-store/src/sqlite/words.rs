//! The words of documents, and queries for them, as FTS5 is given them.
//!
//! FTS5 must split where we say and nowhere else. Its `ascii` tokenizer takes every character beyond ASCII and every ASCII
//! letter and digit as part of a word, compares ASCII letters without case and leaves the rest as it is. Tokens come in lower
//! case, so only ASCII's other characters (the dot in `3.14`, the apostrophe in `can't`) would be taken for gaps: those (and
//! the capitals that a field's name may have) are moved to a private place, [`PRIVATE`] + their code. Tokens never have
//! characters from there: by Unicode's rules a private character is a word break by itself and no letter. So each token is
//! exactly one word to FTS5, and different tokens are different words; a quote cannot end a query's string either.
//!
//! A word of a named field is [`FIELD`], the name, [`FIELD`] and the token, all in one: no beginning of a plain word is the
//! beginning of it. The place between two entries is the word [`GAP`], which no query has.

use std::borrow::Cow;
use std::iter::once;

use crate::text::{Sought, Words};
use crate::{Filter, TextFilter};

/// Where ASCII characters that FTS5 would split at are moved to.
const PRIVATE: u32 = 0xe000;
/// How deep a query may nest: FTS5's parser has a stack of a hundred, and each of our levels takes up to six.
const QUERY_DEPTH_MAX: usize = 12;
/// As many words as FTS5 counts; no text has more.
const NEAR_WORDS_MAX: usize = 100_000_000;
/// Stands before and after the name of a field. Beyond where [`PRIVATE`] moves ASCII to.
const FIELD: char = '\u{e080}';
/// What stands in the place between two entries.
const GAP: &str = "\u{e081}";

/// The words of a text as FTS5 is given them.
pub(crate) fn words(text: &Words) -> String {
    let mut out = String::new();
    for word in spelled(text) {
        push_word(&mut out, &word);
    }
    out
}

/// A checksum of the words at their positions; 64 bits, the same on every machine and in every version. The order in
/// which positions are added does not matter.
pub(crate) fn text_sum(text: &Words) -> i64 {
    spelled(text).enumerate().fold(0, |sum, (position, word)| sum.wrapping_add(word_sum(&word, position)))
}

/// What one word at one position adds to [`text_sum`].
pub(crate) fn word_sum(word: &str, position: usize) -> i64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ (position as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let fnv = word.bytes().fold(start, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    (mixed ^ (mixed >> 32)).cast_signed()
}

/// A text filter as an FTS5 query; `None` if it has nothing to look for.
pub(crate) fn text_expression(text: &TextFilter) -> Option<String> {
    match Sought::new(&text.pattern) {
        Sought::Near { one, other, words_max } => {
            let (one, other) = (phrase(&text.field, &one)?, phrase(&text.field, &other)?);
            Some(format!("NEAR({one} {other}, {})", words_max.min(NEAR_WORDS_MAX)))
        }
        Sought::Phrase { words, is_open } => {
            let phrase = phrase(&text.field, &words)?;
            Some(if is_open { phrase + " *" } else { phrase })
        }
    }
}

/// A conjunction as an FTS5 query: what is positive first, then what is taken away. `None` if it asks for more than words,
/// has nothing positive to begin with, or nests deeper than FTS5 reads.
pub(crate) fn all_of(parts: &[&Filter]) -> Option<String> {
    conjunction(parts.iter().copied(), QUERY_DEPTH_MAX)
}

/// The same for a disjunction, all of which must be positive.
pub(crate) fn any_of(parts: &[&Filter]) -> Option<String> {
    disjunction(parts.iter().copied(), QUERY_DEPTH_MAX)
}

/// Whether a part of a conjunction of words can stand in an FTS5 query, given that another part is positive.
pub(crate) fn is_textual(part: &Filter) -> bool {
    let part = if let Filter::Not(part) = part { part } else { part };
    expression(part, QUERY_DEPTH_MAX).is_some()
}

fn conjunction<'a>(parts: impl Iterator<Item = &'a Filter>, depth: usize) -> Option<String> {
    let mut wanted = Vec::new();
    let mut unwanted = Vec::new();
    for part in parts {
        match part {
            Filter::Not(part) => unwanted.push(expression(part, depth)?),
            part => wanted.push(expression(part, depth)?),
        }
    }
    let wanted = (!wanted.is_empty()).then(|| format!("({})", wanted.join(" AND ")))?;
    // All at once: a NOT for each would nest deeper than FTS5 goes.
    Some(if unwanted.is_empty() { wanted } else { format!("({wanted} NOT ({}))", unwanted.join(" OR ")) })
}

fn disjunction<'a>(parts: impl Iterator<Item = &'a Filter>, depth: usize) -> Option<String> {
    let parts = parts.map(|part| expression(part, depth)).collect::<Option<Vec<_>>>()?;
    (!parts.is_empty()).then(|| format!("({})", parts.join(" OR ")))
}

fn expression(filter: &Filter, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match filter {
        Filter::And(parts) => conjunction(parts.iter(), depth),
        Filter::Or(parts) => disjunction(parts.iter(), depth),
        Filter::Text(text) => text_expression(text),
        Filter::All | Filter::Not(_) | Filter::Range { .. } | Filter::Tag(_) => None,
    }
}

fn phrase(field: &str, tokens: &[String]) -> Option<String> {
    (!tokens.is_empty()).then(|| {
        let mut words = String::new();
        tokens.iter().for_each(|token| push_word(&mut words, &spell(field, token)));
        format!("\"{words}\"")
    })
}

fn push_word(out: &mut String, word: &str) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(word);
}

/// All words of a text in their places.
fn spelled(text: &Words) -> impl Iterator<Item = Cow<'_, str>> {
    text.fields.iter().flat_map(|field| field.words.iter().map(|token| spell(&field.name, token)))
}

/// A token as the one word it is to FTS5.
fn spell<'t>(field: &str, token: &'t str) -> Cow<'t, str> {
    match (field, token) {
        (_, "") => Cow::Borrowed(GAP),
        ("", token) if token.bytes().all(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()) => {
            Cow::Borrowed(token)
        }
        ("", token) => Cow::Owned(token.chars().map(shield).collect()),
        (field, token) => {
            let name = field.chars().map(shield);
            Cow::Owned(once(FIELD).chain(name).chain(once(FIELD)).chain(token.chars().map(shield)).collect())
        }
    }
}

fn shield(c: char) -> char {
    match c.is_ascii() && !c.is_ascii_lowercase() && !c.is_ascii_digit() {
        true => char::from_u32(PRIVATE + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        false => c,
    }
}

#[cfg(test)]
mod tests;
