use std::borrow::Cow;

use proptest::prelude::*;

use super::{PARAMETERS_MAX, Query};
use crate::fault::Fault;

/// (query, its pairs)
const QUERIES: &[(&str, &[(&str, &str)])] = &[
    ("", &[]),
    ("&&", &[]),
    ("a=1", &[("a", "1")]),
    ("a=1&b=2&a=3", &[("a", "1"), ("b", "2"), ("a", "3")]),
    ("a", &[("a", "")]),
    ("a=", &[("a", "")]),
    ("=1", &[("", "1")]),
    ("a=b=c", &[("a", "b=c")]),
    ("q=one+two%20three%2Bfour", &[("q", "one two three+four")]),
    ("fields=items(id,author%2Femail)", &[("fields", "items(id,author/email)")]),
    ("%24.xgafv=2", &[("$.xgafv", "2")]),
    ("q=%E0%A6%A1%E0%A6%BE%E0%A6%95", &[("q", "ডাক")]),
    ("q=ডাক", &[("q", "ডাক")]),
    ("a=100%&b=%zz&c=%4", &[("a", "100%"), ("b", "%zz"), ("c", "%4")]),
    ("a=1&&b=2&", &[("a", "1"), ("b", "2")]),
    ("a=1;b=2", &[("a", "1;b=2")]),
    ("a%3Db=%26", &[("a=b", "&")]),
];

fn pairs<'q>(query: &'q Query<'_>) -> Vec<(&'q str, &'q str)> {
    query.iter().collect()
}

#[test]
fn queries_are_decoded_in_order() {
    for (text, wanted) in QUERIES {
        assert_eq!(pairs(&Query::parse(text).unwrap()), *wanted, "{text}");
    }
}

#[test]
fn a_form_comes_after_the_url() {
    let mut query = Query::parse("a=url&b=1").unwrap();
    query.push_form(b"a=form&c=2").unwrap();
    assert_eq!(pairs(&query), [("a", "url"), ("b", "1"), ("a", "form"), ("c", "2")]);
    assert_eq!(query.first("a"), Some("url"));
    assert_eq!(query.all("a").collect::<Vec<_>>(), ["url", "form"]);
    assert_eq!(query.first("d"), None);
}

/// (form body, the parameter at fault)
const NOT_UTF8: &[(&[u8], &str)] =
    &[(b"ok=1&q=%FF", "q"), (b"q=\xff", "q"), (b"q=%E0%A6", "q"), (b"q=a+%C0%80", "q"), (b"n%FF=1", "n%FF")];

#[test]
fn what_is_not_utf8_is_refused_by_name() {
    for (body, name) in NOT_UTF8 {
        let fault = Query::default().push_form(body).unwrap_err();
        assert_eq!((fault.code, fault.location.unwrap().name.as_str()), (400, *name));
    }
}

#[test]
fn there_is_a_limit() {
    let text = "a&".repeat(PARAMETERS_MAX);
    assert_eq!(Query::parse(&text).unwrap().iter().count(), PARAMETERS_MAX);
    let more = format!("{text}b");
    let refused: Result<Query<'_>, Fault> = Query::parse(&more);
    assert_eq!(refused.unwrap_err().code, 400);
}

#[test]
fn what_needs_no_decoding_is_borrowed() {
    let query = Query::parse("plain=value&coded=%41").unwrap();
    let borrowed = query.pairs.iter().map(|(_, value)| matches!(value, Cow::Borrowed(_)));
    assert_eq!(borrowed.collect::<Vec<_>>(), [true, false]);
    assert_eq!(Query::parse("").unwrap().pairs.capacity(), 0);
}

proptest! {
    #[test]
    fn what_a_client_encodes_is_read_back(given in prop::collection::vec(("(?s).{0,9}", "(?s).{0,9}"), 0..6)) {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&given).finish();
        let read = Query::parse(&text).unwrap();
        let given = given.iter().map(|(name, value)| (&**name, &**value));
        prop_assert_eq!(pairs(&read), given.collect::<Vec<_>>());
    }

    #[test]
    fn any_bytes_are_read_or_refused(body: Vec<u8>) {
        if let Err(fault) = Query::default().push_form(&body) {
            prop_assert_eq!(fault.code, 400);
        }
    }
}
