//! A mail written anew (RFC 5322, RFC 2045): text, HTML, attachments.
//!
//! ```
//! use dak_mail::letter::Letter;
//!
//! let letter = Letter {
//!     message_id: "1@example.com".to_owned(),
//!     from: vec!["রিনা <rina@example.com>".parse().unwrap()],
//!     subject: "ছুটি".to_owned(),
//!     text: "কাল".to_owned(),
//!     ..Letter::default()
//! };
//! let mail = dak_mail::mime::Mail::parse(&letter.to_bytes(), &Default::default()).subject();
//! assert_eq!(mail.as_deref(), Some("ছুটি"));
//! ```

#[cfg(test)]
mod tests;

use std::fmt::Write;

use base64_simd::STANDARD;

use crate::compose;
use crate::mime::{Address, encoded_word};

/// As many letters of base64 stand in a line.
const LINE_CHARS: usize = 76;
/// The longest line of text that is written as it is, in bytes (RFC 5322 2.1.1).
const LINE_BYTES_MAX: usize = 998;

/// What a mail says.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// Its Message-ID, without the angle brackets. Parts are told apart by it.
    pub message_id: String,
    /// The Message-IDs of the mails it answers, the nearest last.
    pub references: Vec<String>,
    /// When it was written, in milliseconds since 1970.
    pub date_ms: i64,
    /// Who wrote it.
    pub from: Vec<Address>,
    /// Whom it is for.
    pub to: Vec<Address>,
    /// Who else gets it.
    pub cc: Vec<Address>,
    /// What it is about.
    pub subject: String,
    /// Its text; where there is HTML and no text, that is all.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// What is attached.
    pub attachments: Vec<Attachment>,
}

/// A file with a mail.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its name.
    pub filename: String,
    /// Its media type.
    pub mime_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Letter {
    /// The mail, its lines ended by CRLF.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut mail = String::new();
        field(&mut mail, "Message-ID", &format!("<{}>", plain(&self.message_id)));
        field(&mut mail, "Date", &compose::date(self.date_ms));
        for (name, addresses) in [("From", &self.from), ("To", &self.to), ("Cc", &self.cc)] {
            if !addresses.is_empty() {
                let addresses: Vec<String> = addresses.iter().map(Address::to_field).collect();
                field(&mut mail, name, &addresses.join(",\r\n "));
            }
        }
        field(&mut mail, "Subject", &encoded_word::encode(&plain(&self.subject)));
        if let Some(nearest) = self.references.last() {
            let all: Vec<String> = self.references.iter().map(|id| format!("<{}>", plain(id))).collect();
            field(&mut mail, "In-Reply-To", &format!("<{}>", plain(nearest)));
            field(&mut mail, "References", &all.join("\r\n "));
        }
        field(&mut mail, "MIME-Version", "1.0");
        mail.push_str(&self.body());
        mail.into_bytes()
    }

    /// The body with the fields that say what it is.
    fn body(&self) -> String {
        let said = self.said();
        if self.attachments.is_empty() {
            return said;
        }
        let attached = self.attachments.iter().map(Attachment::part);
        self.parts("mixed", [said].into_iter().chain(attached))
    }

    fn said(&self) -> String {
        match &self.html {
            None => text_part("plain", &self.text),
            Some(html) if self.text.is_empty() => text_part("html", html),
            Some(html) => {
                self.parts("alternative", [text_part("plain", &self.text), text_part("html", html)].into_iter())
            }
        }
    }

    fn parts(&self, kind: &str, parts: impl Iterator<Item = String>) -> String {
        let boundary = format!("={kind}={:016x}", fingerprint(&self.message_id));
        let mut body = String::new();
        field(&mut body, "Content-Type", &format!("multipart/{kind}; boundary=\"{boundary}\""));
        for part in parts {
            // Writing to a string does not fail.
            let _ = write!(body, "\r\n--{boundary}\r\n{part}");
        }
        let _ = write!(body, "\r\n--{boundary}--\r\n");
        body
    }
}

impl Attachment {
    fn part(&self) -> String {
        let mut part = String::new();
        field(&mut part, "Content-Type", &plain(&self.mime_type));
        // The name in UTF-8, percent-encoded (RFC 2231 4).
        let name: String = self.filename.bytes().map(encoded).collect();
        field(&mut part, "Content-Disposition", &format!("attachment; filename*=UTF-8''{name}"));
        part.push_str(&base64(&self.bytes));
        part
    }
}

/// Text as it is where its lines allow, else in base64.
fn text_part(kind: &str, text: &str) -> String {
    let mut part = String::new();
    field(&mut part, "Content-Type", &format!("text/{kind}; charset=UTF-8"));
    let text = text.replace("\r\n", "\n");
    let is_plain = text.split('\n').all(|line| line.len() <= LINE_BYTES_MAX) && !text.contains(['\r', '\0']);
    if !is_plain {
        return part + &base64(text.as_bytes());
    }
    let name = if text.is_ascii() { "7bit" } else { "8bit" };
    field(&mut part, "Content-Transfer-Encoding", name);
    part + "\r\n" + &text.replace('\n', "\r\n")
}

fn base64(bytes: &[u8]) -> String {
    let mut part = String::new();
    field(&mut part, "Content-Transfer-Encoding", "base64");
    let letters = STANDARD.encode_to_string(bytes);
    for line in letters.as_bytes().chunks(LINE_CHARS) {
        part.push_str("\r\n");
        part.push_str(str::from_utf8(line).unwrap_or_default());
    }
    part + "\r\n"
}

fn field(mail: &mut String, name: &str, value: &str) {
    // Writing to a string does not fail.
    let _ = write!(mail, "{name}: {value}\r\n");
}

/// What cannot end a field.
fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
        char::from(byte).into()
    } else {
        format!("%{byte:02X}")
    }
}

/// FNV-1a: enough for parts of one mail to be told apart from its text.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
