//! Values with parameters: Content-Type and Content-Disposition (RFC 2045 5.1, RFC 2183), with RFC 2231.

use std::borrow::Cow;

use super::{charset, encoded_word, header_text};

/// How many parameters are read of a field, the sections of RFC 2231 among them.
const PARAMETERS_MAX: usize = 500;

/// A value and its parameters, as they stand.
#[derive(Debug, Default)]
pub(crate) struct Structured {
    /// In lower case, without comments.
    pub(crate) value: String,
    parameters: Vec<Parameter>,
}

#[derive(Debug)]
struct Parameter {
    /// In lower case, with what RFC 2231 adds to it.
    name: String,
    value: String,
    is_quoted: bool,
}

impl Structured {
    /// The value without parameters.
    pub(crate) fn of(value: &str) -> Structured {
        Structured { value: value.into(), parameters: Vec::new() }
    }

    /// Reads the value of a field. What has no form of a parameter is passed over.
    pub(crate) fn parse(value: &[u8]) -> Structured {
        let text = header_text::unfolded(value);
        let mut segments = segments(&text).into_iter();
        let first = without_comments(segments.next().unwrap_or_default());
        // Some senders leave the first semicolon out.
        let (value, forgotten) = first.trim().split_once(char::is_whitespace).unwrap_or((first.trim(), ""));
        let parameters = std::iter::once(forgotten).chain(segments).filter_map(Parameter::parse);
        Structured { value: value.to_ascii_lowercase(), parameters: parameters.take(PARAMETERS_MAX).collect() }
    }

    /// The parameter of this name, decoded: as RFC 2231 has it if it is there in that form, else with encoded words.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.extended(name).or_else(|| self.joined(name)).or_else(|| {
            let plain = self.named(name)?;
            Some(encoded_word::decode(&plain.value).into_owned())
        })
    }

    /// The parameter of this name as it stands, or in the form of RFC 2231, in quotes too: without its boundary or its
    /// charset a part cannot be read.
    pub(crate) fn needed(&self, name: &str) -> Option<String> {
        let plain = self.named(name).map(|parameter| parameter.value.clone());
        plain.or_else(|| Some(extended(&self.named(&format!("{name}*"))?.value))).or_else(|| self.joined(name))
    }

    fn named(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// `name*=charset'language'value`. In quotes it means nothing (RFC 2231 7), and Gmail gives it no meaning.
    fn extended(&self, name: &str) -> Option<String> {
        let parameter = self.named(&format!("{name}*")).filter(|parameter| !parameter.is_quoted)?;
        Some(extended(&parameter.value))
    }

    /// `name*0=…; name*1*=…`: the sections in the order of their numbers, as far as there are no gaps.
    fn joined(&self, name: &str) -> Option<String> {
        let mut charset = None;
        let mut bytes = Vec::new();
        let mut count = 0;
        while let Some(section) = self.section(name, count) {
            let value = if count == 0 && section.is_extended() {
                let (declared, value) = charset_and_value(&section.value);
                charset = declared;
                value
            } else {
                &section.value
            };
            if section.is_extended() {
                bytes.extend(percent_decoded(value));
            } else {
                bytes.extend_from_slice(value.as_bytes());
            }
            count += 1;
        }
        (count > 0).then(|| charset::to_utf8(charset, bytes.into()).into_owned())
    }

    fn section(&self, name: &str, number: usize) -> Option<&Parameter> {
        let plain = format!("{name}*{number}");
        let extended = format!("{plain}*");
        let is_section =
            |parameter: &&Parameter| parameter.name == plain || (parameter.name == extended && !parameter.is_quoted);
        self.parameters.iter().find(is_section)
    }
}

impl Parameter {
    fn parse(segment: &str) -> Option<Parameter> {
        let (name, value) = segment.split_once('=')?;
        let name = without_comments(name).trim().to_ascii_lowercase();
        let value = value.trim();
        let is_quoted = value.starts_with('"');
        let value = if is_quoted { unquoted(value) } else { without_comments(value).trim().to_owned() };
        Some(Parameter { name, value, is_quoted }).filter(|parameter| !parameter.name.is_empty())
    }

    fn is_extended(&self) -> bool {
        self.name.ends_with('*')
    }
}

/// The text cut at semicolons, those in quotes aside.
fn segments(text: &str) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let is_end = |letter: char| {
        let is_end = letter == ';' && !is_quoted;
        is_quoted ^= letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && is_quoted && !is_escaped;
        is_end
    };
    text.split(is_end).collect()
}

/// The text without what stands in parentheses outside of quotes.
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains('(') || text.contains('"') {
        return text.into();
    }
    let mut depth = 0_usize;
    let mut is_outside = |letter: char| {
        depth += usize::from(letter == '(');
        let is_outside = depth == 0;
        depth = depth.saturating_sub(usize::from(letter == ')'));
        is_outside
    };
    text.chars().filter(|letter| is_outside(*letter)).collect()
}

/// What the quotes hold. Only quotes and backslashes are escaped: others send paths as they are.
fn unquoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars().skip(1).peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => text.push(letters.next_if(|next| matches!(next, '"' | '\\')).unwrap_or('\\')),
            _ => text.push(letter),
        }
    }
    text
}

fn extended(value: &str) -> String {
    let (charset, value) = charset_and_value(value);
    charset::to_utf8(charset, percent_decoded(value).into()).into_owned()
}

/// Cuts `charset'language'value`; all of it is the value if the quotes lack.
fn charset_and_value(text: &str) -> (Option<&str>, &str) {
    let mut pieces = text.splitn(3, '\'');
    match (pieces.next(), pieces.next(), pieces.next()) {
        (Some(charset), Some(_), Some(value)) => (Some(charset), value),
        _ => (None, text),
    }
}

fn percent_decoded(text: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(text).collect()
}
