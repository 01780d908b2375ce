//! As much of HTML as search, pictures and paths want to know. Nothing here judges or changes what was sent.

#[cfg(test)]
mod tests;

use dak_mail::mime::decoded_entity;

/// The most pictures that are told of one content.
const IMAGES_MAX: usize = 100;
/// Elements that may stand inside a word.
const INSIDE_WORDS: [&str; 16] =
    ["a", "b", "big", "code", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "u", "wbr"];
/// Elements whose text nobody reads.
const UNREAD: [&str; 2] = ["script", "style"];
/// The longest entity that is looked for.
const ENTITY_BYTES_MAX: usize = 34;

/// The words that a reader sees, without the markup.
pub(super) fn words(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag, after)) = next_tag(rest) {
        decode(before, &mut text);
        let name = name(tag).to_ascii_lowercase();
        rest = match UNREAD.contains(&name.as_str()) {
            true => behind_end(after, &name),
            false => after,
        };
        if !INSIDE_WORDS.contains(&name.trim_start_matches('/')) {
            text.push(' ');
        }
    }
    decode(rest, &mut text);
    text
}

/// The addresses of the pictures, each once, in their order.
pub(super) fn images(html: &str) -> Vec<String> {
    let mut images = Vec::new();
    let mut rest = html;
    while let Some((_, tag, after)) = next_tag(rest) {
        rest = after;
        if images.len() == IMAGES_MAX || !name(tag).eq_ignore_ascii_case("img") {
            continue;
        }
        let source = attribute(tag, "src").filter(|source| !source.is_empty() && !images.contains(source));
        images.extend(source);
    }
    images
}

/// What stands before the next tag, the tag without its brackets, what stands behind it.
fn next_tag(html: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let start = from + html.get(from..)?.find('<')?;
        let (before, tag) = (html.get(..start)?, html.get(start + 1..)?);
        if let Some(comment) = tag.strip_prefix("!--") {
            let (_, after) = comment.split_once("-->").unwrap_or((comment, ""));
            return Some((before, "!--", after));
        }
        // A bracket that opens no tag is text.
        if tag.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '!')) {
            let end = end_of_tag(tag);
            return Some((before, tag.get(..end)?, tag.get(end + 1..).unwrap_or_default()));
        }
        from = start + 1;
    }
}

/// Where a tag ends: a bracket within quotes does not end it.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') if tag.as_bytes().get(at.wrapping_sub(1)) == Some(&b'=') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

fn name(tag: &str) -> &str {
    let end = tag.find(|c: char| c.is_whitespace() || (c == '/' && !tag.starts_with('/'))).unwrap_or(tag.len());
    tag.get(..end).unwrap_or_default()
}

/// What stands behind the end of an element. Its name is in lower case.
fn behind_end<'a>(html: &'a str, name: &str) -> &'a str {
    let mut rest = html;
    while let Some(start) = rest.find("</") {
        let tag = rest.get(start + 2..).unwrap_or_default();
        if tag.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return tag.split_once('>').map_or("", |(_, after)| after);
        }
        rest = tag;
    }
    ""
}

fn attribute(tag: &str, wanted: &str) -> Option<String> {
    let mut rest = tag.get(name(tag).len()..)?;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).filter(|end| *end > 0)?;
        let (name, after) = rest.split_at_checked(end)?;
        let Some(value) = after.trim_start().strip_prefix('=') else {
            rest = after;
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.strip_prefix(['"', '\'']) {
            Some(quoted) => quoted.split_once(value.chars().next()?).unwrap_or((quoted, "")),
            None => value.split_once(char::is_whitespace).unwrap_or((value, "")),
        };
        if name.eq_ignore_ascii_case(wanted) {
            let mut decoded = String::new();
            decode(value.trim(), &mut decoded);
            return Some(decoded);
        }
        rest = after;
    }
}

/// Appends text with its entities read.
fn decode(html: &str, text: &mut String) {
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let name_end = after.bytes().take(ENTITY_BYTES_MAX).position(|byte| !is_in_entity(byte));
        let end = name_end.filter(|end| *end > 0 && after.as_bytes().get(*end) == Some(&b';'));
        let Some((name, behind)) = end.map(|end| after.split_at(end + 1)) else {
            text.push('&');
            rest = after;
            continue;
        };
        text.push_str(&decoded_entity(&format!("&{name}")));
        rest = behind;
    }
    text.push_str(rest);
}

fn is_in_entity(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'#'
}
