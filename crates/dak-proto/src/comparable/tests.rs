use serde_json::{Value, json};

use super::Comparable;

#[test]
fn keys_compare_as_values_do() {
    let times = json!(["1969-12-31T23:59:59Z", "2026-01-01", "2026-01-01T02:00:00.5+02:00", "2026-01-01T00:00:01"]);
    let cases = [
        (Comparable::Boolean, json!([false, true])),
        (Comparable::Integer, json!(["-9223372036854775808", -10, "-9", 0, 9, "10", "9223372036854775807"])),
        (Comparable::Number, json!([-2.5, -1, 0, 1e-3, 2, 10, "1e300"])),
        (Comparable::Duration, json!(["-1s", "0.5s", "3s", "20s"])),
        (Comparable::Time, times),
        (Comparable::Text, json!(["", "10", "9", "B", "a", "ab", "\u{9be}"])),
        (Comparable::Any, json!([9, "10", 11.5, "", "a", "true"])),
    ];
    for (comparable, values) in cases {
        let keys: Vec<_> = values.as_array().unwrap().iter().map(|value| comparable.key(value).unwrap()).collect();
        assert!(keys.is_sorted_by(|one, next| one < next), "{comparable:?} {values}");
    }
}

#[test]
fn what_is_the_same() {
    let cases = [
        (Comparable::Boolean, json!(true), "TRUE"),
        (Comparable::Integer, json!("1000"), "1e3"),
        (Comparable::Number, json!(-0.0), "0"),
        (Comparable::Time, json!("2026-01-01T02:00:00+02:00"), "2026-01-01"),
        (Comparable::Any, json!(2.5), "2.50"),
    ];
    for (comparable, value, text) in cases {
        assert_eq!(comparable.key(&value), comparable.key_of(text), "{comparable:?} {value} {text}");
    }
}

#[test]
fn what_has_no_key() {
    let cases = [
        (Comparable::Boolean, json!("yes")),
        (Comparable::Integer, json!("3.5")),
        (Comparable::Number, json!("NaN")),
        (Comparable::Duration, json!("3")),
        (Comparable::Time, json!("yesterday")),
        (Comparable::Text, Value::Null),
        (Comparable::Any, json!({ "a": 1 })),
        (Comparable::Any, json!(["a"])),
    ];
    for (comparable, value) in cases {
        assert_eq!(comparable.key(&value), None, "{comparable:?} {value}");
    }
}
