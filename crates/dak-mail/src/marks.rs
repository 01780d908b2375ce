//! Marks that mail programs write into mbox files: what is read, flagged, or deleted (G71).
//!
//! `Status` and `X-Status` are those of mutt, Pine and UW IMAP, a letter for each mark; `X-Mozilla-Status` is Thunderbird's, a
//! number of bits.

#[cfg(test)]
mod tests;

use crate::labels::{STARRED, TRASH, UNREAD};
use crate::mime::head::Fields;

/// The letters that `Status` is made of. Other mail has a field of that name too, with words in it.
const LETTERS: &[u8] = b"ADNORU";
/// Thunderbird's bits: read, marked, and deleted but still in the file.
const BITS: [(u16, Mark); 3] = [(0x0001, Mark::Read), (0x0004, Mark::Flagged), (0x0008, Mark::Deleted)];

/// What a mail program remembers of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Read,
    Flagged,
    Deleted,
}

/// The labels that the marks in a mail stand for: `UNREAD` where a program says that it was not read. None for a mail without marks.
pub fn labels(mail: &[u8]) -> Vec<&'static str> {
    let marks: Vec<Vec<Mark>> =
        Fields::of(mail).filter_map(|field| marks(field.name, field.value.trim_ascii())).collect();
    let has = |mark: Mark| marks.iter().any(|marks| marks.contains(&mark));
    let is_unread = !marks.is_empty() && !has(Mark::Read);
    let labels = [(UNREAD, is_unread), (STARRED, has(Mark::Flagged)), (TRASH, has(Mark::Deleted))];
    labels.into_iter().filter_map(|(label, is_set)| is_set.then_some(label)).collect()
}

/// The marks in a field; `None` for one that is about others.
fn marks(name: &str, value: &[u8]) -> Option<Vec<Mark>> {
    let is_called = |wanted: &str| name.trim_end().eq_ignore_ascii_case(wanted);
    let has = |letter: u8| value.contains(&letter);
    if is_called("Status") && value.iter().all(|letter| LETTERS.contains(letter)) {
        return Some([Mark::Read].into_iter().filter(|_| has(b'R')).collect());
    }
    if is_called("X-Mozilla-Status") {
        let bits = u16::from_str_radix(str::from_utf8(value).ok()?, 16).ok()?;
        return Some(BITS.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, mark)| mark).collect());
    }
    let letters = [(b'F', Mark::Flagged), (b'D', Mark::Deleted)];
    is_called("X-Status")
        .then(|| letters.into_iter().filter(|(letter, _)| has(*letter)).map(|(_, mark)| mark).collect())
}
