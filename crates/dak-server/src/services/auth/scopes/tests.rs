use super::full_name;

#[test]
fn scopes_have_short_names() {
    for (scope, expected) in [
        ("gmail.readonly", Some("https://www.googleapis.com/auth/gmail.readonly")),
        ("https://www.googleapis.com/auth/gmail.readonly", Some("https://www.googleapis.com/auth/gmail.readonly")),
        ("blogger", Some("https://www.googleapis.com/auth/blogger")),
        ("blogger.readonly", Some("https://www.googleapis.com/auth/blogger.readonly")),
        ("https://mail.google.com/", Some("https://mail.google.com/")),
        ("dak.demo", Some("dak.demo")),
        ("dak.data.readonly", Some("dak.data.readonly")),
        ("*", Some("*")),
        ("gmail.raedonly", None),
        ("", None),
    ] {
        assert_eq!(full_name(scope).as_deref(), expected, "{scope}");
    }
}
