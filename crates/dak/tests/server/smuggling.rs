//! Requests whose end two readers could see at different places. Each hides another request, which must never be
//! carried out: the whole is refused, or framed so that nothing is hidden, or the connection ends after one answer.

use dak_testkit::{Connection, Server};

use crate::support::serve;

/// What is hidden: an item that must not come to be.
const HIDDEN: &str = "POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\n{\"title\":\"Smuggled\"}";

/// What the server answers to these bytes and then nothing more.
fn statuses(server: &Server, bytes: &str) -> Vec<u16> {
    let mut connection = Connection::open(server.address());
    // The server may refuse and close before it was told everything.
    drop(connection.write(bytes.as_bytes()));
    connection.answers().iter().map(|answer| answer.status).collect()
}

fn assert_nothing_was_smuggled(server: &Server, case: &str) {
    let titles = server.get("/demo/v1?fields=items/title").expect(200).text();
    assert!(!titles.contains("Smuggled"), "{case:?} smuggled a request");
}

/// One request of which nothing may be believed: refused, and the connection ends.
#[test]
fn malformed_heads_are_refused() {
    let server = serve(&["--head-timeout", "200ms"]);
    let long = "9".repeat(30);
    let cases = [
        "Content-Length: +5\r\n".to_owned(),
        "Content-Length: -5\r\n".to_owned(),
        "Content-Length: 0x5\r\n".to_owned(),
        "Content-Length: 5 5\r\n".to_owned(),
        "Content-Length: 5, 6\r\n".to_owned(),
        "Content-Length: five\r\n".to_owned(),
        "Content-Length:\r\n".to_owned(),
        format!("Content-Length: {long}\r\n"),
        "Content-Length: 5\r\nContent-Length: 6\r\n".to_owned(),
        "Content-Length: 0\r\nContent-Length: 71\r\n".to_owned(),
        "Content-Length : 5\r\n".to_owned(),
        "Content-Length\t: 5\r\n".to_owned(),
        " Content-Length: 5\r\n".to_owned(),
        "X-One: a\r\n Content-Length: 5\r\n".to_owned(),
        "X-One: a\r\n\tb\r\n".to_owned(),
        "X-One: a\0b\r\n".to_owned(),
        "X-One: a\rb\r\n".to_owned(),
        "No colon here\r\n".to_owned(),
        ": no name\r\n".to_owned(),
        "Transfer-Encoding: xchunked\r\n".to_owned(),
        "Transfer-Encoding: identity\r\n".to_owned(),
        "Transfer-Encoding: chunked, identity\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n".to_owned(),
        "Transfer-Encoding: \u{b}chunked\r\n".to_owned(),
        "Transfer-Encoding : chunked\r\n".to_owned(),
    ];
    for case in &cases {
        let head = format!("POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\n{case}\r\n{HIDDEN}");
        let told = statuses(&server, &head);
        assert!(told.is_empty() || (told.len() == 1 && (400..500).contains(&told[0])), "{case:?}: {told:?}");
        assert_nothing_was_smuggled(&server, case);
    }
}

/// Two lengths for one body: at most one answer, then the connection ends (RFC 9112 6.1).
#[test]
fn a_body_has_one_length() {
    let server = serve(&["--head-timeout", "200ms"]);
    let hidden = HIDDEN.len();
    for (headers, body) in [
        (format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", hidden + 5), "0\r\n\r\n"),
        (format!("Transfer-Encoding: chunked\r\nContent-Length: {}\r\n", hidden + 5), "0\r\n\r\n"),
        ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n".to_owned(), "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n".to_owned(), "2\r\n{}\r\n0\r\n\r\n"),
        (format!("Content-Length: {}\r\nX-One: a\nTransfer-Encoding: chunked\r\n", hidden + 5), "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 6\r\nConnection: keep-alive\r\n".to_owned(), "0\r\n\r\n"),
    ] {
        let told =
            statuses(&server, &format!("POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n{body}{HIDDEN}"));
        assert!(told.len() <= 1, "{headers:?}: {told:?}");
        assert_nothing_was_smuggled(&server, &headers);
    }
}

#[test]
fn malformed_chunks_are_refused() {
    let server = serve(&["--head-timeout", "200ms", "--idle-timeout", "200ms"]);
    for chunks in [
        "FFFFFFFFFFFFFFFFF\r\n",
        "10000000000000000\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "+2\r\n{}\r\n0\r\n\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n",
        " 2\r\n{}\r\n0\r\n\r\n",
        "\r\n0\r\n\r\n",
        "2\r\n{}0\r\n\r\n",
        "2\n{}\n0\n\n",
        "2\r{}\r0\r\r",
        "2;\n{}\r\n0\r\n\r\n",
        "1\r\n{}\r\n0\r\n\r\n",
        "zz\r\n{}\r\n0\r\n\r\n",
    ] {
        let head = "POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
        let told = statuses(&server, &format!("{head}{chunks}{HIDDEN}"));
        assert!(told.is_empty() || (told.len() == 1 && (400..500).contains(&told[0])), "{chunks:?}: {told:?}");
        assert_nothing_was_smuggled(&server, chunks);
    }
}

/// A body belongs to its request, also where nobody wants it.
#[test]
fn a_body_that_is_not_read_is_not_the_next_request() {
    let server = serve(&["--head-timeout", "200ms"]);
    let length = HIDDEN.len();
    for (line, headers) in [
        ("GET /demo/v1/324", ""),
        ("DELETE /demo/v1/none", ""),
        ("GET /healthz", ""),
        ("GET /nowhere", ""),
        ("POST /nowhere", ""),
        ("POST /demo/v1", "Content-Type: text/plain\r\n"),
        ("GET /demo/v1", "Origin: https://evil.example\r\n"),
        ("OPTIONS /demo/v1", ""),
        ("GET /demo/v1/324", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAAA\r\n"),
    ] {
        let request =
            format!("{line} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\n\r\n{HIDDEN}");
        assert!(statuses(&server, &request).len() <= 1, "{line}");
        assert_nothing_was_smuggled(&server, line);
    }
}

/// Trailers come after the head was believed; they change nothing of it.
#[test]
fn trailers_override_nothing() {
    let server = serve(&[]);
    let head = "POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    let trailers = "Host: evil.example\r\nContent-Length: 500\r\nX-HTTP-Method-Override: DELETE\r\n";
    let body = "f\r\n{\"title\":\"One\"}\r\n0\r\n";
    assert_eq!(statuses(&server, &format!("{head}{body}{trailers}\r\n")), [200]);
}
