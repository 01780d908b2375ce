//! Mail as the Gmail API shows it: a tree of parts with decoded headers, texts in UTF-8, and a snippet.
//!
//! Reading never fails and never changes what was read: whoever keeps the raw bytes gives them back as they came. What
//! broken mail becomes is in docs/mail.md, beside what other readers make of it.
//!
//! ```
//! use dak_mail::mime::{Limits, Mail};
//!
//! let raw = b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: text/html\r\n\r\n<p>Tom &amp; Eva</p>\r\n";
//! let mail = Mail::parse(raw, &Limits::default());
//! assert_eq!(mail.subject().as_deref(), Some("Grüße"));
//! assert_eq!(mail.root.mime_type, "text/html");
//! assert_eq!(mail.snippet(), "Tom &amp; Eva");
//! ```

mod address;
mod charset;
pub(crate) mod encoded_word;
pub(crate) mod head;
pub(crate) mod header_text;
mod html;
mod parameters;
mod part;
mod plain;
mod search;
mod snippet;
#[cfg(test)]
mod tests;
mod transfer;
mod tree;

use std::borrow::Cow;

use mail_parser::DateTime;

pub use address::{Address, AddressField, NoAddress};
pub use head::begins_with_header;
pub use html::decoded_entity;
pub use part::{Body, Header, Part};

use head::{Budget, Head};

use crate::search::Feature;

/// How many addresses one kind of field gives, and how many mails a mail refers to.
const LISTED_MAX: usize = 2000;
/// How many mails a mail answers; mostly it is one.
const ANSWERED_MAX: usize = 50;

/// What one mail may cost. Beyond these bounds it is still whole in its raw bytes, but less of it is shown.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How many containers may lie within each other; a deeper one is shown as one attachment.
    pub depth_max: usize,
    /// How many parts are shown.
    pub parts_max: usize,
    /// How many bytes of headers are shown, over all parts.
    pub header_bytes_max: usize,
    /// How many headers are shown, over all parts.
    pub header_count_max: usize,
    /// How many bytes of text a search finds the mail by.
    pub text_bytes_max: usize,
    /// How many bytes of texts are read, over all parts, as they came.
    pub texts_read_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            depth_max: 50,
            parts_max: 2000,
            header_bytes_max: 4 << 20,
            header_count_max: 10_000,
            text_bytes_max: 512 << 10,
            texts_read_bytes_max: usize::MAX,
        }
    }
}

/// A mail that was read. It borrows what needs no decoding from the raw bytes.
#[derive(Debug)]
pub struct Mail<'a> {
    /// The mail itself, whose `part_id` is empty.
    pub root: Part<'a>,
    head: Head<'a>,
    limits: Limits,
    size: usize,
}

impl<'a> Mail<'a> {
    /// Reads a mail in linear time, whatever it is.
    pub fn parse(raw: &'a [u8], limits: &Limits) -> Mail<'a> {
        let mut node = tree::read(raw, limits);
        let root = Part::of(&node, String::new(), &mut limits.texts_read_bytes_max.clone());
        Mail { root, head: std::mem::take(&mut node.head), limits: limits.clone(), size: raw.len() }
    }

    /// `sizeEstimate`: the length of the raw mail in bytes, as measured.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The decoded bytes of an attachment. `None` if there is no such part, or it is shown inline or a container.
    pub fn attachment(&self, part_id: &str) -> Option<Cow<'a, [u8]>> {
        let part = self.root.find(part_id)?;
        matches!(part.body, Body::Attachment { .. }).then(|| part.decoded())
    }

    /// The beginning of its text on one line, at most 201 letters with their escapes: of the HTML if there is any.
    /// Empty if the mail is encrypted or has no text.
    pub fn snippet(&self) -> String {
        let html = self.root.first_text(search::is_html);
        let part = html.or_else(|| self.root.first_text(|_| true));
        snippet::of(&part.map_or_else(String::new, |part| part.text(snippet::TEXT_BYTES_MAX, html::Pictures::Joined)))
    }

    /// The subject, decoded.
    pub fn subject(&self) -> Option<String> {
        self.text("Subject")
    }

    /// The identifier of the mail (RFC 5322 3.6.4) without its angle brackets.
    pub fn message_id(&self) -> Option<String> {
        self.ids("Message-ID").into_iter().next()
    }

    /// The identifiers of the mails it refers to: those of `References`, the oldest first, then those of `In-Reply-To`
    /// that are not among them. Of too many the last ones are kept.
    pub fn references(&self) -> Vec<String> {
        let mut references = self.ids("References");
        references.drain(..references.len().saturating_sub(LISTED_MAX));
        for id in self.ids("In-Reply-To").into_iter().take(ANSWERED_MAX) {
            if !references.contains(&id) {
                references.push(id);
            }
        }
        references
    }

    /// The time of `Date` in milliseconds since 1970; none if it names no moment.
    pub fn date_ms(&self) -> Option<i64> {
        let field = self.head.first("Date")?;
        let date = DateTime::parse_rfc822(&header_text::unfolded(field.value)).filter(DateTime::is_valid)?;
        Some(date.to_timestamp() * 1000)
    }

    /// The addresses of all fields of this kind, in their order.
    pub fn addresses(&self, field: AddressField) -> Vec<Address> {
        let mut found = Vec::new();
        for field in self.head.all(field.name()) {
            address::read(&header_text::unfolded(field.value), &mut found, LISTED_MAX);
        }
        found
    }

    /// What `List-ID` and `List-Post` say: the names and addresses of the mailing lists that it came by.
    pub fn lists(&self) -> Vec<String> {
        let fields = ["List-ID", "List-Post"].into_iter().flat_map(|name| self.head.all(name));
        fields.map(|field| header_text::decoded(field.value)).take(LISTED_MAX).collect()
    }

    /// The identifier of the mailing list (RFC 2919) without its angle brackets.
    pub fn list_id(&self) -> Option<String> {
        let text = self.text("List-ID")?;
        let id = text.rsplit_once('<').and_then(|(_, id)| id.split('>').next()).unwrap_or(&text);
        Some(id.trim().to_owned())
    }

    /// True if the mail brings a file: a part with a name, or one marked as an attachment, that is not shown within
    /// the text as pictures of HTML are.
    pub fn has_attachment(&self) -> bool {
        self.root.brings_file()
    }

    /// The names of all files in it, those of mails within it too.
    pub fn filenames(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.root.add_filenames(&mut names);
        names
    }

    /// What a search finds it by: names of search fields and texts, a field as often as it has values. The unnamed
    /// field has what a plain word finds: subject, text, addresses and their names, and the names of files, but nothing
    /// of what the files hold.
    ///
    /// The names are those of [`Field`](crate::search::Field): `subject`, `from`, `to` (recipients of every kind), `cc`,
    /// `bcc`, `deliveredto`, `list` and `filename`. The texts are [spaced](crate::search::spaced), as those of a search.
    pub fn search_fields(&self) -> Vec<(&'static str, String)> {
        search::fields(self, &self.limits)
    }

    /// What `has:` finds in it: files, and what its links lead to.
    pub fn features(&self) -> Vec<Feature> {
        search::features(self)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.head.first(name).map(|field| header_text::decoded(field.value))
    }

    fn ids(&self, name: &str) -> Vec<String> {
        let values = self.head.all(name).map(|field| header_text::unfolded(field.value));
        values.flat_map(|value| ids(&value)).collect()
    }
}

/// The headers of a mail, decoded, without a look at its body.
pub fn headers(raw: &[u8], limits: &Limits) -> Vec<Header> {
    part::headers(&head::read(raw, &mut Budget::of(limits)))
}

/// How a part was made fit for the way.
fn transfer_encoding(head: &Head<'_>) -> transfer::Encoding {
    let field = head.first("Content-Transfer-Encoding");
    field.map_or_else(Default::default, |field| transfer::Encoding::parse(&header_text::unfolded(field.value)))
}

/// What stands in angle brackets, or the words of a value that has none.
fn ids(value: &str) -> Vec<String> {
    let bracketed = value.split('<').skip(1).filter_map(|behind| Some(behind.split_once('>')?.0));
    let mut ids: Vec<String> = bracketed.map(|id| id.split_whitespace().collect()).collect();
    if ids.is_empty() {
        ids.extend(value.split_whitespace().map(str::to_owned));
    }
    ids.retain(|id| !id.is_empty());
    ids
}
