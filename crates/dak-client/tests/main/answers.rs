//! What comes back, and how it is read.

use std::io::Write;

use dak_client::{Error, StatusCode, blocking};
use dak_testkit::{Play, Scripted};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::support::{answer, one_connection, read_head};

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn an_answer_keeps_status_headers_and_bytes() {
    let server = Scripted::start([Play::new(201, &[("ETag", "\"v1\""), ("X-A", "1")], r#"{"items":[{"title":"T"}]}"#)]);
    let answer = blocking::get(server.url("/a?b=c")).send().unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.headers()["x-a"], "1");
    assert_eq!(answer.etag().unwrap().opaque(), "v1");
    assert_eq!(answer["items"][0]["title"], "T");
    assert_eq!(answer["missing"]["deeper"], json!(null));
    for _ in 0..2 {
        let items: serde_json::Map<String, serde_json::Value> = answer.json().unwrap();
        assert_eq!(items.len(), 1);
    }
    assert!(matches!(answer.json::<Vec<u8>>(), Err(Error::Unreadable(_))));
    assert_eq!(server.requests()[0].target, "/a?b=c");
}

#[tokio::test]
async fn the_async_client_says_the_same() {
    let server = Scripted::start([Play::json(200, &json!({"a": 1})), Play::json(404, &json!({}))]);
    let client = dak_client::Client::builder().base_url(server.url("/base")).build().unwrap();
    let answer = client.get("x").fields("a").await.unwrap();
    assert_eq!(answer["a"], 1);
    assert_eq!(client.delete("y").await.unwrap_err().status(), Some(StatusCode::NOT_FOUND));
    let targets: Vec<String> = server.requests().into_iter().map(|request| request.target).collect();
    assert_eq!(targets, ["/base/x?fields=a", "/base/y"]);
}

#[test]
fn the_async_client_without_a_runtime_is_an_error_and_no_panic() {
    let mut future = std::pin::pin!(dak_client::get("http://127.0.0.1:1/").send());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = future.as_mut().poll(&mut context) else { panic!("it should fail") };
    assert!(matches!(error, Error::Usage(message) if message.contains("tokio runtime")));
}

#[test]
fn gzip_is_asked_for_and_undone() {
    let plain = "words and words and words ".repeat(1000);
    let server = Scripted::start([Play::new(200, &[("Content-Encoding", "gzip")], gzip(plain.as_bytes()))]);
    let answer = blocking::get(server.url("/")).send().unwrap();
    assert_eq!(answer.text().unwrap(), plain);
    assert!(answer.wire_bytes() < 1000, "{} bytes", answer.wire_bytes());
    let request = &server.requests()[0];
    assert_eq!(request.header("accept-encoding"), Some("gzip"));
    assert!(request.header("user-agent").unwrap().ends_with(" (gzip)"));
}

#[test]
fn no_gzip_means_none() {
    let encoded = gzip(b"text");
    let server = Scripted::start([Play::new(200, &[("Content-Encoding", "gzip")], &encoded)]);
    let client = blocking::Client::builder().gzip(false).build().unwrap();
    assert_eq!(client.get(server.url("/")).send().unwrap().bytes(), &encoded);
    assert_eq!(server.requests()[0].header("accept-encoding"), None);
}

#[test]
fn a_head_has_no_body_to_decode() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n";
    let server = Scripted::start([Play::Answer(head.to_vec())]);
    let answer = blocking::Client::new().head(server.url("/")).send().unwrap();
    assert!(answer.bytes().is_empty());
    assert_eq!(answer.headers()["content-length"], "99");
}

#[test]
fn chunks_are_put_together() {
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n";
    let server = Scripted::start([Play::Answer(chunked.to_vec())]);
    assert_eq!(blocking::get(server.url("/")).send().unwrap()["a"], 1);
}

#[test]
fn an_answer_without_length_ends_with_the_connection() {
    let server = Scripted::start([Play::AnswerAndClose(b"HTTP/1.1 200 OK\r\n\r\nto the end".to_vec())]);
    assert_eq!(blocking::get(server.url("/")).send().unwrap().text().unwrap(), "to the end");
}

#[test]
fn a_body_beyond_the_limit_is_refused_also_when_it_is_inflated() {
    let encoded = gzip(&[b'a'; 5000]);
    let server = Scripted::start([
        Play::new(200, &[], [b'a'; 1001]),
        Play::new(200, &[("Content-Encoding", "gzip")], &encoded),
        Play::new(200, &[], [b'a'; 1000]),
    ]);
    let client = blocking::Client::builder().body_bytes_max(1000).build().unwrap();
    for _ in 0..2 {
        let error = client.get(server.url("/")).send().unwrap_err();
        assert!(matches!(error, Error::TooLarge { limit: 1000 }), "{error}");
    }
    assert_eq!(client.get(server.url("/")).send().unwrap().bytes().len(), 1000);
}

#[test]
fn an_error_carries_the_answer_and_the_message() {
    let body = json!({"error": {"code": 400, "message": "Invalid field selection a/b", "errors": []}});
    let server = Scripted::start([Play::json(400, &body), Play::json(400, &body)]);
    let client = blocking::Client::new();
    let error = client.get(server.url("/")).send().unwrap_err();
    assert_eq!(error.to_string(), "the server answered 400 Bad Request: Invalid field selection a/b");
    assert_eq!(error.response().unwrap()["error"]["code"], 400);
    assert!(!error.is_retryable());
    let answer = client.get(server.url("/")).error_for_status(false).send().unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}

#[test]
fn a_connection_is_used_again() {
    let (url, server) = one_connection(|mut stream| {
        for number in 0..3 {
            read_head(&mut stream);
            answer(&mut stream, &number.to_string());
        }
    });
    let client = blocking::Client::new();
    let texts = [0; 3].map(|_| client.get(&url).send().unwrap().text().unwrap().to_owned());
    assert_eq!(texts, ["0", "1", "2"]);
    server.join().unwrap();
}

#[test]
fn redirects_are_followed_with_the_method_they_ask_for() {
    let server = Scripted::start([
        Play::new(307, &[("Location", "/second?x=1")], "moved"),
        Play::new(303, &[("Location", "third")], ""),
        Play::new(200, &[], "here"),
    ]);
    let answer = blocking::Client::new().post(server.url("/first")).bearer("t").json(&1).send().unwrap();
    assert_eq!((answer.text().unwrap(), answer.url().path(), answer.attempts()), ("here", "/third", 3));
    let requests = server.requests();
    let line = |n: usize| format!("{} {} {}", requests[n].method, requests[n].target, requests[n].body.len());
    assert_eq!([0, 1, 2].map(line), ["POST /first 1", "POST /second?x=1 1", "GET /third 0"]);
    assert_eq!(requests[2].header("authorization"), Some("Bearer t"));
}

#[test]
fn another_origin_does_not_get_the_token() {
    let other = Scripted::start([Play::new(200, &[], "here")]);
    let server = Scripted::start([Play::new(302, &[("Location", &other.url("/"))], "")]);
    blocking::Client::new().get(server.url("/")).bearer("t").send().unwrap();
    assert_eq!(server.requests()[0].header("authorization"), Some("Bearer t"));
    assert_eq!(other.requests()[0].header("authorization"), None);
}
