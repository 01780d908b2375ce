//! Requests as bytes, in every form that HTTP allows.

use dak_testkit::{Answer, Call, Connection, Server, raw};

use crate::support::{serve, title};

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

/// All answers to `bytes`, the last of whose requests ends the connection.
fn answers(server: &Server, bytes: &str) -> Vec<Answer> {
    let mut connection = Connection::open(server.address());
    connection.write(bytes.as_bytes()).expect("the connection takes it");
    connection.answers()
}

#[test]
fn requests_in_every_form() {
    let server = serve(&[]);
    let address = server.address();
    let chunked = "Transfer-Encoding: chunked\r\n\r\n";
    for (request, expected) in [
        ("GET /demo/v1/324 HTTP/1.0\r\nHost: localhost\r\n\r\n".to_owned(), 200),
        ("GET /demo/v1/324 HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n".to_owned(), 200),
        ("GET /demo/v1/324 HTTP/1.0\r\n\r\n".to_owned(), 200),
        ("GET /demo/v1/324 HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("GET /demo/v1/324 HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("GET /demo/v1/324 HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n".to_owned(), 400),
        ("GET /demo/v1/324 HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n".to_owned(), 400),
        ("GET /demo/v1/324\r\n\r\n".to_owned(), 400),
        (format!("GET http://{address}/demo/v1/324 HTTP/1.1\r\nHost: {address}\r\n\r\n"), 200),
        (format!("GET http://evil.example/demo/v1/324 HTTP/1.1\r\nHost: {address}\r\n\r\n"), 403),
        ("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 404),
        ("GET demo/v1/324 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 400),
        ("get /demo/v1/324 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 405),
        ("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 404),
        ("\r\nGET /demo/v1/324 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 200),
        ("GET /demo/v1/324 HTTP/1.1\r\nhOsT:localhost\t \r\n\r\n".to_owned(), 200),
        ("GET /demo/v1/%33%32%34 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 200),
        ("GET /demo/v1/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 404),
        ("GET /demo/v1/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 404),
        ("GET /demo/v1/../v1/324 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 404),
        ("GET /demo/v1/324 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}".to_owned(), 200),
        (format!("POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\n{chunked}f\r\n{{\"title\":\"One\"}}\r\n0\r\n\r\n"), 200),
        (format!("POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\n{chunked}7;a=\"b\"\r\n{{\"title\r\n8\r\n\":\"Two\"}}\r\n0\r\nX: y\r\n\r\n"), 200),
        ("POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 15\r\nContent-Length: 15\r\n\r\n{\"title\":\"One\"}".to_owned(), 200),
        ("POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 400),
        (format!("POST /upload/demo/v1?uploadType=resumable HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n{chunked}0\r\n\r\n"), 200),
        (format!("POST /upload/demo/v1?uploadType=resumable HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n{chunked}1\r\nx\r\n0\r\n\r\n"), 415),
        ("POST /upload/demo/v1?uploadType=media HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n".to_owned(), 501),
        (format!("POST /upload/demo/v1?uploadType=media HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n{chunked}6\r\n1\r\nx\r\n\r\n0\r\n\r\n"), 501),
    ] {
        assert_eq!(raw(address, request.as_bytes()).status, expected, "{request:?}");
    }
}

/// The sending side of the connection is closed before the answer comes.
#[test]
fn who_has_said_all_is_answered() {
    let server = serve(&["--test-controls", "--control-token", "desk"]);
    let delay = Call::new("POST", "/_dak/faults").json(&serde_json::json!({"path": "/demo", "delayMs": 50}));
    drop(server.control(delay).expect(200));
    let mut connection = Connection::open(server.address());
    connection.write(&Call::get("/demo/v1/324").to_bytes(server.address())).expect("the request goes out");
    connection.end().expect("the sending side closes");
    assert_eq!(statuses(&connection.answers()), [200]);
}

#[test]
fn http_1_0_ends_and_1_1_goes_on() {
    let server = serve(&[]);
    for (request, closes) in [
        ("GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", true),
        ("GET /healthz HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n", false),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", false),
        ("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", true),
        ("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n", false),
    ] {
        let last = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        assert_eq!(answers(&server, &format!("{request}{last}")).len(), if closes { 1 } else { 2 }, "{request:?}");
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = serve(&[]);
    let body = r#"{"title":"Piped"}"#;
    let length = body.len();
    let all = format!(
        "GET /demo/v1/324 HTTP/1.1\r\nHost: localhost\r\n\r\n\
         PATCH /demo/v1/324 HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{body}\
         POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabcde\
         POST /demo/v1/324?fields=title HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: PATCH\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n{body}\r\n0\r\n\r\n\
         GET /demo/v1/324?fields=title&prettyPrint=false HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    );
    let answers = answers(&server, &all);
    assert_eq!(statuses(&answers), [200, 200, 404, 200, 200]);
    assert_eq!(answers[0].json()["title"], "First title");
    assert_eq!(answers[4].text(), body);
}

#[test]
fn a_body_that_waits_for_100_is_asked_for() {
    let server = serve(&[]);
    let head = |target: &str| {
        format!(
            "POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 15\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        )
    };
    let mut connection = Connection::open(server.address());
    connection.write(head("/demo/v1").as_bytes()).expect("the head goes out");
    assert_eq!(connection.read_line().expect("a line"), "HTTP/1.1 100 Continue");
    assert_eq!(connection.read_line().expect("a line"), "");
    connection.write(b"{\"title\":\"One\"}").expect("the body goes out");
    assert_eq!(connection.read().expect("an answer").status, 200);

    let mut refused = Connection::open(server.address());
    refused.write(head("/nowhere").as_bytes()).expect("the head goes out");
    assert_eq!(refused.read_line().expect("a line"), "HTTP/1.1 404 Not Found");
}

/// Who asked whether to send, or did not send in time, is told that nothing more comes on this connection.
#[test]
fn a_connection_that_ends_says_so() {
    let server = serve(&["--idle-timeout", "200ms"]);
    for (target, field, status) in [
        ("/demo/v1", "Accept: */*", 408),
        ("/upload/demo/v1?uploadType=media", "Accept: */*", 408),
        ("/nowhere", "Expect: 100-continue", 404),
    ] {
        let head = format!("POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 15\r\n{field}\r\n\r\n");
        let answer = raw(server.address(), head.as_bytes());
        assert_eq!((answer.status, answer.header("connection")), (status, Some("close")), "{target}");
    }
    assert_eq!(server.get("/nowhere").header("connection"), None);
}

/// The headers but for the time.
fn lasting(answer: &Answer) -> Vec<(String, String)> {
    answer.headers.iter().filter(|(name, _)| name != "date").cloned().collect()
}

#[test]
fn head_is_get_without_the_body() {
    let server = serve(&[]);
    for target in [
        "/demo/v1",
        "/demo/v1/324",
        "/demo/v1/324?fields=title",
        "/demo/v1/none",
        "/discovery/v1/apis/demo/v1/rest",
        "/healthz",
        "/metrics-that-are-not",
    ] {
        for coding in ["identity", "gzip"] {
            let call = |method| Call::new(method, target).header("Accept-Encoding", coding);
            let (get, head) = (server.send(&call("GET")), server.send(&call("HEAD")));
            assert_eq!((head.status, lasting(&head)), (get.status, lasting(&get)), "{target} {coding}");
            assert_eq!(head.header("content-length"), Some(get.body.len().to_string().as_str()), "{target}");
        }
    }
    let get = server.get("/demo/v1/324");
    let tag = get.header("etag").expect("a tag").to_owned();
    let head = server.send(&Call::new("HEAD", "/demo/v1/324").header("If-None-Match", &tag));
    assert_eq!(head.status, 304);
}

/// An answer to POST has a body, and who reads it does not know of the override: it must be framed as such.
#[test]
fn head_by_override_is_framed_as_an_answer_to_post() {
    let server = serve(&[]);
    let answers = answers(
        &server,
        "POST /demo/v1/324 HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: HEAD\r\nContent-Length: 0\r\n\r\n\
         GET /demo/v1/324 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(statuses(&answers), [200, 200]);
    assert!(answers[0].body.is_empty());
    assert_eq!(answers[0].header("etag"), answers[1].header("etag"));
}

#[test]
fn heads_and_bodies_have_bounds() {
    let server = serve(&["--head-bytes-max", "16KiB", "--headers-max", "40", "--body-bytes-max", "1KiB"]);
    let address = server.address();
    let start = "GET /demo/v1/324 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let fields = |count: usize| (0..count).map(|number| format!("X-{number}: y\r\n")).collect::<String>();
    for (request, refused) in [
        (format!("{start}X-Big: {}\r\n\r\n", "y".repeat(8_000)), None),
        (format!("{start}X-Big: {}\r\n\r\n", "y".repeat(40_000)), Some(431)),
        (format!("{start}{}\r\n", fields(35)), None),
        (format!("{start}{}\r\n", fields(200)), Some(431)),
        (format!("GET /demo/v1/{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "y".repeat(70_000)), Some(414)),
        (format!("POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{{", 1_u64 << 40), Some(413)),
        (
            format!(
                "POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n{}",
                "y".repeat(0x800)
            ),
            Some(413),
        ),
    ] {
        let mut connection = Connection::open(address);
        drop(connection.write(request.as_bytes()));
        let told = statuses(&connection.answers());
        match refused {
            None => assert_eq!(told, [200]),
            // A head that is too long may also just end the connection, whatever of it is too long.
            Some(413) => assert_eq!(told, [413]),
            Some(_) => assert!(told.is_empty() || matches!(told[..], [431 | 414]), "{told:?}"),
        }
    }
    assert_eq!(title(&server), "First title");
}

/// HTTP/2 without a word before it (RFC 9113 3.3), as frames made by hand.
#[test]
fn http_2_by_prior_knowledge() {
    let server = serve(&[]);
    let title = "{\n  \"title\": \"First title\"\n}\n";
    for (method, body) in [("GET", title), ("HEAD", "")] {
        assert_eq!(over_http2(&server, method), (Some(0x88), body.to_owned()), "{method}: the indexed field for 200");
    }
}

/// The first byte of the header block of the answer (its status), and the answer's body.
fn over_http2(server: &Server, method: &str) -> (Option<u8>, String) {
    let mut connection = Connection::open(server.address());
    let literal = |index: u8, text: &str| [&[index, text.len() as u8], text.as_bytes()].concat();
    // Names and one value from the static table (RFC 7541 A): method, scheme http, path, authority.
    let fields =
        [literal(0x02, method), vec![0x86], literal(0x04, "/demo/v1/324?fields=title"), literal(0x01, "localhost")];
    let frame = |kind: u8, flags: u8, stream: u8, payload: &[u8]| {
        [&[0, 0, payload.len() as u8, kind, flags, 0, 0, 0, stream], payload].concat()
    };
    let (settings, end_stream_and_headers) = (frame(4, 0, 0, &[]), 0x05);
    let headers = frame(1, end_stream_and_headers, 1, &fields.concat());
    let bytes = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), settings, headers];
    connection.write(&bytes.concat()).expect("the frames go out");
    let (mut status, mut body) = (None, Vec::new());
    loop {
        let head = connection.read_bytes(9).expect("a frame");
        let length = usize::from(head[1]) << 8 | usize::from(head[2]);
        let payload = connection.read_bytes(length).expect("what a frame holds");
        match (head[3], head[8]) {
            (1, 1) => status = payload.first().copied(),
            (0, 1) => body.extend(payload),
            (3, 1) => panic!("the stream was reset"),
            _ => {}
        }
        if head[8] == 1 && head[4] & 1 == 1 {
            return (status, String::from_utf8(body).expect("text"));
        }
    }
}

/// An upload that is refused before it was read is read on, so that its sender gets to see why.
#[test]
fn the_refusal_of_a_large_upload_is_heard() {
    const BODY_BYTES: usize = 20_000_000;
    let server = serve(&[]);
    let related = "Content-Type: multipart/related; boundary=b\r\n";
    for (target, field, status) in [
        ("/upload/demo/v1?uploadType=unknown", "", 400),
        ("/upload/demo/v1?uploadType=media&fields=unknown", "", 400),
        ("/upload/unknown?uploadType=media", "", 404),
        ("/upload/demo/v1?uploadType=resumable&upload_id=unknown", "", 404),
        ("/upload/demo/v1?uploadType=multipart", related, 400),
    ] {
        let mut connection = Connection::open(server.address());
        let head = format!("POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {BODY_BYTES}\r\n{field}\r\n");
        connection.write(head.as_bytes()).expect("the head is taken");
        connection.write(&vec![b'x'; BODY_BYTES]).expect("the body is taken");
        assert_eq!(connection.read().expect("there is an answer").status, status, "{target}");
    }
}
