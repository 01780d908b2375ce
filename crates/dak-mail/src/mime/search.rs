//! What a search finds a mail by.

use super::address::{Address, AddressField};
use super::html::Pictures;
use super::plain::Text;
use super::{Body, Limits, Mail, Part, html, tree};
use crate::search::{Feature, spaced};

/// The fields of addresses and what they are searched by. Whoever searches for a recipient means one of any kind.
const ADDRESSES: [(&[&str], AddressField); 5] = [
    (&["", "from"], AddressField::From),
    (&["", "to"], AddressField::To),
    (&["", "to", "cc"], AddressField::Cc),
    (&["", "to", "bcc"], AddressField::Bcc),
    (&["", "deliveredto"], AddressField::DeliveredTo),
];

/// The fields of a mail and their texts; the unnamed one holds whatever a plain word finds.
pub(crate) fn fields(mail: &Mail<'_>, limits: &Limits) -> Vec<(&'static str, String)> {
    let mut fields = Fields { found: Vec::new(), bytes_left: limits.text_bytes_max };
    fields.add(&["", "subject"], mail.subject().unwrap_or_default());
    for (names, field) in ADDRESSES {
        for address in mail.addresses(field) {
            fields.add(names, both(&address));
        }
    }
    for name in mail.filenames() {
        fields.add(&["", "filename"], name.into());
    }
    for list in mail.lists() {
        fields.add(&["list"], list);
    }
    add_texts(&mail.root, &mut fields);
    fields.found
}

/// What is in a mail, each once: files, and what links in its texts lead to. Of HTML its source counts, where links are.
pub(crate) fn features(mail: &Mail<'_>) -> Vec<Feature> {
    let file = mail.has_attachment().then_some(Feature::Attachment);
    let mut found: Vec<Feature> = file.into_iter().collect();
    add_linked(&mail.root, &mut found);
    found
}

fn add_linked(part: &Part<'_>, found: &mut Vec<Feature>) {
    if let Body::Inline { text, .. } = &part.body {
        let new: Vec<Feature> = Feature::linked(text).into_iter().filter(|feature| !found.contains(feature)).collect();
        found.extend(new);
    }
    part.parts.iter().for_each(|part| add_linked(part, found));
}

fn both(Address { name, address }: &Address) -> String {
    if name.is_empty() { address.clone() } else { format!("{name} {address}") }
}

/// Texts as they are found, as long as there is room.
struct Fields {
    found: Vec<(&'static str, String)>,
    bytes_left: usize,
}

impl Fields {
    fn add(&mut self, names: &[&'static str], text: String) {
        let mut text = spaced(&text).into_owned();
        text.truncate(text.floor_char_boundary(self.bytes_left));
        self.bytes_left -= text.len();
        let [others @ .., last] = names else { return };
        if !text.is_empty() {
            self.found.extend(others.iter().map(|name| (*name, text.clone())));
            self.found.push((*last, text));
        }
    }
}

/// Adds what a reader of the mail would read: of alternatives the one with HTML, of mails within it nothing.
fn add_texts(part: &Part<'_>, fields: &mut Fields) {
    match part.mime_type.as_str() {
        tree::MESSAGE => {}
        "multipart/alternative" => {
            let richest = part.parts.iter().rfind(|part| part.first_text(is_html).is_some());
            let any = || part.parts.iter().find(|part| part.first_text(|_| true).is_some());
            richest.or_else(any).into_iter().for_each(|part| add_texts(part, fields));
        }
        _ => {
            let text = part.text(fields.bytes_left, Pictures::Apart);
            fields.add(&[""], text);
            part.parts.iter().for_each(|part| add_texts(part, fields));
        }
    }
}

/// True for the type of HTML.
pub(crate) fn is_html(part: &Part<'_>) -> bool {
    part.mime_type == "text/html"
}

impl Part<'_> {
    /// The text that the part itself shows, on one line, and no more than about so many bytes of it.
    pub(crate) fn text(&self, bytes_max: usize, pictures: Pictures) -> String {
        let mut text = Text::new(bytes_max);
        match &self.body {
            Body::Inline { text: html, .. } if is_html(self) => html::read(html, pictures, &mut text),
            Body::Inline { text: plain, .. } => text.push_str(plain),
            Body::Container | Body::Attachment { .. } => {}
        }
        text.finish()
    }

    /// The first part that shows text and is as wanted, here or below; mails within the mail and encrypted parts have
    /// none.
    pub(crate) fn first_text(&self, is_wanted: fn(&Part<'_>) -> bool) -> Option<&Self> {
        if [tree::MESSAGE, "multipart/encrypted"].contains(&self.mime_type.as_str()) {
            return None;
        }
        if matches!(self.body, Body::Inline { .. }) && is_wanted(self) {
            return Some(self);
        }
        self.parts.iter().find_map(|part| part.first_text(is_wanted))
    }
}
