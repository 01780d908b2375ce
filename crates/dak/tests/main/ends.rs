//! How it ends.

use std::process::Stdio;
use std::time::Duration;

use dak_testkit::{Play, Scripted};

use crate::command::{dak, json_server, program, server, shell};

/// Runs `dak get` on a server with these plays; the exit code and the complaint.
fn ended(plays: &[Play], flags: &[&str]) -> (Option<i32>, String) {
    let server = Scripted::start(plays.to_vec());
    let url = server.url("/");
    let run = dak(["get", &url].into_iter().chain(flags.iter().copied()));
    (run.code, run.complaint)
}

#[test]
fn the_exit_code_tells_what_happened() {
    let status = |code| Play::new(code, &[], "");
    let away = Play::new(302, &[("Location", "/again")], "");
    let away = |count| (0..count).map(|_| away.clone()).collect::<Vec<_>>();
    let fast = Play::new(503, &[("Retry-After", "1")], "");
    let cases: [(Vec<Play>, &[&str], i32, &str); 11] = [
        (vec![status(200)], &[], 0, ""),
        (vec![status(204)], &[], 0, ""),
        (vec![status(304)], &[], 3, "304 Not Modified"),
        (vec![status(404)], &[], 4, "404 Not Found; check the URL"),
        (vec![status(500)], &[], 5, "500 Internal Server Error"),
        (vec![status(404)], &["-q"], 4, "404"),
        (vec![status(404)], &["-h"], 4, ""),
        (vec![Play::Hang], &["--timeout", "100ms"], 2, "raise --timeout"),
        (vec![Play::Close], &[], 1, "--retries"),
        (away(12), &["--max-redirects", "0"], 6, "raise --max-redirects"),
        (vec![fast.clone(), fast], &["--retries", "1"], 8, "503"),
    ];
    for (plays, flags, code, complaint) in cases {
        let (got, said) = ended(&plays, flags);
        assert_eq!(got, Some(code), "{plays:?} {flags:?}: {said}");
        assert!(said.contains(complaint) && (said.is_empty() == complaint.is_empty()), "{flags:?}: {said}");
    }
}

/// An answer of which a part comes and then no more.
fn cut() -> Play {
    Play::AnswerAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec())
}

#[test]
fn an_answer_that_was_cut_is_fetched_anew_while_nobody_saw_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out");
    let name = path.to_str().expect("a path");
    let whole = || Play::new(200, &[], "whole");
    let server = Scripted::start([cut(), whole()]);
    let run = dak(["get", &server.url("/"), "-o", name, "--retries", "1"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.complaint.contains("sending again in"), "{run:?}");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), "whole");

    let begun = Play::AnswerAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n".to_vec());
    let server = Scripted::start([begun, whole()]);
    let run = dak(["get", &server.url("/"), "--retries", "1"]);
    assert_eq!((run.text().as_str(), run.code), ("whole", Some(0)), "{run:?}");
}

#[test]
fn what_is_advised_is_true() {
    let damaged = || Play::new(200, &[("Content-Encoding", "gzip")], "no gzip");
    let cases: [(Play, &[&str], i32, &str); 8] = [
        (Play::Close, &["get", "URL"], 1, "try again; --retries 3 does so by itself"),
        (cut(), &["get", "URL"], 1, "its beginning went out already"),
        (cut(), &["get", "URL", "--retries", "2"], 1, "its beginning went out already"),
        (Play::Close, &["post", "URL", "a=b"], 1, "check whether the server acted"),
        (Play::Close, &["put", "URL", "a=b", "--retries", "2"], 1, "check whether the server acted"),
        (Play::Close, &["delete", "URL"], 1, "--idempotency-key"),
        (damaged(), &["get", "URL"], 1, "tell whoever runs the server"),
        (Play::AnswerAndClose(b"HTTP/1.1 200 OK\r\nno header\r\n\r\n".to_vec()), &["get", "URL"], 1, "tell whoever"),
    ];
    for (play, line, code, said) in cases {
        let server = Scripted::start([play]);
        let url = server.url("/");
        let run = dak(line.iter().map(|&word| if word == "URL" { url.as_str() } else { word }));
        assert_eq!(run.code, Some(code), "{line:?}: {run:?}");
        assert!(run.complaint.contains(said), "{line:?}: {run:?}");
    }
}

#[test]
fn nobody_need_listen_to_a_server() {
    let script = |sink: &str| {
        format!(
            "{{ timeout -s INT 1 \"$DAK\" serve --ephemeral --log off --listen 127.0.0.1:0 2>/dev/full; echo $? >&2; }} {sink}"
        )
    };
    for sink in ["| head -c 1 >/dev/null", ">/dev/full"] {
        let run = shell(&script(sink));
        assert_eq!(run.complaint, "124\n", "{sink}: {run:?}");
    }
}

#[test]
fn redirects_without_end_have_a_code_of_their_own() {
    let steps: Vec<String> = (0..5).map(|at| format!("/{at}")).collect();
    let plays: Vec<Play> = steps.iter().map(|step| Play::new(302, &[("Location", step.as_str())], "")).collect();
    let (code, said) = ended(&plays, &["--max-redirects", "2"]);
    assert_eq!(code, Some(6), "{said}");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let address = Scripted::start([]).address();
    let run = dak(["get", &format!("http://{address}/")]);
    assert_eq!(run.code, Some(1));
    assert!(run.complaint.starts_with("dak: ") && run.complaint.contains(&address.to_string()), "{run:?}");
    assert_eq!(run.complaint.lines().count(), 1);
}

#[test]
fn a_wrong_command_line_is_64() {
    let lines: [&[&str]; 8] = [
        &["get"],
        &["get", ":1", "item"],
        &["get", ":1", "--nothing"],
        &["get", "ftp://x"],
        &["get", ":1", "--fields", "a("],
        &["fields"],
        &["completions", "tcsh"],
        &["GET"],
    ];
    for line in lines {
        let run = dak(line.iter().copied());
        assert_eq!(run.code, Some(64), "{line:?}: {run:?}");
        assert!(run.complaint.starts_with("dak: ") && run.complaint.lines().count() == 1, "{run:?}");
        assert!(run.out.is_empty());
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let long = server(Play::new(200, &[], vec![b'x'; 8 << 20]));
    let script = format!("{{ \"$DAK\" get {}; echo $? >&2; }} | head -c 10", long.url("/"));
    let run = shell(&script);
    assert_eq!((run.text().as_str(), run.complaint.as_str()), ("xxxxxxxxxx", "141\n"));
}

#[test]
fn an_interrupt_leaves_no_file_behind() {
    for signal in ["INT", "TERM"] {
        leaves_no_file_behind(signal);
    }
}

fn leaves_no_file_behind(signal: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("out");
    let name = path.to_str().expect("a path");
    // A head and a first piece, and never the rest.
    let begun = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec();
    let server = server(Play::Answer(begun));
    let mut command = program();
    command.args(["get", &server.url("/"), "-o", name]).stdin(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let files = || std::fs::read_dir(folder.path()).expect("a folder").count();
    while files() == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let interrupted = shell(&format!("kill -{signal} {}", child.id()));
    assert_eq!(interrupted.code, Some(0));
    assert_eq!(child.wait().expect("the program ends").code(), Some(130));
    assert_eq!(files(), 0);
}

#[test]
fn an_open_standard_input_does_not_hold_up_a_named_get() {
    let server = json_server("{}");
    let mut command = program();
    command.args(["get", &server.url("/")]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let input = child.stdin.take();
    assert_eq!(child.wait().expect("the program ends").code(), Some(0));
    drop(input);
}
