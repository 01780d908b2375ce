//! Request items in HTTPie's grammar: `k=v`, `k:=json`, `k==v`, `H:v`, `H:`, `H;`, `f@file`, `@file`.
//!
//! The separator is the one that begins first; of those that begin there, the longest. A backslash in the name
//! keeps the character behind it from being a separator; what follows the separator is taken as it stands, save
//! that `k=\@x` is the text `@x`.

use crate::error::Error;

/// One item, told apart but not yet carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// `H:v`, `H:@file`: a header.
    Header(String, Source),
    /// `H:`: the header is not sent, not even its default.
    HeaderUnset(String),
    /// `H;`: the header is sent empty.
    HeaderEmpty(String),
    /// `k==v`, `k==@file`: a query parameter.
    Query(String, Source),
    /// `k=v`, `k=@file`: a string in the JSON body, or a form field.
    Text(Name, Source),
    /// `k:=json`, `k:=@file`: any JSON value in the body.
    Json(Name, Source),
    /// `k@file`: a file in a multipart form.
    Upload(String, String),
    /// `@file`: the whole body.
    Body(String),
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The command line itself.
    Text(String),
    /// A file of this path.
    File(String),
}

/// The name of a body field, as typed; `nested` reads the path in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// With its backslashes.
    raw: String,
}

impl Name {
    /// The name with its backslashes, for `nested::Path`.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// The name with its escapes undone, brackets and all: what a form field is called.
    pub(crate) fn plain(&self) -> String {
        unescape(&self.raw)
    }
}

/// The separators, of those that begin alike the longest first.
const SEPARATORS: [&str; 8] = [":=@", ":@", ":=", "==@", "==", "=@", "=", ":"];

/// What a backslash can keep from being special.
const SPECIAL: &str = "\\:=;@[]";

impl Item {
    /// Reads one word of the command line.
    pub(crate) fn parse(word: &str) -> Result<Item, Error> {
        let Some((name, separator, value)) = split(word) else {
            return Err(without_separator(word));
        };
        if name.is_empty() && separator != "@" {
            return Err(Error::usage(format!(
                "the item \"{word}\" has no name before \"{separator}\"; write name{word}"
            )));
        }
        item(name, separator, value).ok_or_else(|| {
            Error::usage(format!("the item \"{word}\" names no file after \"@\"; write the file's path behind it"))
        })
    }
}

/// Puts the three pieces together; `None` when a file is meant and none is named.
fn item(name: &str, separator: &str, value: &str) -> Option<Item> {
    let plain = unescape(name);
    let field = Name { raw: name.to_owned() };
    if separator.ends_with('@') && value.is_empty() {
        return None;
    }
    let source = if separator.ends_with('@') {
        Source::File(value.to_owned())
    } else {
        Source::Text(unmarked(value).to_owned())
    };
    Some(match separator {
        ";" => Item::HeaderEmpty(plain),
        ":" if value.is_empty() => Item::HeaderUnset(plain),
        ":" | ":@" => Item::Header(plain, source),
        "==" | "==@" => Item::Query(plain, source),
        "=" | "=@" => Item::Text(field, source),
        ":=" | ":=@" => Item::Json(field, source),
        _ if name.is_empty() => Item::Body(value.to_owned()),
        _ => Item::Upload(plain, value.to_owned()),
    })
}

/// A value whose first `@` was kept from naming a file by a backslash.
fn unmarked(value: &str) -> &str {
    match value.strip_prefix('\\') {
        Some(rest) if rest.starts_with('@') => rest,
        _ => value,
    }
}

/// Name, separator, value.
fn split(word: &str) -> Option<(&str, &'static str, &str)> {
    let mut escaped = false;
    for (at, letter) in word.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        escaped = letter == '\\';
        if let Some(separator) = separator_at(&word[at..]) {
            return Some((&word[..at], separator, &word[at + separator.len()..]));
        }
    }
    None
}

fn separator_at(rest: &str) -> Option<&'static str> {
    if rest == ";" {
        return Some(";");
    }
    if rest.starts_with('@') {
        return Some("@");
    }
    SEPARATORS.into_iter().find(|separator| rest.starts_with(separator))
}

/// Takes the backslash from before every special character; any other backslash is itself.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.peek() {
            Some(&next) if letter == '\\' && SPECIAL.contains(next) => {
                out.push(next);
                letters.next();
            }
            _ => out.push(letter),
        }
    }
    out
}

fn without_separator(word: &str) -> Error {
    if word.starts_with("http://") || word.starts_with("https://") || word.starts_with('/') {
        return Error::usage(format!(
            "the word \"{word}\" stands where an item should; give one URL, and items after it"
        ));
    }
    Error::usage(format!(
        "the item \"{word}\" has no separator; write {word}=text, {word}:=json, {word}==query or {word}:header"
    ))
}

#[cfg(test)]
mod tests;
