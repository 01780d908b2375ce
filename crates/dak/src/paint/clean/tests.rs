use super::*;

const CASES: [(&[u8], &str); 9] = [
    (b"plain\ttext\n", "plain\ttext\n"),
    ("বাংলা é 😀".as_bytes(), "বাংলা é 😀"),
    (b"\x1b[31mred\x07", "\\u001b[31mred\\u0007"),
    (b"a\r\nb\rc\r", "a\r\nb\\u000dc\\u000d"),
    ("C1 \u{9b}31m, DEL \u{7f}".as_bytes(), "C1 \\u009b31m, DEL \\u007f"),
    (b"\x9b31m", "\u{fffd}31m"),
    (b"cut \xe0\xa6", "cut \u{fffd}"),
    (b"\0", "\\u0000"),
    (b"\xf0\x9f\xff\xc3", "\u{fffd}\u{fffd}\u{fffd}"),
];

#[test]
fn nothing_that_commands_a_terminal_gets_through() {
    for (bytes, expected) in CASES {
        let mut out = Vec::new();
        let mut cleaner = Cleaner::default();
        cleaner.feed(bytes, &mut out);
        cleaner.finish(&mut out);
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}

#[test]
fn the_cuts_of_a_stream_do_not_show() {
    for (bytes, expected) in CASES {
        for size in 1..4 {
            let mut out = Vec::new();
            let mut cleaner = Cleaner::default();
            bytes.chunks(size).for_each(|piece| cleaner.feed(piece, &mut out));
            cleaner.finish(&mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected, "pieces of {size}");
        }
    }
}
