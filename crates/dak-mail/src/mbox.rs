//! Mailboxes as one file, in the form `mboxrd`: a line `From …` before each mail, an empty one behind it, and a `>`
//! before each line that could be taken for the first.
//!
//! ```
//! use dak_mail::mbox::{Splitter, write};
//!
//! let mut file = Vec::new();
//! write(b"Subject: a\n\nFrom here on\n", "me@example.com", 0, &mut file);
//! assert!(file.starts_with(b"From me@example.com Thu Jan  1 00:00:00 1970\nSubject: a\n\n>From here"));
//! let mut splitter = Splitter::new(1 << 20);
//! let mut mails = splitter.push(&file);
//! mails.extend(splitter.finish());
//! assert_eq!(mails[0].raw.as_deref(), Some(&b"Subject: a\n\nFrom here on\n"[..]));
//! ```

#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::{Timestamp, Zoned};
use memchr::memchr;

use crate::mime::head::Fields;

/// A line that is longer begins no mail, and nothing behind so many quotes is unquoted.
const DECIDED_BYTES_MAX: usize = 1024;

/// One mail of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands in the file, the line before it included. Reading can go on at the end of it.
    pub range: Range<u64>,
    /// The time in the line before it, in milliseconds since 1970; UTC, unless there is a zone in it.
    pub date_ms: Option<i64>,
    /// The mail without what the file added. None if it is larger than the splitter takes.
    pub raw: Option<Vec<u8>>,
}

impl Entry {
    /// The time in the line before it, for a mail that has no `Date` of its own.
    pub fn date_ms_of_undated(&self) -> Option<i64> {
        let is_dated = |raw: &Vec<u8>| Fields::of(raw).any(|field| field.is("Date"));
        self.date_ms.filter(|_| !self.raw.as_ref().is_some_and(is_dated))
    }
}

/// Cuts a file into its mails while it comes, in pieces of any size. It keeps one mail at a time.
///
/// It takes what others write: any way of quoting, either line end, no empty line between mails, and a file that is one
/// mail without a line before it. A line `From …` begins a mail if it holds a date, since in a text that is left
/// unquoted it holds none; the first line of a file need not.
#[derive(Debug)]
pub struct Splitter {
    mail_bytes_max: usize,
    /// The beginning of the line that comes, as long as it is not known what it is.
    line: Vec<u8>,
    /// True while the rest of a line comes that was told by its beginning.
    is_decided: bool,
    /// How many bytes came before `line`.
    at: u64,
    current: Option<Current>,
}

/// The mail that comes.
#[derive(Debug, Default)]
struct Current {
    start: u64,
    date_ms: Option<i64>,
    raw: Vec<u8>,
    is_too_large: bool,
    /// The length of its last line, if that is empty.
    gap_bytes: usize,
}

impl Splitter {
    /// A splitter that takes mails up to this size.
    pub fn new(mail_bytes_max: usize) -> Splitter {
        Splitter { mail_bytes_max, line: Vec::new(), is_decided: false, at: 0, current: None }
    }

    /// Takes the next bytes of the file; gives the mails that are whole by that.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Entry> {
        let mut found = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let is_end = piece.ends_with(b"\n");
            if self.is_decided {
                self.append(piece);
            } else {
                self.line.extend_from_slice(piece);
                if is_end || self.line.len() > DECIDED_BYTES_MAX {
                    found.extend(self.decide());
                    self.is_decided = true;
                }
            }
            self.is_decided &= !is_end;
        }
        found
    }

    /// Takes the end of the file; gives the last mail.
    pub fn finish(mut self) -> Option<Entry> {
        let last = self.decide();
        // A line that begins a mail, at the very end of the file, has none behind it.
        last.or_else(|| self.end())
    }

    /// Takes the line: it begins a mail, and ends the one before it, or it is a part of one.
    fn decide(&mut self) -> Option<Entry> {
        let line = std::mem::take(&mut self.line);
        let is_first = self.at == 0;
        let date = line.starts_with(b"From ").then(|| date(&line));
        if date.as_ref().is_some_and(|date| is_first || date.is_some()) {
            let ended = self.end();
            let date_ms = date.flatten().and_then(|date| date.time_ms);
            self.current = Some(Current { start: self.at, date_ms, ..Current::default() });
            self.at += bytes_of(&line);
            return ended;
        }
        let quoted = usize::from(is_quoted(&line));
        self.at += u64::from(quoted == 1);
        self.append(line.get(quoted..).unwrap_or_default());
        None
    }

    fn append(&mut self, bytes: &[u8]) {
        let start = self.at;
        self.at += bytes_of(bytes);
        let is_empty = matches!(bytes, b"\n" | b"\r\n");
        if bytes.is_empty() || (is_empty && self.current.is_none()) {
            return;
        }
        let current = self.current.get_or_insert_with(|| Current { start, ..Current::default() });
        current.gap_bytes = if is_empty && !self.is_decided { bytes.len() } else { 0 };
        if current.raw.len() + bytes.len() > self.mail_bytes_max {
            current.is_too_large = true;
            current.raw = Vec::new();
        }
        if !current.is_too_large {
            current.raw.extend_from_slice(bytes);
        }
    }

    /// The mail that came, without the empty line behind it.
    fn end(&mut self) -> Option<Entry> {
        let Current { start, date_ms, mut raw, is_too_large, gap_bytes } = self.current.take()?;
        raw.truncate(raw.len().saturating_sub(gap_bytes));
        Some(Entry { range: start..self.at, date_ms, raw: (!is_too_large).then_some(raw) })
    }
}

/// Adds a mail to a file. One that does not end in a line end gets one; all else is given back by a [`Splitter`].
///
/// `sender` and `time_ms` are for the line before it, in which some readers look for them.
pub fn write(raw: &[u8], sender: &str, time_ms: i64, file: &mut Vec<u8>) {
    let sender: String = sender.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control()).collect();
    let sender = if sender.is_empty() { "MAILER-DAEMON" } else { &sender };
    let moment = Timestamp::from_millisecond(time_ms).unwrap_or_default();
    file.extend_from_slice(format!("From {sender} {}\n", moment.strftime("%a %b %e %H:%M:%S %Y")).as_bytes());
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"From ") || is_quoted(line) {
            file.push(b'>');
        }
        file.extend_from_slice(line);
    }
    file.extend_from_slice(if raw.ends_with(b"\n") { b"\n" } else { b"\n\n" });
}

/// True for a line `>From …`, however many `>` it has.
fn is_quoted(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    quotes > 0 && line.get(quotes..).is_some_and(|rest| rest.starts_with(b"From "))
}

/// A date as `asctime` writes it.
struct Asctime {
    /// The moment, if that is one; milliseconds since 1970.
    time_ms: Option<i64>,
}

/// The date in a line, with or without a zone in it.
fn date(line: &[u8]) -> Option<Asctime> {
    let text = String::from_utf8_lossy(line);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(4).enumerate().find_map(|(at, words_of_date)| match words_of_date {
        [day, month, number, time] => {
            let is_date = is_one_of(day, "Mon Tue Wed Thu Fri Sat Sun")
                && is_one_of(month, "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
                && number.bytes().all(|digit| digit.is_ascii_digit())
                && memchr(b':', time.as_bytes()).is_some();
            let rest = words.get(at + 4..).unwrap_or_default();
            is_date.then(|| Asctime { time_ms: moment_ms([number, month, time], rest) })
        }
        _ => None,
    })
}

/// The moment that these words name, with the year and perhaps a zone behind them.
fn moment_ms([number, month, time]: [&str; 3], rest: &[&str]) -> Option<i64> {
    let is_number = |word: &&&str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let year = rest.iter().take(2).find(is_number)?;
    let zone = rest.iter().take(2).find(|word| word.starts_with(['+', '-'])).unwrap_or(&"+0000");
    let moment = Zoned::strptime("%e %b %H:%M:%S %Y %z", format!("{number} {month} {time} {year} {zone}")).ok()?;
    Some(moment.timestamp().as_millisecond())
}

fn is_one_of(word: &str, words: &str) -> bool {
    words.split(' ').any(|other| other.eq_ignore_ascii_case(word))
}

fn bytes_of(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
