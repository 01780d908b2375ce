use super::*;

fn filtered(mask: &str, text: &str) -> Result<String, String> {
    let mask = Mask::parse(mask).expect(mask);
    filter(&mask, text.as_bytes(), Layout::Compact).map(|part| String::from_utf8(part).expect("text"))
}

#[test]
fn the_named_parts_are_kept() {
    let list = "{ \"kind\": \"demo\",\n \"items\": [ {\"id\": 1, \"a\": {\"b\": 2.50, \"c\": 3}}, {\"id\": 2} ] }";
    let cases = [
        ("items/id", list, "{\"items\":[{\"id\":1},{\"id\":2}]}\n"),
        ("kind,items/a/b", list, "{\"kind\":\"demo\",\"items\":[{\"a\":{\"b\":2.50}},{}]}\n"),
        ("", "[1, 2]", "[1,2]\n"),
        ("a", "{\"a\": 1E400, \"b\": 1}", "{\"a\":1E400}\n"),
        ("a", "{\"a\": 12345678901234567890123}", "{\"a\":12345678901234567890123}\n"),
        ("a", "\u{feff}{\"a\": \"x \\\" y\", \"b\": 1}", "{\"a\":\"x \\\" y\"}\n"),
        ("ab", "{\"\\u0061b\": 1, \"c\": 2}", "{\"\\u0061b\":1}\n"),
    ];
    for (mask, text, expected) in cases {
        assert_eq!(filtered(mask, text).as_deref(), Ok(expected), "{mask}");
    }
}

#[test]
fn what_is_not_json_is_refused_before_a_byte_is_printed() {
    for text in ["", "{\"a\":1", "{\"a\":1} x", "{'a':1}", "[1,]", "\u{0}"] {
        assert!(filtered("a", text).is_err(), "{text}");
    }
}
