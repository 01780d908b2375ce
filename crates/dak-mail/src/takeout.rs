//! Labels as Google Takeout writes them into an mbox file: names for people, in the field `X-Gmail-Labels`.
//!
//! What is read is marked `Opened` there, and what is in no place `Archived`; in a mailbox both are the absence of labels.
//! Labels are those of [`labels`](crate::labels), or names of the user's own.

#[cfg(test)]
mod tests;

use bytes::Bytes;

use crate::labels::{NOT_ARCHIVED, UNREAD, system};
use crate::mime::head::{Field, Fields};
use crate::mime::{encoded_word, header_text};

/// The field's name.
const LABELS: &str = "X-Gmail-Labels";
/// The field that Takeout puts before it: the number of the thread.
const THREAD: &str = "X-GM-THRID";

/// What Takeout calls labels of the system, the first where it has several names for one.
const NAMES: [(&str, &str); 17] = [
    ("Inbox", "INBOX"),
    ("Sent", "SENT"),
    ("Drafts", "DRAFT"),
    ("Draft", "DRAFT"),
    ("Spam", "SPAM"),
    ("Trash", "TRASH"),
    ("Unread", "UNREAD"),
    ("Starred", "STARRED"),
    ("Important", "IMPORTANT"),
    ("Chat", "CHAT"),
    ("Category Personal", "CATEGORY_PERSONAL"),
    ("Category Social", "CATEGORY_SOCIAL"),
    ("Category Promotions", "CATEGORY_PROMOTIONS"),
    ("Category Updates", "CATEGORY_UPDATES"),
    ("Category Forums", "CATEGORY_FORUMS"),
    ("Category Purchases", "CATEGORY_UPDATES"),
    ("Category Reservations", "CATEGORY_UPDATES"),
];
const OPENED: &str = "Opened";
const ARCHIVED: &str = "Archived";

/// A mail out of Takeout's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its labels.
    pub labels: Vec<String>,
    /// What it has in common with the other mails of its thread, if that is said.
    pub thread: Option<String>,
    /// The mail as it was before Takeout wrote into it.
    pub mail: Bytes,
}

/// Takes Takeout's fields off a mail; `None` for a mail that does not have them. Further fields of these names were in the
/// mail before, and stay.
pub fn open(mail: &[u8]) -> Option<Opened> {
    let (thread, labels) = fields(mail)?;
    let start = thread.as_ref().map_or(labels.range.start, |thread| thread.range.start);
    let [before, behind] = [mail.get(..start)?, mail.get(labels.range.end..)?];
    Some(Opened {
        labels: parse(&header_text::decoded(labels.value)),
        thread: thread.map(|thread| header_text::decoded(thread.value)).filter(|thread| !thread.is_empty()),
        mail: [before, behind].concat().into(),
    })
}

/// A mail with these labels, of this thread, as Takeout would write it.
pub fn close<T: AsRef<str>>(labels: &[T], thread: Option<&str>, mail: &[u8]) -> Vec<u8> {
    let first = mail.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    let end = if first.ends_with(b"\n") && !first.ends_with(b"\r\n") { "\n" } else { "\r\n" };
    let value = encoded_word::encode(&write(labels)).replace("\r\n", end);
    let thread = thread.map_or_else(String::new, |thread| format!("{THREAD}: {thread}{end}"));
    [format!("{thread}{LABELS}: {value}{end}").as_bytes(), mail].concat()
}

/// The labels in a field's value, which is unfolded and decoded.
pub fn parse(value: &str) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for name in names(value) {
        let is_absence = [OPENED, ARCHIVED].iter().any(|absence| absence.eq_ignore_ascii_case(&name));
        let label = label(&name).map_or(name, str::to_owned);
        if !is_absence && !label.is_empty() && !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}

/// The value of the field for a message with these labels; letters beyond ASCII stay as they are.
pub fn write<T: AsRef<str>>(labels: &[T]) -> String {
    let has = |wanted: &str| labels.iter().any(|label| label.as_ref() == wanted);
    let mut names: Vec<String> = Vec::new();
    if !NOT_ARCHIVED.iter().any(|place| has(place)) {
        names.push(ARCHIVED.to_owned());
    }
    names.extend(labels.iter().map(|label| quoted(name(label.as_ref()))));
    if !has(UNREAD) {
        names.push(OPENED.to_owned());
    }
    names.join(",")
}

/// The first field with labels, and the thread's if it stands right before.
fn fields(mail: &[u8]) -> Option<(Option<Field<'_>>, Field<'_>)> {
    let mut before: Option<Field<'_>> = None;
    for field in Fields::of(mail) {
        if field.is(LABELS) {
            let is_thread = |thread: &Field<'_>| thread.is(THREAD) && thread.range.end == field.range.start;
            return Some((before.filter(is_thread), field));
        }
        before = Some(field);
    }
    None
}

/// Names between commas; those with commas stand in quotes, and a quote in them is written twice.
fn names(value: &str) -> Vec<String> {
    let (mut names, mut name) = (Vec::new(), String::new());
    let mut letters = value.chars().peekable();
    let mut is_quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.next_if_eq(&'"').is_some() => name.push('"'),
            '"' if is_quoted || name.trim().is_empty() => is_quoted = !is_quoted,
            ',' if !is_quoted => names.push(std::mem::take(&mut name)),
            _ => name.push(letter),
        }
    }
    names.push(name);
    names.iter().map(|name| name.trim().to_owned()).collect()
}

fn quoted(name: &str) -> String {
    match name.contains([',', '"']) {
        true => format!("\"{}\"", name.replace('"', "\"\"")),
        false => name.to_owned(),
    }
}

fn label(name: &str) -> Option<&'static str> {
    let by_name = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, label)| *label);
    by_name.or_else(|| system(name).map(|label| label.id))
}

fn name(label: &str) -> &str {
    NAMES.iter().find(|(_, known)| *known == label).map_or(label, |(name, _)| name)
}
