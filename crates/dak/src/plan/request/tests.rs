use super::*;
use crate::environment::Environment;
use crate::plan::tests::{planned, terminal};

fn request(line: &str) -> Request {
    planned(line, &terminal()).expect(line).request
}

fn bytes(line: &str) -> String {
    match request(line).body {
        Body::Bytes(bytes) => String::from_utf8(bytes).expect("text"),
        other => panic!("{line}: {other:?}"),
    }
}

fn header(line: &str, name: &str) -> Option<String> {
    let request = request(line);
    let values: Vec<&str> = request.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(" & "))
}

#[test]
fn the_method_is_told_or_follows_from_the_body() {
    let cases = [
        (":1", "GET"),
        (":1|a==b|H:v", "GET"),
        (":1|a=b", "POST"),
        (":1|--raw|x", "POST"),
        (":1|@f", "POST"),
        ("PUT|:1", "PUT"),
        ("options|:1", "OPTIONS"),
        ("PURGE|:1", "PURGE"),
        ("get|:1|a=b", "GET"),
        ("patch|:1", "PATCH"),
        ("localhost|a=b", "POST"),
        ("purge|:7070/x", "PURGE"),
        ("Purge|http://host", "PURGE"),
        ("purge|host.example/x", "PURGE"),
        ("host|X-A:1", "GET"),
        ("host|a:=[1.5]", "POST"),
        ("host|q==a/b", "GET"),
    ];
    for (line, method) in cases {
        assert_eq!(request(line).method, method, "{line}");
    }
}

#[test]
fn the_url_takes_queries_and_a_checked_mask() {
    let cases = [
        (":7070/x|a==1|b c==ü", "http://localhost:7070/x?a=1&b%20c=%C3%BC"),
        (":1/|--fields|items(id,a/b)", "http://localhost:1/?fields=items(id,a/b)"),
        (":1/?z=0|--fields|a|q==@text", "http://localhost:1/?z=0&q=a%20text%0A&fields=a"),
        ("--https|host", "https://host/"),
        (":1/a/../b?fields=x&a=1|--fields|id", "http://localhost:1/b?a=1&fields=id"),
    ];
    for (line, url) in cases {
        assert_eq!(request(line).target.url(), url, "{line}");
    }
    let error = planned(":1|--fields|a(b", &terminal()).expect_err("mask");
    assert!(error.to_string().starts_with("Invalid field selection a(b: "), "{error}");
    assert_eq!(error.exit(), Exit::Usage);
}

#[test]
fn items_make_the_body() {
    let cases = [
        (":1|a=1|b:=2|c:=null|d[x][]=y", r#"{"a":"1","b":2,"c":null,"d":{"x":["y"]}}"#),
        (":1|n:=12345678901234567890.10", r#"{"n":12345678901234567890.10}"#),
        (":1|n:=1E400", r#"{"n":1E400}"#),
        (":1|t=@text", r#"{"t":"a text\n"}"#),
        (":1|t:=@list", r#"{"t":[1, 2.50]}"#),
        (":1|-f|a b=1|c[d]=ü&|n:=5", "a%20b=1&c%5Bd%5D=%C3%BC%26&n=5"),
        (":1|--raw|{}", "{}"),
    ];
    for (line, body) in cases {
        assert_eq!(bytes(line), body, "{line}");
    }
}

#[test]
fn a_form_with_a_file_is_multipart() {
    let request = request(":1|-f|a=1|pic@dir/p.png|doc@d;type=text/x;filename=e\"f");
    assert_eq!(request.headers["content-type"], "multipart/form-data; boundary=drawn");
    let Body::Pieces(pieces) = request.body else { panic!("{:?}", request.body) };
    let text: String = pieces
        .iter()
        .map(|piece| match piece {
            body::Piece::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            body::Piece::File(path) => format!("<{path}>"),
        })
        .collect();
    let expected = "--drawn\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
        --drawn\r\nContent-Disposition: form-data; name=\"pic\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\n<dir/p.png>\r\n\
        --drawn\r\nContent-Disposition: form-data; name=\"doc\"; filename=\"e%22f\"\r\nContent-Type: text/x\r\n\r\n<d>\r\n\
        --drawn--\r\n";
    assert_eq!(text, expected);
}

#[test]
fn headers_have_defaults_and_items_the_last_word() {
    let cases = [
        (":1", "accept", Some("*/*")),
        (":1|a=b", "accept", Some("application/json, */*;q=0.5")),
        (":1|-j", "accept", Some("application/json, */*;q=0.5")),
        (":1", "accept-encoding", Some("gzip")),
        (":1", "user-agent", Some(crate::plan::headers::USER_AGENT)),
        (":1|User-Agent:", "user-agent", None),
        (":1|User-Agent:x", "user-agent", Some("x")),
        (":1|X-A;", "x-a", Some("")),
        (":1|X-A:1|X-A:2", "x-a", Some("1 & 2")),
        (":1|X-A:@text", "x-a", Some("a text")),
        (":1", "content-type", None),
        (":1|-j", "content-type", None),
        (":1|a=b", "content-type", Some("application/json")),
        (":1|-f|a=b", "content-type", Some("application/x-www-form-urlencoded; charset=utf-8")),
        (":1|@x.eml", "content-type", Some("message/rfc822")),
        (":1|@x", "content-type", Some("application/octet-stream")),
        (":1|--raw|x|Content-Type:text/plain", "content-type", Some("text/plain")),
        (":1|--if-match|abc", "if-match", Some("\"abc\"")),
        (":1|--if-match|\"abc\"", "if-match", Some("\"abc\"")),
        (":1|--if-match|W/\"abc\"", "if-match", Some("W/\"abc\"")),
        (":1|--if-match|a, b", "if-match", Some("\"a\", \"b\"")),
        (":1|--if-match|W/a,\"b,c\"", "if-match", Some("W/\"a\", \"b,c\"")),
        (":1|--if-none-match|*", "if-none-match", Some("*")),
        (":1|--idempotency-key", "idempotency-key", Some("drawn")),
        (":1|--idempotency-key=mine", "idempotency-key", Some("mine")),
    ];
    for (line, name, value) in cases {
        assert_eq!(header(line, name).as_deref(), value, "{line} {name}");
    }
}

#[test]
fn who_asks_is_a_flag_else_the_url_else_the_environment() {
    let around = Environment { token: Some("env".into()), user_agent: Some("me".into()), ..terminal() };
    let cases = [
        (":1", Some("Bearer env")),
        ("jo:pw@host", Some("Basic am86cHc=")),
        ("jo@host", Some("Basic am86")),
        (":1|--bearer|t", Some("Bearer t")),
        ("jo:pw@host|-a|a:b", Some("Basic YTpi")),
        (":1|Authorization:mine", Some("mine")),
        (":1|Authorization:", None),
    ];
    for (line, expected) in cases {
        let request = planned(line, &around).expect(line).request;
        let value = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        assert_eq!(value, expected, "{line}");
        assert_eq!(request.headers["user-agent"], "me");
    }
}

#[test]
fn standard_input_is_read_only_where_it_can_be_meant() {
    let piped = Environment::default();
    let cases = [
        (":1", true),
        (":1|a==b", true),
        ("POST|:1", true),
        ("patch|:1", true),
        (":1|-I", false),
        ("get|:1", false),
        ("delete|:1", false),
        ("OPTIONS|:1", false),
        (":1|a=b", false),
        (":1|@f", false),
        (":1|--raw|", false),
    ];
    for (line, reads) in cases {
        let body = planned(line, &piped).expect(line).request.body;
        assert_eq!(body == Body::Stdin, reads, "{line}");
    }
    assert_eq!(request(":1").body, Body::None);
}

#[test]
fn empty_standard_input_is_no_body() {
    for (line, method) in [(":1", "GET"), ("post|:1", "POST")] {
        let mut request = planned(line, &Environment::default()).expect(line).request;
        assert_eq!(request.method, "POST");
        request.without_stdin();
        assert_eq!((request.method.as_str(), request.headers.contains_key("content-type")), (method, false));
    }
}

#[test]
fn a_method_can_travel_in_a_header() {
    let request = request("patch|:1|a:=null|--method-override|--gzip-request");
    assert_eq!(request.wire_method(), "POST");
    let headers = request.wire_headers();
    assert!(headers.contains(&("x-http-method-override".into(), "PATCH".into())));
    assert!(headers.contains(&("content-encoding".into(), "gzip".into())));
}

#[test]
fn what_cannot_be_meant_is_named() {
    let cases = [
        ("PATCH", "PATCH needs a URL"),
        (":1|a=b|--raw|x", "more than one body"),
        (":1|a=b|@f", "more than one body"),
        (":1|@f|@g", "@g is a second body"),
        (":1|a@f", "add -f"),
        (":1|a:=b", "is not JSON"),
        (":1|a:=@json", "is not JSON"),
        (":1|a=@binary", "not text in UTF-8"),
        (":1|a=@missing", "cannot read missing"),
        (":1|a b:c", "cannot be the name of a header"),
        (":1|H:a\nb", "control character"),
        (":1|-a|jo", "USER:PASSWORD"),
        (":1|--if-match|a\"b", "--if-match cannot be"),
        (":1|--if-match|\"a\"b", "--if-match cannot be"),
        (":1|--if-match|a,,b", "--if-match cannot be"),
        (":1|--if-match|", "--if-match cannot be"),
    ];
    for (line, part) in cases {
        let message = planned(line, &terminal()).expect_err(line).to_string();
        assert!(message.contains(part), "{line}: {message}");
        assert!(!message.contains('\n'), "{message}");
    }
}
