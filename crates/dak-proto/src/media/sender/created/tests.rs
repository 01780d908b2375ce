use http::{HeaderMap, HeaderName, HeaderValue};

use super::{created, is_page, is_told};
use crate::media::sender::Failure;

fn headers(name: &'static str, value: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))])
}

/// `U16`
#[test]
fn a_page_is_no_resource() {
    let cases = [
        ("text/html", "<!DOCTYPE html>", true),
        ("Text/HTML; charset=utf-8", "\u{feff}\r\n <html>", true),
        ("application/xhtml+xml", "<?xml version=\"1.0\"?>", true),
        // Google's servers say so of answers without a body, and plain servers of all their answers.
        ("text/html; charset=UTF-8", "", false),
        ("text/html", "done", false),
        ("text/html", "{\"id\": \"1\"}", false),
        ("application/json", "<", false),
        ("application/xml", "<entry/>", false),
    ];
    for (media_type, body, wanted) in cases {
        let headers = headers("content-type", media_type);
        assert_eq!(is_page(200, &headers, body.as_bytes()), wanted, "{media_type}: {body}");
        assert!(!is_page(201, &headers, body.as_bytes()), "so servers of WebDAV say that a file is there");
    }
}

/// An answer without a body tells in its headers what was created.
#[test]
fn what_was_created_is_told_without_a_body() {
    let cases = [
        ("x-goog-stored-content-length", "9", true, None),
        ("x-goog-stored-content-length", "8", true, Some(Failure::Incomplete(8))),
        ("x-goog-stored-content-length", "nine", false, None),
        ("x-goog-hash", "crc32c=4waSgw==", true, None),
        ("x-goog-hash", "md5=JfnnlDI7RTiF9RgfG2JNCw==", false, None),
    ];
    for (name, value, is_proof, wrong) in cases {
        let headers = headers(name, value);
        assert_eq!(
            (is_told(&headers, b""), created(None, Some(9), &headers, b"")),
            (is_proof, wrong),
            "{name}: {value}"
        );
    }
}
