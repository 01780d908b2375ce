//! One run of the program.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;

use dak_testkit::{Play, Scripted};

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) out: Vec<u8>,
    pub(crate) complaint: String,
    pub(crate) code: Option<i32>,
}

impl Run {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }
}

/// The program with nothing of this machine's environment that it looks at.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dak"));
    for name in ["DAK_TOKEN", "DAK_RETRIES", "DAK_USER_AGENT", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command
}

/// Runs `dak` with these arguments and nothing on standard input.
pub(crate) fn dak<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Run {
    dak_reading(b"", arguments)
}

/// Runs `dak` with `input` on standard input.
pub(crate) fn dak_reading<'a>(input: &[u8], arguments: impl IntoIterator<Item = &'a str>) -> Run {
    let mut command = program();
    command.args(arguments);
    finished(command, input)
}

/// Runs `dak` in a folder, which keeps its uploads too; the words of `line` are apart by `|`.
pub(crate) fn dak_in(folder: &Path, line: &str) -> Run {
    let mut command = program_in(folder);
    command.args(line.split('|'));
    finished(command, b"")
}

/// The program in a folder, which keeps its uploads too.
pub(crate) fn program_in(folder: &Path) -> Command {
    let mut command = program();
    command.current_dir(folder).env("XDG_STATE_HOME", folder.join("state"));
    command
}

/// Runs a shell script in which `"$DAK"` is the program.
pub(crate) fn shell(script: &str) -> Run {
    let mut command = Command::new("sh");
    command.args(["-c", script]).env("DAK", env!("CARGO_BIN_EXE_dak")).env_remove("DAK_TOKEN");
    command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    finished(command, b"")
}

/// A server that gives one answer.
pub(crate) fn server(play: Play) -> Scripted {
    Scripted::start([play])
}

/// A server that gives the same JSON again and again.
pub(crate) fn json_server(json: &str) -> Scripted {
    let play = Play::new(200, &[("Content-Type", "application/json")], json);
    Scripted::start(vec![play; 8])
}

fn finished(mut command: Command, input: &[u8]) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // The program may end before it has read everything.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let Output { status, stdout, stderr } = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    Run { out: stdout, complaint: String::from_utf8_lossy(&stderr).into_owned(), code: status.code() }
}
