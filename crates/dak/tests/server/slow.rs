//! Callers that take their time are cut off. No test says when, only that it ends.

use dak_testkit::{Call, Connection, Server, wait_for};

use crate::support::{serve, title};

fn impatient() -> Server {
    serve(&["--head-timeout", "300ms", "--idle-timeout", "300ms"])
}

/// What comes back on a connection that sends `bytes` and then nothing more.
fn statuses_after(server: &Server, bytes: &str) -> Vec<u16> {
    let mut connection = Connection::open(server.address());
    connection.write(bytes.as_bytes()).expect("the connection takes it");
    connection.answers().iter().map(|answer| answer.status).collect()
}

#[test]
fn heads_that_do_not_come_are_not_waited_for() {
    let server = impatient();
    for begun in [
        "",
        "G",
        "GET /demo/v1",
        "GET /demo/v1 HTTP/1.1\r\n",
        "GET /demo/v1 HTTP/1.1\r\nHost: localhost\r\nX-Slow: y",
        "PRI * HTTP/2",
    ] {
        let statuses = statuses_after(&server, begun);
        assert!(statuses.is_empty() || statuses == [408], "{begun:?} was answered {statuses:?}");
    }
    assert_eq!(title(&server), "First title");
}

/// Slowloris: each byte comes soon enough, the head never does.
#[test]
fn heads_that_drip_are_not_waited_for() {
    let server = impatient();
    let mut connection = Connection::open(server.address());
    connection.write(b"GET /demo/v1 HTTP/1.1\r\nHost: localhost\r\n").expect("the connection takes it");
    wait_for("end of a dripping connection", || connection.write(b"X-Slow: y\r\n").is_err().then_some(()));
}

#[test]
fn a_kept_connection_is_not_kept_for_ever() {
    let server = impatient();
    assert_eq!(statuses_after(&server, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"), [200]);
}

#[test]
fn a_silent_http_2_connection_is_not_kept_for_ever() {
    let server = impatient();
    let mut connection = Connection::open(server.address());
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    connection.write(&[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &settings[..]].concat()).expect("the frames go out");
    // It ends with or without a farewell; a read that takes a minute is the error.
    if let Err(error) = connection.read_to_end() {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
    }
}

#[test]
fn bodies_that_do_not_come_are_not_waited_for() {
    let server = impatient();
    let head = "POST /demo/v1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    for rest in [
        "Content-Length: 100\r\n\r\n",
        "Content-Length: 100\r\n\r\n{\"title\":",
        "Transfer-Encoding: chunked\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n9\r\n{\"title\":\r\n",
        "Transfer-Encoding: chunked\r\n\r\nff",
    ] {
        assert_eq!(statuses_after(&server, &format!("{head}{rest}")), [408], "{rest:?}");
    }
    let items = server.get("/demo/v1?fields=items/id").expect(200).json();
    assert_eq!(items["items"].as_array().map(Vec::len), Some(2));
}

/// Many callers that say nothing keep nobody else out, and each place is given back.
#[test]
fn silent_callers_do_not_keep_others_out() {
    let server = serve(&["--head-timeout", "500ms", "--connections-max", "8"]);
    for _ in 0..3 {
        let silent: Vec<Connection> = (0..8).map(|_| Connection::open(server.address())).collect();
        assert_eq!(Call::get("/healthz").send(server.address()).status, 200);
        drop(silent);
    }
}
