use super::labels;

#[test]
fn marks_become_labels() {
    for (head, expected) in [
        ("Subject: a", &[][..]),
        ("Status: RO\nX-Status: ", &[]),
        ("Status: O", &["UNREAD"]),
        ("Status:", &["UNREAD"]),
        ("status: R\nX-Status: AF", &["STARRED"]),
        ("Status: O\nX-Status: F", &["UNREAD", "STARRED"]),
        ("X-Status: D\nStatus: RO", &["TRASH"]),
        ("Status: open", &[]),
        ("Status: NEW", &[]),
        ("X-Mozilla-Status: 0001", &[]),
        ("X-Mozilla-Status: 0000\nX-Mozilla-Status2: 00000000", &["UNREAD"]),
        ("X-Mozilla-Status: 0005", &["STARRED"]),
        ("X-Mozilla-Status: 0009", &["TRASH"]),
        ("X-Mozilla-Status: many", &[]),
    ] {
        for end in ["\n", "\r\n"] {
            let mail = format!("From: a@b.c\n{head}\n\nStatus: O\n").replace('\n', end);
            assert_eq!(labels(mail.as_bytes()), expected, "{head}");
        }
    }
}
