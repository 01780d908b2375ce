use serde_json::{Value, json};

use super::parse_yaml;

#[test]
fn what_people_write() {
    let cases = [
        ("a: 1\nb: [x, 'y', 2.5, true, null]\n", json!({ "a": 1, "b": ["x", "y", 2.5, true, null] })),
        ("answer: no\nid: 0042\nday: 2026-11-22\n", json!({ "answer": "no", "id": "0042", "day": "2026-11-22" })),
        ("- x\n- y: { z: 18446744073709551615 }\n", json!(["x", { "y": { "z": u64::MAX } }])),
        ("text: |\n  two\n  lines\n", json!({ "text": "two\nlines\n" })),
        (r#"{"json": ["is", "YAML", "\u0986"]}"#, json!({ "json": ["is", "YAML", "আ"] })),
        ("# nothing\n", Value::Null),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_yaml(text).unwrap(), expected, "{text}");
    }
}

#[test]
fn mistakes_are_found_where_they_stand() {
    let cases = [
        ("a: 1\na: 2\n", Some((2, 1)), "duplicate mapping key: a"),
        ("a: [1\n", Some((1, 4)), "unclosed bracket '['"),
        ("a: b: c\n", Some((1, 5)), "mapping values are not allowed in this context"),
        ("a: 1\n---\nb: 2\n", Some((3, 1)), "multiple YAML documents detected"),
        ("a: .inf\n", Some((1, 4)), "non-finite float `.inf` rejected by the configured policy"),
    ];
    for (text, place, message) in cases {
        let error = parse_yaml(text).unwrap_err();
        assert_eq!((error.line_and_column, error.message.as_str()), (place, message), "{text}");
    }
}

#[test]
fn aliases_and_depth_are_bounded() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        laughs.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    for text in [laughs, "[".repeat(100_000)] {
        assert!(parse_yaml(&text).is_err());
    }
    let long = parse_yaml(&"- [a, b, c, d]\n".repeat(60_000)).unwrap_err();
    assert!(long.message.contains("than is read of YAML"), "{long}");
}
