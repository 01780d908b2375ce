use http::HeaderValue;
use proptest::prelude::*;

use super::{attachment, file_name};

/// (value, the name in it)
const VALUES: &[(&str, Option<&str>)] = &[
    ("attachment; filename=\"a.txt\"", Some("a.txt")),
    ("attachment; filename=a.txt", Some("a.txt")),
    ("inline;filename = \"a.txt\" ", Some("a.txt")),
    ("attachment; FileName=\"a b;c=d.txt\"; size=3", Some("a b;c=d.txt")),
    ("attachment; filename=\"a\\\"b\\\\c\"", Some("a\"b\\c")),
    ("attachment; filename=\"open", Some("open")),
    ("attachment; filename=\"e.txt\"; filename*=UTF-8''%E2%82%AC.txt", Some("€.txt")),
    ("attachment; filename*=utf-8'en'%E2%82%AC.txt; filename=e.txt", Some("€.txt")),
    // Another charset, or bytes that are none: the plain name.
    ("attachment; filename*=ISO-8859-1''%A3.txt; filename=e.txt", Some("e.txt")),
    ("attachment; filename*=UTF-8''%FF; filename=e.txt", Some("e.txt")),
    ("attachment; filename*=broken; filename=e.txt", Some("e.txt")),
    // The first of two.
    ("attachment; filename=a; filename=b", Some("a")),
    // It is not judged here.
    ("attachment; filename=\"../../etc/passwd\"", Some("../../etc/passwd")),
    ("attachment", None),
    ("attachment; filename=\"\"", None),
    ("attachment; filename", None),
    ("attachment; stray; filename=a", Some("a")),
    ("filename=a", None),
    ("", None),
    (";", None),
    ("; =", None),
];

#[test]
fn the_name_is_found() {
    for (value, name) in VALUES {
        assert_eq!(file_name(&HeaderValue::from_str(value).unwrap()).as_deref(), *name, "{value}");
    }
}

#[test]
fn names_are_written_for_old_readers_and_as_they_are() {
    let cases = [
        ("a b.txt", "attachment; filename=\"a b.txt\""),
        ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ("a\"b", "attachment; filename=\"a_b\"; filename*=UTF-8''a%22b"),
        ("a\r\nX: y", "attachment; filename=\"a__X: y\"; filename*=UTF-8''a%0D%0AX%3A%20y"),
    ];
    for (name, value) in cases {
        assert_eq!(attachment(name), value);
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(name in ".+") {
        prop_assert_eq!(file_name(&attachment(&name)), Some(name));
    }

    #[test]
    fn anything_can_be_read(value in "\\PC*") {
        if let Ok(value) = HeaderValue::from_str(&value) {
            let _ = file_name(&value);
        }
    }
}
