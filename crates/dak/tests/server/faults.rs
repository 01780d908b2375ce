//! Faults on request, as a client meets them on its connection.

use std::io;

use dak_testkit::{Call, Connection, Server};
use serde_json::{Value, json};

use crate::support::{retitle, serve, title};

fn planned(fault: &Value) -> Server {
    let server = serve(&["--test-controls", "--control-token", "desk"]);
    plan(&server, fault);
    server
}

fn plan(server: &Server, fault: &Value) {
    let call = Call::new("POST", "/_dak/faults").json(fault);
    drop(server.control(call).expect(200));
}

/// Everything that comes back until the connection closes.
fn told(server: &Server, call: &Call) -> io::Result<Vec<u8>> {
    let mut connection = Connection::open(server.address());
    connection.write(&call.to_bytes(server.address()))?;
    connection.read_to_end()
}

#[test]
fn a_status_is_answered_and_nothing_carried_out() {
    let server = planned(&json!({"methodId": "demo.items.patch", "status": 503, "count": 2}));
    for _ in 0..2 {
        let refused = server.send(&retitle("Other")).expect(503);
        assert_eq!(refused.json()["error"]["code"], 503);
    }
    assert_eq!(title(&server), "First title");
    drop(server.send(&retitle("Other")).expect(200));
}

#[test]
fn a_dropped_request_ends_without_a_byte() {
    let server = planned(&json!({"path": "/demo", "drop": true}));
    assert_eq!(told(&server, &retitle("Other")).expect("a plain end"), b"");
    assert_eq!(title(&server), "First title");
}

#[test]
fn a_lost_answer_ends_without_a_byte_and_the_write_happened() {
    let server = planned(&json!({"methodId": "demo.items.patch", "loseAnswer": true}));
    assert_eq!(told(&server, &retitle("Other")).expect("a plain end"), b"");
    assert_eq!(title(&server), "Other");
}

#[test]
fn a_cut_answer_announces_what_it_does_not_bring() {
    let server = serve(&["--test-controls", "--control-token", "desk"]);
    let whole = server.get("/demo/v1/324").expect(200);
    let announced = format!("content-length: {}", whole.body.len());
    for bytes in [0, 1, 25, whole.body.len() - 1] {
        plan(&server, &json!({"methodId": "demo.items.get", "cutAfterBytes": bytes}));
        let cut = String::from_utf8(told(&server, &Call::get("/demo/v1/324")).expect("a plain end")).expect("text");
        let (head, body) = cut.split_once("\r\n\r\n").expect("a whole head");
        assert!(head.to_ascii_lowercase().contains(&announced), "{head}");
        assert_eq!(body.as_bytes(), &whole.body[..bytes]);
    }
}

#[test]
fn a_delay_ends_and_holds_up_nobody_else() {
    let server = planned(&json!({"methodId": "demo.items.get", "delayMs": 300_000}));
    let mut waiting = Connection::open(server.address());
    waiting.write(&Call::get("/demo/v1/324").to_bytes(server.address())).expect("the request goes out");
    dak_testkit::wait_for("request that waits", || {
        let seen = server.control(Call::get("/_dak/requests")).expect(200).json();
        seen["requests"].as_array().is_some_and(|requests| !requests.is_empty()).then_some(())
    });
    assert_eq!(title(&server), "First title");
    plan(&server, &json!({"methodId": "demo.items.get", "delayMs": 1}));
    assert_eq!(title(&server), "First title");
}
