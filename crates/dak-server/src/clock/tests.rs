use super::{parse_rfc3339, rfc3339};

#[test]
fn times_as_text() {
    for (text, written) in [
        ("2026-11-28T12:00:00Z", "2026-11-28T12:00:00.000Z"),
        ("2026-11-28T12:00:00.123456+06:00", "2026-11-28T06:00:00.123Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59Z", "9999-12-30T22:00:00.999Z"),
    ] {
        let time_ms = parse_rfc3339(text).unwrap();
        assert_eq!(rfc3339(time_ms), written, "{text}");
        assert_eq!(parse_rfc3339(written), Some(time_ms), "{written}");
    }
    assert_eq!(parse_rfc3339("9999-12-31T24:00:00Z"), None);
    assert_eq!(rfc3339(i64::MAX), "9999-12-30T22:00:00.999Z");
}
