use super::parse;

#[test]
fn dates() {
    for (text, expected) in [
        ("-3d", Some(1_000_000_000_000 - 259_200_000)),
        ("+2h", Some(1_000_007_200_000)),
        ("-0s", Some(1_000_000_000_000)),
        ("+1w", Some(1_000_604_800_000)),
        ("-1m", Some(999_999_940_000)),
        ("1970-01-01T00:00:01Z", Some(1000)),
        ("", None),
        ("-", None),
        ("-d", None),
        ("3d", None),
        ("--3d", None),
        ("-3y", None),
        ("-3দ", None),
        ("+99999999999999999999d", None),
        ("+9999999999w", None),
        ("tomorrow", None),
    ] {
        assert_eq!(parse(text, 1_000_000_000_000), expected, "{text}");
    }
}
