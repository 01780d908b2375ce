//! What is printed, and where.

use std::fs;

use dak_testkit::{Play, Scripted};

use crate::command::{dak, json_server, server, shell};

const JSON: &str = "{\"a\":[1,2.50],  \"b\":\"x\"}";

#[test]
fn a_pipe_gets_the_body_alone() {
    let json = json_server(JSON);
    let run = dak(["get", &json.url("/")]);
    assert_eq!((run.text().as_str(), run.complaint.as_str(), run.code), (JSON, "", Some(0)));
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let server = server(Play::new(200, &[("Content-Type", "image/png")], &bytes));
    assert!(dak(["get", &server.url("/")]).out == bytes);
}

#[test]
fn flags_choose_what_is_printed() {
    let server = json_server(JSON);
    let url = server.url("/x");
    let host = server.address();
    let agent = concat!("dak/", env!("CARGO_PKG_VERSION"), " (gzip)");
    let answer = format!("HTTP/1.1 200 OK\ncontent-type: application/json\ncontent-length: {}\n\n", JSON.len());
    let request = format!(
        "POST /x HTTP/1.1\nhost: {host}\naccept: application/json, */*;q=0.5\naccept-encoding: gzip\nuser-agent: {agent}\n\
         content-type: application/json\nauthorization: Bearer REDACTED\ncontent-length: 9\n\n"
    );
    let body = "{\"k\":\"v\"}";
    let cases = [
        ("-h", answer.clone()),
        ("-b", JSON.to_owned()),
        ("-q", String::new()),
        ("-v", format!("{request}{body}\n\n{answer}{JSON}")),
        ("-pHh", format!("{request}{answer}")),
        ("--offline", format!("{request}{body}")),
        ("--pretty=format", "{\n  \"a\": [\n    1,\n    2.50\n  ],\n  \"b\": \"x\"\n}\n".to_owned()),
    ];
    for (flag, expected) in cases {
        let run = dak(["post", &url, "k=v", "--bearer", "secret", flag]);
        assert_eq!((run.text(), run.complaint.as_str()), (expected, ""), "{flag}");
    }
    assert_eq!(server.requests().len(), 6, "offline sends nothing");
    let shown = dak(["post", &url, "k=v", "--bearer", "secret", "--offline", "--show-secrets"]).text();
    assert!(shown.contains("authorization: Bearer secret"), "{shown}");
}

#[test]
fn colour_comes_when_asked_for() {
    let server = json_server(JSON);
    let coloured = dak(["get", &server.url("/"), "--pretty=colors"]).text();
    assert!(coloured.starts_with("{\u{1b}[1m\u{1b}[34m\"a\"\u{1b}[0m:["), "{coloured}");
    let plain = dak(["get", &server.url("/"), "--pretty=all", "--color=never"]).text();
    assert!(!plain.contains('\u{1b}'), "{plain}");
}

#[test]
fn a_terminal_gets_headers_and_no_commands() {
    let body = "{\"title\":\"\u{9b}2J\",\"n\":1}";
    let hostile = [("Content-Type", "application/json"), ("X-Text", "\u{9b}31m")];
    let server = Scripted::start(vec![Play::new(200, &hostile, body); 2]);
    let script = |flags: &str| format!("script -qec '\"$DAK\" get {} {flags}' /dev/null", server.url("/"));
    if shell("command -v script").code != Some(0) {
        eprintln!("skipped: there is no program `script` here to play a terminal");
        return;
    }
    let run = shell(&script("--color=never"));
    let expected = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-text: \\u009b31m\r\ncontent-length: {}\r\n\r\n\
         {{\r\n  \"title\": \"\\u009b2J\",\r\n  \"n\": 1\r\n}}\r\n",
        body.len()
    );
    assert_eq!(run.text(), expected);
    assert!(shell(&script("")).text().contains("\u{1b}[1m\u{1b}[34m\"title\"\u{1b}[0m: "));
}

#[test]
fn a_file_is_replaced_only_by_a_whole_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out");
    let name = path.to_str().expect("a path");
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec();
    let server = Scripted::start([
        Play::new(200, &[], "first"),
        Play::AnswerAndClose(cut),
        Play::new(404, &[], "an error"),
        Play::new(200, &[], "second"),
    ]);
    let cases = [(0, "first", ""), (1, "first", ""), (4, "first", "an error"), (0, "second", "")];
    for (code, content, printed) in cases {
        let run = dak(["get", &server.url("/"), "-o", name]);
        assert_eq!((run.code, run.text().as_str()), (Some(code), printed), "{run:?}");
        assert_eq!(fs::read_to_string(&path).expect("a file"), content);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no leftovers");
    }
}

#[test]
fn what_the_answer_says_beside_its_body_is_told() {
    let error = "{\"error\":{\"code\":412,\"message\":\"Precondition\\u001b Failed: stale.\"}}";
    let server = server(Play::new(412, &[("Content-Type", "application/json")], error));
    let run = dak(["patch", &server.url("/"), "a=b"]);
    assert_eq!(run.text(), error);
    let expected = "dak: the server answered 412 Precondition Failed: Precondition\\u001b Failed: stale; \
        fetch the newest etag and try again\n";
    assert_eq!(run.complaint, expected);
}

/// Each status has an advice that fits it.
#[test]
fn what_to_do_next_is_told() {
    for (status, method, advice) in [
        (401, "get", "give a token with --bearer"),
        (404, "get", "check the URL"),
        (409, "put", "fetch the newest version"),
        (500, "get", "try again, or look into the server's log"),
        (500, "patch", "look into the server's log"),
        (501, "get", "use another method"),
        (503, "get", "with --retries 5"),
    ] {
        let run = dak([method, &server(Play::new(status, &[], "")).url("/"), "a=b"]);
        assert!(run.complaint.trim_end().contains(advice), "{status} {method}: {run:?}");
        assert_eq!(run.code, Some(i32::from(status / 100)), "{status} {method}");
    }
}
