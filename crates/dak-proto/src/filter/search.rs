//! `q`: words, or comparisons.

use super::reader::{Dialect, Leaf, Reader};
use super::tree::Tree;
use super::words::{Word, words};
use super::{FILTER_BYTES_MAX, Filter, Misfit, beyond};
use crate::comparable::Typed;

/// What a search asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// Phrases, most of them of one word, that stand in the text of an item.
    Text(Tree<String>),
    /// What members are.
    Members(Filter),
}

impl Search {
    /// Reads a search. It is words unless it has signs that compare, `contains` or `in` beside a quoted text, or a name and
    /// a value around a colon. Among words `OR`, `AND`, `NOT`, a minus before one and double quotes mean something.
    ///
    /// # Errors
    /// What cannot be understood of something that is more than words.
    pub fn parse<S: Typed>(text: &str, shape: &S) -> Result<Search, Misfit> {
        if text.len() > FILTER_BYTES_MAX {
            return Err(beyond(text));
        }
        if is_comparing(text) {
            return Filter::of(Reader::read(text, Dialect::Query)?, shape).map(Search::Members);
        }
        if !is_joined(text) {
            return Ok(Search::Text(Tree::All(phrases(text).map(Tree::Is).collect())));
        }
        let tree = Reader::read(text, Dialect::Words)?.resolved(&|leaf| match leaf {
            Leaf::Word(word) => Ok(word),
            Leaf::Comparison(comparison) => Err(beyond(&comparison.path)),
        })?;
        Ok(Search::Text(tree))
    }
}

fn is_comparing(text: &str) -> bool {
    let (words, _) = words(text);
    let compares = |word: &Word| word.is_comparing() && *word != Word::Sign(":");
    let is_quoted = |word: &Word| matches!(word, Word::Quoted(_));
    let tells = |pair: &[Word]| match pair {
        [word, quoted] if word.is_keyword("contains") => is_quoted(quoted),
        [quoted, word] if word.is_keyword("in") => is_quoted(quoted),
        _ => false,
    };
    words.iter().any(compares) || words.windows(2).any(tells) || outside_quotes(text).any(is_named)
}

/// `author:me`, not `12:30` or `https://…`.
fn is_named(piece: &str) -> bool {
    let Some((name, value)) = piece.trim_start_matches(['-', '(']).split_once(':') else { return false };
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
    let begins = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    // What is quoted behind the colon stands in another piece.
    begins && name.chars().all(is_name) && !value.starts_with(['/', '\\', ':'])
}

/// Whether there is more between the words than blanks and quotes.
fn is_joined(text: &str) -> bool {
    let is_minus = |piece: &str| piece.strip_prefix('-').is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    outside_quotes(text).any(|piece| matches!(piece, "AND" | "OR" | "NOT") || is_minus(piece))
}

/// Pieces between blanks that are not in double quotes.
fn outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').step_by(2).flat_map(str::split_whitespace)
}

/// Words, and what stands in double quotes.
fn phrases(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split('"').enumerate();
    parts.flat_map(|(place, part)| {
        let is_quoted = place % 2 == 1;
        let whole = is_quoted.then_some(part).filter(|part| !part.trim().is_empty());
        let words = (!is_quoted).then(|| part.split_whitespace()).into_iter().flatten();
        whole.into_iter().chain(words).map(str::to_owned)
    })
}
