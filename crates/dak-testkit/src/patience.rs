//! Waiting for what will come, with an end to the patience.

use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long a test waits for anything. A limit against hanging, not a measurement.
pub(crate) const SECONDS_MAX: u64 = 60;

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// Looks again and again until there is something, and gives that.
///
/// # Panics
/// If there is nothing after a minute; the message says `what` was waited for.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(SECONDS_MAX);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "after {SECONDS_MAX} s there is still no {what}");
        thread::sleep(PAUSE);
    }
}

/// Runs a program to its end, with nothing on its standard input, and gives what it printed.
///
/// # Panics
/// If it cannot be started, or does not end within a minute; then it is killed.
#[must_use]
pub fn run(command: &mut Command) -> Output {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let id = child.id().to_string();
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output()));
    let output = ended.recv_timeout(Duration::from_secs(SECONDS_MAX)).unwrap_or_else(|_| {
        drop(Command::new("kill").args(["-KILL", &id]).status());
        panic!("after {SECONDS_MAX} s it still runs: {command:?}")
    });
    output.expect("what a child printed can be read")
}
