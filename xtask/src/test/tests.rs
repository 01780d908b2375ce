use super::Plan;

#[test]
fn what_was_typed_becomes_a_plan() {
    let plan = |long, filter: Option<&str>| Some(Plan { long, filter: filter.map(String::from) });
    let cases: [(&[&str], _); 6] = [
        (&[], plan(false, None)),
        (&["--long"], plan(true, None)),
        (&["etag"], plan(false, Some("etag"))),
        (&["etag", "--long"], plan(true, Some("etag"))),
        (&["--short"], None),
        (&["one", "two"], None),
    ];
    for (words, expected) in cases {
        assert_eq!(Plan::parse(words).ok(), expected, "{words:?}");
    }
}
