use std::path::Path;

use super::of_path;

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
