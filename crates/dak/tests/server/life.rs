//! How a server starts, refuses to, and ends.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use dak_testkit::{Call, Connection, Server};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{check, is_root, launch, refusal, retitle, serve, text, title};

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder")
}

/// Refused on a port that is free, for a reason that has nothing to do with it.
fn refused(arguments: &[&str]) -> String {
    refusal(&[&["--listen", "127.0.0.1:0"], arguments].concat())
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let data = folder();
    let said = refusal(&["--listen", &address, "--data", text(data.path())]);
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
    // Nothing is held by the server that did not start.
    drop(taken);
    drop(launch().data(data.path()).start().get("/healthz").expect(200));
}

#[test]
fn an_address_of_another_machine_is_refused() {
    let data = folder();
    let said = refusal(&["--listen", "192.0.2.1:0", "--auth", "tokens", "--data", text(data.path())]);
    assert!(said.contains("192.0.2.1"), "{said}");
    let open = refusal(&["--listen", "0.0.0.0:0", "--data", text(data.path())]);
    assert!(open.contains("--auth tokens"), "{open}");
}

#[test]
fn a_folder_has_one_server() {
    let mut first = serve(&[]);
    let data = first.data().to_owned();
    let said = refused(&["--data", text(&data)]);
    let process = first.process_id().to_string();
    assert!(said.contains(text(&data)) && said.contains(&process) && said.contains("--data"), "{said}");
    assert_eq!(title(&first), "First title");
    first.kill9();
    drop(launch().data(&data).start().get("/healthz").expect(200));
}

#[test]
fn folders_that_cannot_be_used_are_named() {
    let place = folder();
    let file = place.path().join("file");
    fs::write(&file, "").expect("a file");
    let mut cases = vec![file.clone(), file.join("below")];
    if is_root() {
        cases.push("/proc/dak".into());
    } else {
        let closed = place.path().join("closed");
        fs::create_dir(&closed).expect("a folder");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).expect("permissions can be set");
        cases.extend([closed.join("below"), closed]);
    }
    for path in cases {
        let said = refused(&["--data", text(&path)]);
        assert!(said.contains(text(&path)), "{said}");
    }
}

#[test]
fn test_controls_want_data_of_their_own() {
    let mut server = serve(&[]);
    let data = server.data().to_owned();
    assert!(server.stop().success());
    let said = refused(&["--test-controls", "--data", text(&data)]);
    assert!(said.contains("--test-controls") && said.contains("--data"), "{said}");
    server.restart();
    assert_eq!(title(&server), "First title");
}

#[test]
fn a_newer_format_is_refused() {
    let mut server = serve(&[]);
    assert!(server.stop().success());
    let file = rusqlite::Connection::open(server.data().join("records.sqlite3")).expect("the file of the records");
    file.execute_batch("PRAGMA user_version = 999").expect("the file can be written");
    drop(file);
    let said = refused(&["--data", text(server.data())]);
    assert!(said.contains("format 999") && said.contains("newer"), "{said}");
}

#[test]
fn a_server_that_was_stopped_leaves_one_whole_file() {
    let mut server = serve(&[]);
    drop(server.send(&retitle("Stopped")).expect(200));
    assert!(server.stop().success());
    let copy = folder();
    fs::copy(server.data().join("records.sqlite3"), copy.path().join("records.sqlite3")).expect("a copy");
    assert_eq!(title(&launch().data(copy.path()).start()), "Stopped");
}

#[test]
fn what_is_in_flight_is_finished() {
    for signal in ["TERM", "INT"] {
        let mut server = serve(&[]);
        let mut slow = begun(&server);
        let mut idle = Connection::open(server.address());
        drop(idle.exchange(&Call::get("/healthz").to_bytes(server.address())).expect(200));
        server.signal(signal);
        server.wait_for_line("Stopping");
        slow.write(b"\"Finished\"}").expect("the rest goes out");
        assert_eq!(slow.read().expect("an answer").expect(200).json()["title"], "Finished");
        assert!(server.ended().success(), "{signal}");
        server.restart();
        assert_eq!(title(&server), "Finished");
        assert!(server.stop().success());
        check(server.data());
    }
}

/// A browser opens connections before it needs them; the end does not wait for those, here not for ten minutes.
#[test]
fn who_has_asked_for_nothing_does_not_hold_up_the_end() {
    let mut server = serve(&["--shutdown-timeout", "10m", "--head-timeout", "10m"]);
    let silent = [Connection::open(server.address()), Connection::open(server.address())];
    drop(server.get("/healthz").expect(200));
    assert!(server.stop().success());
    drop(silent);
}

#[test]
fn who_never_finishes_does_not_hold_up_the_end_for_ever() {
    let mut server = serve(&["--shutdown-timeout", "100ms"]);
    let unfinished = begun(&server);
    assert!(server.stop().success());
    drop(unfinished);
    server.restart();
    assert_eq!(title(&server), "First title");
}

/// A `PATCH` whose body has begun; the server has read what there is of it.
fn begun(server: &Server) -> Connection {
    let mut connection = Connection::open(server.address());
    let head = "PATCH /demo/v1/324 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\nExpect: 100-continue\r\n\r\n";
    connection.write(head.as_bytes()).expect("the head goes out");
    assert_eq!(connection.read_line().expect("a line"), "HTTP/1.1 100 Continue");
    assert_eq!(connection.read_line().expect("a line"), "");
    connection.write(b"{\"title\":").expect("the body begins");
    connection
}

#[test]
fn the_same_command_works_after_kill_9() {
    let mut server = launch().keeping_its_port().start();
    let address = server.address();
    for round in 0..3 {
        let name = format!("Round {round}");
        drop(server.send(&retitle(&name)).expect(200));
        server.kill9();
        server.restart();
        assert_eq!((server.address(), title(&server)), (address, name));
    }
}

#[test]
fn an_ephemeral_server_leaves_nothing() {
    let place = folder();
    let mut server = launch().ephemeral().variable("TMPDIR", text(place.path())).start();
    assert_ne!(server.address().port(), 0);
    assert_eq!(title(&server), "First title");
    assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 1);
    assert!(server.stop().success());
    assert_eq!(fs::read_dir(place.path()).expect("a folder").count(), 0);
}

#[test]
fn health_needs_no_token_and_data_does() {
    let server = serve(&["--auth", "tokens"]);
    for (target, status) in [("/healthz", 200), ("/discovery/v1/apis", 200), ("/demo/v1", 401), ("/_dak/tokens", 401)] {
        assert_eq!(server.get(target).status, status, "{target}");
    }
    let refused = server.json("POST", "/demo/v1", &json!({"title": "No"})).expect(401);
    assert!(refused.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")));
    assert_eq!(refused.json()["error"]["status"], "UNAUTHENTICATED");
}
