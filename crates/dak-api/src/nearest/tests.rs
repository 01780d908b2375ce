use crate::nearest::hint;

#[test]
fn names_that_were_probably_meant() {
    let known = ["title", "status", "files.copy"];
    let cases = [
        ("titel", " (did you mean \"title\"?)"),
        ("Status", " (did you mean \"status\"?)"),
        ("file.copy", " (did you mean \"files.copy\"?)"),
        ("colour", ""),
        ("", ""),
    ];
    for (written, expected) in cases {
        assert_eq!(hint(written, known), expected, "{written}");
    }
}
