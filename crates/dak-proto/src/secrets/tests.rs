use super::{HEADERS, PARAMETERS, hidden, is_header, is_parameter, without};

#[test]
fn names_count_in_letters_of_any_case() {
    assert!(HEADERS.iter().all(|name| is_header(name) && is_header(&name.to_ascii_uppercase())));
    assert!(PARAMETERS.iter().all(|name| is_parameter(name) && is_parameter(&name.to_ascii_uppercase())));
    for name in ["", "accept", "x-request-id", "authorization "] {
        assert!(!is_header(name), "{name}");
    }
    for name in ["", "alt", "pageToken", "keys", "fields"] {
        assert!(!is_parameter(name), "{name}");
    }
}

#[test]
fn a_query_loses_its_secrets_and_nothing_else() {
    // (a query, what is left)
    let cases = [
        ("", Some("")),
        ("a=b", Some("a=b")),
        ("key=k", None),
        ("key=k&apikey=s&API_KEY=s", None),
        ("a=b%20c+d&token=t&e", Some("a=b%20c+d&e")),
        ("%6bey=k&a=1", Some("a=1")),
        ("pageToken=p&q=key%3Dk", Some("pageToken=p&q=key%3Dk")),
        ("a=1&&password", Some("a=1&")),
    ];
    for (query, left) in cases {
        assert_eq!(without(query).as_deref(), left, "{query}");
    }
}

#[test]
fn what_is_shown_hides_its_secrets() {
    let cases = [
        ("/demo/v1", "/demo/v1"),
        ("/demo/v1?a=1&key=k&alt=media", "/demo/v1?a=1&key=(hidden)&alt=media"),
        ("http://host/upload?upload%5Fid=secret&x", "http://host/upload?upload%5Fid=(hidden)&x"),
        ("/?%6Bey=secret&q=a?key=b", "/?%6Bey=(hidden)&q=a?key=b"),
        ("/?key", "/?key"),
    ];
    for (text, shown) in cases {
        assert_eq!(hidden(text), shown, "{text}");
    }
}
