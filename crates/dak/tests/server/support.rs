//! Starting servers and running commands.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use dak_testkit::{Call, Launch, Server};
use serde_json::json;

/// The program under test.
pub(crate) const DAK: &str = env!("CARGO_BIN_EXE_dak");

/// `dak serve` without a log.
pub(crate) fn launch() -> Launch {
    Launch::new(DAK).arguments(&["--log", "off"])
}

/// A server on a free port with data of its own.
pub(crate) fn serve(arguments: &[&str]) -> Server {
    launch().arguments(arguments).start()
}

/// What a run of a command left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) complaint: String,
}

/// Runs a program to its end.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Run {
    let output = dak_testkit::run(Command::new(program).args(arguments).env_remove("DAK_TOKEN"));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Run { code: output.status.code(), out: text(output.stdout), complaint: text(output.stderr) }
}

/// Runs `dak` to its end.
pub(crate) fn dak(arguments: &[&str]) -> Run {
    run(DAK, arguments)
}

/// The output of a run of `dak` that must succeed.
pub(crate) fn dak_ok(arguments: &[&str]) -> String {
    let run = dak(arguments);
    assert_eq!(run.code, Some(0), "{arguments:?}: {run:?}");
    run.out
}

/// A server that cannot start says why in one plain sentence and ends; the sentence.
pub(crate) fn refusal(arguments: &[&str]) -> String {
    let all: Vec<&str> = ["serve", "--log", "off"].iter().chain(arguments).copied().collect();
    let run = dak(&all);
    assert!(run.code.is_some_and(|code| code > 0), "{arguments:?}: {run:?}");
    assert_eq!(run.complaint.lines().count(), 1, "{arguments:?}: {run:?}");
    assert!(run.complaint.starts_with("dak: ") && !run.complaint.contains("panicked"), "{arguments:?}: {run:?}");
    run.complaint
}

/// The folder's name as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are text")
}

/// Checks that nothing is wrong with the data in a folder that no server has open.
pub(crate) fn check(folder: &Path) {
    let said = dak_ok(&["check", "--data", text(folder)]);
    assert!(said.contains("Nothing is wrong."), "{said}");
}

/// The title of the demo's first item, as a server has it.
pub(crate) fn title(server: &Server) -> String {
    let item = server.get("/demo/v1/324?fields=title").expect(200).json();
    item["title"].as_str().expect("an item has a title").to_owned()
}

/// `PATCH` of the demo's first item that gives it a title.
pub(crate) fn retitle(title: &str) -> Call {
    Call::new("PATCH", "/demo/v1/324").json(&json!({"title": title}))
}

/// Says that a test could not run here; where all tests must run (`CI=true`) that fails.
pub(crate) fn skip(why: &str) {
    assert!(env::var_os("CI").is_none_or(|value| value != "true"), "must not be skipped: {why}");
    println!("skipped: {why}");
}

/// Whether this process may do everything, so that permissions do not hold it back.
pub(crate) fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.starts_with("Uid:\t0\t"))
}
