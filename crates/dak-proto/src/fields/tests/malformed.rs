use serde_json::json;

use super::super::{MASK_CHARS_MAX, MASK_DEPTH_MAX};
use super::{Mask, MaskError, mask};

const NAME_MISSING: &str = "a name is missing";
const AFTER_ITEM: &str = "only a comma, a closing parenthesis or the end may stand here";
const NOT_CLOSED: &str = "a group is not closed";
const NOT_OPENED: &str = "a closing parenthesis has no opening one";
const QUOTE_OPEN: &str = "a quoted name is not closed";
const QUOTE_EMPTY: &str = "a quoted name is empty";
const QUOTE_INSIDE: &str = "a quoted name must be the whole segment";
const LONE_BACKSLASH: &str = "a backslash has nothing after it";

/// A mask, the character where it goes wrong, what is wrong there.
const CASES: &[(&str, usize, &str)] = &[
    (",", 1, NAME_MISSING),
    (",a", 1, NAME_MISSING),
    ("a,,", 3, NAME_MISSING),
    ("a,,b", 3, NAME_MISSING),
    ("a, ,b", 4, NAME_MISSING),
    ("/", 1, NAME_MISSING),
    (".", 1, NAME_MISSING),
    ("/a", 1, NAME_MISSING),
    ("a/", 3, NAME_MISSING),
    ("a.", 3, NAME_MISSING),
    ("a//b", 3, NAME_MISSING),
    ("a..b", 3, NAME_MISSING),
    ("a/.b", 3, NAME_MISSING),
    ("a/,b", 3, NAME_MISSING),
    ("a/(b)", 3, NAME_MISSING),
    ("a(/b)", 3, NAME_MISSING),
    ("a(b/)", 5, NAME_MISSING),
    ("()", 1, NAME_MISSING),
    ("(a)", 1, NAME_MISSING),
    ("a()", 3, NAME_MISSING),
    ("a( )", 4, NAME_MISSING),
    ("a(,)", 3, NAME_MISSING),
    ("a(,b)", 3, NAME_MISSING),
    ("a(b,,)", 5, NAME_MISSING),
    ("a((b))", 3, NAME_MISSING),
    ("a,(b)", 3, NAME_MISSING),
    ("a(", 3, NAME_MISSING),
    ("a(b", 2, NOT_CLOSED),
    ("a(b,", 2, NOT_CLOSED),
    ("a(b(c)", 2, NOT_CLOSED),
    ("ক(খ", 2, NOT_CLOSED),
    ("items(id,title", 6, NOT_CLOSED),
    (")", 1, NAME_MISSING),
    ("a)", 2, NOT_OPENED),
    ("a,)", 3, NOT_OPENED),
    ("a(b))", 5, NOT_OPENED),
    ("a(b)c", 5, AFTER_ITEM),
    ("a(b)/c", 5, AFTER_ITEM),
    ("a(b).c", 5, AFTER_ITEM),
    ("a(b)(c)", 5, AFTER_ITEM),
    ("a(b)*", 5, AFTER_ITEM),
    ("a(b)`c`", 5, AFTER_ITEM),
    ("`a`b", 4, AFTER_ITEM),
    ("`a``b`", 4, AFTER_ITEM),
    ("a`b`", 1, QUOTE_INSIDE),
    ("a `b`", 1, QUOTE_INSIDE),
    ("*`a`", 1, QUOTE_INSIDE),
    ("`", 1, QUOTE_OPEN),
    ("`a", 1, QUOTE_OPEN),
    ("a,`b", 3, QUOTE_OPEN),
    (r"`a\`", 1, QUOTE_OPEN),
    (r"`a\", 1, QUOTE_OPEN),
    ("``", 1, QUOTE_EMPTY),
    ("a/``", 3, QUOTE_EMPTY),
    ("a(b)``", 5, QUOTE_EMPTY),
    (r"\", 1, LONE_BACKSLASH),
    (r"a\", 1, LONE_BACKSLASH),
    (r"a/b\", 3, LONE_BACKSLASH),
];

#[test]
fn each_malformed_mask_is_refused_where_it_goes_wrong() {
    for &(text, position, problem) in CASES {
        assert_eq!(Mask::parse(text), Err(MaskError::Syntax { position, problem }), "{text}");
    }
}

#[test]
fn the_error_body_names_the_whole_mask() {
    for &(text, position, problem) in CASES {
        let fault = Mask::parse(text).unwrap_err().fault(text);
        let description = format!("Error expanding 'fields' parameter. At character {position} {problem}.");
        let violations = json!([{ "field": text, "description": description }]);
        assert_eq!((fault.code, &*fault.reason), (400, "invalidParameter"));
        assert_eq!(fault.message, format!("Invalid field selection {text}"));
        assert_eq!(fault.details[0]["fieldViolations"], violations);
    }
}

#[test]
fn length_is_counted_in_characters() {
    assert!(Mask::parse(&"ক".repeat(MASK_CHARS_MAX)).is_ok());
    assert_eq!(Mask::parse(&"ক".repeat(MASK_CHARS_MAX + 1)), Err(MaskError::TooLong));
    assert_eq!(Mask::parse(&"a".repeat(MASK_CHARS_MAX + 1)), Err(MaskError::TooLong));
}

#[test]
fn depth_counts_segments_by_slashes_and_by_groups() {
    let path = |depth: usize| vec!["a"; depth].join("/");
    let groups = |depth: usize| format!("{}a{}", "a(".repeat(depth - 1), ")".repeat(depth - 1));
    for deep in [path, groups] {
        let mask = mask(&deep(MASK_DEPTH_MAX));
        assert_eq!(Mask::parse(&mask.to_string()), Ok(mask));
        assert_eq!(Mask::parse(&deep(MASK_DEPTH_MAX + 1)), Err(MaskError::TooDeep));
    }
    // What needs no group as it is written may need them in canonical form.
    let forked = mask(&format!("{0}/b,{0}/c,a/b", path(MASK_DEPTH_MAX - 1)));
    assert_eq!(Mask::parse(&forked.to_string()), Ok(forked));
    assert_eq!(Mask::parse(&"a(".repeat(MASK_CHARS_MAX / 2)), Err(MaskError::TooDeep));
    assert_eq!(Mask::parse(&"(".repeat(MASK_CHARS_MAX)).unwrap_err().to_string(), "At character 1 a name is missing.");
}

#[test]
fn wildcards_made_to_explode_are_refused() {
    let nested = (0..60).fold("x".to_owned(), |inner, _| format!("*({inner}),a/*/b"));
    assert_eq!(Mask::parse(&nested), Err(MaskError::TooComplex));
    let nested = (0..30).fold("x".to_owned(), |inner, _| format!("*({inner}),a/*/*/*/*/*/*/*/*/*/*/*/*/b"));
    assert_eq!(Mask::parse(&nested), Err(MaskError::TooComplex));
    let wide: Vec<String> = (0..600).map(|n| format!("a{n}/b")).collect();
    let names: Vec<String> = (0..600).map(|n| format!("c{n}")).collect();
    assert_eq!(Mask::parse(&format!("*({}),{}", names.join(","), wide.join(","))), Err(MaskError::TooComplex));
}

#[test]
fn wildcards_beside_names_are_fine_in_any_sane_number() {
    let wide: Vec<String> = (0..100).map(|n| format!("name{n}/b")).collect();
    assert!(Mask::parse(&format!("*(id,title,author(uri,email)),{}", wide.join(","))).is_ok());
    let nested = (0..8).fold("x".to_owned(), |inner, _| format!("*({inner}),a/b"));
    assert!(Mask::parse(&nested).is_ok());
}

#[test]
fn masks_are_printed_in_canonical_form() {
    let cases = [
        ("", "*"),
        ("*", "*"),
        ("`*`", "`*`"),
        ("b,a", "a,b"),
        ("a(b)", "a/b"),
        ("a.b.c", "a/b/c"),
        ("a(c,b),a/d,", "a(b,c,d)"),
        ("b,*/x", "*/x,b"),
        ("*,a/b", "*"),
        ("a/*,a/b/c", "a/*"),
        ("a/*(b,c)", "a/*(b,c)"),
        (" John Smith ", "John Smith"),
        (r"\ a", "` a`"),
        (r"\a\.b", "`a.b`"),
        (r"\`\\", r"`\`\\`"),
    ];
    for (text, printed) in cases {
        assert_eq!(mask(text).to_string(), printed, "{text}");
        assert_eq!(mask(printed), mask(text));
    }
}
