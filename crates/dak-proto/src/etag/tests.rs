use http::HeaderValue;
use proptest::prelude::*;

use super::{Comparison, Condition, Etag, TagForm, WantedTag};

/// (a condition, its tags as written: form and opaque part)
const CONDITIONS: &[(&str, &[(TagForm, &str)])] = &[
    (r#""v1""#, &[(TagForm::Strong, "v1")]),
    (r#"W/"v1""#, &[(TagForm::Weak, "v1")]),
    ("v1", &[(TagForm::Bare, "v1")]),
    ("W/v1", &[(TagForm::Bare, "v1")]),
    (r#""a", "b""#, &[(TagForm::Strong, "a"), (TagForm::Strong, "b")]),
    (r#""a,b""#, &[(TagForm::Strong, "a,b")]),
    (r#""a" "b""#, &[(TagForm::Strong, "a"), (TagForm::Strong, "b")]),
    ("a, W/\"b\",c ", &[(TagForm::Bare, "a"), (TagForm::Weak, "b"), (TagForm::Bare, "c")]),
    (r#","a",,"#, &[(TagForm::Strong, "a")]),
    (r#""never closed"#, &[(TagForm::Strong, "never closed")]),
    (r#""""#, &[(TagForm::Strong, "")]),
    (r#""*""#, &[(TagForm::Strong, "*")]),
    (r#""a", *"#, &[(TagForm::Strong, "a"), (TagForm::Bare, "*")]),
    ("", &[]),
    (" , ,", &[]),
];

#[test]
fn conditions_are_read_as_written() {
    for (text, tags) in CONDITIONS {
        let wanted = tags.iter().map(|(form, opaque)| WantedTag { opaque: (*opaque).to_owned(), form: *form });
        assert_eq!(Condition::parse(text.as_bytes()), Condition::Tags(wanted.collect()), "{text}");
    }
    assert_eq!(Condition::parse(b" * "), Condition::Any);
}

/// (a condition, whether it holds and names `current` leniently, then strictly)
const COMPARISONS: &[(&str, [bool; 2], [bool; 2])] = &[
    (r#""current""#, [true, true], [true, true]),
    (r#"W/"current""#, [true, true], [false, true]),
    ("current", [true, true], [false, false]),
    (r#""current-gzip""#, [true, true], [false, false]),
    (r#"W/"current;gzip""#, [true, true], [false, false]),
    (r#""other", "current""#, [true, true], [true, true]),
    ("*", [true, true], [true, true]),
    (r#""CURRENT""#, [false, false], [false, false]),
    (r#""current-gzip-gzip""#, [false, false], [false, false]),
    (r#""""#, [false, false], [false, false]),
    ("", [false, false], [false, false]),
];

#[test]
fn tags_are_compared_leniently_or_by_the_book() {
    let current = Etag::from_opaque("current").unwrap();
    for (text, lenient, strict) in COMPARISONS {
        let condition = Condition::parse(text.as_bytes());
        for (comparison, wanted) in [(Comparison::Lenient, lenient), (Comparison::Strict, strict)] {
            let found = [condition.holds(&current, comparison), condition.names(&current, comparison)];
            assert_eq!(found, *wanted, "{text} {comparison:?}");
        }
    }
}

/// (an `etag` member or header, its opaque part if it is a tag)
const OPAQUE: &[(&str, Option<&str>)] = &[
    ("ETagString", Some("ETagString")),
    (r#""abc/def""#, Some("abc/def")),
    (r#"W/"abc""#, Some("abc")),
    ("CJ7l=", Some("CJ7l=")),
    ("a,b", Some("a,b")),
    ("x-gzip", Some("x-gzip")),
    ("\"", None),
    ("", None),
    (r#""""#, None),
    ("a b", None),
    ("a\"b", None),
    ("é", None),
    ("a\nb", None),
];

#[test]
fn opaque_parts_come_in_three_forms() {
    for (text, wanted) in OPAQUE {
        let tag = Etag::from_opaque(text);
        assert_eq!(tag.as_ref().map(Etag::opaque), *wanted, "{text}");
    }
    assert_eq!(Etag::from_header(&HeaderValue::from_bytes(b"\"\xff\"").unwrap()), None);
    assert_eq!(Etag::from_bytes(b"").header_value(), "\"-\"");
}

#[test]
fn stored_tags_are_found_in_a_condition() {
    let (first, second) = ([7; 12], [250; 12]);
    let [one, two] = [first, second].map(|tag| Etag::from_tag(&tag).opaque().to_owned());
    let text = format!("\"{one}\", W/\"{two}-gzip\", \"list-3\", {one}");
    let found: Vec<_> = Condition::parse(text.as_bytes()).stored_tags().collect();
    assert_eq!(found, [first, second, first]);
    assert_eq!(Condition::Any.stored_tags().count(), 0);
}

proptest! {
    #[test]
    fn a_tag_comes_back_from_its_header(tag: [u8; 12]) {
        let etag = Etag::from_tag(&tag);
        prop_assert_eq!(etag.opaque().len(), 16);
        let header = etag.header_value();
        prop_assert_eq!(Etag::from_header(&header), Some(etag.clone()));
        let condition = Condition::parse(header.as_bytes());
        prop_assert_eq!(condition.stored_tags().collect::<Vec<_>>(), vec![tag]);
        prop_assert!(condition.holds(&etag, Comparison::Strict));
    }

    #[test]
    fn any_bytes_are_some_condition(bytes: Vec<u8>) {
        let condition = Condition::parse(&bytes);
        let _ = condition.holds(&Etag::from_bytes(b"x"), Comparison::Lenient);
        let _ = condition.stored_tags().count();
    }
}
