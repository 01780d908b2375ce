//! The helpers themselves: a helper that errs makes every test that stands on it worthless.

mod proxy;

use std::io;

use dak_testkit::{Call, Connection, Play, Random, Scripted, answer, raw};
use serde_json::json;

#[test]
fn the_same_seed_gives_the_same_numbers() {
    let draw = |seed| {
        let mut random = Random::new(seed);
        [random.next(), random.next(), random.next()]
    };
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
    // The first outputs of SplitMix64 for seed 0, as its author's reference program prints them.
    assert_eq!(draw(0), [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F]);
}

#[test]
fn draws_stay_in_their_limits() {
    let mut random = Random::new(1);
    assert_eq!(random.below(0), 0);
    assert!((0..1000).all(|_| random.below(3) < 3));
    assert_eq!(random.bytes(13).len(), 13);
    assert!([1, 2].contains(random.pick(&[1, 2])));
}

#[test]
fn every_framing_of_an_answer_is_read() {
    let cases: [(&str, &str); 5] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1;x=y\r\ni\r\n0\r\nA: b\r\n\r\n", "hi"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi"),
        ("HTTP/1.1 200 OK\r\n\r\nhi", "hi"),
        ("HTTP/1.1 204 No Content\r\n\r\n", ""),
    ];
    for (bytes, body) in cases {
        let server = Scripted::start([Play::AnswerAndClose(bytes.into())]);
        assert_eq!(Call::get("/").send(server.address()).text(), body, "{bytes}");
    }
}

#[test]
fn an_answer_to_head_has_no_body() {
    let server = Scripted::start([Play::Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n".to_vec())]);
    let answer = Call::new("HEAD", "/").send(server.address());
    assert_eq!((answer.header("Content-Length"), answer.body.len()), (Some("2"), 0));
}

#[test]
fn a_cut_answer_is_an_error_and_never_a_short_body() {
    let whole = answer(200, &[], "whole");
    let server = Scripted::start((0..whole.len()).map(|length| Play::AnswerAndClose(whole[..length].to_vec())));
    for _ in 0..whole.len() {
        assert!(Call::get("/").try_send(server.address()).is_err());
    }
}

#[test]
fn requests_are_recorded_in_order_on_one_connection() {
    let server = Scripted::start([Play::json(200, &json!({"a": 1})), Play::new(404, &[("X-Word", "none")], "no")]);
    let mut connection = Connection::open(server.address());
    let first = Call::new("POST", "/a?b=c").header("X-Mine", "1").json(&json!([1]));
    assert_eq!(connection.exchange(&first.to_bytes(server.address())).json(), json!({"a": 1}));
    let second = connection.exchange(&Call::get("/b").to_bytes(server.address()));
    assert_eq!((second.status, second.header("x-word")), (404, Some("none")));
    let requests = server.requests();
    let seen: Vec<_> = requests.iter().map(|it| (it.method.as_str(), it.target.as_str(), it.body.as_slice())).collect();
    assert_eq!(seen, [("POST", "/a?b=c", &b"[1]"[..]), ("GET", "/b", b"")]);
    assert_eq!(requests[0].header("x-MINE"), Some("1"));
}

#[test]
fn a_chunked_request_is_recorded_whole() {
    let server = Scripted::start([Play::new(200, &[], "")]);
    let request = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
    assert_eq!(raw(server.address(), request).status, 200);
    assert_eq!(server.requests()[0].body, b"abc");
}

#[test]
fn a_lost_answer_and_the_end_of_the_script_are_told_apart() {
    let server = Scripted::start([Play::Close]);
    let lost = Call::get("/").try_send(server.address()).expect_err("the connection closes");
    assert!(matches!(lost.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset), "{lost}");
    assert_eq!(Call::get("/").send(server.address()).status, 500);
}
