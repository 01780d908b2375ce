use proptest::prelude::*;

use super::{date, is_there, split, with, with_from, with_missing, without, without_bcc};
use crate::mime::Address;

#[test]
fn headers_are_replaced_and_all_else_stays() {
    let cases = [
        ("a: 1\nb: 2\n\nb: body\n", "b", "x", "a: 1\nb: x\n\nb: body\n"),
        ("b: 1\n fold\na: 2\r\nB: 3\r\n\r\n", "b", "x", "b: x\na: 2\r\n\r\n"),
        ("a: 1\r\n\r\nt", "b", "x", "b: x\r\na: 1\r\n\r\nt"),
        ("text", "b", "x", "b: x\r\n\r\ntext"),
        ("\ntext", "b", "x", "b: x\n\ntext"),
        ("", "b", "x", "b: x\r\n\r\n"),
        ("From me\na: 1\n", "b", "x", "From me\nb: x\na: 1\n"),
        ("a: 1\r\n", "a", "x\r\n y\r\n\r\nz", "a: x\r\n y\r\n z\r\n"),
        ("a: 1", "a", "x", "a: x\r\n"),
    ];
    for (raw, name, value, expected) in cases {
        assert_eq!(String::from_utf8_lossy(&with(raw.as_bytes(), name, value)), expected, "{raw}");
    }
}

#[test]
fn headers_are_added_where_they_lack() {
    assert_eq!(with_missing(b"date: d\n\n", "Date", "x"), b"date: d\n\n");
    assert_eq!(with_missing(b"a: 1\n\nDate: d\n", "Date", "x"), b"Date: x\na: 1\n\nDate: d\n");
}

#[test]
fn blind_recipients_are_seen_by_nobody() {
    let raw = b"To: a\r\nBCC : b,\r\n\tc\r\nSubject: s\r\nbcc:d\r\nResent-Bcc: e\r\n\r\nBcc: f\r\n";
    assert_eq!(without_bcc(raw), b"To: a\r\nSubject: s\r\n\r\nBcc: f\r\n");
    // Not even behind more headers than are ever shown.
    let many = [b"a: 1\n".repeat(100_000), b"Bcc: b\n\n".to_vec()].concat();
    assert!(!is_there(&without_bcc(&many), "bcc"));
}

#[test]
fn the_sender_is_replaced() {
    let from = Address { name: "Eva M.".into(), address: "e@m.de".into() };
    assert_eq!(with_from(b"From: x\r\n\r\n", &from), b"From: \"Eva M.\" <e@m.de>\r\n\r\n");
}

#[test]
fn moments_are_written_as_dates() {
    let cases = [(0, "Thu, 01 Jan 1970 00:00:00 +0000"), (1_795_860_480_999, "Sat, 28 Nov 2026 10:08:00 +0000")];
    for (time_ms, expected) in cases {
        assert_eq!(date(time_ms), expected);
    }
    assert_eq!(date(i64::MAX), date(0));
}

proptest! {
    /// What is done to the head alone is what is done to the mail.
    #[test]
    fn the_rest_stays_as_it_is(raw in "(From x\n)?([ab]: ?[xy]?\r?\n|[ \txy:]\n?|\r?\n){0,12}") {
        let raw = raw.as_bytes();
        let (head, rest) = split(raw);
        prop_assert_eq!([head, rest].concat(), raw);
        for name in ["a", "b", "c"] {
            prop_assert_eq!(is_there(head, name), is_there(raw, name));
            prop_assert_eq!([&with(head, name, "v"), rest].concat(), with(raw, name, "v"));
            prop_assert_eq!([&without(head, &[name]), rest].concat(), without(raw, &[name]));
        }
    }

    /// What was put in is there, once, and can be taken out again without a trace.
    #[test]
    fn what_is_put_in_can_be_taken_out(raw in "([a-c]: [x-z]\r\n){0,4}(\r\n)(.{0,40})") {
        let raw = raw.as_bytes();
        let added = with(raw, "X-New", "value");
        prop_assert!(is_there(&added, "x-new"));
        prop_assert_eq!(without(&added, &["X-NEW"]), raw);
    }
}
