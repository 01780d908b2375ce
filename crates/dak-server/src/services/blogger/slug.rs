//! The paths of posts and pages, as Blogger makes them from titles.

#[cfg(test)]
mod tests;

use unicode_normalization::UnicodeNormalization as _;

use super::html;
use super::kind::Kind;
use crate::clock;

/// The longest that the words of a path get together.
const WORDS_CHARS_MAX: usize = 39;
/// Words that a path does without.
const LEFT_OUT: [&str; 3] = ["a", "an", "the"];
/// Latin letters that are not a plain one with an accent.
const SPELLED: [(char, &str); 9] =
    [('æ', "ae"), ('ð', "d"), ('ø', "o"), ('þ', "th"), ('ß', "ss"), ('đ', "d"), ('ı', "i"), ('ł', "l"), ('œ', "oe")];

/// What the path of a post or page is made of.
pub(super) struct Slug {
    /// Where it stands in the blog: `2026/11` for a post, `p` for a page.
    folder: String,
    words: String,
}

impl Slug {
    /// That of a post or page of this title, published at this time (ms). Without a title the content's first words are
    /// taken.
    pub(super) fn new(kind: Kind, title: &str, content: &str, published_ms: i64) -> Slug {
        let words = Some(title).filter(|title| !title.trim().is_empty()).map(words);
        let words = words.unwrap_or_else(|| self::words(&html::words(content)));
        let folder = match kind {
            Kind::Post => month(published_ms),
            Kind::Page => "p".to_owned(),
        };
        Slug { folder, words: if words.is_empty() { kind.nameless().to_owned() } else { words } }
    }

    /// The path. Of several with one title each `round` after the first gives another.
    pub(super) fn path(&self, round: usize) -> String {
        let number = if round == 0 { String::new() } else { format!("_{round}") };
        format!("/{}/{}{number}.html", self.folder, self.words)
    }
}

/// The words of ASCII letters and digits, in lower case, as many as have room; a first word that is too long is cut.
fn words(title: &str) -> String {
    let title = plain(title);
    let words = title.split(|c: char| !c.is_ascii_alphanumeric());
    let mut joined = String::new();
    for word in words.filter(|word| !word.is_empty() && !LEFT_OUT.contains(word)) {
        let hyphen = if joined.is_empty() { "" } else { "-" };
        if joined.len() + hyphen.len() + word.len() > WORDS_CHARS_MAX {
            if joined.is_empty() {
                joined.extend(word.chars().take(WORDS_CHARS_MAX));
            }
            break;
        }
        joined.push_str(hyphen);
        joined.push_str(word);
    }
    joined
}

/// A title in lower case, without apostrophes and accents.
fn plain(title: &str) -> String {
    let mut plain = String::with_capacity(title.len());
    for letter in title.to_lowercase().nfd().filter(|letter| !matches!(letter, '\'' | '’' | '\u{300}'..='\u{36f}')) {
        match SPELLED.iter().find(|(spelled, _)| *spelled == letter) {
            Some((_, letters)) => plain.push_str(letters),
            None => plain.push(letter),
        }
    }
    plain
}

/// `2026/11`, in UTC.
fn month(time_ms: i64) -> String {
    clock::moment(time_ms).strftime("%Y/%m").to_string()
}
