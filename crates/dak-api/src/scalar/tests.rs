use serde_json::{Value, json};

use crate::document::Node;
use crate::scalar::Scalar;

fn scalar(spec: &Value) -> Scalar {
    Scalar::parse(&Node::root(spec), false).unwrap()
}

fn check_texts(spec: &Value, accepted: &[&str], refused: &[&str]) {
    let scalar = scalar(spec);
    for text in accepted {
        assert_eq!(scalar.accept_text(text), Ok(*text), "{spec}");
    }
    for text in refused {
        assert!(scalar.accept_text(text).is_err(), "{spec}: {text}");
    }
}

#[test]
fn whole_numbers_have_the_ranges_of_their_formats() {
    let cases = [
        (json!({"type": "integer"}), ["-2147483648", "2147483647", "-0"], ["2147483648", "1.0", "+1"]),
        (json!({"type": "integer", "format": "int32"}), ["-2147483648", "007", "1"], ["-2147483649", "", "-"]),
        (json!({"type": "integer", "format": "uint32"}), ["0", "1", "4294967295"], ["-1", "4294967296", "0x1"]),
        (
            json!({"type": "string", "format": "int64"}),
            ["-9223372036854775808", "0", "9223372036854775807"],
            ["9223372036854775808", "1e3", " 1"],
        ),
        (
            json!({"type": "string", "format": "uint64"}),
            ["0", "1", "18446744073709551615"],
            ["-1", "18446744073709551616", "99999999999999999999999999999999999999999999"],
        ),
        (json!({"type": "integer", "minimum": "1", "maximum": "3"}), ["1", "2", "3"], ["0", "4", "-1"]),
        (
            json!({"type": "integer", "format": "uint32", "minimum": -5, "maximum": 3}),
            ["0", "2", "3"],
            ["-1", "4", "٣"],
        ),
    ];
    for (spec, accepted, refused) in cases {
        check_texts(&spec, &accepted, &refused);
    }
}

#[test]
fn numbers_and_booleans() {
    check_texts(
        &json!({"type": "number", "format": "double"}),
        &["1", "-1.5e3", "0.1", "NaN", "Infinity", "-Infinity"],
        &["", "nan", "inf", "1,5", "0x1", "1e999"],
    );
    check_texts(&json!({"type": "number", "minimum": "0.5", "maximum": "2"}), &["0.5", "2"], &["0.4", "2.1", "NaN"]);
    check_texts(&json!({"type": "boolean"}), &["true", "false"], &["1", "", "yes", "Truth"]);
}

#[test]
fn formats_of_text() {
    let text = |format: &str| json!({"type": "string", "format": format});
    check_texts(&text("unheard-of"), &["", "anything"], &[]);
    check_texts(
        &text("date"),
        &["2026-11-30", "2024-02-29"],
        &["2026-02-29", "2026-13-01", "20261130", "2026-11-30T00:00:00Z", "2026-1-1", ""],
    );
    for format in ["date-time", "google-datetime"] {
        check_texts(
            &text(format),
            &[
                "2026-11-30T12:00:00Z",
                "2026-11-30t12:00:00.123456789z",
                "2026-11-30T12:00:00+05:30",
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999999Z",
                "9999-12-30T23:00:00-08:00",
            ],
            &[
                "2026-11-30",
                "2026-11-30 12:00:00Z",
                "2026-11-30T12:00:00",
                "2026-11-30T12:00Z",
                "2026-11-30T25:00:00Z",
                "9999-12-31T24:00:00Z",
                "9999-12-32T00:00:00Z",
                "2026-11-30T12:00:00.Z",
                "2026-11-30T12:00:00+05",
                "2026-11-30T12:00:00Z[UTC]",
                "2026-11-30T12:00:00é",
                "T",
            ],
        );
    }
    check_texts(
        &text("byte"),
        &["", "YQ==", "YQ", "-_-_", "+/+/", "YW\nJj\r\nZA==\n"],
        &["Y", "YQ=", "Y Q=", "Y===", "বা"],
    );
    check_texts(
        &text("google-duration"),
        &["3s", "-3.5s", "0.000000001s"],
        &["3", "s", ".5s", "1e3s", "315576000001s"],
    );
    check_texts(&text("google-fieldmask"), &["", "a", "a.b,c", "*"], &[",", "a,", "a b"]);
}

#[test]
fn enums_and_patterns() {
    check_texts(&json!({"type": "string", "enum": ["live", "draft"]}), &["live"], &["LIVE", "", "liv"]);
    check_texts(&json!({"type": "string", "pattern": "[a-z]+"}), &["abc"], &["abc1", "", "1abc", "a\nb"]);
    check_texts(&json!({"type": "string", "pattern": "^a|b$"}), &["a", "b"], &["ab", "cb", "ac"]);
    // Look-ahead is another dialect's: no pattern then.
    check_texts(&json!({"type": "string", "pattern": "(?=x)y"}), &["anything"], &[]);
}

#[test]
fn an_enum_may_be_read_in_either_case() {
    let spec = json!({"type": "string", "enum": ["LIVE", "DRAFT"]});
    let scalar = Scalar::parse(&Node::root(&spec), true).unwrap();
    assert_eq!(scalar.accept_text("live"), Ok("LIVE"));
    let mut value = json!("Draft");
    assert_eq!(scalar.accept_value(&mut value), Ok(()));
    assert_eq!(value, json!("DRAFT"));
}

#[test]
fn json_values_come_out_canonical() {
    let int32 = json!({"type": "integer", "format": "int32"});
    let int64 = json!({"type": "string", "format": "int64"});
    let uint64 = json!({"type": "string", "format": "uint64"});
    let double = json!({"type": "number"});
    let boolean = json!({"type": "boolean"});
    let text = json!({"type": "string"});
    let cases = [
        (&int32, json!(5), Some(json!(5))),
        (&int32, json!(5.0), Some(json!(5))),
        (&int32, json!("5"), Some(json!(5))),
        (&int32, json!(5.5), None),
        (&int32, json!(3_000_000_000_u64), None),
        (&int32, json!(true), None),
        (&int64, json!(5), Some(json!("5"))),
        (&int64, json!("-05"), Some(json!("-5"))),
        (&int64, json!(1e300), None),
        (&int64, json!("five"), None),
        (&uint64, json!(u64::MAX), Some(json!("18446744073709551615"))),
        (&uint64, json!(-1), None),
        (&double, json!(1.5), Some(json!(1.5))),
        (&double, json!("1.5"), Some(json!(1.5))),
        (&double, json!("NaN"), Some(json!("NaN"))),
        (&double, json!("x"), None),
        (&boolean, json!(true), Some(json!(true))),
        (&boolean, json!("true"), None),
        (&text, json!(""), Some(json!(""))),
        (&text, json!(5), None),
        (&text, json!([]), None),
        (&text, json!(null), None),
    ];
    for (spec, mut value, expected) in cases {
        let given = value.clone();
        let accepted = scalar(spec).accept_value(&mut value).is_ok().then_some(value);
        assert_eq!(accepted, expected, "{spec} {given}");
    }
}
