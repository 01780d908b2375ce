//! A filter as a row of words and signs.

/// A word or a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Plain(String),
    Quoted(String),
    Sign(&'static str),
}

/// The signs, the longer before those they begin with.
const SIGNS: [&str; 10] = ["!=", "<=", ">=", "=", "<", ">", ":", "(", ")", "-"];

impl Word {
    pub(super) fn text(&self) -> &str {
        match self {
            Word::Plain(text) | Word::Quoted(text) => text,
            Word::Sign(sign) => sign,
        }
    }

    /// Whether it stands between a member and a value.
    pub(super) fn is_comparing(&self) -> bool {
        matches!(self, Word::Sign(sign) if !matches!(*sign, "(" | ")" | "-"))
    }

    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self, Word::Plain(text) if text.eq_ignore_ascii_case(keyword))
    }
}

/// The words of a text, and whether all of it is words: a quote that does not end is none.
pub(super) fn words(text: &str) -> (Vec<Word>, bool) {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        // A value may have signs in it, as times have.
        let is_value = words.last().is_some_and(Word::is_comparing);
        let Some((word, after)) = first(rest, is_value) else { return (words, false) };
        words.push(word);
        rest = after.trim_start();
    }
    (words, true)
}

fn first(text: &str, is_value: bool) -> Option<(Word, &str)> {
    if let Some(sign) = SIGNS.iter().find(|sign| text.starts_with(**sign))
        && !(is_value && *sign == "-")
    {
        return Some((Word::Sign(sign), text.get(sign.len()..)?));
    }
    if let Some(quote) = text.chars().next().filter(|letter| matches!(letter, '"' | '\'')) {
        return quoted(text.get(1..)?, quote);
    }
    let ends = |letter: char| {
        let is_sign = !is_value && "!=<>:".contains(letter);
        letter.is_whitespace() || "()\"'".contains(letter) || is_sign
    };
    let (first, behind) = text.split_at_checked(text.chars().next()?.len_utf8())?;
    let end = behind.find(ends).unwrap_or(behind.len());
    let (others, after) = behind.split_at_checked(end)?;
    Some((Word::Plain(format!("{first}{others}")), after))
}

/// A backslash takes the meaning off what follows.
fn quoted(text: &str, quote: char) -> Option<(Word, &str)> {
    let mut content = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => content.push(letters.next()?),
            _ if letter == quote => return Some((Word::Quoted(content), letters.as_str())),
            _ => content.push(letter),
        }
    }
    None
}
