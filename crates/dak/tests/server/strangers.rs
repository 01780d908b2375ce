//! Pages of other sites in the user's browser, with what a browser sends for them.

use dak_testkit::{Answer, Server, raw};

use crate::support::{serve, title};

/// How a browser says where a request comes from.
const PAGE: &str =
    "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n";
const FORM: &str = "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
const SCRIPT: &str = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\nReferer: https://evil.example/\r\n";
const SANDBOX: &str = "Origin: null\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n";
const REBOUND: &str = "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n";
const OLD_FORM: &str = "Origin: https://evil.example\r\n";

/// A request with `headers`, sent under the server's own address unless they name a Host.
fn send(server: &Server, line: &str, headers: &str, body: &str) -> Answer {
    let host = if headers.contains("Host:") { String::new() } else { format!("Host: {}\r\n", server.address()) };
    let length = body.len();
    let request =
        format!("{line} HTTP/1.1\r\n{host}{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    raw(server.address(), request.as_bytes())
}

#[test]
fn strangers_learn_and_change_nothing() {
    let server = serve(&["--allow-host", "dak.test"]);
    let json = r#"{"title":"Mine now"}"#;
    let rebound = format!("Host: evil.example:{}\r\n{REBOUND}", server.address().port());
    let cases = [
        ("GET /demo/v1", PAGE, ""),
        ("GET /demo/v1/324", SANDBOX, ""),
        ("POST /demo/v1", PAGE, json),
        ("POST /demo/v1", &format!("{PAGE}Content-Type: text/plain\r\n"), json),
        ("POST /demo/v1", &format!("{FORM}Content-Type: application/x-www-form-urlencoded\r\n"), "title=Mine+now"),
        (
            "POST /demo/v1/324",
            &format!("{OLD_FORM}Content-Type: text/plain\r\nX-HTTP-Method-Override: PATCH\r\n"),
            json,
        ),
        ("POST /submit", &format!("{FORM}Content-Type: text/plain\r\n"), "x"),
        ("PATCH /demo/v1/324", PAGE, json),
        ("DELETE /demo/v1/324", PAGE, ""),
        ("GET /demo/v1?callback=steal", SCRIPT, ""),
        ("GET /demo/v1?callback=steal&access_token=me@example.com", SCRIPT, ""),
        ("GET /demo/v1", &rebound, ""),
        ("PATCH /demo/v1/324", &rebound, json),
        ("GET /metrics", &rebound, ""),
        ("GET /_dak/tokens", &rebound, ""),
        ("POST /_dak/backup", PAGE, r#"{"folder":"/nowhere"}"#),
    ];
    for (line, headers, body) in cases {
        let answer = send(&server, line, headers, body);
        assert_eq!(answer.status, 403, "{line}\n{headers}: {}", answer.text());
        assert_eq!(answer.header("access-control-allow-origin"), None, "{line}");
        assert!(!answer.text().contains("First title") && !answer.text().contains("steal"), "{line}");
    }
    assert_eq!(title(&server), "First title");
    let items = server.get("/demo/v1?fields=items/id").expect(200).json();
    assert_eq!(items["items"].as_array().map(Vec::len), Some(2));
}

/// A callback without a context that gives it away: browsers that send no `Sec-Fetch` headers.
#[test]
fn a_script_of_an_old_browser_gets_nothing() {
    let server = serve(&[]);
    for target in ["/demo/v1?callback=steal", "/demo/v1/324?callback=steal&access_token=me@example.com"] {
        let answer = send(&server, &format!("GET {target}"), "Referer: https://evil.example/\r\n", "");
        assert_eq!(answer.status, 403);
        assert!(!answer.text().contains("steal("), "{}", answer.text());
    }
}

#[test]
fn preflights_of_strangers_allow_nothing() {
    let server = serve(&["--cors-origin", "https://app.example"]);
    let ask = |origin: &str| {
        let asks = "Access-Control-Request-Method: PATCH\r\nAccess-Control-Request-Headers: content-type,if-match\r\n";
        send(&server, "OPTIONS /demo/v1/324", &format!("Origin: {origin}\r\nSec-Fetch-Site: cross-site\r\n{asks}"), "")
    };
    for stranger in ["https://evil.example", "null", "https://app.example.evil.example", "http://app.example"] {
        let answer = ask(stranger);
        assert_eq!(answer.status, 403, "{stranger}");
        assert!(answer.headers.iter().all(|(name, _)| !name.starts_with("access-control-")), "{stranger}");
    }
    let allowed = ask("https://app.example").expect(204);
    assert_eq!(allowed.header("access-control-allow-origin"), Some("https://app.example"));
    assert_eq!(allowed.header("access-control-allow-headers"), Some("content-type,if-match"));
    assert!(allowed.header("access-control-allow-methods").is_some_and(|methods| methods.contains("PATCH")));
}

#[test]
fn names_that_were_allowed_are_served() {
    let server = serve(&["--allow-host", "dak.test", "--public-url", "https://api.example/"]);
    let port = server.address().port();
    for (host, status) in [
        (format!("dak.test:{port}"), 200),
        ("DAK.TEST".to_owned(), 200),
        ("api.example".to_owned(), 200),
        (format!("localhost:{port}"), 200),
        (format!("[::1]:{port}"), 200),
        ("not-dak.test".to_owned(), 403),
        ("dak.test.evil.example".to_owned(), 403),
        ("127.0.0.1.evil.example".to_owned(), 403),
        ("10.0.0.1".to_owned(), 403),
        ("dak.test@evil.example".to_owned(), 400),
        (String::new(), 400),
    ] {
        let answer = send(&server, "GET /demo/v1/324", &format!("Host: {host}\r\n"), "");
        assert_eq!(answer.status, status, "{host}: {}", answer.text());
    }
}
