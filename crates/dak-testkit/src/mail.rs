//! Made-up mail: a mailbox of any size, the same from the same seed.
//!
//! Conversations run side by side; people answer each other, in several languages and scripts, in plain text and HTML,
//! with files whose names are not ASCII. Sizes and labels are spread about as in a mailbox that is used.

mod words;

use std::collections::VecDeque;
use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

use self::words::{Language, PEOPLE, Person};
use crate::Random;

/// How many conversations may go on at once.
const CONVERSATIONS_OPEN_MAX: usize = 64;
/// The first mail's time: 2020-01-01.
const START_MS: i64 = 1_577_836_800_000;
/// Up to so long after one mail comes the next.
const STEP_MS_MAX: u64 = 900_000;
/// How many labels the owner has made.
const OWN_LABELS: u64 = 20;
/// As many characters of base64 stand in one line of a mail.
const LINE_CHARS: usize = 76;
/// As many bytes become one encoded word of a header.
const ENCODED_WORD_BYTES: usize = 42;

/// One mail, and what its mailbox knows of it.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The mail as RFC 822 has it, its lines ended by CRLF.
    pub raw: Vec<u8>,
    /// Its Message-ID, with the angle brackets.
    pub message_id: String,
    /// When it came, in milliseconds since 1970. Later mails have later times.
    pub date_ms: i64,
    /// System labels by their ids, and labels of the owner by their names.
    pub labels: Vec<String>,
    /// The number of its conversation, from 0.
    pub conversation: u64,
}

/// An endless stream of mail for one mailbox.
#[derive(Debug)]
pub struct Mails {
    random: Random,
    owner: String,
    now_ms: i64,
    mails: u64,
    conversations: u64,
    open: VecDeque<Conversation>,
}

/// A conversation to which answers may still come.
#[derive(Debug)]
struct Conversation {
    number: u64,
    language: &'static Language,
    subject: String,
    partner: &'static Person,
    references: Vec<String>,
}

impl Mails {
    /// The mail of this owner, an address.
    #[must_use]
    pub fn new(seed: u64, owner: &str) -> Mails {
        Mails {
            random: Random::new(seed),
            owner: owner.to_owned(),
            now_ms: START_MS,
            mails: 0,
            conversations: 0,
            open: VecDeque::new(),
        }
    }

    /// The names of the labels that [`Mail::labels`] may have beside those of the system.
    #[must_use]
    pub fn own_labels() -> Vec<String> {
        (0..OWN_LABELS).map(own_label).collect()
    }

    fn mail(&mut self) -> Mail {
        self.now_ms += 1 + self.random.below(STEP_MS_MAX).cast_signed();
        self.mails += 1;
        let mut conversation = self.conversation();
        let message_id = format!("<{}.{:08x}@mail.example>", self.mails, self.random.next() >> 32);
        let is_sent = !conversation.references.is_empty() && self.random.once_in(3);
        let raw = self.raw(&conversation, &message_id, is_sent);
        conversation.references.push(message_id.clone());
        let number = conversation.number;
        if self.open.len() < CONVERSATIONS_OPEN_MAX {
            self.open.push_back(conversation);
        }
        Mail { raw, message_id, date_ms: self.now_ms, labels: self.labels(is_sent), conversation: number }
    }

    /// One that goes on, or a new one.
    fn conversation(&mut self) -> Conversation {
        let going_on = self.random.below(self.open.len() as u64 + 1) as usize;
        if self.open.len() == CONVERSATIONS_OPEN_MAX && self.random.once_in(2) {
            self.open.pop_front();
        }
        if self.random.once_in(2)
            && let Some(conversation) = self.open.remove(going_on)
        {
            return conversation;
        }
        let language: &Language = self.random.pick(words::LANGUAGES);
        let length = 2 + self.random.below(6);
        self.conversations += 1;
        Conversation {
            number: self.conversations - 1,
            language,
            subject: language.words(&mut self.random, length),
            partner: self.random.pick(PEOPLE),
            references: Vec::new(),
        }
    }

    fn raw(&mut self, conversation: &Conversation, message_id: &str, is_sent: bool) -> Vec<u8> {
        let partner = format!("{} <{}>", encoded(conversation.partner.name), conversation.partner.address);
        let (from, to) = if is_sent { (&self.owner, &partner) } else { (&partner, &self.owner) };
        let answers = if conversation.references.is_empty() { "" } else { "Re: " };
        let mut head = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: {answers}{}\r\nDate: {}\r\nMessage-ID: {message_id}\r\n",
            encoded(&conversation.subject),
            date(self.now_ms)
        );
        if let Some(last) = conversation.references.last() {
            let references = conversation.references.join("\r\n ");
            write(&mut head, format_args!("In-Reply-To: {last}\r\nReferences: {references}\r\n"));
        }
        if self.random.once_in(20) {
            write(&mut head, format_args!("List-ID: <{}.lists.example>\r\n", conversation.language.name));
        }
        head.push_str("MIME-Version: 1.0\r\n");
        head.push_str(&self.content(conversation.language));
        head.into_bytes()
    }

    /// The rest of the header, and the body.
    fn content(&mut self, language: &Language) -> String {
        let length = 20 + self.random.below(20) * self.random.below(40);
        let text = language.words(&mut self.random, length);
        match self.random.below(10) {
            0..5 => part("text/plain; charset=UTF-8", &text),
            5..8 => alternative(self.mails, &text),
            _ => self.mixed(language, &text),
        }
    }

    fn mixed(&mut self, language: &Language, text: &str) -> String {
        let boundary = format!("mixed-{}", self.mails);
        let mut body = format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n");
        write(&mut body, format_args!("--{boundary}\r\n{}", alternative(self.mails, text)));
        for _ in 0..=self.random.below(2) {
            let (media_type, ending) = self.random.pick(&[("application/pdf", "pdf"), ("image/png", "png")]);
            let name = language.words(&mut self.random, 2);
            let bytes = 200 + self.random.below(8000) as usize;
            let file = base64_simd::STANDARD.encode_to_string(self.random.bytes(bytes));
            let disposition = format!("attachment; filename*=UTF-8''{}.{ending}", percent(&name));
            write(
                &mut body,
                format_args!(
                    "--{boundary}\r\nContent-Type: {media_type}\r\nContent-Disposition: {disposition}\r\n\
                     Content-Transfer-Encoding: base64\r\n\r\n{}",
                    lines(&file)
                ),
            );
        }
        write(&mut body, format_args!("--{boundary}--\r\n"));
        body
    }

    fn labels(&mut self, is_sent: bool) -> Vec<String> {
        let mut labels = Vec::new();
        let mut label = |applies: bool, name: &str| {
            if applies {
                labels.push(name.to_owned());
            }
        };
        let place = self.random.below(100);
        label(is_sent, "SENT");
        label(!is_sent && place < 60, "INBOX");
        label(!is_sent && (96..98).contains(&place), "SPAM");
        label(place >= 98, "TRASH");
        label(!is_sent && self.random.once_in(5), "UNREAD");
        label(self.random.once_in(40), "STARRED");
        label(self.random.once_in(4), "IMPORTANT");
        let category = self.random.pick(&["PERSONAL", "SOCIAL", "PROMOTIONS", "UPDATES", "FORUMS"]);
        label(!is_sent && self.random.once_in(2), &format!("CATEGORY_{category}"));
        label(self.random.once_in(3), &own_label(self.random.below(OWN_LABELS)));
        labels
    }
}

impl Iterator for Mails {
    type Item = Mail;

    fn next(&mut self) -> Option<Mail> {
        Some(self.mail())
    }
}

fn own_label(number: u64) -> String {
    format!("Projects/Number {number}")
}

fn alternative(number: u64, text: &str) -> String {
    let boundary = format!("alternative-{number}");
    let html = format!("<html><body><p>{}</p></body></html>", text.replace(". ", ".</p>\r\n<p>"));
    format!(
        "Content-Type: multipart/alternative; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n{}--{boundary}\r\n{}--{boundary}--\r\n",
        part("text/plain; charset=UTF-8", text),
        part("text/html; charset=UTF-8", &html)
    )
}

/// A leaf with its header: as it is where that is possible, base64 where it is not.
fn part(media_type: &str, text: &str) -> String {
    let head = format!("Content-Type: {media_type}\r\n");
    match text.is_ascii() {
        true => format!("{head}Content-Transfer-Encoding: 7bit\r\n\r\n{}", wrapped(text)),
        false => {
            let coded = lines(&base64_simd::STANDARD.encode_to_string(text));
            format!("{head}Content-Transfer-Encoding: base64\r\n\r\n{coded}")
        }
    }
}

/// A text in lines of some words.
fn wrapped(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    words.chunks(10).map(|line| line.join(" ") + "\r\n").collect()
}

fn lines(base64: &str) -> String {
    let whole = base64.as_bytes().chunks(LINE_CHARS).map(String::from_utf8_lossy);
    whole.map(|line| line.into_owned() + "\r\n").collect()
}

/// A header's text: as it is, or in encoded words (RFC 2047).
fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = vec![String::new()];
    for character in text.chars() {
        if words.last().is_some_and(|word| word.len() + character.len_utf8() > ENCODED_WORD_BYTES) {
            words.push(String::new());
        }
        words.iter_mut().next_back().into_iter().for_each(|word| word.push(character));
    }
    let words = words.iter().map(|word| format!("=?UTF-8?B?{}?=", base64_simd::STANDARD.encode_to_string(word)));
    words.collect::<Vec<_>>().join("\r\n ")
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn date(time_ms: i64) -> String {
    let time = UNIX_EPOCH + Duration::from_millis(time_ms.unsigned_abs());
    httpdate::fmt_http_date(time).replace("GMT", "+0000")
}

fn write(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes everything");
}

#[cfg(test)]
mod tests;
