use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

use super::{check_json, is_media, is_passive};

/// (Content-Type, whether a body of it is read as JSON)
const TYPES: [(&[u8], bool); 11] = [
    (b"application/json", true),
    (b"Application/JSON; charset=UTF-8", true),
    (b"text/json", true),
    (b"application/merge-patch+json", true),
    (b"application/problem+json", true),
    (b"application/json-patch+json", false),
    (b"application/x-www-form-urlencoded", false),
    (b"text/plain", false),
    (b"multipart/form-data; boundary=json", false),
    (b"", false),
    (b"\xff", false),
];

#[test]
fn what_counts_as_json() {
    assert_eq!(check_json(&HeaderMap::new()), Ok(()));
    for (value, is_json) in TYPES {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_bytes(value).unwrap())]);
        let checked = check_json(&headers).map_err(|fault| fault.code);
        assert_eq!(checked, if is_json { Ok(()) } else { Err(415) }, "{}", value.escape_ascii());
    }
}

/// (Content-Type, whether it can only be media, whether a browser may show it)
const MEDIA: [(&str, bool, bool); 12] = [
    ("message/rfc822", true, false),
    ("Image/PNG", true, true),
    ("image/svg+xml", true, false),
    ("video/mp4; codecs=x", true, true),
    ("application/octet-stream", true, false),
    ("multipart/related; boundary=b", true, false),
    ("text/plain; charset=utf-8", false, true),
    ("text/html", false, false),
    ("application/pdf", false, false),
    ("application/json", false, false),
    ("application/x-www-form-urlencoded", false, false),
    ("", false, false),
];

#[test]
fn what_is_media_and_what_may_be_shown() {
    for (value, media, passive) in MEDIA {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(value))]);
        assert_eq!((is_media(&headers), is_passive(value)), (media, passive), "{value}");
    }
}
