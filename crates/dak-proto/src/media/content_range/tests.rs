use proptest::prelude::*;

use super::{ContentRange, Unit, gap, kept, length_mismatch, range, too_short};

const fn status(total: Option<u64>) -> Option<ContentRange> {
    Some(ContentRange::Status { total })
}

const fn chunk(first: u64, length: u64, total: Option<u64>) -> Option<ContentRange> {
    Some(ContentRange::Chunk { first, length, total })
}

const fn rest(first: u64, total: Option<u64>) -> Option<ContentRange> {
    Some(ContentRange::Rest { first, total })
}

/// `U9`, `U10`: (value without its unit, what it means)
const RANGES: &[(&str, Option<ContentRange>)] = &[
    ("0-524287/2000000", chunk(0, 524_288, Some(2_000_000))),
    ("43-1999999/2000000", chunk(43, 1_999_957, Some(2_000_000))),
    ("0-0/1", chunk(0, 1, Some(1))),
    ("0-262143/*", chunk(0, 262_144, None)),
    ("0-*/*", rest(0, None)),
    ("5-*/9", rest(5, Some(9))),
    ("9-*/9", rest(9, Some(9))),
    ("*/2000000", status(Some(2_000_000))),
    ("*/*", status(None)),
    ("*/0", status(Some(0))),
    // Nothing more: the ways to end an upload whose length was not known.
    ("0--1/0", chunk(0, 0, Some(0))),
    ("9-8/9", chunk(9, 0, Some(9))),
    ("0-18446744073709551614/18446744073709551615", chunk(0, u64::MAX, Some(u64::MAX))),
    // What is not one.
    ("", None),
    ("/", None),
    ("*", None),
    ("0-9", None),
    ("-/9", None),
    ("0-/9", None),
    ("-9/9", None),
    ("0--1/1", None),
    ("0--1/*", None),
    ("1--1/0", None),
    ("0--2/0", None),
    ("5-3/9", None),
    ("5-4/9", None),
    ("5-4/*", None),
    ("0-9/9", None),
    ("0-9/5", None),
    ("10-*/9", None),
    ("+0-9/10", None),
    ("0-+9/10", None),
    ("0-9/+10", None),
    ("0x0-9/10", None),
    ("0-9/10/11", None),
    ("0-4,5-9/10", None),
    ("a-b/c", None),
    ("**/9", None),
    ("*-9/10", None),
    ("0-18446744073709551615/*", None),
    ("0-9/18446744073709551616", None),
    ("99999999999999999999-*/*", None),
    ("٠-٩/10", None),
];

#[test]
fn every_form_is_read_with_and_without_its_unit() {
    for (text, wanted) in RANGES {
        let with_unit = format!("bytes {text}");
        assert_eq!(ContentRange::parse(&with_unit, Unit::Demanded), *wanted, "{with_unit}");
        assert_eq!(ContentRange::parse(&with_unit, Unit::Optional), *wanted, "{with_unit}");
        assert_eq!(ContentRange::parse(text, Unit::Optional), *wanted, "{text}");
        assert_eq!(ContentRange::parse(text, Unit::Demanded), None, "{text}");
    }
}

#[test]
fn blanks_and_letter_case_do_not_count() {
    for text in ["  bytes 0-9/10  ", "BYTES 0-9/10", "Bytes\t0-9/10", "bytes   0-9/10", "bytes 0-9 / 10"] {
        assert_eq!(ContentRange::parse(text, Unit::Demanded), chunk(0, 10, Some(10)), "{text}");
    }
    for text in ["bytes0-9/10", "bytes=0-9/10", "byte 0-9/10", "octets 0-9/10", "bytes", "bytes "] {
        assert_eq!(ContentRange::parse(text, Unit::Optional), None, "{text}");
    }
}

/// (value of `Range`, bytes it says are kept)
const ANSWERS: &[(&str, Option<u64>)] = &[
    ("bytes=0-42", Some(43)),
    ("bytes 0-42", Some(43)),
    ("0-42", Some(43)),
    (" 0-0 ", Some(1)),
    ("bytes=0-18446744073709551614", Some(u64::MAX)),
    ("bytes=0-18446744073709551615", None),
    ("bytes=1-42", None),
    ("bytes=0--1", None),
    ("bytes=0-", None),
    ("bytes=-42", None),
    ("bytes=0-4,6-9", None),
    ("bytes=*", None),
    ("", None),
];

#[test]
fn the_range_of_an_answer_is_read_in_either_form() {
    for (text, wanted) in ANSWERS {
        assert_eq!(kept(text), *wanted, "{text}");
    }
}

#[test]
fn with_nothing_kept_there_is_no_range() {
    assert_eq!(range(0), None);
    assert_eq!(range(1).unwrap(), "bytes=0-0");
}

#[test]
fn the_texts_are_google_s_byte_for_byte() {
    let text = gap(4, 0);
    assert_eq!(text.len(), 138);
    assert_eq!(
        text,
        "Invalid request.  According to the Content-Range header, the upload offset is 4 byte(s), which exceeds already \
         uploaded size of 0 byte(s)."
    );
    assert_eq!(
        length_mismatch(3, 10, 5),
        "Invalid request.  There were 3 byte(s) in the request body.  There should have been 5 byte(s) (starting at \
         offset 10 and ending at offset 14) according to the Content-Range header."
    );
    assert_eq!(
        too_short(8192, 262_144),
        "Invalid request.  The number of bytes uploaded is required to be equal or greater than 262144, except for the \
         final request (it's recommended to be the exact multiple of 262144).  The received request contained 8192 \
         bytes, which does not meet this requirement."
    );
}

fn ranges() -> impl Strategy<Value = ContentRange> {
    let chunks = (0..u64::MAX / 2, 1..u64::MAX / 4, any::<Option<u32>>()).prop_map(|(first, length, more)| {
        let total = more.map(|more| first + length + u64::from(more));
        ContentRange::Chunk { first, length, total }
    });
    prop_oneof![
        any::<Option<u64>>().prop_map(|total| ContentRange::Status { total }),
        chunks,
        any::<u64>().prop_map(|first| ContentRange::Rest { first, total: None }),
        any::<u64>().prop_map(|total| ContentRange::Chunk { first: total, length: 0, total: Some(total) }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(range in ranges()) {
        prop_assert_eq!(ContentRange::parse(&range.to_string(), Unit::Demanded), Some(range));
        prop_assert_eq!(range.header_value(), range.to_string());
    }

    #[test]
    fn what_is_kept_is_read_back(bytes in 1..u64::MAX) {
        prop_assert_eq!(kept(range(bytes).unwrap().to_str().unwrap()), Some(bytes));
    }
}
