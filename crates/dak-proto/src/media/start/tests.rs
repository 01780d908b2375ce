use http::{HeaderMap, HeaderName, Method};

use super::{CreatedStatus, Limits, Start, Way, content_type};
use crate::media::receiver::Dialect;

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    fields.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
}

fn start(upload_type: &str, protocol: &str, fields: &[(&'static str, &str)]) -> Result<Start, String> {
    fn given(text: &str) -> Option<&str> {
        Some(text).filter(|text| !text.is_empty())
    }
    let start = Start::parse(given(upload_type), given(protocol), &headers(fields));
    start.map_err(|fault| fault.reason.into()).and_then(|start| start.ok_or_else(|| "none".to_owned()))
}

#[test]
fn the_way_is_chosen_by_parameter_or_header() {
    let goog = |value: &'static str| [("x-goog-upload-protocol", value)];
    let command = [("x-goog-upload-command", "start")];
    #[allow(clippy::type_complexity, reason = "a table says what its columns are")]
    let cases: [(&str, &str, &[(&'static str, &str)], Result<(Way, Dialect), &str>); 15] = [
        ("media", "", &[], Ok((Way::Simple, Dialect::Range))),
        ("multipart", "", &[], Ok((Way::Multipart, Dialect::Range))),
        ("resumable", "", &[], Ok((Way::Resumable, Dialect::Range))),
        ("", "raw", &[], Ok((Way::Simple, Dialect::Range))),
        ("", "multipart", &[], Ok((Way::Multipart, Dialect::Range))),
        ("", "resumable", &[], Ok((Way::Resumable, Dialect::Range))),
        (
            "",
            "",
            &[("x-goog-upload-protocol", "resumable"), ("x-goog-upload-command", "start")],
            Ok((Way::Resumable, Dialect::Goog)),
        ),
        ("", "", &goog("resumable"), Err("invalidHeader")),
        ("", "", &[("x-goog-upload-command", "query")], Err("invalidHeader")),
        ("", "", &goog("raw"), Ok((Way::Simple, Dialect::Goog))),
        ("media", "", &goog("multipart"), Ok((Way::Multipart, Dialect::Goog))),
        ("", "", &command, Ok((Way::Resumable, Dialect::Goog))),
        ("", "", &[], Err("none")),
        ("tus", "", &[], Err("unsupportedMediaProtocol")),
        ("", "", &goog("tus"), Err("unsupportedMediaProtocol")),
    ];
    for (upload_type, protocol, fields, expected) in cases {
        let found = start(upload_type, protocol, fields).map(|start| (start.way, start.dialect));
        assert_eq!(found, expected.map_err(str::to_owned), "{upload_type} {protocol} {fields:?}");
    }
}

#[test]
fn both_protocols_declare_type_and_length() {
    let cases: [(&[(&'static str, &str)], Option<u64>, Option<&str>); 8] = [
        (&[("x-upload-content-length", "10"), ("x-upload-content-type", "image/png")], Some(10), Some("image/png")),
        (&[("x-upload-content-length", "null")], None, None),
        (&[("x-upload-content-length", "-1")], None, None),
        (&[("x-upload-content-length", "99999999999999999999")], Some(u64::MAX), None),
        (&[("x-goog-upload-header-content-length", "7")], Some(7), None),
        (&[("x-goog-upload-raw-size", "8"), ("x-goog-upload-content-type", "a/b")], Some(8), Some("a/b")),
        (&[("x-goog-upload-header-content-type", "a/b")], None, Some("a/b")),
        (&[("x-upload-content-type", "")], None, None),
    ];
    for (fields, length, content_type) in cases {
        let declared = start("resumable", "", fields).unwrap().declared;
        assert_eq!((declared.length, declared.content_type.as_deref()), (length, content_type), "{fields:?}");
    }
    assert_eq!(
        start("resumable", "", &[("x-goog-hash", "crc32c=4waSgw==")]).unwrap().declared.digests.crc32c,
        Some(0xe306_9283)
    );
    for fields in [
        &[("x-goog-hash", "crc32c=?")][..],
        &[("x-upload-content-length", "10"), ("x-upload-content-length", "99")],
        &[("x-upload-content-type", "a/b"), ("x-upload-content-type", "a/c")],
    ] {
        assert_eq!(start("resumable", "", fields), Err("invalidHeader".to_owned()), "{fields:?}");
    }
}

#[test]
fn what_a_method_does_not_take_is_refused_at_the_beginning() {
    let length = |length: &'static str| [("x-upload-content-length", length)];
    let kind = |kind: &'static str| [("x-upload-content-type", kind)];
    let cases: [(&str, &[&str], &[(&'static str, &str)], u16, &str); 12] = [
        ("resumable", &["message/*"], &kind("message/rfc822"), 0, ""),
        ("resumable", &["message/*"], &kind("MESSAGE/RFC822; charset=utf-8"), 0, ""),
        ("resumable", &["message/*"], &kind("text/plain"), 400, "badContent"),
        ("resumable", &["message/*"], &kind("messages/x"), 400, "badContent"),
        ("resumable", &["image/png", "image/jpeg"], &kind("image/jpeg"), 0, ""),
        ("resumable", &["image/png"], &kind("image/pngx"), 400, "badContent"),
        ("resumable", &["*/*"], &kind("nonsense"), 0, ""),
        ("resumable", &[], &kind("nonsense"), 0, ""),
        ("resumable", &["message/*"], &[], 0, ""),
        ("resumable", &["*/*"], &length("100"), 0, ""),
        ("resumable", &["*/*"], &length("101"), 413, "uploadTooLarge"),
        ("multipart", &["*/*"], &[], 400, "unsupportedMediaProtocol"),
    ];
    for (upload_type, accept, fields, code, reason) in cases {
        let accept: Vec<String> = accept.iter().map(|&kind| kind.to_owned()).collect();
        let limits = Limits { accept: &accept, length_max: Some(100), multipart: false, resumable: true };
        let refused = limits.check(&start(upload_type, "", fields).unwrap()).err();
        let (found, why) = refused.map_or((0, String::new()), |fault| (fault.code, fault.reason.into()));
        assert_eq!((found, why.as_str()), (code, reason), "{accept:?} {fields:?}");
    }
}

/// `U8`
#[test]
fn a_session_ends_with_201_where_something_was_made_and_its_client_takes_that() {
    let cases: [(Method, CreatedStatus, &[(&'static str, &str)], u16); 10] = [
        (Method::PUT, CreatedStatus::Always201, &[], 200),
        (Method::POST, CreatedStatus::Always201, &[("user-agent", "gcloud-python/3.17.1")], 201),
        (Method::POST, CreatedStatus::ByClient, &[], 201),
        (Method::PUT, CreatedStatus::ByClient, &[], 200),
        (Method::PATCH, CreatedStatus::ByClient, &[], 200),
        (Method::POST, CreatedStatus::Always200, &[], 200),
        (Method::POST, CreatedStatus::ByClient, &[("user-agent", "python-requests/2.32")], 201),
        (Method::POST, CreatedStatus::ByClient, &[("user-agent", "gcloud-python/3.17.1 x")], 200),
        (Method::POST, CreatedStatus::ByClient, &[("x-goog-api-client", "gl-python/3.11 gccl/3.17.1")], 200),
        (Method::POST, CreatedStatus::ByClient, &[("user-agent", "gl-python/3.11.7 gapic/3.47.0 gccl/3.47.0")], 200),
    ];
    for (method, rule, fields, code) in cases {
        assert_eq!(rule.code(&method, &headers(fields)), code, "{method} {rule:?} {fields:?}");
    }
}

#[test]
fn media_without_a_type_is_bytes() {
    assert_eq!(content_type(&headers(&[])), "application/octet-stream");
    assert_eq!(content_type(&headers(&[("content-type", " ")])), "application/octet-stream");
    assert_eq!(content_type(&headers(&[("content-type", "text/plain; charset=utf-8")])), "text/plain; charset=utf-8");
}

#[test]
fn one_request_brings_the_whole() {
    // (the way, its Content-Range, the length that is declared, whether that is the whole)
    let cases = [
        ("media", "bytes 0-2/3", "3", true),
        ("media", "bytes 0-2/3", "", true),
        ("media", "bytes 0-*/*", "", true),
        ("media", "bytes 0-2/9", "3", false),
        ("media", "bytes 0-9/10", "3", false),
        ("media", "bytes 3-5/6", "3", false),
        ("media", "bytes */3", "3", false),
        ("media", "three", "3", false),
        ("multipart", "bytes 0-2/9", "", false),
        ("resumable", "bytes 0-2/9", "", true),
    ];
    for (way, range, length, is_whole) in cases {
        let fields = [("content-range", range), ("x-upload-content-length", length)];
        let checked = start(way, "", &fields).unwrap().check_whole(&headers(&fields));
        assert_eq!(checked.is_ok(), is_whole, "{way} {range} {length}");
    }
}
