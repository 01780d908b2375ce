use proptest::prelude::*;

use super::{LAST_S, format, parse};

/// (text, seconds since 1970)
const DATES: &[(&str, Option<u64>)] = &[
    ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
    ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
    ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
    (" Thu, 01 Jan 1970 00:00:00 GMT ", Some(0)),
    ("Wed, 31 Dec 1969 23:59:59 GMT", None),
    ("2026-11-22T06:50:54Z", None),
    ("120", None),
    ("", None),
];

#[test]
fn all_three_forms_are_read() {
    for (text, seconds) in DATES {
        assert_eq!(parse(text), *seconds, "{text}");
    }
    assert_eq!(format(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(format(u64::MAX), format(LAST_S));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(seconds in 0..=LAST_S) {
        prop_assert_eq!(parse(&format(seconds)), Some(seconds));
    }
}
