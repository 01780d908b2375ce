//! The text of one record as words in their places, and whether something stands there.

use super::tokens;
use crate::{Pattern, TextFilter};

/// An entry of a record's text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TextField {
    /// The field that the entry belongs to: a short word. Entries without a name are in the field whose name is empty,
    /// which is the only one that filters without a field look at.
    pub name: String,
    /// The entry's text. No phrase reaches from one entry into another.
    pub text: String,
}

impl TextField {
    /// An entry of this field.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> TextField {
        TextField { name: name.into(), text: text.into() }
    }

    /// An entry without a name.
    pub fn unnamed(text: impl Into<String>) -> TextField {
        TextField::new("", text)
    }
}

/// A record's text as words in their places: what engines index, and the one rule of what a text filter finds.
///
/// The entries of one field are next to each other. Between two of them is one place without a word, so that phrases end
/// there; what is [near](Pattern::Near) may reach across, and the place counts as a word between.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Words {
    /// In the order of their names.
    pub(crate) fields: Vec<Field>,
}

/// The words of one field; the empty one is a place without a word.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) words: Vec<String>,
}

impl Words {
    /// The words of these entries, which stay in their order within each field.
    pub fn new(entries: &[TextField]) -> Words {
        let mut words = Words::default();
        for entry in entries {
            words.field(&entry.name).add(tokens(&entry.text));
        }
        words
    }

    /// Whether this stands in the text.
    pub fn has(&self, filter: &TextFilter) -> bool {
        self.fields
            .iter()
            .find(|field| field.name == filter.field)
            .is_some_and(|field| Sought::new(&filter.pattern).stands_in(&field.words))
    }

    fn field(&mut self, name: &str) -> &mut Field {
        let position = match self.fields.binary_search_by(|field| field.name.as_str().cmp(name)) {
            Ok(position) => position,
            Err(position) => {
                self.fields.insert(position, Field { name: name.to_owned(), words: Vec::new() });
                position
            }
        };
        &mut self.fields[position]
    }
}

impl Field {
    fn add(&mut self, entry: Vec<String>) {
        if self.words.is_empty() {
            self.words = entry;
        } else if !entry.is_empty() {
            self.words.push(String::new());
            self.words.extend(entry);
        }
    }
}

/// What a pattern looks for, as tokens. A phrase without any stands nowhere.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Sought {
    Near { one: Vec<String>, other: Vec<String>, words_max: usize },
    Phrase { words: Vec<String>, is_open: bool },
}

impl Sought {
    /// What this pattern looks for.
    pub(crate) fn new(pattern: &Pattern) -> Sought {
        match pattern {
            Pattern::Near { one, other, words_max } => Sought::Near {
                one: tokens(one),
                other: tokens(other),
                words_max: usize::try_from(*words_max).unwrap_or(usize::MAX),
            },
            Pattern::Phrase(text) => Sought::Phrase { words: tokens(text), is_open: false },
            Pattern::Prefix(text) => Sought::Phrase { words: tokens(text), is_open: true },
        }
    }

    fn stands_in(&self, text: &[String]) -> bool {
        match self {
            Sought::Near { one, other, words_max } => {
                let others: Vec<usize> = places(text, other, false).collect();
                places(text, one, false).any(|place| {
                    let (before, after) = others.split_at(others.partition_point(|other| *other < place));
                    let is_near = |from: usize, to: usize| to.saturating_sub(from) <= *words_max;
                    before.last().is_some_and(|before| is_near(before + other.len(), place))
                        || after.first().is_some_and(|after| is_near(place + one.len(), *after))
                })
            }
            Sought::Phrase { words, is_open } => places(text, words, *is_open).next().is_some(),
        }
    }
}

/// Where a phrase stands.
fn places<'t>(text: &'t [String], phrase: &'t [String], is_open: bool) -> impl Iterator<Item = usize> + 't {
    let stands = move |window: &[String]| match (window.split_last(), phrase.split_last()) {
        (Some((end, before)), Some((last, first))) => {
            before == first && (end == last || (is_open && end.starts_with(last.as_str())))
        }
        _ => false,
    };
    let windows = text.windows(phrase.len().max(1)).enumerate();
    windows.filter(move |(_, window)| stands(window)).map(|(place, _)| place)
}

#[cfg(test)]
mod tests;
