//! What goes wrong, what is done about it, and what is said.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use dak_client::{Body, Error, blocking};
use dak_testkit::{Play, Scripted};
use serde_json::json;

use crate::support::{NOBODY, answer, impatient, one_connection, read_head};

/// The start of an answer whose body never comes whole.
fn cut() -> Play {
    Play::AnswerAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this".to_vec())
}

#[test]
fn a_server_that_recovers_is_asked_again() {
    let busy = || Play::new(503, &[], "busy");
    let server = Scripted::start([busy(), busy(), Play::json(200, &json!({"a": 1}))]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observer = seen.clone();
    let (builder, clock) = impatient();
    let client = builder
        .on_retry(move |retrying| observer.lock().unwrap().push((retrying.attempts, retrying.why.clone())))
        .build()
        .unwrap();
    let answer = client.get(server.url("/")).send().unwrap();
    assert_eq!((answer["a"].as_u64(), answer.attempts()), (Some(1), 3));
    assert_eq!(clock.waits_s(), [1, 2]);
    let why = "the server answered 503 Service Unavailable (exponential backoff)".to_owned();
    assert_eq!(*seen.lock().unwrap(), [(1, why.clone()), (2, why)]);
}

#[test]
fn a_server_that_stays_broken_is_asked_six_times() {
    let server = Scripted::start((0..6).map(|_| Play::new(500, &[], "")));
    let (builder, clock) = impatient();
    let error = builder.build().unwrap().get(server.url("/")).send().unwrap_err();
    assert_eq!(clock.waits_s(), [1, 2, 4, 8, 16]);
    assert_eq!((server.requests().len(), error.attempts()), (6, 6));
    assert!(error.is_retryable() && error.to_string().ends_with("(sent 6 times)"), "{error}");
}

#[test]
fn retry_after_sets_the_wait() {
    let server = Scripted::start([
        Play::new(429, &[("Retry-After", "9")], ""),
        Play::new(503, &[("Retry-After", "Mon, 12 Jan 1970 13:47:00 GMT")], ""),
        Play::new(200, &[], ""),
    ]);
    let (builder, clock) = impatient();
    builder.build().unwrap().get(server.url("/")).send().unwrap();
    assert_eq!(clock.waits_s(), [9, 20]);
}

#[test]
fn a_post_that_may_have_acted_is_not_repeated() {
    for play in [Play::new(500, &[], ""), Play::Close, cut()] {
        let server = Scripted::start([play]);
        let (builder, clock) = impatient();
        let error = builder.build().unwrap().post(server.url("/")).json(&1).send().unwrap_err();
        assert_eq!(error.attempts(), 1);
        assert!(error.to_string().ends_with("(not sent again: the server may have acted on it)"), "{error}");
        assert!(clock.waits_s().is_empty());
    }
}

#[test]
fn a_key_makes_a_post_repeatable_and_stays_the_same() {
    let server = Scripted::start([Play::Close, Play::new(500, &[], ""), cut(), Play::new(200, &[], "")]);
    let (builder, _) = impatient();
    let request = builder.build().unwrap().post(server.url("/")).idempotency_key("k1").json(&json!({"a": 1}));
    assert_eq!(request.send().unwrap().attempts(), 4);
    for request in server.requests() {
        assert_eq!((request.header("idempotency-key"), &request.body[..]), (Some("k1"), &b"{\"a\":1}"[..]));
    }
}

#[test]
fn a_cut_body_is_an_error_or_another_try() {
    let server = Scripted::start([cut(), Play::new(200, &[], "whole")]);
    let (builder, _) = impatient();
    let client = builder.build().unwrap();
    assert_eq!(client.get(server.url("/")).send().unwrap().text().unwrap(), "whole");

    let server = Scripted::start([cut()]);
    let error = client.get(server.url("/")).retries(0).send().unwrap_err();
    assert!(matches!(error, Error::Broken(_)), "{error}");
}

#[test]
fn damaged_gzip_is_an_error() {
    let bad = || Play::new(200, &[("Content-Encoding", "gzip")], "no gzip at all");
    let short = || Play::new(200, &[("Content-Encoding", "gzip")], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b]);
    let server = Scripted::start([bad(), short()]);
    for expected in ["cannot be decoded", "ends too early"] {
        let error = blocking::get(server.url("/")).retries(0).send().unwrap_err();
        assert!(matches!(&error, Error::Broken(failure) if failure.message.contains(expected)), "{error}");
    }
}

#[test]
fn nobody_there_is_a_connection_error_and_tried_again() {
    let (builder, clock) = impatient();
    let client = builder.build().unwrap();
    for request in [client.get(NOBODY), client.post(NOBODY).json(&1)] {
        let error = request.send().unwrap_err();
        assert!(matches!(&error, Error::Connect(failure) if failure.attempts == 4), "{error}");
        assert!(error.to_string().starts_with("no connection to the server: "), "{error}");
    }
    assert_eq!(clock.waits_s(), [1; 6]);
}

#[test]
fn silence_is_a_timeout() {
    let server = Scripted::start([
        Play::Hang,
        Play::Hang,
        Play::Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec()),
    ]);
    let client = blocking::Client::builder().retries(0).build().unwrap();
    let limit = Duration::from_millis(50);
    let cases = [
        (client.get(server.url("/")).read_timeout(limit), "the server was silent for 50ms"),
        (client.get(server.url("/")).timeout(limit), "the call took longer than 50ms"),
        (client.get(server.url("/")).read_timeout(limit), "the server was silent for 50ms"),
    ];
    for (request, expected) in cases {
        let error = request.send().unwrap_err();
        assert!(matches!(&error, Error::Timeout(_)), "{error}");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_reader_is_sent_once_and_the_error_says_so() {
    let server = Scripted::start([Play::new(503, &[], "")]);
    let (builder, _) = impatient();
    let request = builder.build().unwrap().put(server.url("/")).body(Body::reader(None, io::Cursor::new("data")));
    let error = request.send().unwrap_err();
    assert!(error.to_string().ends_with("(not sent again: its body cannot be sent again)"), "{error}");
    assert_eq!(server.requests()[0].body, b"data");
}

#[test]
fn a_file_that_is_missing_is_said_before_anything_is_sent() {
    let error = blocking::Client::new().put(NOBODY).body_file("/no/such/file").send().unwrap_err();
    assert!(matches!(&error, Error::Source(message) if message.starts_with("cannot read /no/such/file")), "{error}");
}

#[test]
fn a_connection_that_the_server_closed_meanwhile_costs_no_request() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let client = blocking::Client::builder().retries(0).build().unwrap();
    for _ in 0..3 {
        let (close, closing) = mpsc::channel::<()>();
        let listener = listener.try_clone().unwrap();
        let server = thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            read_head(&mut stream);
            answer(&mut stream, "done");
            closing.into_iter().count()
        });
        client.post(&url).send().unwrap();
        // Only now, while no call is under way, does the server close the connection.
        drop(close);
        server.join().unwrap();
    }
}

#[test]
fn a_length_that_is_not_the_bodys_is_not_sent() {
    let client = blocking::Client::new();
    let server = Scripted::start([Play::new(200, &[], ""), Play::new(200, &[], "")]);
    let post = |length| client.post(server.url("/")).body("media").header("content-length", length);
    for (request, is_right) in [
        (post("5"), true),
        (post("3"), false),
        (post("7"), false),
        (post("5").gzip_body(true), false),
        (client.post(server.url("/")).body_reader(None, &b"media"[..]).header("content-length", "5"), true),
    ] {
        let sent = request.send();
        assert_eq!(sent.is_ok(), is_right, "{sent:?}");
        assert!(is_right || matches!(sent, Err(Error::Usage(_))));
    }
    assert!(server.requests().iter().all(|request| request.body == b"media"));
}

#[test]
fn an_answer_before_the_end_of_the_request_is_heard() {
    let (url, server) = one_connection(|mut stream| {
        read_head(&mut stream);
        stream.write_all(b"HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlong").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        // Closing with bytes unread would reset the connection and could take the answer with it.
        drop(io::copy(&mut stream, &mut io::sink()));
    });
    let body = Body::reader(None, io::repeat(7).take(64 << 20));
    let error = blocking::Client::new().post(url).body(body).send().unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(413), "{error}");
    server.join().unwrap();
}
