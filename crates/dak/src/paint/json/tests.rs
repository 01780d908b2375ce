use super::*;

fn painted(text: &str, palette: Palette, indents: bool, piece: usize) -> (String, bool) {
    let mut painter = Painter::new(palette, indents);
    let mut out = Vec::new();
    text.as_bytes().chunks(piece).for_each(|piece| painter.feed(piece, &mut out));
    let valid = painter.finish(&mut out);
    (String::from_utf8(out).expect("text"), valid)
}

const VALID: [(&str, &str); 12] = [
    (r#"{"a":1,"b":[true,null],"c":{}}"#, "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ],\n  \"c\": {}\n}"),
    (" [ ] ", "[]"),
    ("{ }", "{}"),
    ("[\n\n1 ,\t2]", "[\n  1,\n  2\n]"),
    (r#""\u00e9\n\"""#, r#""\u00e9\n\"""#),
    ("12345678901234567890123456789.000e-400", "12345678901234567890123456789.000e-400"),
    ("-0", "-0"),
    ("false", "false"),
    ("1 2\n\"x\"", "1\n2\n\"x\""),
    ("{\"a\":1}\n{\"a\":2}\n", "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}"),
    (r#"{"বাংলা":"হ্যাঁ"}"#, "{\n  \"বাংলা\": \"হ্যাঁ\"\n}"),
    ("[[[1]]]", "[\n  [\n    [\n      1\n    ]\n  ]\n]"),
];

const INVALID: [&str; 18] = [
    "", "  ", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", "1e", "-", "tru", "truer", "\"\\x\"",
    "\"a\nb\"", "[1}", "<html>",
];

#[test]
fn values_are_indented_however_they_are_cut() {
    for (text, expected) in VALID {
        for piece in [1, 2, 3, 1000] {
            assert_eq!(painted(text, Palette::PLAIN, true, piece), (expected.to_owned(), true), "{text}");
        }
    }
}

#[test]
fn indenting_twice_changes_nothing() {
    for (_, indented) in VALID {
        assert_eq!(painted(indented, Palette::PLAIN, true, 7).0, indented);
    }
}

#[test]
fn indentation_is_that_of_serde_json() {
    let text = r#"{"a":[{"b":[],"c":{}},1,"x"],"d":{"e":null}}"#;
    let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let expected = serde_json::to_string_pretty(&value).expect("JSON");
    assert_eq!(painted(text, Palette::PLAIN, true, 5).0, expected);
}

#[test]
fn without_indentation_not_a_byte_changes() {
    for text in VALID.map(|(text, _)| text).iter().chain(&INVALID) {
        for piece in [1, 3, 1000] {
            assert_eq!(painted(text, Palette::PLAIN, false, piece).0, *text);
        }
    }
}

#[test]
fn what_is_not_json_is_told() {
    for text in INVALID {
        assert!(!is_json(text.as_bytes()), "{text}");
    }
    for (text, _) in VALID {
        assert!(is_json(text.as_bytes()), "{text}");
    }
}

#[test]
fn colour_tells_keys_strings_numbers_and_words() {
    let (text, _) = painted(r#"{"k":["s",1,null]}"#, Palette::COLOURED, false, 2);
    let expected =
        "{\u{1b}[1m\u{1b}[34m\"k\"\u{1b}[0m:[\u{1b}[32m\"s\"\u{1b}[0m,\u{1b}[36m1\u{1b}[0m,\u{1b}[35mnull\u{1b}[0m]}";
    assert_eq!(text, expected);
}

#[test]
fn a_broken_text_ends_without_colour() {
    let (text, valid) = painted("[\"a\nb\", 1]", Palette::COLOURED, true, 1000);
    assert!(!valid);
    assert!(text.ends_with("\"a\u{1b}[0m\nb\", 1]"), "{text:?}");
}

#[test]
fn deep_nesting_costs_a_bounded_indent() {
    let text = "[".repeat(5_000);
    let (text, _) = painted(&text, Palette::PLAIN, true, 1000);
    assert!(text.len() < 5_000 * (2 * INDENT_LEVELS_MAX + 2));
}
