//! The documents' two programs (`H1`, `H2`, `H4`), run as they stand in `examples/`.

use std::path::PathBuf;
use std::process::Command;

use dak_testkit::{Play, Scripted};
use serde_json::json;

/// `cargo test` builds the examples beside the tests.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let target: PathBuf = test.ancestors().nth(2).unwrap().into();
    Command::new(target.join("examples").join(name))
}

#[test]
fn get_and_post_print_status_and_json() {
    for (name, method) in [("get", "GET"), ("get_async", "GET"), ("post", "POST"), ("post_async", "POST")] {
        let server = Scripted::start([Play::json(200, &json!({"greeting": "ডাক"}))]);
        let output = example(name).arg(server.url("/data")).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "200 OK\n{\n  \"greeting\": \"ডাক\"\n}\n", "{name}");
        let request = &server.requests()[0];
        assert_eq!(request.method, method, "{name}");
        assert_eq!(request.header("x-client"), (method == "POST").then_some("dak"), "{name}");
        let body = if method == "POST" { "{\"key\":\"value\"}" } else { "" };
        assert_eq!(String::from_utf8_lossy(&request.body), body, "{name}");
    }
}

#[test]
fn a_refusal_is_an_error_with_the_message() {
    let server = Scripted::start([Play::json(404, &json!({"error": {"code": 404, "message": "Nothing is here."}}))]);
    let output = example("get").arg(server.url("/data")).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("Nothing is here."));
}
