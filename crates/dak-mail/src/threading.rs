//! Which conversation a message belongs to.
//!
//! A message joins when it names one of the conversation's messages in `References` or `In-Reply-To` and its subject is
//! the same but for prefixes. Google demands the same of a `threadId` in a request: without both, a new conversation
//! begins.

#[cfg(test)]
mod tests;

use unicode_normalization::UnicodeNormalization;

/// A conversation of so many messages takes no further mail; what comes in begins a new one (Google's help pages). What a
/// request puts into it by its id is not stopped.
pub const THREAD_MESSAGES_MAX: usize = 100;

/// What mail programs put before the subject of a reply or of what they pass on, in lower case and without the colon.
const PREFIXES: [&str; 33] = [
    "re",
    "r",
    "fw",
    "fwd",
    "aw",
    "antw",
    "antwort",
    "wg",
    "sv",
    "vs",
    "vb",
    "vl",
    "tr",
    "réf",
    "ref",
    "rv",
    "rif",
    "res",
    "enc",
    "odp",
    "pd",
    "ynt",
    "ilt",
    "απ",
    "πρθ",
    "отв",
    "ответ",
    "回复",
    "回覆",
    "答复",
    "转发",
    "轉寄",
    "返信",
];

/// A message of the mailbox that another may be an answer to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Known<'a> {
    /// The conversation it is in.
    pub thread_id: &'a str,
    /// How many messages that conversation has.
    pub thread_messages: usize,
    /// Its Message-ID, without angle brackets.
    pub message_id: &'a str,
    /// Its subject as [`normalised_subject`] gives it.
    pub subject: &'a str,
}

/// The conversation an incoming message joins, if any: that of the nearest message it names which has the same subject.
///
/// `references` are Message-IDs as in the header, the nearest last; `subject` is normalised; `known` are the messages of
/// the mailbox that `references` name, in any order.
pub fn joined<'a>(references: &[String], subject: &str, known: &[Known<'a>]) -> Option<&'a str> {
    let fits = |known: &&Known| known.subject == subject && known.thread_messages < THREAD_MESSAGES_MAX;
    let mut nearest = references.iter().rev();
    nearest.find_map(|id| known.iter().filter(fits).find(|known| known.message_id == id).map(|known| known.thread_id))
}

/// Whether a message whose request names this conversation joins it. `known` as for [`joined`].
pub fn may_join(thread_id: &str, references: &[String], subject: &str, known: &[Known]) -> bool {
    known.iter().any(|known| {
        known.thread_id == thread_id && known.subject == subject && references.iter().any(|id| id == known.message_id)
    })
}

/// A subject without what answering and forwarding change: prefixes in many languages (`Re:`, `Fwd:`, `AW[2]:`), the tags
/// of lists (`[announce]`) as long as something is left, `(fwd)` at the end, case, and blanks. After the base subject of
/// RFC 5256 2.1, which knows the English prefixes only.
pub fn normalised_subject(subject: &str) -> String {
    let lower: String = subject.nfc().flat_map(char::to_lowercase).collect();
    let composed: String = lower.nfc().collect();
    let words: Vec<&str> = composed.split_whitespace().collect();
    base(&words.join(" ")).to_owned()
}

fn base(subject: &str) -> &str {
    let mut rest = subject;
    loop {
        let next = without_leader(without_trailer(rest));
        if next.len() == rest.len() {
            return rest;
        }
        rest = next;
    }
}

fn without_trailer(subject: &str) -> &str {
    subject.strip_suffix("(fwd)").unwrap_or(subject).trim_end()
}

/// Without one prefix, or without one tag that is not all there is.
fn without_leader(subject: &str) -> &str {
    if let Some(rest) = after_prefix(subject) {
        return rest;
    }
    match after_tag(subject) {
        Some(rest) if !rest.is_empty() => rest,
        _ => subject,
    }
}

/// What follows `re:`, `re :`, `re[2]:` or `re(2):`.
fn after_prefix(subject: &str) -> Option<&str> {
    let end = subject.find(|c: char| !c.is_alphabetic()).filter(|end| PREFIXES.contains(&&subject[..*end]))?;
    let rest = subject[end..].trim_start();
    let rest = after_tag(rest).or_else(|| after_count(rest)).unwrap_or(rest);
    Some(rest.strip_prefix([':', '：'])?.trim_start())
}

fn after_tag(subject: &str) -> Option<&str> {
    let (tag, rest) = subject.strip_prefix('[')?.split_once(']')?;
    (!tag.contains('[')).then(|| rest.trim_start())
}

fn after_count(subject: &str) -> Option<&str> {
    let (count, rest) = subject.strip_prefix('(')?.split_once(')')?;
    count.bytes().all(|byte| byte.is_ascii_digit()).then(|| rest.trim_start())
}
