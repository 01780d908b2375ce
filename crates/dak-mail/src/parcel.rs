//! Mails with what a mailbox knows of them, one after the other: how mail travels between a mailbox and the files it comes
//! from or goes to.
//!
//! ```text
//! {"labels":["INBOX","Work"],"dateMs":1700000000000,"length":1234}⏎1234 bytes of mail, then the next
//! ```
//!
//! ```
//! use dak_mail::parcel::{Parcel, Reader};
//!
//! let parcel = Parcel { labels: vec!["INBOX".into()], date_ms: Some(5), thread: None, raw: "Subject: a\r\n\r\n".into() };
//! let mut reader = Reader::new(1024);
//! reader.push(&parcel.to_bytes());
//! assert_eq!(reader.next(), Ok(Some(parcel)));
//! assert_eq!(reader.next(), Ok(None));
//! assert!(reader.is_empty());
//! ```

#[cfg(test)]
mod tests;

use bytes::{Buf, Bytes, BytesMut};
use dak_proto::fault::Fault;
use serde_json::{Value, json};

/// The most bytes of what stands before a mail.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// The most labels of one mail.
const LABELS_MAX: usize = 1000;

/// A mail on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parcel {
    /// Ids of the system's labels, and names of the user's own.
    pub labels: Vec<String>,
    /// When it was received, in milliseconds since 1970.
    pub date_ms: Option<i64>,
    /// What it has in common with the other mails of its thread, in the place it comes from.
    pub thread: Option<String>,
    /// The mail.
    pub raw: Bytes,
}

impl Parcel {
    /// All of it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut head = json!({"labels": self.labels, "length": self.raw.len()});
        if let Some(date_ms) = self.date_ms {
            head["dateMs"] = date_ms.into();
        }
        if let Some(thread) = &self.thread {
            head["thread"] = thread.as_str().into();
        }
        let mut bytes = head.to_string().into_bytes();
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.raw);
        bytes
    }
}

/// Reads parcels out of bytes that come piece by piece.
#[derive(Debug)]
pub struct Reader {
    input: BytesMut,
    /// The parcel that is read, and how long its mail is.
    head: Option<(Parcel, usize)>,
    mail_bytes_max: usize,
}

impl Reader {
    /// A reader of mails that may have so many bytes each.
    pub fn new(mail_bytes_max: usize) -> Reader {
        Reader { input: BytesMut::new(), head: None, mail_bytes_max }
    }

    /// The next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
    }

    /// Whether nothing is left that was not given.
    pub fn is_empty(&self) -> bool {
        self.input.is_empty() && self.head.is_none()
    }

    /// The next parcel; `None` asks for more bytes.
    ///
    /// # Errors
    /// 400 for what is no parcel, 413 for a mail that is too large; each is final.
    #[expect(clippy::should_implement_trait, reason = "an iterator is over when it gives none")]
    pub fn next(&mut self) -> Result<Option<Parcel>, Fault> {
        let Some((parcel, length)) = self.head.take() else {
            let Some(end) = self.input.iter().position(|byte| *byte == b'\n') else {
                return if self.input.len() > HEAD_BYTES_MAX { Err(no_parcel()) } else { Ok(None) };
            };
            let head = self.input.split_to(end);
            self.input.advance(1);
            self.head = Some(self.opened(&head)?);
            return self.next();
        };
        if self.input.len() < length {
            self.head = Some((parcel, length));
            return Ok(None);
        }
        Ok(Some(Parcel { raw: self.input.split_to(length).freeze(), ..parcel }))
    }

    fn opened(&self, head: &[u8]) -> Result<(Parcel, usize), Fault> {
        let head: Value = serde_json::from_slice(head).map_err(|_| no_parcel())?;
        let length = head["length"].as_u64().and_then(|length| usize::try_from(length).ok()).ok_or_else(no_parcel)?;
        if length > self.mail_bytes_max {
            return Err(Fault::too_large(format!("A mail may have {} bytes.", self.mail_bytes_max)));
        }
        let named = head["labels"].as_array().map_or(&[][..], Vec::as_slice);
        let labels: Option<Vec<String>> = named.iter().map(|name| name.as_str().map(str::to_owned)).collect();
        let labels = labels.filter(|labels| labels.len() <= LABELS_MAX).ok_or_else(no_parcel)?;
        let thread = head["thread"].as_str().map(str::to_owned);
        Ok((Parcel { labels, date_ms: head["dateMs"].as_i64(), thread, raw: Bytes::new() }, length))
    }
}

fn no_parcel() -> Fault {
    Fault::bad_request("badContent", "Before each mail stands a line of JSON with its labels and its length.")
}
