//! What the fuzz targets over mail demand of their input. Ordinary tests demand the same of the files in `corpus/`.

use dak_mail::compose::{is_there, with, without, without_bcc};
use dak_mail::mbox::{Splitter, write};
use dak_mail::mime::{Address, AddressField, Body, Limits, Mail, Part, headers};
use dak_mail::search::{Context, DEPTH_MAX, parse};

/// 2026-03-15T12:00:00Z.
const NOW: Context = Context { now_ms: 1_773_576_000_000 };

/// Every text is a search or too large, and a tree is printed as a search that is read as the same tree.
pub(crate) fn mail_search(input: &[u8]) {
    let Ok(query) = std::str::from_utf8(input) else { return };
    match parse(query, &NOW) {
        Ok(tree) => {
            assert!(tree.depth() <= DEPTH_MAX);
            assert_eq!(parse(&tree.to_string(), &NOW), Ok(tree));
        }
        Err(fault) => assert_eq!(fault.code, 400),
    }
}

/// Whatever comes is a mail: what is said of a part is what it gives, a header that is put in is there, what is taken out
/// is not, and a file of mails gives it back.
pub(crate) fn mail(raw: &[u8]) {
    let limits = Limits::default();
    let mail = Mail::parse(raw, &limits);
    assert_eq!(mail.size(), raw.len());
    assert_eq!(headers(raw, &limits), mail.root.headers);
    assert!(mail.snippet().chars().count() <= 201);
    assert!(mail.search_fields().iter().map(|(_, text)| text.len()).sum::<usize>() <= 3 * limits.text_bytes_max);
    facts(&mail);
    part(&mail, &mail.root);
    assert!(!is_there(&without_bcc(raw), "Bcc"));
    let added = with(raw, "X-Added", "value");
    assert_eq!(Mail::parse(&added, &limits).root.headers.iter().filter(|header| header.name == "X-Added").count(), 1);
    assert!(!is_there(&without(&added, &["x-added"]), "X-Added"));
    file(raw);
}

fn facts(mail: &Mail<'_>) {
    let fields = [AddressField::From, AddressField::To, AddressField::Cc, AddressField::Bcc];
    for address in fields.into_iter().flat_map(|field| mail.addresses(field)) {
        written(&address);
    }
    assert!(mail.references().iter().chain(&mail.message_id()).all(|id| !id.is_empty()));
    assert!(mail.filenames().iter().all(|name| !name.is_empty()));
    mail.date_ms();
    mail.list_id();
    mail.has_attachment();
}

/// An address is written on lines that do not end a field.
fn written(address: &Address) {
    assert!(address.to_field().replace("\r\n ", "").chars().all(|letter| !letter.is_control()));
}

fn part(mail: &Mail<'_>, shown: &Part<'_>) {
    assert!(mail.root.find(&shown.part_id).is_some_and(|found| std::ptr::eq(found, shown)));
    match &shown.body {
        Body::Inline { size, .. } => assert_eq!(shown.decoded().len(), *size),
        Body::Attachment { size } => {
            assert_eq!(mail.attachment(&shown.part_id).map(|bytes| bytes.len()), Some(*size));
        }
        Body::Container => assert_eq!(mail.attachment(&shown.part_id), None),
    }
    shown.parts.iter().for_each(|inner| part(mail, inner));
}

fn file(raw: &[u8]) {
    let mut file = Vec::new();
    write(raw, "a@b.c", 0, &mut file);
    for piece_bytes in [1, 7, file.len()] {
        let mut splitter = Splitter::new(file.len());
        let mut mails: Vec<_> = file.chunks(piece_bytes).flat_map(|piece| splitter.push(piece)).collect();
        mails.extend(splitter.finish());
        let mails: Vec<_> = mails.into_iter().filter_map(|mail| mail.raw).collect();
        let ended = if raw.ends_with(b"\n") { raw.to_vec() } else { [raw, b"\n"].concat() };
        assert_eq!(mails, [ended]);
    }
}
