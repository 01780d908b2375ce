use super::*;

#[test]
fn sizes_are_read_as_people_type_them() {
    let cases = [
        ("0", Some(0)),
        ("65536", Some(65_536)),
        ("64KiB", Some(65_536)),
        ("64 kib", Some(65_536)),
        ("10MB", Some(10_000_000)),
        ("1.5MiB", Some(1_572_864)),
        ("2GiB", Some(2 << 30)),
        ("100B", Some(100)),
        ("", None),
        ("KiB", None),
        ("-1", None),
        ("10QB", None),
        ("1.2345MB", None),
        ("99999999999GiB", None),
    ];
    for (text, bytes) in cases {
        assert_eq!(text.parse::<Size>().ok(), bytes.map(Size), "{text}");
    }
}

#[test]
fn times_are_read_as_people_type_them() {
    let cases = [
        ("30s", Some(30_000)),
        ("500ms", Some(500)),
        ("30", Some(30_000)),
        ("2m", Some(120_000)),
        ("1.5s", Some(1_500)),
        ("1h", Some(3_600_000)),
        ("7d", Some(604_800_000)),
        ("soon", None),
        ("1.", None),
        ("1.2.3s", None),
    ];
    for (text, ms) in cases {
        let expected = ms.map(|ms| Span(Duration::from_millis(ms)));
        assert_eq!(text.parse::<Span>().ok(), expected, "{text}");
    }
}

#[test]
fn what_is_printed_is_read_back() {
    for text in ["64KiB", "10MiB", "10MB", "1000000001B", "30s", "500ms", "2m"] {
        let size = text.parse::<Size>().map(|size| size.to_string());
        let span = text.parse::<Span>().map(|span| span.to_string());
        assert!(size.as_deref() == Ok(text) || span.as_deref() == Ok(text), "{text}");
    }
}
