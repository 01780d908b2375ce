use std::path::Path;

use super::{is_one, of_path};

#[test]
fn the_ending_tells() {
    let cases = [
        ("a/mail.eml", "message/rfc822"),
        ("A.JPG", "image/jpeg"),
        ("archive.tar.gz", "application/gzip"),
        ("none", "application/octet-stream"),
        (".eml", "application/octet-stream"),
        ("what.xyz", "application/octet-stream"),
        ("চিঠি.txt", "text/plain"),
    ];
    for (name, media_type) in cases {
        assert_eq!(of_path(Path::new(name)), media_type, "{name}");
    }
}

#[test]
fn a_type_has_two_parts() {
    for good in ["image/png", "text/plain; charset=utf-8", "application/vnd.a+json", "text/plain ;a=b"] {
        assert!(is_one(good.as_bytes()), "{good}");
    }
    for bad in ["", "image", "image/", "/png", "a/b/c", "image png/x", "image/p ng", ";a=b"] {
        assert!(!is_one(bad.as_bytes()), "{bad}");
    }
}
