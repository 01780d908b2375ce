//! The proxy between a client and a scripted server: what each side sees of each fault.

use std::io;

use dak_testkit::{Aim, Answer, Call, Connection, Fault, Play, Proxy, Scripted};

/// Where bytes of an upload go.
const SESSION: &str = "/upload/demo/v1?uploadType=resumable&upload_id=7";

fn put(bytes: &str) -> Call {
    Call::new("PUT", SESSION).body(bytes)
}

fn question() -> Call {
    put("").header("Content-Range", "bytes */5")
}

fn pair(answers: &[u16]) -> (Scripted, Proxy) {
    let server = Scripted::start(answers.iter().map(|&status| Play::new(status, &[], format!("body {status}"))));
    let proxy = Proxy::start(server.address());
    (server, proxy)
}

/// What a client got: a status, or that its connection broke.
fn seen(answer: io::Result<Answer>) -> u16 {
    let broken = [io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe, io::ErrorKind::UnexpectedEof];
    match answer {
        Ok(answer) => answer.status,
        Err(error) => {
            assert!(broken.contains(&error.kind()), "{error:?}");
            0
        }
    }
}

fn bodies(server: &Scripted) -> Vec<String> {
    server.requests().iter().map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect()
}

/// Each fault strikes the second of three requests with bytes; 0 is a broken connection.
#[test]
fn each_fault_strikes_once_and_where_it_should() {
    let cases: [(Fault, [u16; 3], &[&str]); 4] = [
        (Fault::Unavailable, [308, 503, 308], &["first", "third"]),
        (Fault::Reset, [308, 0, 308], &["first", "third"]),
        (Fault::CommitThenUnavailable, [308, 503, 308], &["first", "second", "third"]),
        (Fault::CommitThenReset, [308, 0, 308], &["first", "second", "third"]),
    ];
    for (fault, statuses, received) in cases {
        let (server, proxy) = pair(&[308; 3]);
        proxy.plan(fault, Aim::Nth(1));
        assert!(!proxy.has_struck());
        let sent = ["first", "second", "third"].map(|bytes| seen(put(bytes).try_send(proxy.address())));
        assert_eq!(sent, statuses, "{fault:?}");
        assert_eq!(bodies(&server), received, "{fault:?}");
        assert!(proxy.has_struck() && proxy.data_requests() == 3, "{fault:?}");
    }
}

#[test]
fn a_lost_final_answer_is_the_first_that_ends_the_upload() {
    for (fault, last) in [(Fault::CommitThenUnavailable, 503), (Fault::CommitThenReset, 0)] {
        let (server, proxy) = pair(&[308, 201, 201]);
        proxy.plan(fault, Aim::Finishing);
        let sent = [put("all"), question(), question()].map(|call| seen(call.try_send(proxy.address())));
        assert_eq!(sent, [308, last, 201], "{fault:?}");
        assert_eq!(server.requests().len(), 3, "{fault:?}");
    }
}

#[test]
fn only_requests_with_bytes_are_counted() {
    let counted = [
        put("x"),
        put("").header("Content-Range", "bytes */0"),
        put(""),
        Call::new("POST", "/upload/demo/v1?uploadType=media").body("x"),
        Call::new("PATCH", "/resumable/upload/demo/v1/1?a=b&uploadType=multipart").body("x"),
        Call::new("POST", "/upload/demo/v1").header("X-Goog-Upload-Protocol", "raw").body("x"),
        Call::new("POST", SESSION).header("X-Goog-Upload-Command", "upload, finalize"),
    ];
    let passed = [
        question(),
        put("").header("Content-Range", "bytes */*"),
        Call::new("POST", SESSION).header("X-Goog-Upload-Command", "query"),
        Call::new("POST", "/upload/demo/v1?uploadType=resumable").body("{}"),
        Call::new("POST", "/upload/demo/v1").header("X-Goog-Upload-Protocol", "resumable").body("{}"),
        Call::new("POST", "/demo/v1").body("{}"),
        Call::get(SESSION),
    ];
    let (_server, proxy) = pair(&[200; 14]);
    for (calls, expected) in [(&counted, 503), (&passed, 200)] {
        for call in calls {
            proxy.plan(Fault::Unavailable, Aim::Nth(0));
            assert_eq!(seen(call.try_send(proxy.address())), expected, "{call:?}");
        }
    }
}

/// What an upload's answer says of its end, in either protocol.
#[test]
fn answers_in_mid_upload_are_not_final() {
    let headers: [&[(&str, &str)]; 3] =
        [&[("X-Http-Status-Code-Override", "308")], &[("X-Goog-Upload-Status", "active")], &[]];
    let server = Scripted::start(headers.map(|headers| Play::new(200, headers, "")));
    let proxy = Proxy::start(server.address());
    proxy.plan(Fault::CommitThenUnavailable, Aim::Finishing);
    assert_eq!(headers.map(|_| seen(put("x").try_send(proxy.address()))), [200, 200, 503]);
}

#[test]
fn a_part_of_a_body_passes_and_then_the_connection_breaks() {
    let chunked =
        "PUT /?upload_id=7 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    for request in [put("abcde").to_bytes(([127, 0, 0, 1], 1).into()), chunked.into()] {
        let (server, proxy) = pair(&[200]);
        proxy.plan(Fault::Partial { bytes: 4 }, Aim::Nth(0));
        assert_eq!(seen(Connection::open(proxy.address()).try_exchange(&request)), 0);
        // The scripted server records whole requests alone; the next connection is served, and it is the first.
        assert_eq!(seen(put("whole").try_send(proxy.address())), 200);
        assert_eq!(bodies(&server), ["whole"]);
    }
}

#[test]
fn what_passes_is_unchanged_and_the_connection_is_kept() {
    let server = Scripted::start([
        Play::Answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Odd:  v \r\n\r\n2\r\nhi\r\n0\r\n\r\n".into()),
        Play::new(204, &[], ""),
        Play::AnswerAndClose(b"HTTP/1.1 200 OK\r\n\r\nto the end".into()),
    ]);
    let proxy = Proxy::start(server.address());
    let mut client = Connection::open(proxy.address());
    let chunked =
        b"PUT /a HTTP/1.1\r\nHost: name:1\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\na\r\n0\r\nT: 1\r\n\r\n";
    let first = client.exchange(chunked);
    assert_eq!((first.text().as_str(), first.header("x-odd")), ("hi", Some("v")));
    assert_eq!(client.exchange(b"DELETE /b HTTP/1.1\r\nHost: name:1\r\n\r\n").status, 204);
    assert_eq!(client.exchange(b"GET /c HTTP/1.1\r\nHost: name:1\r\n\r\n").text(), "to the end");
    let requests = server.requests();
    assert_eq!(requests.iter().map(|it| it.target.as_str()).collect::<Vec<_>>(), ["/a", "/b", "/c"]);
    assert!(requests.iter().all(|it| it.header("host") == Some("name:1")));
    assert_eq!(requests[0].body, b"a");
}

#[test]
fn a_client_that_waits_for_100_hears_it_from_the_server() {
    let (server, proxy) = pair(&[200, 200]);
    for plan in [None, Some(Fault::Unavailable)] {
        plan.inspect(|&fault| proxy.plan(fault, Aim::Nth(0)));
        let mut client = Connection::open(proxy.address());
        let head = format!("PUT {SESSION} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        client.write(head.as_bytes()).expect("the connection takes it");
        assert_eq!(client.read_line().expect("an interim answer"), "HTTP/1.1 100 Continue");
        assert_eq!(client.read_line().expect("its end"), "");
        client.write(b"hi").expect("the connection takes it");
        assert_eq!(client.read().expect("an answer").status, if plan.is_some() { 503 } else { 200 });
    }
    assert_eq!(bodies(&server), ["hi"]);
}

/// A server that has gone takes its client along; a client that goes takes the request along.
#[test]
fn either_end_may_go() {
    let server = Scripted::start([Play::Close, Play::new(200, &[], "")]);
    let proxy = Proxy::start(server.address());
    assert_eq!(seen(put("x").try_send(proxy.address())), 0);
    let mut client = Connection::open(proxy.address());
    client
        .write(b"PUT /?upload_id=7 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
        .expect("the connection takes it");
    drop(client);
    assert_eq!(seen(put("y").try_send(proxy.address())), 200);
    assert_eq!(bodies(&server), ["x", "y"]);
}
