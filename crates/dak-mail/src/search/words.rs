//! What counts as text to be searched.

use std::borrow::Cow;

/// A text in which what people search for by itself stands by itself: colons, underscores and dots become blanks, but not a
/// dot between two digits (`3.14`). So `example` is found in `amy@example.com`, `pdf` in `report_2024.pdf`, and a word behind a
/// colon is a word.
///
/// Both sides must pass through here before they are taken apart into words: what is indexed and what is searched for.
pub fn spaced(text: &str) -> Cow<'_, str> {
    if !text.contains(['.', ':', '_']) {
        return Cow::Borrowed(text);
    }
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = rest.next() {
        let is_decimal = c == '.' && before.is_numeric() && rest.peek().is_some_and(|after| after.is_numeric());
        out.push(if matches!(c, '.' | ':' | '_') && !is_decimal { ' ' } else { c });
        before = c;
    }
    Cow::Owned(out)
}

/// A text with single blanks, none at its ends; `None` if it has nothing to look for. Punctuation alone is nothing, but a
/// picture is something, although no word has it: alone it finds nothing.
pub(super) fn searchable(text: &str) -> Option<String> {
    let is_something = |c: char| c.is_alphanumeric() || !(c.is_ascii() || is_punctuation(c) || c.is_whitespace());
    text.chars().any(is_something).then(|| collapsed(text))
}

/// A text with single blanks, none at its ends.
pub(super) fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Two texts and a number, if a phrase is two texts that are near each other.
pub(super) fn near(phrase: &str) -> Option<(String, String, u32)> {
    let (first, rest) = phrase.split_once(" AROUND ")?;
    let (number, second) = rest.split_once(' ')?;
    Some((searchable(first)?, searchable(second)?, number.parse().ok()?))
}

/// General and CJK punctuation and the marks of the first pages.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}')
}
