use super::*;

fn build(items: &[(&str, &str)]) -> Result<String, Error> {
    let mut root = Node::Vacant;
    for (name, json) in items {
        root.put(name, Node::Raw((*json).to_owned()))?;
    }
    Ok(root.to_string())
}

#[test]
fn names_reach_into_the_body() {
    let cases: [(&[(&str, &str)], &str); 13] = [
        (&[("a", "1"), ("b", "null")], r#"{"a":1,"b":null}"#),
        (&[("a", "1"), ("a", "2")], r#"{"a":2}"#),
        (&[("a[b][c]", "1"), ("a[b][d]", "2")], r#"{"a":{"b":{"c":1,"d":2}}}"#),
        (&[("a[]", "1"), ("a[]", "2")], r#"{"a":[1,2]}"#),
        (&[("a[2]", "1")], r#"{"a":[null,null,1]}"#),
        (&[("a[0][x]", "1"), ("a[0][y]", "2")], r#"{"a":[{"x":1,"y":2}]}"#),
        (&[("[]", "1"), ("[1]", "2")], "[1,2]"),
        (&[(r"a\[b\]", "1")], r#"{"a[b]":1}"#),
        (&[(r"a[\5]", "1")], r#"{"a":{"5":1}}"#),
        (&[(r"a\:b[c\]d]", "1")], r#"{"a:b":{"c]d":1}}"#),
        (&[("n", "12345678901234567890123456789")], r#"{"n":12345678901234567890123456789}"#),
        (&[("a[ক]", "1")], r#"{"a":{"ক":1}}"#),
        (&[("q\"\n", "1")], r#"{"q\"\n":1}"#),
    ];
    for (items, json) in cases {
        assert_eq!(build(items).expect(json), json);
    }
}

#[test]
fn names_that_disagree_are_refused() {
    let cases: [(&[(&str, &str)], &str); 9] = [
        (&[("a", "1"), ("a[b]", "2")], "as an object what another item made a plain value"),
        (&[("a[b]", "1"), ("a[0]", "2")], "as an array what another item made an object"),
        (&[("a[]", "1"), ("a[b]", "2")], "as an object what another item made an array"),
        (&[("a[b]", "1"), ("a", "2")], "sets what another item made an object"),
        (&[("a[", "1")], "bracket out of place"),
        (&[("a]b[c", "1")], "bracket out of place"),
        (&[("a[b]c", "1")], "bracket out of place"),
        (&[("a[10000]", "1")], "9999 is the most"),
        (&[("a[99999999999999999999999]", "1")], "9999 is the most"),
    ];
    for (items, part) in cases {
        let message = build(items).expect_err(part).to_string();
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn depth_is_bounded() {
    let name = format!("a{}", "[b]".repeat(DEPTH_MAX));
    assert!(build(&[(&name, "1")]).is_err());
}
