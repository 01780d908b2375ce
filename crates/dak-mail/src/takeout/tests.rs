use bytes::Bytes;
use proptest::prelude::*;

use super::{ARCHIVED, NAMES, OPENED, close, open, parse, write};
use crate::labels::check_name;

/// (as Takeout writes it, the labels)
const FIELDS: &[(&str, &[&str])] = &[
    ("Inbox,Important,Opened", &["INBOX", "IMPORTANT"]),
    ("Archived,Unread", &["UNREAD"]),
    ("Sent, Opened , Category Personal", &["SENT", "CATEGORY_PERSONAL"]),
    ("inbox,STARRED,YELLOW_STAR", &["INBOX", "STARRED", "YELLOW_STAR"]),
    ("Work/To do,কাজ,\"Foo, Bar\",\"a \"\"b\"\"\"", &["Work/To do", "কাজ", "Foo, Bar", "a \"b\""]),
    ("Drafts,Draft,Spam,Trash,Chat", &["DRAFT", "SPAM", "TRASH", "CHAT"]),
    ("Category Purchases", &["CATEGORY_UPDATES"]),
    ("5\" screens,\"open", &["5\" screens", "open"]),
    ("", &[]),
    (",,Opened,", &[]),
];

#[test]
fn takeout_s_names_become_labels() {
    for (field, labels) in FIELDS {
        assert_eq!(parse(field), *labels, "{field}");
    }
}

/// (labels, as they are written)
#[test]
fn labels_become_takeout_s_names() {
    for (labels, field) in [
        (&["INBOX", "UNREAD"][..], "Inbox,Unread"),
        (&["IMPORTANT"], "Archived,Important,Opened"),
        (&[], "Archived,Opened"),
        (&["SENT", "Foo, \"Bar\"", "কাজ"], "Sent,\"Foo, \"\"Bar\"\"\",কাজ,Opened"),
        (&["CATEGORY_UPDATES", "DRAFT", "YELLOW_STAR"], "Category Updates,Drafts,YELLOW_STAR,Opened"),
    ] {
        assert_eq!(write(labels), field);
    }
}

/// G46: a label of such a name would not come back.
#[test]
fn no_label_can_have_takeout_s_names() {
    for name in NAMES.iter().map(|(name, _)| *name).chain([OPENED, ARCHIVED]) {
        assert!(check_name(name, "en").is_err(), "{name}");
    }
}

/// (a mail as it comes from Takeout, the labels, the thread, the mail)
#[test]
fn takeout_s_fields_are_taken_off() {
    for (mail, wanted) in [
        (
            "X-GM-THRID: 17\r\nX-Gmail-Labels: =?UTF-8?Q?Inbox,=E0=A6=95?=\r\n =?UTF-8?Q?,Opened?=\r\nSubject: a\r\n\r\nb",
            Some((&["INBOX", "ক"][..], Some("17"), "Subject: a\r\n\r\nb")),
        ),
        (
            "Subject: a\nx-gmail-labels: Sent,Unread\nTo: b\n\nc\n",
            Some((&["SENT", "UNREAD"], None, "Subject: a\nTo: b\n\nc\n")),
        ),
        ("X-GM-THRID:\nX-Gmail-Labels:\n", Some((&[], None, ""))),
        (
            "X-GM-THRID: 1\nX-Gmail-Labels: Sent\nX-GM-THRID: 2\nX-Gmail-Labels: Spam\n\nb",
            Some((&["SENT"], Some("1"), "X-GM-THRID: 2\nX-Gmail-Labels: Spam\n\nb")),
        ),
        ("X-Gmail-Labels: Sent\nX-GM-THRID: 2\n\nb", Some((&["SENT"], None, "X-GM-THRID: 2\n\nb"))),
        ("Subject: a\n\nX-Gmail-Labels: Inbox\n", None),
        ("X-GM-THRID: 17\n\n", None),
    ] {
        let opened = open(mail.as_bytes());
        let wanted = wanted.map(|(labels, thread, mail)| {
            (
                labels.iter().map(ToString::to_string).collect(),
                thread.map(str::to_owned),
                Bytes::from_static(mail.as_bytes()),
            )
        });
        assert_eq!(opened.map(|opened| (opened.labels, opened.thread, opened.mail)), wanted, "{mail}");
    }
}

proptest! {
    #[test]
    fn what_is_put_on_is_taken_off(names in prop::collection::vec("[a-z,\" কখ=?]{0,30}[a-zকখ]", 0..9), thread in prop::option::of("[0-9]{1,19}"), crlf: bool) {
        let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
        let mail = "Subject: a\r\n\r\nb".replace("\r\n", if crlf { "\r\n" } else { "\n" });
        let closed = close(&names, thread.as_deref(), mail.as_bytes());
        let opened = open(&closed).unwrap();
        prop_assert_eq!(parse(&write(&names)), opened.labels);
        prop_assert_eq!((opened.mail, opened.thread), (Bytes::from(mail), thread));
    }

    #[test]
    fn what_is_written_is_read(names in prop::collection::vec("[A-Za-z,\" কখ/]{0,3}[a-zকখ]", 0..5)) {
        let mut labels: Vec<String> = vec!["INBOX".to_owned()];
        for name in names {
            if !labels.contains(&name.trim().to_owned()) {
                labels.push(name.trim().to_owned());
            }
        }
        prop_assert_eq!(parse(&write(&labels)), labels);
    }
}
