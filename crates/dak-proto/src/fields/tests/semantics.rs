use serde_json::Value;

use super::{Layout, mask, projected};

/// The demo resource of the documents.
const DEMO: &str = concat!(
    r#"{"kind":"demo","items":[{"title":"First title","comment":"First comment.","#,
    r#""characteristics":{"length":"short","accuracy":"high","followers":["Jo","Will"]},"status":"active"},"#,
    r#"{"title":"Second title","characteristics":{"length":"long","followers":[]},"status":"pending"}]}"#,
);

/// A resource with everything the documents' examples of the syntax name.
const FULL: &str = concat!(
    r#"{"etag":"E","title":"T","author":{"uri":"U","name":"N"},"context":{"facets":[[{"label":"L","anchor":"A"}]]},"#,
    r#""links":{"next":{"href":"H","rel":"R"}},"items":[{"id":1,"title":"I","author":{"uri":"V","email":"M"},"#,
    r#""pagemap":{"x":{"title":"X","k":1},"y":{"title":"Y"}}}]}"#,
);

/// Document, mask, what is kept.
const CASES: &[(&str, &str, &str)] = &[
    // P2: the documents' request and its answer, and the whole without a mask.
    (
        DEMO,
        "kind,items(title,characteristics/length)",
        concat!(
            r#"{"kind":"demo","items":[{"title":"First title","characteristics":{"length":"short"}},"#,
            r#"{"title":"Second title","characteristics":{"length":"long"}}]}"#,
        ),
    ),
    (DEMO, "", DEMO),
    (DEMO, " \t\r\n", DEMO),
    (DEMO, "*", DEMO),
    (DEMO, "kind,items", DEMO),
    // P3: the examples of the syntax.
    (FULL, "etag,title", r#"{"etag":"E","title":"T"}"#),
    (FULL, "title", r#"{"title":"T"}"#),
    (FULL, "author/uri", r#"{"author":{"uri":"U"}}"#),
    (FULL, "items/title", r#"{"items":[{"title":"I"}]}"#),
    (FULL, "items(title)", r#"{"items":[{"title":"I"}]}"#),
    (FULL, "context/facets/label", r#"{"context":{"facets":[[{"label":"L"}]]}}"#),
    (FULL, "items(title,author/uri)", r#"{"items":[{"title":"I","author":{"uri":"V"}}]}"#),
    (FULL, "items(id,author/email)", r#"{"items":[{"id":1,"author":{"email":"M"}}]}"#),
    (FULL, "links/*/href", r#"{"links":{"next":{"href":"H"}}}"#),
    (FULL, "items/pagemap/*", r#"{"items":[{"pagemap":{"x":{"title":"X","k":1},"y":{"title":"Y"}}}]}"#),
    (FULL, "items/pagemap/*/title", r#"{"items":[{"pagemap":{"x":{"title":"X"},"y":{"title":"Y"}}}]}"#),
    (FULL, "etag,items/pagemap/x/k", r#"{"etag":"E","items":[{"pagemap":{"x":{"k":1}}}]}"#),
    // Separators, blanks and the one comma too many.
    (FULL, "author.uri", r#"{"author":{"uri":"U"}}"#),
    (FULL, " author / uri , title ", r#"{"title":"T","author":{"uri":"U"}}"#),
    (FULL, "items ( title , ) ,", r#"{"items":[{"title":"I"}]}"#),
    (FULL, "items(\n\ttitle,\r\n\tid\n)", r#"{"items":[{"id":1,"title":"I"}]}"#),
    // Union, which everything absorbs.
    (r#"{"a":{"b":1,"c":2,"d":3}}"#, "a(b),a(c)", r#"{"a":{"b":1,"c":2}}"#),
    (r#"{"a":{"b":1,"c":2,"d":3}}"#, "a/b,a/c,a/b", r#"{"a":{"b":1,"c":2}}"#),
    (r#"{"a":{"b":1,"c":2}}"#, "a,a/b", r#"{"a":{"b":1,"c":2}}"#),
    (r#"{"a":{"b":1,"c":2}}"#, "a/b,a", r#"{"a":{"b":1,"c":2}}"#),
    (r#"{"a":{"b":1,"c":2},"d":3}"#, "*,a/b", r#"{"a":{"b":1,"c":2},"d":3}"#),
    (r#"{"a":{"b":{"x":1,"y":2},"c":3}}"#, "a(b/x),a(b/y)", r#"{"a":{"b":{"x":1,"y":2}}}"#),
    // A wildcard and names beside it: both count.
    (r#"{"a":{"x":1,"y":2,"z":3},"b":{"x":4,"y":5}}"#, "*/x,a/y", r#"{"a":{"x":1,"y":2},"b":{"x":4}}"#),
    (r#"{"a":{"x":1},"b":{"x":4,"y":5}}"#, "*/x,b", r#"{"a":{"x":1},"b":{"x":4,"y":5}}"#),
    (r#"{"a":{"b":{"c":1,"d":2,"e":3}}}"#, "*/*/c,a/*/d,*/b/c", r#"{"a":{"b":{"c":1,"d":2}}}"#),
    (r#"{"a":1,"b":{"c":2},"d":[{"c":3},4]}"#, "*/c", r#"{"b":{"c":2},"d":[{"c":3}]}"#),
    // A wildcard takes exactly one level of objects.
    (r#"{"a":{"b":{"c":1}}}"#, "*/c", r#"{"a":{}}"#),
    (r#"{"a":[[{"b":1}]]}"#, "*/b", r#"{"a":[[{"b":1}]]}"#),
    (r#"{"a":{"b":1},"c":2}"#, "*/*", r#"{"a":{"b":1}}"#),
    // The document's order, its numbers and its escapes.
    (r#"{"c":1,"a":2,"b":3}"#, "a,b,c", r#"{"c":1,"a":2,"b":3}"#),
    (r#"{"n":1.50,"m":-0,"e":1E400,"x":9}"#, "n,m,e", r#"{"n":1.50,"m":-0,"e":1E400}"#),
    (r#"{"s":"\u0041\/","x":9}"#, "s", r#"{"s":"\u0041\/"}"#),
    // Arrays are transparent at any depth.
    (r#"[{"a":1,"b":2},{"a":3}]"#, "a", r#"[{"a":1},{"a":3}]"#),
    (r#"{"a":[[[{"b":1,"c":2}]],[]]}"#, "a/b", r#"{"a":[[[{"b":1}]],[]]}"#),
    (r#"{"a":[{"c":2},{"b":1}]}"#, "a/b", r#"{"a":[{},{"b":1}]}"#),
    (r#"{"a":[]}"#, "a/b", r#"{"a":[]}"#),
    (r#"{"a":[[]]}"#, "a/b", r#"{"a":[[]]}"#),
    (r#"[]"#, "a", "[]"),
    // No indexes.
    (r#"{"a":[{"b":1}]}"#, "a.0", r#"{"a":[{}]}"#),
    // Null stays; other scalars select nothing.
    (r#"{"a":null,"b":1}"#, "a/b", r#"{"a":null}"#),
    (r#"{"a":[null,{"b":1}]}"#, "a/b", r#"{"a":[null,{"b":1}]}"#),
    (r#"{"a":"s","b":1,"c":true,"d":{"x":1}}"#, "*/x", r#"{"d":{"x":1}}"#),
    (r#"{"a":1,"b":2}"#, "a/x,b", r#"{"b":2}"#),
    (r#"{"a":1,"b":2}"#, "a,b/x", r#"{"a":1}"#),
    (r#"{"a":1}"#, "a/b", "{}"),
    (r#"{"a":[1,{"b":2},"s",[3],{"b":4},false]}"#, "a/b", r#"{"a":[{"b":2},{"b":4}]}"#),
    (r#"{"a":[1,2],"b":3}"#, "a/b,b", r#"{"b":3}"#),
    (r#"{"b":3,"a":[[1],[[2]]]}"#, "a/b,b", r#"{"b":3}"#),
    (r#"{"a":[[1],[]]}"#, "a/b", r#"{"a":[[]]}"#),
    // An object that selects nothing stays; so do enclosing parents.
    (r#"{"a":{"c":1}}"#, "a/b", r#"{"a":{}}"#),
    (r#"{"a":{}}"#, "a/b", r#"{"a":{}}"#),
    (r#"{"a":1}"#, "b", "{}"),
    // Roots.
    ("7", "a", "null"),
    (r#""s""#, "a", "null"),
    ("[1,2]", "a", "null"),
    ("null", "a", "null"),
    ("7", "*", "7"),
    ("7", "", "7"),
    // Names: quoted, escaped, and names that only look like syntax.
    (r#"{"a/b":1,"a":{"b":2}}"#, "`a/b`", r#"{"a/b":1}"#),
    (r#"{"a.b":1,"a":{"b":2}}"#, r"a\.b", r#"{"a.b":1}"#),
    (r#"{"*":1,"a":2}"#, "`*`", r#"{"*":1}"#),
    (r#"{"*":1,"a":2}"#, r"\*", r#"{"*":1}"#),
    (r#"{"na*":1,"name":2}"#, "na*", r#"{"na*":1}"#),
    (r#"{"**":1,"a":2}"#, "**", r#"{"**":1}"#),
    (r#"{"John Smith":1,"John":2}"#, "`John Smith`", r#"{"John Smith":1}"#),
    (r#"{"John Smith":1,"John":2}"#, "  John Smith  ", r#"{"John Smith":1}"#),
    (r#"{" a ":1,"a":2}"#, "` a `", r#"{" a ":1}"#),
    (r#"{" a ":1,"a":2}"#, r"\ a\ ", r#"{" a ":1}"#),
    (r#"{"`":1,"\\":2,"(":3}"#, r"\`,`\\`,\(", r#"{"`":1,"\\":2,"(":3}"#),
    (r#"{"বাংলা":{"নাম":1,"x":2}}"#, "বাংলা/নাম", r#"{"বাংলা":{"নাম":1}}"#),
    (r#"{"A":1,"a":2}"#, "a", r#"{"a":2}"#),
    (r#"{"name":1,"nameX":2,"nam":3}"#, "name", r#"{"name":1}"#),
    // Names with escapes in the document.
    (r#"{"q\"":1,"\u0061":2,"x":3}"#, "q\",a", r#"{"q\"":1,"\u0061":2}"#),
    (r#"{"a\\":{"b":1},"c":2}"#, r"a\\/b", r#"{"a\\":{"b":1}}"#),
    // Brackets and commas inside strings are text.
    (r#"{"x":["}","]\"",{"y":"{[,"}],"a":"},{","b":1}"#, "a", r#"{"a":"},{"}"#),
    (r#"{"x":"\\","y":"\\\"","a":1}"#, "a", r#"{"a":1}"#),
];

#[test]
fn documents_are_narrowed_as_the_table_says() {
    for (document, text, expected) in CASES {
        assert_eq!(projected(text, document, Layout::Compact), *expected, "{text} of {document}");
    }
}

#[test]
fn trees_are_narrowed_as_the_table_says() {
    let readable = |case: &&(&str, &str, &str)| !case.0.contains("1E400");
    for (document, text, expected) in CASES.iter().filter(readable) {
        let kept = mask(text).apply(serde_json::from_str(document).unwrap());
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(kept.to_string(), expected.to_string(), "{text} of {document}");
    }
}

#[test]
fn pretty_output_is_serdes() {
    let readable = |case: &&(&str, &str, &str)| !case.0.contains("1E400") && !case.0.contains("1.50");
    for (document, text, expected) in CASES.iter().filter(readable) {
        let expected: Value = serde_json::from_str(expected).unwrap();
        let unescaped = serde_json::from_str::<Value>(document).unwrap().to_string();
        assert_eq!(projected(text, &unescaped, Layout::Pretty), format!("{expected:#}"), "{text} of {document}");
    }
}

#[test]
fn many_names_are_found_as_few_are() {
    let names: Vec<String> = (0..1500).map(|n| format!("n{n}")).collect();
    let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":[1],\"x{name}\":2")).collect();
    let expected: Vec<String> = names.iter().map(|name| format!("\"{name}\":[1]")).collect();
    let document = format!("{{{}}}", members.join(","));
    assert_eq!(projected(&names.join(","), &document, Layout::Compact), format!("{{{}}}", expected.join(",")));
}

#[test]
fn a_document_as_deep_as_can_be_read_is_narrowed() {
    let depth = crate::json::DEPTH_MAX - 1;
    let document = format!(r#"{}{{"a":1,"b":2}}{}"#, "[".repeat(depth), "]".repeat(depth));
    let expected = format!(r#"{}{{"a":1}}{}"#, "[".repeat(depth), "]".repeat(depth));
    assert_eq!(projected("a", &document, Layout::Compact), expected);
}

#[test]
fn text_that_is_no_json_is_left_where_it_goes_wrong() {
    let deep = "[".repeat(100_000);
    let cases =
        ["", "{", "}", "[", ",", "\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\" :1}", "{a:1}", "[1,", &deep];
    for text in cases {
        for layout in [Layout::Compact, Layout::Pretty] {
            let mut out = Vec::new();
            mask("a/b,c").project(text.as_bytes(), layout, &mut out);
            assert!(out.len() < 1000, "{} bytes for {} bytes", out.len(), text.len());
        }
    }
}
