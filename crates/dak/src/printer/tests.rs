use super::*;
use crate::plan::show::Parts;

fn showing(indents: bool, palette: Palette, cleans: bool) -> Showing {
    Showing { parts: Parts::default(), indents, palette, cleans, tells_status: false, secrets: false, save: None }
}

fn printed(showing: &Showing, content_type: &str, body: &str) -> String {
    let mut printer = Printer::new(showing, Some(content_type));
    let mut out = Vec::new();
    body.as_bytes().chunks(3).for_each(|piece| printer.feed(piece, &mut out));
    printer.finish(&mut out);
    String::from_utf8(out).expect("text")
}

#[test]
fn a_pipe_gets_the_bytes_as_they_came() {
    let raw = showing(false, Palette::PLAIN, false);
    for body in ["{\"a\":1}", "\x1b[31m", "", "no line feed", "a\0b"] {
        assert_eq!(printed(&raw, "application/json", body), body);
    }
}

#[test]
fn a_terminal_gets_what_is_safe_and_neat() {
    let person = showing(true, Palette::PLAIN, true);
    let cases = [
        ("application/json; charset=UTF-8", "{\"a\":1}", "{\n  \"a\": 1\n}\n"),
        ("application/vnd.x+json", "[]", "[]\n"),
        ("text/plain", "{\"a\":1}", "{\"a\":1}\n"),
        ("text/plain", "one\n", "one\n"),
        ("text/plain", "\x1b[2Jgone", "\\u001b[2Jgone\n"),
        ("application/json", "{\"a\": \"\u{9b}2J\"}", "{\n  \"a\": \"\\u009b2J\"\n}\n"),
        ("application/json", "{\"a\":  oops", "{\"a\":  oops\n"),
        ("application/x-ndjson", "{\"a\":1}\n{\"a\":2}\n", "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n"),
        ("text/plain", "", ""),
    ];
    for (content_type, body, expected) in cases {
        assert_eq!(printed(&person, content_type, body), expected, "{content_type} {body:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_not_thrown_at_a_terminal() {
    let person = showing(true, Palette::PLAIN, true);
    assert_eq!(printed(&person, "image/png", "\0\0\0PNG").as_bytes(), BINARY_NOTE);
}
