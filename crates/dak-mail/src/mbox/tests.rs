use proptest::prelude::*;

use super::{Entry, Splitter, write};

/// The mails of a file that comes in pieces of this size.
fn split(file: &[u8], piece_bytes: usize, mail_bytes_max: usize) -> Vec<Entry> {
    let mut splitter = Splitter::new(mail_bytes_max);
    let mut mails: Vec<Entry> = file.chunks(piece_bytes).flat_map(|piece| splitter.push(piece)).collect();
    mails.extend(splitter.finish());
    mails
}

const FROM: &str = "From a@b Thu Jan  1 00:00:00 1970\n";

#[test]
fn files_of_others_are_read() {
    let cases: &[(String, &[&str])] = &[
        (String::new(), &[]),
        ("\n\n".into(), &[]),
        (format!("{FROM}a: 1\n\ntext\n\n{FROM}a: 2\n"), &["a: 1\n\ntext\n", "a: 2\n"]),
        (format!("{FROM}a: 1\n{FROM}a: 2\n\n"), &["a: 1\n", "a: 2\n"]),
        (format!("{FROM}a\n\n\n\n{FROM}b"), &["a\n\n\n", "b"]),
        ("From anything\r\na: 1\r\n\r\nFrom here on\r\n\r\n".into(), &["a: 1\r\n\r\nFrom here on\r\n"]),
        ("From 1234@xxx Thu Nov 05 12:34:56 +0000 2026\r\na\r\n".into(), &["a\r\n"]),
        (format!("{FROM}>From x\n>>From y\n>from z\n> From\n"), &["From x\n>From y\n>from z\n> From\n"]),
        (format!("\na: 1\n\ntext\n{FROM}b"), &["a: 1\n\ntext\n", "b"]),
        (format!("{FROM}{FROM}"), &["", ""]),
        (format!("{FROM}{}\n\n{FROM}b\n", "x".repeat(3000)), &[&format!("{}\n", "x".repeat(3000)), "b\n"]),
    ];
    for (file, expected) in cases {
        for piece_bytes in [1, 7, usize::MAX] {
            let mails = split(file.as_bytes(), piece_bytes, usize::MAX);
            let raw: Vec<_> = mails.iter().filter_map(|mail| mail.raw.as_deref()).collect();
            let raw: Vec<_> = raw.into_iter().map(String::from_utf8_lossy).collect();
            assert_eq!(&raw, expected, "{file}");
        }
    }
}

/// The time before a mail, as this program writes it and others do (`G71`).
#[test]
fn the_time_before_a_mail_is_read() {
    let mut own = Vec::new();
    write(b"a\n", "a@b", 1_793_881_996_789, &mut own);
    let own = String::from_utf8(own).unwrap();
    for (line, expected) in [
        (own.lines().next().unwrap(), Some(1_793_881_996_000)),
        ("From a@b Thu Jan  1 00:00:00 1970", Some(0)),
        ("From 1234@xxx Thu Nov 05 12:33:16 +0000 2026", Some(1_793_881_996_000)),
        ("From a Thu Nov 5 14:33:16 2026 +0200", Some(1_793_881_996_000)),
        ("From a Thu Nov 5 12:33:16 UTC 2026", Some(1_793_881_996_000)),
        ("From a Thu Nov 5 12:33 2026", None),
        ("From a Thu Feb 30 12:33:16 2026", None),
        ("From a Thu Nov 5 12:33:16", None),
        ("From a", None),
    ] {
        let mails = split(format!("{line}\na\n").as_bytes(), 7, usize::MAX);
        assert_eq!((mails[0].date_ms, mails[0].date_ms_of_undated()), (expected, expected), "{line}");
    }
    let dated = split(format!("{FROM}Subject: a\ndate: never\n\nDate: x\n").as_bytes(), 7, usize::MAX);
    assert_eq!((dated[0].date_ms, dated[0].date_ms_of_undated()), (Some(0), None));
}

#[test]
fn mails_that_are_too_large_are_passed_over() {
    let file = format!("{FROM}{}{FROM}small\n", "large\n".repeat(1000));
    let mails = split(file.as_bytes(), 100, 1000);
    assert_eq!(mails.iter().map(|mail| mail.raw.as_deref()).collect::<Vec<_>>(), [None, Some(&b"small\n"[..])]);
}

#[test]
fn reading_goes_on_where_a_mail_ended() {
    let file = format!("{FROM}a\n>From b\n\n{FROM}b\n\n{FROM}c\n\n");
    let mails = split(file.as_bytes(), 5, usize::MAX);
    let ends: Vec<u64> = mails.iter().map(|mail| mail.range.end).collect();
    let starts: Vec<u64> = mails.iter().map(|mail| mail.range.start).collect();
    assert_eq!((starts[0], &starts[1..], ends[2]), (0, &ends[..2], file.len() as u64));
    for (index, start) in starts.into_iter().enumerate() {
        let rest = split(&file.as_bytes()[start as usize..], 5, usize::MAX);
        assert_eq!(rest.len(), mails.len() - index);
        assert_eq!(rest[0].raw, mails[index].raw);
    }
}

proptest! {
    /// What was written is read, byte for byte, however the file comes.
    #[test]
    fn files_are_read_as_they_were_written(
        mails in prop::collection::vec("((>{0,2}From |a: b|\r?\n|é){0,12})\n", 0..5),
        piece_bytes in 1..60_usize,
    ) {
        let mut file = Vec::new();
        mails.iter().for_each(|mail| write(mail.as_bytes(), "a b\n@c", 0, &mut file));
        let read: Vec<_> = split(&file, piece_bytes, usize::MAX).into_iter().filter_map(|mail| mail.raw).collect();
        prop_assert_eq!(read, mails.into_iter().map(String::into_bytes).collect::<Vec<_>>());
    }

    /// Every byte of a file belongs to one mail, save empty lines before the first.
    #[test]
    fn nothing_is_lost(lines in prop::collection::vec(prop::sample::select(vec![FROM, "\n", "\r\n", ">From x\n", "y"]), 0..20)) {
        let file = lines.concat();
        let mails = split(file.as_bytes(), 3, usize::MAX);
        prop_assert!(mails.windows(2).all(|pair| pair[0].range.end == pair[1].range.start));
        prop_assert!(mails.last().is_none_or(|mail| mail.range.end == file.len() as u64));
    }
}
