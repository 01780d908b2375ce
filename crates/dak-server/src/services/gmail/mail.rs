//! Mail as the service wants to know it, out of what [`dak_mail`] reads.

use bytes::Bytes;
use dak_mail::mime::{AddressField, Limits, Mail};
use dak_mail::threading::normalised_subject;
use dak_proto::fault::Fault;

use super::index;
use super::raw::Kept;
use super::stored::Facts;

/// The longest Message-ID that is remembered, in bytes.
const MESSAGE_ID_BYTES_MAX: usize = 1000;
/// From how many bytes on a mail is read away from the workers that serve requests.
const APART_BYTES_MIN: usize = 1 << 20;
/// How much of a mail's texts is read where it is not shown: what it is found by and its snippet are taken from that, and
/// texts that are decoded take several times as much.
const TEXTS_BYTES_MAX: usize = 4 << 20;
/// How much of a subject tells whether two mails belong together, in characters.
const SUBJECT_CHARS_MAX: usize = 500;

/// What is read of a new mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Letter {
    /// What is kept beside it.
    pub(super) facts: Facts,
    /// The Message-IDs of the mails that it answers, the nearest last.
    pub(super) references: Vec<String>,
    /// What its header `Date` says, in ms since 1970.
    pub(super) date_ms: Option<i64>,
    /// The addresses it says it is from, in lower case.
    pub(super) from: Vec<String>,
}

/// Does what takes its time for each byte of mail: where they are many, away from the workers that serve requests.
///
/// # Errors
/// 500 where the work came to no end.
pub(super) async fn work<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    match bytes < APART_BYTES_MIN {
        true => Ok(work()),
        false => tokio::task::spawn_blocking(work).await.map_err(|_| Fault::internal()),
    }
}

impl Letter {
    /// Reads a mail.
    ///
    /// # Errors
    /// 500 where nobody could.
    pub(super) async fn of(raw: &Bytes) -> Result<Letter, Fault> {
        let mail = raw.clone();
        work(raw.len(), move || Letter::read(&mail)).await
    }

    /// The same for whoever may take the time.
    pub(super) fn read(raw: &[u8]) -> Letter {
        let mail = Mail::parse(raw, &limits());
        let from = mail.addresses(AddressField::From).into_iter();
        Letter {
            facts: facts(&mail),
            references: mail.references(),
            date_ms: mail.date_ms(),
            from: from.map(|from| from.address.to_lowercase()).collect(),
        }
    }
}

/// The body of the record of a mail whose bytes are here, or are kept elsewhere.
///
/// # Errors
/// 500 where nobody could read the mail.
pub(super) async fn body(letter: &Letter, raw: &Bytes, kept: &Kept) -> Result<Bytes, Fault> {
    Ok(match kept.segments.is_empty() {
        true => letter.facts.with_mail(raw),
        false => letter.facts.with_text(&fields(raw).await?),
    })
}

/// [`search_fields`] of a mail of any size.
///
/// # Errors
/// 500 where nobody could read it.
pub(super) async fn fields(raw: &Bytes) -> Result<Vec<(String, String)>, Fault> {
    let mail = raw.clone();
    work(raw.len(), move || search_fields(&mail)).await
}

/// What a mail is searched by: pairs of name and text.
pub(super) fn search_fields(raw: &[u8]) -> Vec<(String, String)> {
    let fields = Mail::parse(raw, &limits()).search_fields();
    fields.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}

fn limits() -> Limits {
    Limits { texts_read_bytes_max: TEXTS_BYTES_MAX, ..Limits::default() }
}

fn facts(mail: &Mail<'_>) -> Facts {
    let subject = normalised_subject(&mail.subject().unwrap_or_default());
    let message_id = mail.message_id().filter(|id| id.len() <= MESSAGE_ID_BYTES_MAX);
    Facts {
        snippet: mail.snippet(),
        message_id: message_id.unwrap_or_default(),
        subject: subject.chars().take(SUBJECT_CHARS_MAX).collect(),
        tags: tags(mail),
    }
}

/// What a mail is found by beside its words.
fn tags(mail: &Mail<'_>) -> Vec<String> {
    mail.features().into_iter().map(index::feature_tag).collect()
}
