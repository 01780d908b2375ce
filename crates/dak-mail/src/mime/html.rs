//! HTML as text: what a reader would see, for snippets and the search.

use mail_parser::decoders::html::add_html_token;
use memchr::{memchr, memmem};

use super::plain::Text;

/// Elements that begin on a line of their own, or end one.
const BLOCKS: [&str; 46] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];
/// Elements of which nothing is shown.
const HIDDEN: [&str; 5] = ["noscript", "script", "style", "template", "title"];
/// No entity's name is longer.
const ENTITY_BYTES_MAX: usize = 34;

/// How the text of a picture stands beside the letters around it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Pictures {
    /// As if it were written there, which is what snippets show.
    Joined,
    /// By itself, so that both are words.
    Apart,
}

/// Adds what `html` shows to `text`, until that is full: entities decoded, the text of pictures in their place, a blank
/// where a block begins or ends.
pub(crate) fn read(html: &str, pictures: Pictures, text: &mut Text) {
    let mut rest = html;
    while !rest.is_empty() && !text.is_full() {
        rest = match rest.as_bytes() {
            [b'<', b'!' | b'?' | b'/' | b'a'..=b'z' | b'A'..=b'Z', ..] => tag(rest, pictures, text),
            [b'&', ..] => entity(rest, text),
            _ => letters(rest, text),
        };
    }
}

/// Adds the letters before the next tag or entity; gives what is behind them.
fn letters<'a>(html: &'a str, text: &mut Text) -> &'a str {
    let mut letters = html.char_indices();
    let first = letters.next().map_or(0, |(_, letter)| letter.len_utf8());
    let length = html.get(first..).and_then(|rest| memchr::memchr2(b'<', b'&', rest.as_bytes()));
    let (plain, rest) = html.split_at(length.map_or(html.len(), |length| first + length));
    text.push_str(plain);
    rest
}

/// Adds the letter that `html`, which starts with `&`, begins with; gives what is behind it.
fn entity<'a>(html: &'a str, text: &mut Text) -> &'a str {
    let near = html.as_bytes().iter().take(ENTITY_BYTES_MAX);
    let name_end = near.skip(1).position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#').map(|index| index + 1);
    let end = name_end.filter(|end| html.as_bytes().get(*end) == Some(&b';')).map_or(1, |end| end + 1);
    let (token, rest) = html.split_at(end);
    text.push_str(&decoded_entity(token));
    rest
}

/// The letter that an entity of HTML stands for, from its `&` to its `;`. What is none stays as it is.
#[must_use]
pub fn decoded_entity(entity: &str) -> String {
    let mut decoded = String::new();
    add_html_token(&mut decoded, entity.as_bytes(), false);
    decoded
}

/// Passes over a tag, a comment or a hidden element; adds the blank or the text it stands for.
fn tag<'a>(html: &'a str, pictures: Pictures, text: &mut Text) -> &'a str {
    if let Some(comment) = html.strip_prefix("<!--") {
        return behind(comment, "-->");
    }
    let end = tag_end(html);
    let (tag, rest) = html.split_at(end);
    let name = name(tag);
    if BLOCKS.contains(&name.as_str()) {
        text.push_blank();
    } else if name == "img" {
        picture(&alternative(tag), pictures, text);
    } else if HIDDEN.contains(&name.as_str()) && !tag.starts_with("</") && !tag.ends_with("/>") {
        return behind_hidden(rest, &name);
    }
    rest
}

fn picture(alternative: &str, pictures: Pictures, text: &mut Text) {
    if pictures == Pictures::Joined || alternative.is_empty() {
        return text.push_str(alternative);
    }
    text.push_blank();
    text.push_str(alternative);
    text.push_blank();
}

/// The end of the tag that `html` begins with; a `>` within quotes is none.
fn tag_end(html: &str) -> usize {
    let mut quote = None;
    let mut before = b' ';
    let end = html.bytes().position(|byte| {
        match quote {
            Some(open) if open == byte => quote = None,
            // A quote that does not begin a value is a letter of a broken tag.
            None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
        byte == b'>' && quote.is_none()
    });
    end.map_or(html.len(), |end| end + 1)
}

fn name(tag: &str) -> String {
    let tag = tag.trim_start_matches(['<', '/']);
    let end = tag.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(tag.len());
    tag.get(..end).unwrap_or_default().to_ascii_lowercase()
}

/// The text that stands for a picture.
fn alternative(tag: &str) -> String {
    let mut decoded = Text::new(tag.len());
    let mut rest = tag.trim_start_matches(|letter: char| !letter.is_ascii_whitespace());
    while let Some((name, value, behind)) = attribute(rest) {
        if name.eq_ignore_ascii_case("alt") {
            entities(value, &mut decoded);
            break;
        }
        rest = behind;
    }
    decoded.finish()
}

/// The attribute that `text` begins with: its name, its value, and what is behind them.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let text = text.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
    let is_end = |letter: char| letter.is_ascii_whitespace() || matches!(letter, '=' | '/' | '>');
    let (name, behind) = text.split_at(text.find(is_end).unwrap_or(text.len()));
    let Some(value) = behind.trim_start().strip_prefix('=').map(str::trim_start) else {
        return (!name.is_empty()).then_some((name, "", behind));
    };
    let quote = value.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    let (value, behind) = match quote {
        Some(quote) => value.get(1..)?.split_once(quote)?,
        None => value.split_at(value.find(|letter: char| letter.is_ascii_whitespace() || letter == '>')?),
    };
    Some((name, value, behind))
}

/// Adds text in which a `<` begins no tag.
fn entities(value: &str, text: &mut Text) {
    let mut rest = value;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        let (plain, token) = rest.split_at(at);
        text.push_str(plain);
        rest = entity(token, text);
    }
    text.push_str(rest);
}

/// What is behind the first `end` in `html`: nothing if there is none.
fn behind<'a>(html: &'a str, end: &str) -> &'a str {
    html.split_once(end).map_or("", |(_, rest)| rest)
}

/// What is behind the element `name`, whose beginning was read.
fn behind_hidden<'a>(html: &'a str, name: &str) -> &'a str {
    let ends = memmem::find_iter(html.as_bytes(), "</");
    let end = ends.map(|start| start + 2).find(|start| {
        let found = html.as_bytes().get(*start..start + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    });
    end.and_then(|end| html.get(end..)).map_or("", |rest| behind(rest, ">"))
}
