//! The beginning of a mail's text, as the Gmail API shows it.

use unicode_segmentation::UnicodeSegmentation;

/// How many letters a snippet has, escapes counted as what they are written with. Gmail's own, as measured.
const ESCAPED_CHARS_MAX: usize = 201;
/// How many bytes of text are enough to make a snippet from: four for each letter, and marks upon the last ones.
pub(crate) const TEXT_BYTES_MAX: usize = 2048;
/// A snippet may end behind one of these, and before a blank.
const BREAKS: [char; 4] = ['/', '+', '-', '.'];

/// The snippet of a text on one line: escaped, and cut at the last break that fits; within a word that is longer than
/// all of it, but never within what a reader takes for one letter.
pub(crate) fn of(text: &str) -> String {
    let mut snippet = String::new();
    let (mut length, mut break_at) = (0, None);
    for cluster in text.graphemes(true) {
        if cluster == " " {
            break_at = Some(snippet.len());
        }
        let added = cluster.chars().map(|letter| escape(letter).map_or(1, str::len)).sum::<usize>();
        length += added;
        if length > ESCAPED_CHARS_MAX {
            snippet.truncate(break_at.unwrap_or(snippet.len()));
            break;
        }
        cluster.chars().for_each(|letter| push(&mut snippet, letter));
        if cluster.ends_with(BREAKS) {
            break_at = Some(snippet.len());
        }
    }
    snippet
}

fn push(snippet: &mut String, letter: char) {
    match escape(letter) {
        Some(escaped) => snippet.push_str(escaped),
        None => snippet.push(letter),
    }
}

fn escape(letter: char) -> Option<&'static str> {
    match letter {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        _ => None,
    }
}
