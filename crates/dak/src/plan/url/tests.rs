use super::*;

#[test]
fn every_form_is_read() {
    let cases = [
        (":7070/x", "http://localhost:7070/x"),
        (":7070", "http://localhost:7070/"),
        (":/x", "http://localhost/x"),
        ("host/path", "http://host/path"),
        ("get/", "http://get/"),
        ("://host", "http://host/"),
        ("http://host:80/a?b=c#d", "http://host:80/a?b=c"),
        ("HTTPS://Host", "https://Host/"),
        ("host?x=1", "http://host/?x=1"),
        ("[::1]:7070/x", "http://[::1]:7070/x"),
        ("[::1]", "http://[::1]/"),
        ("host/a b/ক?q=%41 \"", "http://host/a%20b/%E0%A6%95?q=%41%20%22"),
        ("host/login?next=http://x/", "http://host/login?next=http://x/"),
        ("127.0.0.1:7070/demo/v1?fields=items(id,title)", "http://127.0.0.1:7070/demo/v1?fields=items(id,title)"),
    ];
    for (text, url) in cases {
        assert_eq!(Target::parse(text, "http").map(|target| target.url()).ok().as_deref(), Some(url), "{text}");
    }
}

#[test]
fn the_default_scheme_is_the_callers() {
    let target = Target::parse(":443/x", "https").expect("a URL");
    assert_eq!(target.url(), "https://localhost:443/x");
}

#[test]
fn a_user_before_the_host_is_kept_apart() {
    let target = Target::parse("http://jo:p%40ss@host/x@y", "http").expect("a URL");
    assert_eq!(target.userinfo.as_deref(), Some("jo:p@ss"));
    assert_eq!(target.url(), "http://host/x@y");
}

#[test]
fn what_cannot_be_a_url_is_named() {
    let cases = [
        ("", "names no host"),
        ("http://", "names no host"),
        ("/path", "names no host"),
        ("ftp://host", "scheme \"ftp\""),
        ("host:port/x", "port \"port\""),
        ("host:0", "port \"0\""),
        ("host:70000", "port \"70000\""),
        ("bücher.example", "xn--"),
        ("a b", "stray characters"),
        ("a\r\nb", "stray characters"),
    ];
    for (text, part) in cases {
        let message = Target::parse(text, "http").expect_err(text).to_string();
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn query_parameters_are_added_behind() {
    let cases = [
        ("h/x", "http://h/x?a%20b=1%262"),
        ("h/x?", "http://h/x?a%20b=1%262"),
        ("h/x?c=d", "http://h/x?c=d&a%20b=1%262"),
    ];
    for (text, url) in cases {
        let mut target = Target::parse(text, "http").expect("a URL");
        target.push_query("a b", "1&2");
        assert_eq!(target.url(), url);
    }
}

#[test]
fn a_url_is_sent_in_its_normal_form() {
    let cases = [
        ("http://Host:80/a/./b/../c?d=../e", "http://host/a/c?d=../e"),
        (":7070/%2e%2e/x", "http://localhost:7070/x"),
        ("[::1]:7070/x", "http://[::1]:7070/x"),
        ("host/items(id,a/*)?fields=a(b),c/*", "http://host/items(id,a/*)?fields=a(b),c/*"),
    ];
    for (text, url) in cases {
        let target = Target::parse(text, "http").and_then(Target::normalised).expect(text);
        assert_eq!(target.url(), url, "{text}");
    }
}

#[test]
fn a_query_parameter_is_taken_out() {
    let cases =
        [("h/x", "http://h/x"), ("h/x?fields=a", "http://h/x"), ("h/x?a=1&fi%65lds=b&c&fields", "http://h/x?a=1&c")];
    for (text, url) in cases {
        let mut target = Target::parse(text, "http").expect(text);
        target.remove_query("fields");
        assert_eq!(target.url(), url, "{text}");
    }
}

#[test]
fn forms_are_encoded() {
    assert_eq!(form_encode([("a b", "1+2"), ("é", "")]), "a%20b=1%2B2&%C3%A9=");
}
