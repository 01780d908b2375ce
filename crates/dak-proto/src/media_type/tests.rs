use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

use super::check_json;

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
