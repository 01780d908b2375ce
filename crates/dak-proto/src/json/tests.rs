use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::fields::tests::any_value;

fn pretty(json: &str) -> String {
    let mut out = Vec::new();
    write(json.as_bytes(), Layout::Pretty, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn indentation_is_serdes() {
    let cases = [
        "null",
        "-1.5",
        r#""a, b: {c}""#,
        "{}",
        "[]",
        "[[],{}]",
        r#"{"a":[1,2,{"b":"c\"d","e":[]}],"f":{},"g":true}"#,
        r#"[[[[1]]],"\\",{"\\":[]}]"#,
    ];
    for text in cases {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(pretty(text), serde_json::to_string_pretty(&value).unwrap());
    }
}

#[test]
fn text_that_is_no_json_does_not_grow_without_bound() {
    let deep = "[".repeat(20_000);
    assert!(pretty(&deep).len() < deep.len() * 4 * DEPTH_MAX + deep.len() * 4);
    for text in ["", "}", "{", "[}", "\"", "\"\\", "::", ",,", "{\"a\"", "]]]]", "a b c"] {
        pretty(text);
    }
}

#[test]
fn canonical_text_is_compact_and_has_each_name_once() {
    let value = parse_limited(br#" { "b" : "\u0041\/\u0001" , "a" : 1 , "b" : [ 2 ] } "#, 10).unwrap();
    assert_eq!(canonical(&value), br#"{"b":[2],"a":1}"#);
    assert_eq!(canonical(&json!({ "\u{9}é\"": "\u{1}/" })), r#"{"\té\"":"\u0001/"}"#.as_bytes());
}

#[test]
fn what_is_not_json_is_refused_with_line_and_column() {
    let cases = [
        ("", "Invalid JSON: EOF while parsing a value at line 1 column 0."),
        ("{", "Invalid JSON: EOF while parsing an object at line 1 column 1."),
        ("{\n  \"a\": 1,\n}", "Invalid JSON: trailing comma at line 3 column 1."),
        ("{\"a\": 1} x", "Invalid JSON: trailing characters at line 1 column 10."),
        ("{'a': 1}", "Invalid JSON: key must be a string at line 1 column 2."),
        ("// no comments", "Invalid JSON: expected value at line 1 column 1."),
        ("\"\\ud800\"", "Invalid JSON: unexpected end of hex escape at line 1 column 8."),
    ];
    for (text, message) in cases {
        let fault = parse_limited(text.as_bytes(), 100).unwrap_err();
        assert_eq!((fault.code, &*fault.reason, &*fault.message), (400, "parseError", message), "{text}");
    }
    assert!(parse_limited(b"\"\xff\"", 100).is_err());
}

#[test]
fn depth_is_limited_before_anything_is_built() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let mixed = r#"{"a":[{"b":"[[[["}],"c":[[]]}"#;
    assert!(parse_limited(mixed.as_bytes(), 3).is_ok());
    assert!(parse_limited(mixed.as_bytes(), 2).is_err());
    assert!(parse_limited(nested(DEPTH_MAX).as_bytes(), usize::MAX).is_ok());
    let fault = parse_limited(nested(DEPTH_MAX + 1).as_bytes(), usize::MAX).unwrap_err();
    assert_eq!(fault.message, "The JSON is nested deeper than 127 levels.");
    assert!(parse_limited("[".repeat(1_000_000).as_bytes(), 100).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn strings_are_written_as_serde_writes_them(text in any::<String>(), plain in r#"[\x00-\x7f]{0,20}"#) {
        for text in [text, plain] {
            let mut out = Vec::new();
            write_string(&text, &mut out);
            prop_assert_eq!(out, serde_json::to_vec(&text).unwrap());
        }
    }

    #[test]
    fn canonical_text_reads_back(value in any_value()) {
        prop_assert_eq!(parse_limited(&canonical(&value), DEPTH_MAX).unwrap(), value.clone());
        prop_assert_eq!(pretty(&value.to_string()), format!("{value:#}"));
    }

    #[test]
    fn the_end_of_a_value_is_found(value in any_value(), rest in r"[,\]}]?") {
        let json = value.to_string();
        let text = format!("{json}{rest}");
        prop_assert_eq!(scan::value_end(text.as_bytes(), 0), json.len());
    }

    #[test]
    fn the_end_of_a_string_is_found(text in r#"[a"\\ক]{0,90}"#, rest in ".{0,20}") {
        let json = serde_json::to_string(&text).unwrap();
        let is_escaped = json.contains('\\');
        prop_assert_eq!(scan::string(format!("{json}{rest}").as_bytes(), 0), (json.len(), is_escaped));
    }

    #[test]
    fn no_bytes_make_the_scanner_panic(json in any::<Vec<u8>>(), at in 0..40_usize) {
        scan::value_end(&json, at);
        scan::is_deeper(&json, at);
        scan::count_max(&json);
    }
}

/// How many values and names a text has at most.
#[test]
fn values_are_counted() {
    for (text, count) in [
        ("0", 1),
        ("\"[,:{\\\",\"", 1),
        ("[]", 2),
        ("[0,0,0]", 4),
        (r#"{"a":[1,"b,c"],"d":{}}"#, 8),
        ("", 1),
        ("[\"open", 2),
    ] {
        assert_eq!(scan::count_max(text.as_bytes()), count, "{text}");
        assert_eq!(tree_bytes_max(text.as_bytes()), count * VALUE_BYTES, "{text}");
    }
}
