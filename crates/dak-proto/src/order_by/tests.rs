use serde_json::json;

use super::{Disorder, ORDER_BYTES_MAX, OrderBy};
use crate::filter::tests::shape;

/// The titles of items in an order.
fn sorted(order: &str) -> String {
    let items = json!([
        { "title": "a", "pages": 10, "count": "9", "made": "2026-01-02T00:00:00Z", "size": { "height": 2 } },
        { "title": "b", "pages": 9, "count": "10", "made": "2026-01-02T01:00:00+02:00", "size": { "height": 2 } },
        { "title": "c\u{0}", "pages": 9, "done": true, "size": {} },
        { "title": "c", "pages": 9.5, "count": "-1", "done": false },
    ]);
    let order = OrderBy::parse(order, &shape()).unwrap();
    let mut items = items.as_array().unwrap().clone();
    items.sort_by_key(|item| order.key(item));
    let titles: Vec<&str> = items.iter().map(|item| item["title"].as_str().unwrap()).collect();
    titles.join("").replace("c\u{0}", "z")
}

#[test]
fn items_in_order() {
    let cases = [
        ("", "abzc"),
        ("title", "abcz"),
        (" title  desc ", "zcba"),
        ("title DESC", "zcba"),
        ("title asc", "abcz"),
        ("pages", "bzca"),
        ("pages, title desc", "zbca"),
        ("pages desc,title desc,", "aczb"),
        ("count", "zcab"),
        ("count desc", "bacz"),
        ("made", "zcba"),
        ("made desc", "abzc"),
        ("done,title", "abcz"),
        ("size.height, title", "czab"),
        ("display_name, displayName desc, title", "abcz"),
        ("title, title desc", "abcz"),
    ];
    for (order, expected) in cases {
        assert_eq!(sorted(order), expected, "{order}");
    }
}

#[test]
fn what_is_no_order_is_told() {
    let unknown = |text: &str| Err(Disorder::Unknown(text.to_owned()));
    let beyond = |text: &str| Err(Disorder::Beyond(text.to_owned()));
    let cases = [
        ("titel", unknown("titel")),
        ("title, colour desc", unknown("colour")),
        ("size", unknown("size")),
        ("size.depth", unknown("size.depth")),
        ("title up", beyond("title up")),
        ("title desc pages", beyond("title desc pages")),
        ("a,b,c,d,e,f,g,h,i,j,k", beyond("a,b,c,d,e,f,g,h,i,j,k")),
    ];
    for (order, expected) in cases {
        assert_eq!(OrderBy::parse(order, &shape()), expected, "{order}");
    }
    assert!(OrderBy::parse(&"title,".repeat(ORDER_BYTES_MAX), &shape()).is_err());
}

/// A key has a bound, so that a page token has one.
#[test]
fn a_long_text_is_compared_by_its_beginning() {
    let order = OrderBy::parse("title", &shape()).unwrap();
    let key = |text: String| order.key(&json!({ "title": text }));
    assert_eq!(key("a".repeat(130)), key("a".repeat(140)));
    assert_eq!(key("\u{0}".repeat(10_000)).len(), 259);
}
