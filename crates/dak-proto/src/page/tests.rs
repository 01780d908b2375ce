use proptest::prelude::*;

use super::{TOKEN_CHARS_MAX, Token, fingerprint};
use crate::query::Query;

const HERE: u64 = 42;

fn refused(text: &str) {
    let fault = Token::decode(text, HERE).expect_err(text);
    assert_eq!((fault.code, &*fault.message), (400, "Invalid Value"));
    assert_eq!(fault.location.unwrap().name, "pageToken");
}

fn token(cursor: &[u8]) -> String {
    let cursor = cursor.to_vec();
    Token { cursor, filter: HERE }.encode()
}

#[test]
fn what_is_no_token_is_refused() {
    for text in ["", "BOGUS", "AQ", "AQ==", "Ä", "a b", &"A".repeat(TOKEN_CHARS_MAX + 4)] {
        refused(text);
    }
    refused(&token(&[0; TOKEN_CHARS_MAX]));
}

#[test]
fn a_token_of_other_filters_is_refused() {
    let other = Token { cursor: b"place".to_vec(), filter: HERE + 1 };
    refused(&other.encode());
}

/// (the parameters of one list, of another, whether they share their tokens)
const LISTS: &[(&str, &str, bool)] = &[
    ("", "", true),
    ("q=a", "q=a", true),
    ("q=a", "q=b", false),
    ("q=a", "", false),
    ("q=a", "r=a", false),
    ("qa=", "q=a", false),
    ("a=1&b=2", "b=2&a=1", true),
    ("a=1&b=2", "a=2&b=1", false),
    ("a=1&a=2", "a=1", false),
    // Place, size and the standard parameters may change from page to page.
    ("pageToken=x&maxResults=5", "pageSize=9", true),
    ("fields=items&alt=json&prettyPrint=0", "key=k", true),
];

#[test]
fn lists_are_told_apart_by_their_filters() {
    for (one, other, same) in LISTS {
        let [one_hash, other_hash] = [one, other].map(|text| fingerprint(&Query::parse(text).unwrap()));
        assert_eq!(one_hash == other_hash, *same, "{one} {other}");
    }
}

/// Tokens outlive a restart and an update, so neither form may change unnoticed.
#[test]
fn the_forms_are_stable() {
    assert_eq!(fingerprint([("labelIds", "INBOX"), ("q", "from:jo")]), STABLE_FINGERPRINT);
    assert_eq!(token(b"place"), STABLE_TOKEN);
}

const STABLE_FINGERPRINT: u64 = 941_158_649_814_042_665;
const STABLE_TOKEN: &str = "AQAAAAAAAAAqcGxhY2WUaJu7AC_HdQ";

proptest! {
    #[test]
    fn a_token_comes_back(cursor: Vec<u8>, filter: u64) {
        let token = Token { cursor, filter };
        let text = token.encode();
        prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        prop_assert_eq!(Token::decode(&text, filter), Ok(token));
    }

    #[test]
    fn a_changed_token_is_refused(cursor: Vec<u8>, at: prop::sample::Index, to in "[A-Za-z0-9]") {
        let mut text = token(&cursor);
        let at = at.index(text.len() - 1);
        text.replace_range(at..=at, &to);
        prop_assume!(text != token(&cursor));
        refused(&text);
    }

    #[test]
    fn any_text_is_read_or_refused(text: String, filter: u64) {
        let _ = Token::decode(&text, filter);
    }
}
