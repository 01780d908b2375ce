use crate::scalar::pattern::flaw;

#[test]
fn what_no_dialect_knows() {
    let cases = [
        ("^projects/[^/]+$", None),
        (r"^(a|b)*\)[]x]\[+", None),
        ("(?!x)(?:y)?", None),
        (r"[\]]+", None),
        ("a{2,3}+", None),
        ("", None),
        ("(", Some("a ( is not closed")),
        ("a)", Some("a ) closes nothing")),
        ("[^/", Some("a [ is not closed")),
        ("a|*", Some("there is nothing to repeat")),
        ("+", Some("there is nothing to repeat")),
        ("a\\", Some("it ends in a backslash")),
    ];
    for (pattern, expected) in cases {
        assert_eq!(flaw(pattern), expected, "{pattern}");
    }
}
