use http::{HeaderMap, HeaderValue};
use url::Url;

use super::{NAME_BYTES_MAX, of_answer, of_url, safe};

/// (a name from elsewhere, what it is here)
const NAMES: &[(&str, Option<&str>)] = &[
    ("a.txt", Some("a.txt")),
    ("চিঠি.txt", Some("চিঠি.txt")),
    ("a b", Some("a b")),
    ("../../etc/passwd", Some("passwd")),
    ("/etc/passwd", Some("passwd")),
    ("..\\..\\boot.ini", Some("boot.ini")),
    ("C:evil", Some("C_evil")),
    (".bashrc", Some("bashrc")),
    ("...", None),
    ("..", None),
    (" . .x", Some("x")),
    ("a.", Some("a")),
    ("a/", None),
    ("", None),
    ("a\u{1b}[2Jb\r\nc\0d", Some("a_[2Jb__c_d")),
    ("gpj.\u{202e}exe", Some("gpj._exe")),
    ("-rf", Some("_rf")),
    (" --force", Some("_-force")),
    ("x-y", Some("x-y")),
    // What a download beside it would go on from.
    ("x.bin.part", Some("x.bin_part")),
    ("x.bin.part.json", Some("x.bin_part.json")),
    ("x.bin.part.json.new", Some("x.bin_part.json.new")),
    ("x.bin.PART. ", Some("x.bin_PART")),
    (".part", Some("part")),
    ("..part.json", Some("part.json")),
    ("চ.part", Some("চ_part")),
    ("film.part1.rar", Some("film.part1.rar")),
    ("x.partial", Some("x.partial")),
    ("a|b*?\"<>", Some("a_b_____")),
];

#[test]
fn a_stranger_s_name_becomes_a_plain_one() {
    for (name, wanted) in NAMES {
        assert_eq!(safe(name).as_deref(), *wanted, "{name:?}");
    }
    let long = safe(&"চ".repeat(500)).unwrap();
    assert!(long.len() <= NAME_BYTES_MAX && long.len() > NAME_BYTES_MAX - 4, "{}", long.len());
}

#[test]
fn a_url_gives_its_last_part() {
    let cases = [
        ("http://h/a/b.png?alt=media", "b.png"),
        ("http://h/a/b/", "b"),
        ("http://h/a%20b%2Fc", "c"),
        ("http://h/x.bin.part", "x.bin_part"),
        ("http://h/x.bin%2epart.json", "x.bin_part.json"),
        ("http://h/%2e%2e%2f", "download"),
        ("http://h/%E0%A6%9A.txt#x", "চ.txt"),
        ("http://h", "download"),
        ("http://h/", "download"),
    ];
    for (url, name) in cases {
        assert_eq!(of_url(&Url::parse(url).unwrap()), name, "{url}");
    }
}

#[test]
fn an_answer_may_name_it() {
    let mut headers = HeaderMap::new();
    assert_eq!(of_answer(&headers), None);
    for (value, name) in [("attachment; filename=\"x/../y.txt\"", Some("y.txt")), ("attachment; filename=\"..\"", None)]
    {
        headers.insert("content-disposition", HeaderValue::from_static(value));
        assert_eq!(of_answer(&headers).as_deref(), name, "{value}");
    }
}
