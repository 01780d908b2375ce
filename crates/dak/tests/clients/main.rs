//! Clients that others wrote, unmodified, against the whole program.
//!
//! Their programs stand beside this file and can be run by hand; `cargo xtask test` installs what they need
//! and sets the variables that show where. Without them a test says that it was skipped, which CI does
//! not accept.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod mails;
mod uploads;

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output};

use dak_testkit::Launch;
use tempfile::TempDir;

#[test]
fn google_client_for_python() {
    passes("DAK_TEST_PYTHON", Command::new, "google_client.py");
}

#[test]
fn requests_urllib_httpx_aiohttp_and_a_socket() {
    passes("DAK_TEST_PYTHON", Command::new, "plain_clients.py");
}

#[test]
fn google_client_for_python_on_blogger() {
    passes("DAK_TEST_PYTHON", Command::new, "blogger_google_client.py");
}

#[test]
fn google_client_for_python_on_gmail_settings() {
    passes("DAK_TEST_PYTHON", Command::new, "gmail_settings_google_client.py");
}

#[test]
fn google_client_for_python_on_gmail() {
    passes("DAK_TEST_PYTHON", Command::new, "gmail_mail_google_client.py");
}

#[test]
fn google_client_for_python_in_batches() {
    passes("DAK_TEST_PYTHON", Command::new, "batch_google_client.py");
}

/// Each block of README.md for programs made for Gmail is run as it stands there.
#[test]
fn ways_in_for_python_programs() {
    passes("DAK_TEST_PYTHON", Command::new, "ways_in.py");
}

#[test]
fn ways_in_for_node_programs() {
    passes("DAK_TEST_NODE", |_| Command::new("node"), "ways_in.mjs");
}

/// `DAK_TEST_GO` is the `GOPATH` with Google's client in it.
#[test]
fn ways_in_for_go_programs() {
    let compiled = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("go");
    let go = |client: PathBuf| {
        let mut command = Command::new("go");
        command.arg("run").env("GO111MODULE", "off").env("GOPATH", client).env("GOCACHE", &compiled);
        command
    };
    passes("DAK_TEST_GO", go, "ways_in.go");
}

/// `DAK_TEST_JAVA` is the folder with the classes of Google's library.
#[test]
fn ways_in_for_java_programs() {
    let java = |classes: PathBuf| {
        let mut command = Command::new("java");
        command.arg("-cp").arg(classes.join("*")).current_dir(path_of(""));
        command
    };
    passes("DAK_TEST_JAVA", java, "ways_in.java");
}

#[test]
fn google_client_for_node() {
    passes("DAK_TEST_NODE", |_| Command::new("node"), "google_client.mjs");
}

#[test]
fn google_client_for_node_on_gmail() {
    passes("DAK_TEST_NODE", |_| Command::new("node"), "gmail_mail_google_client.mjs");
}

#[test]
fn google_client_for_node_on_gmail_settings() {
    passes("DAK_TEST_NODE", |_| Command::new("node"), "gmail_settings_google_client.mjs");
}

#[test]
fn google_client_for_node_on_blogger() {
    passes("DAK_TEST_NODE", |_| Command::new("node"), "blogger_google_client.mjs");
}

/// Every document that Google's client ships, in one server, and a sample of them taken round; with `--long` all of them.
/// What is served of each method, and what went round, is left in `target/any-api`.
#[test]
fn any_api_by_its_document_alone() {
    let program = "any_api.py";
    let Some(python) = env::var_os("DAK_TEST_PYTHON") else { return skip("DAK_TEST_PYTHON", program) };
    let documents = shipped_documents(&python);
    let folder = documents.path().to_str().expect("a temporary folder's path is text");
    let checked = Command::new(env!("CARGO_BIN_EXE_dak")).args(["api", "check", folder]).output();
    let checked = checked.expect("the program can be started");
    assert!(checked.status.success(), "{}", printed(&checked));
    report("methods.txt", &checked);
    let arguments = ["--log", "off", "--apart", "--api", folder];
    let server = Launch::new(env!("CARGO_BIN_EXE_dak")).arguments(&arguments).ephemeral().start();
    let sample = if dak_testkit::is_long() { "0" } else { "40" };
    let output = Command::new(python).arg(path_of(program)).args([server.url("").as_str(), sample]).output();
    let output = output.expect("the interpreter can be started");
    report("round-trips.txt", &output);
    assert!(output.status.success(), "{}", printed(&output));
}

/// Leaves what a program printed for people to read.
fn report(name: &str, output: &Output) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../any-api");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    std::fs::write(folder.join(name), &output.stdout).expect("the report can be written");
}

/// The rules that are shown as examples, over the documents they are for.
#[test]
fn rules_of_the_examples() {
    let program = "rules_google_client.py";
    let Some(python) = env::var_os("DAK_TEST_PYTHON") else { return skip("DAK_TEST_PYTHON", program) };
    let (documents, rules) = (shipped_documents(&python), example_rules());
    let mut arguments = vec!["--log".to_owned(), "off".to_owned()];
    for file in rules {
        let document = documents.path().join(file.file_stem().expect("a file has a name")).with_added_extension("json");
        arguments.extend(["--api".to_owned(), document.display().to_string()]);
        arguments.extend(["--rules".to_owned(), file.display().to_string()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let server = Launch::new(env!("CARGO_BIN_EXE_dak")).arguments(&arguments).ephemeral().start();
    let output = Command::new(python).arg(path_of(program)).arg(server.url("")).output();
    let output = output.expect("the interpreter can be started");
    assert!(output.status.success(), "{}", printed(&output));
}

/// Lists that are ordered, filtered and searched as Google's documents do it.
#[test]
fn lists_of_any_api() {
    let program = "lists_google_client.py";
    let Some(python) = env::var_os("DAK_TEST_PYTHON") else { return skip("DAK_TEST_PYTHON", program) };
    let documents = shipped_documents(&python);
    let mut arguments = vec!["--log".to_owned(), "off".to_owned()];
    for name in ["youtube.v3.json", "drive.v3.json", "parallelstore.v1.json", "keep.v1.json"] {
        arguments.extend(["--api".to_owned(), documents.path().join(name).display().to_string()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let server = Launch::new(env!("CARGO_BIN_EXE_dak")).arguments(&arguments).ephemeral().start();
    let mut command = Command::new(python);
    command.arg(path_of(program)).arg(server.url("")).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().expect("the interpreter can be started");
    assert!(output.status.success(), "{}", printed(&output));
}

fn example_rules() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/rules");
    let files = std::fs::read_dir(folder).expect("the examples are there");
    let mut files: Vec<PathBuf> = files.map(|entry| entry.expect("the folder can be read").path()).collect();
    files.sort();
    files
}

/// A folder of the documents that Google's client for Python ships.
fn shipped_documents(python: &OsStr) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let mut command = Command::new(python);
    command.arg(path_of("any_api.py")).arg("documents").arg(folder.path());
    let output = command.output().expect("the interpreter can be started");
    assert!(output.status.success(), "{}", printed(&output));
    folder
}

/// Runs `program` against a server of its own, whose clock it may move, with what `variable` points to.
fn passes(variable: &str, interpreter: impl Fn(PathBuf) -> Command, program: &str) {
    let Some(tool) = env::var_os(variable) else { return skip(variable, program) };
    let server = Launch::new(env!("CARGO_BIN_EXE_dak")).arguments(&["--test-controls"]).start();
    let mut command = interpreter(tool.into());
    command.arg(path_of(program)).arg(server.url("")).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.env("DAK_CONTROL_TOKEN", server.control_token()).output();
    let output = output.expect("the interpreter can be started");
    assert!(
        output.status.success(),
        "{program}:\n{}\nthe server printed:\n{}",
        printed(&output),
        server.output().join("\n")
    );
}

fn path_of(program: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(program)
}

fn skip(tool: &str, program: &str) {
    assert_ne!(env::var("CI").as_deref(), Ok("true"), "{tool} is missing; run cargo xtask test");
    println!("skipped: {program} needs {tool}; run cargo xtask test");
}

fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).join("\n")
}
