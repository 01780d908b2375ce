//! `filter` of lists (AIP-160), as far as it asks what members are: `state = "OPEN" AND size.pages != 3`.

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::fields::Shape;
use crate::update_mask;

/// The longest filter, in bytes.
pub const FILTER_BYTES_MAX: usize = 8192;
/// How deep parentheses may stand.
const DEPTH_MAX: usize = 20;

/// What the items of a list must be: all of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    path: Vec<String>,
    value: String,
    is_negated: bool,
}

/// Why a filter is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// There is no such member. A name with underscores is also known in camel case.
    Unknown(String),
    /// It is more than members, `=`, `!=` and `AND`, or no filter at all: what stands there.
    Beyond(String),
}

impl Filter {
    /// Reads a filter. Without one everything fits.
    ///
    /// # Errors
    /// The first thing in it that is not understood.
    pub fn parse<S: Shape>(text: &str, shape: &S) -> Result<Filter, Misfit> {
        let beyond = |text: &str| Misfit::Beyond(text.chars().take(100).collect());
        if text.len() > FILTER_BYTES_MAX {
            return Err(beyond(text));
        }
        let mut reader = Reader { words: words(text).ok_or_else(|| beyond(text))?, place: 0, terms: Vec::new() };
        if !reader.words.is_empty() {
            reader.all(0).ok_or_else(|| beyond(reader.here()))?;
            if reader.place < reader.words.len() {
                return Err(beyond(reader.here()));
            }
        }
        let known = |(path, value, is_negated): (String, String, bool)| {
            let path = update_mask::resolve(&path, shape).ok_or(Misfit::Unknown(path))?;
            Ok(Term { path, value, is_negated })
        };
        let terms = reader.terms.into_iter().map(known).collect::<Result<_, _>>()?;
        Ok(Filter { terms })
    }

    /// Whether everything fits.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether an item fits. A member that is not there is like an empty text, 0 or false.
    pub fn fits(&self, item: &Value) -> bool {
        self.terms.iter().all(|term| term.is_so(item) != term.is_negated)
    }
}

impl Term {
    fn is_so(&self, item: &Value) -> bool {
        match self.path.iter().try_fold(item, |value, name| value.get(name)) {
            Some(Value::String(text)) => *text == self.value,
            Some(Value::Bool(flag)) => self.value == if *flag { "true" } else { "false" },
            Some(Value::Number(number)) => number.to_string() == self.value,
            Some(Value::Array(elements)) => elements.iter().any(|element| element.as_str() == Some(&self.value)),
            Some(Value::Object(_)) => false,
            Some(Value::Null) | None => matches!(self.value.as_str(), "" | "0" | "false" | "null"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Plain(String),
    Quoted(String),
    Sign(&'static str),
}

impl Word {
    fn text(&self) -> &str {
        match self {
            Word::Plain(text) | Word::Quoted(text) => text,
            Word::Sign(sign) => sign,
        }
    }
}

/// `None` for a quote that does not end.
fn words(text: &str) -> Option<Vec<Word>> {
    const SIGNS: [&str; 8] = ["!=", "<=", ">=", "=", "<", ">", "(", ")"];
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let after = if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            words.push(Word::Sign(sign));
            rest.get(sign.len()..)?
        } else if matches!(first, '"' | '\'') {
            let (quoted, after) = rest.get(1..)?.split_once(first)?;
            words.push(Word::Quoted(quoted.to_owned()));
            after
        } else {
            let ends = |letter: char| letter.is_whitespace() || "!=<>()\"'".contains(letter);
            let end = rest.find(ends).unwrap_or(rest.len()).max(first.len_utf8());
            words.push(Word::Plain(rest.get(..end)?.to_owned()));
            rest.get(end..)?
        };
        rest = after.trim_start();
    }
    Some(words)
}

struct Reader {
    words: Vec<Word>,
    place: usize,
    /// Path, value, and whether the member must be another.
    terms: Vec<(String, String, bool)>,
}

impl Reader {
    /// What is not understood; at the end the last word.
    fn here(&self) -> &str {
        self.words.get(self.place).or(self.words.last()).map_or("", Word::text)
    }

    /// Terms with `AND` between them, or in parentheses.
    fn all(&mut self, depth: usize) -> Option<()> {
        loop {
            if self.takes(&Word::Sign("(")) {
                (depth < DEPTH_MAX).then_some(())?;
                self.all(depth + 1)?;
                self.takes(&Word::Sign(")")).then_some(())?;
            } else {
                self.term()?;
            }
            if !self.takes(&Word::Plain("AND".to_owned())) {
                return Some(());
            }
        }
    }

    fn term(&mut self) -> Option<()> {
        let Some([Word::Plain(path), Word::Sign(sign), value]) =
            self.words.get(self.place..self.place.saturating_add(3))
        else {
            return None;
        };
        let is_negated = match *sign {
            "=" => false,
            "!=" => true,
            _ => return None,
        };
        if let Word::Sign(_) = value {
            return None;
        }
        self.terms.push((path.clone(), value.text().to_owned(), is_negated));
        self.place += 3;
        Some(())
    }

    fn takes(&mut self, word: &Word) -> bool {
        let is_there = self.words.get(self.place) == Some(word);
        self.place += usize::from(is_there);
        is_there
    }
}
