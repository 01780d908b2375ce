use http::Method;

use crate::client::Client;
use crate::error::Error;
use crate::request::RequestBuilder;

fn request() -> RequestBuilder<Client> {
    let client = Client::builder().base_url("http://a.example/demo/v1").user_agent("mine").build().unwrap();
    client.patch("324")
}

/// The request line and headers, sorted, one a line.
fn head(request: RequestBuilder<Client>) -> String {
    let call = request.into_call().unwrap();
    let headers = call.wire_headers();
    let mut lines: Vec<String> =
        headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    lines.sort();
    format!("{} {}\n{}", call.wire_method(), call.url, lines.join("\n"))
}

#[test]
fn requests_say_gzip_twice() {
    let plain = head(Client::new().get("http://a.example"));
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(plain, format!("GET http://a.example/\naccept-encoding: gzip\nuser-agent: dak/{version} (gzip)"));
    let bare = Client::builder().gzip(false).user_agent("").build().unwrap();
    assert_eq!(head(bare.get("http://a.example")), "GET http://a.example/\n");
}

/// A change, and what stands on a line of its own then.
#[test]
fn each_method_adds_its_part() {
    #[allow(clippy::type_complexity, reason = "a table")]
    let cases: [(fn(RequestBuilder<Client>) -> RequestBuilder<Client>, &str); 16] = [
        (|r| r, "PATCH http://a.example/demo/v1/324"),
        (|r| r, "user-agent: mine (gzip)"),
        (|r| r.method_override(true), "POST http://a.example/demo/v1/324"),
        (|r| r.method_override(true), "x-http-method-override: PATCH"),
        (|r| r.fields("a,b(c)"), "PATCH http://a.example/demo/v1/324?fields=a%2Cb%28c%29"),
        (
            |r| r.query("n", 5).query("n", "বাংলা &"),
            "PATCH http://a.example/demo/v1/324?n=5&n=%E0%A6%AC%E0%A6%BE%E0%A6%82%E0%A6%B2%E0%A6%BE+%26",
        ),
        (|r| r.json(&[1, 2]), "content-type: application/json"),
        (|r| r.header("Content-Type", "a/b").json(&1), "content-type: a/b"),
        (|r| r.form([("a", "b c")]), "content-type: application/x-www-form-urlencoded"),
        (|r| r.if_match("tag"), "if-match: \"tag\""),
        (|r| r.if_match("W/\"tag\""), "if-match: W/\"tag\""),
        (|r| r.if_match("*"), "if-match: *"),
        (|r| r.bearer("t"), "authorization: Bearer t"),
        (|r| r.basic("Aladdin", "open sesame"), "authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        (|r| r.gzip_body(true).body("text"), "content-encoding: gzip"),
        (|r| r.header("X-A", "1").header("x-a", "2").append_header("x-a", "3"), "x-a: 2\nx-a: 3"),
    ];
    for (change, expected) in cases {
        let head = head(change(request()));
        assert!(format!("\n{head}\n").contains(&format!("\n{expected}\n")), "{expected} is not in:\n{head}");
    }
}

#[test]
fn what_cannot_be_decoded_is_not_asked_for() {
    assert!(!head(request().header("Range", "bytes=5-")).contains("accept-encoding"));
    assert!(!head(request().without_header("accept-encoding")).contains("accept-encoding"));
    assert!(!head(request().gzip_body(true)).contains("content-encoding"));
    assert!(
        head(request().gzip_body(true).header("content-encoding", "br").body("x")).contains("content-encoding: br")
    );
}

#[test]
fn credentials_in_the_url_become_a_header() {
    let call = Client::new().get("http://us%40er:pass@a.example/x").into_call().unwrap();
    assert_eq!(call.url.as_str(), "http://a.example/x");
    assert_eq!(call.headers["authorization"], "Basic dXNAZXI6cGFzcw==");
    assert!(call.headers["authorization"].is_sensitive());
    let call = Client::new().get("http://a.example/").header("authorization", "x").into_call().unwrap();
    assert!(call.headers["authorization"].is_sensitive());
}

#[test]
fn what_cannot_be_is_told_when_the_call_is_made() {
    let client = Client::new();
    let cases = [
        (client.get("/demo"), "\"/demo\" is not a URL: relative URL without a base"),
        (client.get("ftp://a.example"), "\"ftp://a.example\": the scheme ftp is not http or https"),
        (client.get("localhost:7070/x"), "\"localhost:7070/x\" is not a URL: put http:// or https:// in front of it"),
        (client.get("127.0.0.1:1/x"), "\"127.0.0.1:1/x\" is not a URL: put http:// or https:// in front of it"),
        (client.get("mailto:a@b.example"), "\"mailto:a@b.example\": the scheme mailto is not http or https"),
        (client.get("http://a.example").header("a b", "c"), "\"a b\" cannot be the name of a header"),
        (client.get("http://a.example").header("a", "b\r\nc"), "the header a cannot hold \"b\\r\\nc\""),
        (client.get("http://a.example").bearer("a\nb"), "the credentials hold characters that no header may hold"),
        (client.get("x").header("a b", "c"), "\"x\" is not a URL: put http:// or https:// in front of it"),
    ];
    for (request, expected) in cases {
        let error = request.into_call().unwrap_err();
        assert!(matches!(&error, Error::Usage(message) if message == expected), "{error}");
    }
    assert!(Client::builder().base_url("nowhere").build().is_err());
}

#[test]
fn a_call_can_be_taken_up_again() {
    let client = Client::new();
    let call = client.get("http://a.example/").into_call().unwrap();
    let call = client.resume(call).query("a", 1).into_call().unwrap();
    assert_eq!((call.method, call.url.as_str()), (Method::GET, "http://a.example/?a=1"));
}
