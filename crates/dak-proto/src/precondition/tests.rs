use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::{Conditions, Verdict};
use crate::etag::{Comparison, Etag};

const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
const CHANGED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";
const CHANGED_S: u64 = 784_111_777;

const GO: Verdict = Verdict::Proceed;
const SAME: Verdict = Verdict::NotModified;
const MATCH: Verdict = Verdict::Failed { header: "If-Match" };
const NONE: Verdict = Verdict::Failed { header: "If-None-Match" };
const UNMODIFIED: Verdict = Verdict::Failed { header: "If-Unmodified-Since" };

fn conditions(lines: &[(&str, &str)]) -> Conditions {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
    }
    Conditions::from_headers(&headers)
}

fn verdicts(lines: &[(&str, &str)], current: Option<&str>, modified_s: Option<u64>) -> [Verdict; 2] {
    let current = current.map(|opaque| Etag::from_opaque(opaque).unwrap());
    [Method::GET, Method::PATCH]
        .map(|method| conditions(lines).evaluate(&method, current.as_ref(), modified_s, Comparison::Lenient))
}

/// (headers, verdict on GET, verdict on PATCH) where the current tag is `v2`, changed at [`CHANGED`]
const EXISTING: &[(&[(&str, &str)], Verdict, Verdict)] = &[
    (&[], GO, GO),
    (&[("if-match", "\"v2\"")], GO, GO),
    (&[("if-match", "v2")], GO, GO),
    (&[("if-match", "*")], GO, GO),
    (&[("if-match", "\"v1\"")], MATCH, MATCH),
    (&[("if-match", "")], MATCH, MATCH),
    (&[("if-match", "\"v1\""), ("if-match", "\"v2\"")], GO, GO),
    (&[("if-match", "v0"), ("if-match", "v1"), ("if-match", "v2")], GO, GO),
    (&[("if-none-match", "\"v2\"")], SAME, NONE),
    (&[("if-none-match", "W/\"v2\"")], SAME, NONE),
    (&[("if-none-match", "\"v2-gzip\"")], SAME, NONE),
    (&[("if-none-match", "*")], SAME, NONE),
    (&[("if-none-match", "\"v1\"")], GO, GO),
    // The tag headers come in order and both count.
    (&[("if-match", "\"v1\""), ("if-none-match", "\"v2\"")], MATCH, MATCH),
    (&[("if-match", "\"v2\""), ("if-none-match", "\"v2\"")], SAME, NONE),
    // Dates, to the second.
    (&[("if-modified-since", BEFORE)], GO, GO),
    (&[("if-modified-since", CHANGED)], SAME, GO),
    (&[("if-modified-since", AFTER)], SAME, GO),
    (&[("if-unmodified-since", BEFORE)], UNMODIFIED, UNMODIFIED),
    (&[("if-unmodified-since", CHANGED)], GO, GO),
    (&[("if-unmodified-since", CHANGED), ("if-modified-since", CHANGED)], SAME, GO),
    // A date beside its tag header does not count.
    (&[("if-none-match", "\"v1\""), ("if-modified-since", AFTER)], GO, GO),
    (&[("if-match", "\"v2\""), ("if-unmodified-since", BEFORE)], GO, GO),
    (&[("if-unmodified-since", BEFORE), ("if-none-match", "\"v2\"")], UNMODIFIED, UNMODIFIED),
    // No date at all.
    (&[("if-modified-since", "yesterday")], GO, GO),
    (&[("if-unmodified-since", "1994-11-06")], GO, GO),
    (&[("if-modified-since", AFTER), ("if-modified-since", AFTER)], GO, GO),
];

#[test]
fn conditions_on_what_exists() {
    for (lines, get, patch) in EXISTING {
        assert_eq!(verdicts(lines, Some("v2"), Some(CHANGED_S)), [*get, *patch], "{lines:?}");
    }
}

/// (headers, verdict on GET, verdict on PATCH) where there is no current version
const ABSENT: &[(&[(&str, &str)], Verdict, Verdict)] = &[
    (&[], GO, GO),
    (&[("if-match", "*")], MATCH, MATCH),
    (&[("if-match", "\"v2\"")], MATCH, MATCH),
    (&[("if-none-match", "*")], GO, GO),
    (&[("if-none-match", "\"v2\"")], GO, GO),
    (&[("if-modified-since", AFTER)], GO, GO),
    (&[("if-unmodified-since", BEFORE)], GO, GO),
];

#[test]
fn conditions_on_what_is_not_there() {
    for (lines, get, patch) in ABSENT {
        assert_eq!(verdicts(lines, None, None), [*get, *patch], "{lines:?}");
    }
}

#[test]
fn strict_comparison_refuses_a_weakened_tag() {
    let current = Etag::from_opaque("v2");
    for (header, wanted) in [("if-match", MATCH), ("if-none-match", SAME)] {
        let weak = conditions(&[(header, "W/\"v2\"")]);
        let found = weak.evaluate(&Method::GET, current.as_ref(), None, Comparison::Strict);
        assert_eq!(found, wanted, "{header}");
    }
}

#[test]
fn a_head_is_answered_as_a_get() {
    let current = Etag::from_opaque("v2");
    let found =
        conditions(&[("if-none-match", "\"v2\"")]).evaluate(&Method::HEAD, current.as_ref(), None, Comparison::Lenient);
    assert_eq!(found, SAME);
}

#[test]
fn only_a_failed_condition_is_a_fault() {
    assert_eq!(GO.fault(), None);
    assert_eq!(SAME.fault(), None);
    let fault = UNMODIFIED.fault().unwrap();
    assert_eq!((fault.code, fault.location.unwrap().name.as_str()), (412, "If-Unmodified-Since"));
}

#[test]
fn what_a_commit_must_be_tied_to() {
    for (lines, is_empty, has_tag) in [
        (&[][..], true, false),
        (&[("if-match", "*")], false, true),
        (&[("if-none-match", "a")], false, true),
        (&[("if-unmodified-since", CHANGED)], false, false),
        (&[("if-unmodified-since", "never")], true, false),
    ] {
        let conditions = conditions(lines);
        assert_eq!(conditions.is_empty(), is_empty, "{lines:?}");
        assert_eq!(conditions.has_tag_condition(), has_tag, "{lines:?}");
    }
}

#[test]
fn odd_bytes_in_a_header_are_no_reason_to_stumble() {
    let mut headers = HeaderMap::new();
    for name in ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"] {
        headers.append(name, HeaderValue::from_bytes(b"\xff\"\xfe,W/\xc3").unwrap());
    }
    let conditions = Conditions::from_headers(&headers);
    let current = Etag::from_opaque("v2");
    let found = conditions.evaluate(&Method::GET, current.as_ref(), Some(1), Comparison::Lenient);
    assert_eq!(found, MATCH);
}
