use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

use super::{Extent, IfRange, Range, Validators, wanted};
use crate::etag::Etag;

const CHANGED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const CHANGED_S: u64 = 784_111_777;
const LATER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

const WHOLE: Extent = Extent::Whole;
const NONE: Extent = Extent::NotSatisfiable;

const fn part(first: u64, last: u64) -> Extent {
    Extent::Part { first, last }
}

fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

fn asked(lines: &[(&str, &str)], length: u64) -> Extent {
    let etag = Etag::from_opaque("v2").unwrap();
    wanted(&headers(lines), Validators { etag: Some(&etag), modified_s: Some(CHANGED_S) }, length)
}

/// (value of `Range`, its part of 10 bytes, of 1 byte, of nothing)
const RANGES: &[(&str, [Extent; 3])] = &[
    ("bytes=0-", [part(0, 9), part(0, 0), NONE]),
    ("bytes=0-0", [part(0, 0), part(0, 0), NONE]),
    ("bytes=0-9", [part(0, 9), part(0, 0), NONE]),
    ("bytes=0-10", [part(0, 9), part(0, 0), NONE]),
    ("bytes=3-5", [part(3, 5), NONE, NONE]),
    ("bytes=9-", [part(9, 9), NONE, NONE]),
    ("bytes=10-", [NONE; 3]),
    ("bytes=10-20", [NONE; 3]),
    ("bytes=18446744073709551615-", [NONE; 3]),
    ("bytes=18446744073709551616-", [NONE; 3]),
    ("bytes=1-99999999999999999999999", [part(1, 9), NONE, NONE]),
    ("bytes=-99999999999999999999999", [part(0, 9), part(0, 0), WHOLE]),
    ("bytes=1-18446744073709551615", [part(1, 9), NONE, NONE]),
    ("bytes=-1", [part(9, 9), part(0, 0), WHOLE]),
    ("bytes=-10", [part(0, 9), part(0, 0), WHOLE]),
    ("bytes=-11", [part(0, 9), part(0, 0), WHOLE]),
    ("bytes=-18446744073709551615", [part(0, 9), part(0, 0), WHOLE]),
    ("bytes=-0", [NONE; 3]),
    // Blanks around, and the unit's case, do not count.
    ("  BYTES = 3-5 ", [part(3, 5), NONE, NONE]),
    // What does not count.
    ("bytes=5-3", [WHOLE; 3]),
    ("bytes=0-1,3-4", [WHOLE; 3]),
    ("bytes=0-1, -2", [WHOLE; 3]),
    ("bytes=", [WHOLE; 3]),
    ("bytes=-", [WHOLE; 3]),
    ("bytes=--1", [WHOLE; 3]),
    ("bytes=+1-2", [WHOLE; 3]),
    ("bytes=1-2-3", [WHOLE; 3]),
    ("bytes=1 -2", [WHOLE; 3]),
    ("bytes=a-b", [WHOLE; 3]),
    ("bytes=٣-", [WHOLE; 3]),
    ("bytes 0-1", [WHOLE; 3]),
    ("0-1", [WHOLE; 3]),
    ("items=0-1", [WHOLE; 3]),
    ("", [WHOLE; 3]),
];

#[test]
fn a_range_is_resolved_against_the_length() {
    for (value, extents) in RANGES {
        let resolved = [10, 1, 0].map(|length| asked(&[("range", value)], length));
        assert_eq!(resolved, *extents, "{value}");
    }
    assert_eq!(asked(&[], 10), WHOLE);
    assert_eq!(asked(&[("range", "bytes=0-1"), ("range", "bytes=0-1")], 10), WHOLE);
}

/// (value of `If-Range`, whether the range counts) where the tag is `v2` and the change at [`CHANGED`]
const CONDITIONS: &[(&str, bool)] = &[
    ("\"v2\"", true),
    (" \"v2\" ", true),
    (CHANGED, true),
    ("Sun Nov  6 08:49:37 1994", true),
    ("\"v1\"", false),
    ("W/\"v2\"", false),
    ("v2", false),
    // A proxy that compressed has marked the tag: its ranges counted other bytes.
    ("\"v2-gzip\"", false),
    ("\"v1\", \"v2\"", false),
    ("*", false),
    (LATER, false),
    ("\"\"", false),
    ("\"", false),
    ("", false),
];

#[test]
fn a_range_counts_only_of_the_version_that_the_client_has() {
    for (value, counts) in CONDITIONS {
        let extent = if *counts { part(4, 9) } else { WHOLE };
        assert_eq!(asked(&[("range", "bytes=4-"), ("if-range", value)], 10), extent, "{value}");
        assert_eq!(asked(&[("if-range", value)], 10), WHOLE, "{value}");
    }
    let unknown = wanted(&headers(&[("range", "bytes=4-"), ("if-range", CHANGED)]), Validators::default(), 10);
    assert_eq!(unknown, WHOLE);
}

/// (headers of an answer, the `If-Range` for the rest of it)
const ANSWERS: &[(&[(&str, &str)], Option<&str>)] = &[
    (&[("etag", "\"v2\"")], Some("\"v2\"")),
    (&[("etag", "\"v2\""), ("last-modified", CHANGED), ("date", LATER)], Some("\"v2\"")),
    (&[("etag", "W/\"v2\""), ("last-modified", CHANGED), ("date", LATER)], Some(CHANGED)),
    (&[("last-modified", CHANGED), ("date", LATER)], Some(CHANGED)),
    // It may have changed twice in this second.
    (&[("last-modified", CHANGED), ("date", CHANGED)], None),
    (&[("last-modified", CHANGED)], None),
    (&[("last-modified", "yesterday"), ("date", LATER)], None),
    (&[("etag", "W/\"v2\"")], None),
    (&[("etag", "v2")], None),
    (&[], None),
];

#[test]
fn an_answer_says_how_to_ask_for_its_rest() {
    for (lines, value) in ANSWERS {
        let condition = IfRange::of_answer(&headers(lines));
        let written = condition.as_ref().map(IfRange::header_value);
        assert_eq!(written.as_ref().map(|value| value.to_str().unwrap()), *value, "{lines:?}");
        assert_eq!(written.as_ref().and_then(IfRange::parse), condition, "{lines:?}");
    }
}

/// (value of `Content-Range`, what it says)
const CONTENT_RANGES: &[(&str, Option<(Extent, Option<u64>)>)] = &[
    ("bytes 0-9/10", Some((part(0, 9), Some(10)))),
    ("bytes 9-9/10", Some((part(9, 9), Some(10)))),
    ("bytes 3-5/*", Some((part(3, 5), None))),
    ("bytes */10", Some((NONE, Some(10)))),
    ("bytes */0", Some((NONE, Some(0)))),
    ("bytes 0-10/10", None),
    ("bytes 5-3/10", None),
    // Forms of an upload alone.
    ("0-9/10", None),
    ("bytes 0-*/10", None),
    ("bytes 10-9/10", None),
    ("bytes 0--1/0", None),
    ("bytes=0-9/10", None),
    ("items 0-9/10", None),
    ("", None),
];

#[test]
fn an_answer_says_where_its_bytes_belong() {
    for (value, meaning) in CONTENT_RANGES {
        let read = Extent::of_content_range(&HeaderValue::from_static(value));
        assert_eq!(read, *meaning, "{value}");
        if let Some((extent, Some(length))) = read {
            assert_eq!(extent.content_range(length).unwrap(), *value);
        }
    }
    assert_eq!(WHOLE.content_range(10), None);
}

#[test]
fn each_extent_has_its_status_and_its_bytes() {
    let cases = [(WHOLE, 200, Some((0, 10))), (part(3, 5), 206, Some((3, 3))), (NONE, 416, None)];
    for (extent, status, bytes) in cases {
        assert_eq!((extent.status().as_u16(), extent.bytes(10)), (status, bytes), "{extent:?}");
    }
}

fn ranges() -> impl Strategy<Value = Range> {
    let from = (any::<u64>(), any::<Option<u64>>()).prop_map(|(first, more)| {
        let last = more.map(|more| first.saturating_add(more));
        Range::From { first, last }
    });
    prop_oneof![from, any::<u64>().prop_map(|length| Range::Last { length })]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(range in ranges(), length: u64) {
        let value = range.header_value();
        prop_assert_eq!(Range::parse(value.to_str().unwrap()), Some(range));
        let extent = range.within(length);
        if let Some(value) = extent.content_range(length) {
            prop_assert_eq!(Extent::of_content_range(&value), Some((extent, Some(length))));
        }
    }

    #[test]
    fn a_part_lies_within_the_whole(range in ranges(), length: u64) {
        if let Extent::Part { first, last } = range.within(length) {
            prop_assert!(first <= last && last < length);
        }
    }
}
