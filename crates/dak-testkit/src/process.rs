//! The built program as a process: started, killed, started again on the same data.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::patience::{SECONDS_MAX, wait_for};
use crate::wire::{Answer, Call, Connection};

/// The built `dak` program: `DAK_TEST_BIN`, which `cargo xtask test` sets.
///
/// # Panics
/// If the variable is not set. The tests of the crate `dak` pass `env!("CARGO_BIN_EXE_dak")` to [`Launch::new`] instead.
#[must_use]
pub fn binary() -> PathBuf {
    env::var_os("DAK_TEST_BIN").expect("DAK_TEST_BIN must name the built dak program; cargo xtask test sets it").into()
}

/// True if the long variants of tests were asked for (`cargo xtask test --long`).
#[must_use]
pub fn is_long() -> bool {
    env::var_os("DAK_TEST_LONG").is_some()
}

/// How to start a server: the program, its further arguments, its data.
#[derive(Clone, Debug)]
pub struct Launch {
    program: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
    folder: Folder,
    keeps_port: bool,
}

/// Where a launch has its data.
#[derive(Clone, Debug)]
enum Folder {
    Temporary,
    At(PathBuf),
    Servers,
}

impl Launch {
    /// `program serve` on a free port of 127.0.0.1 with an empty temporary folder as its data.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Launch {
        Launch {
            program: program.into(),
            arguments: Vec::new(),
            variables: Vec::new(),
            folder: Folder::Temporary,
            keeps_port: false,
        }
    }

    /// This launch with further arguments behind `serve`.
    #[must_use]
    pub fn arguments(mut self, arguments: &[&str]) -> Launch {
        self.arguments.extend(arguments.iter().map(|&argument| argument.into()));
        self
    }

    /// This launch with an environment variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Launch {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// This launch on the data in `folder`, which outlives the server.
    #[must_use]
    pub fn data(mut self, folder: &Path) -> Launch {
        self.folder = Folder::At(folder.into());
        self
    }

    /// This launch with `--ephemeral`: the server makes a folder and takes it away.
    #[must_use]
    pub fn ephemeral(mut self) -> Launch {
        self.folder = Folder::Servers;
        self
    }

    /// This launch on a port that nobody else is given while the server is down, for a test that restarts it often.
    #[must_use]
    pub const fn keeping_its_port(mut self) -> Launch {
        self.keeps_port = true;
        self
    }

    /// Starts the server and waits until it serves.
    ///
    /// # Panics
    /// If it ends or does not serve within a minute; the message holds what it printed.
    #[must_use]
    pub fn start(mut self) -> Server {
        let temporary = TempDir::new().expect("a temporary folder");
        let data = match &self.folder {
            Folder::At(folder) => Some(folder.clone()),
            Folder::Servers => None,
            Folder::Temporary => Some(temporary.path().into()),
        };
        let port = if self.keeps_port { port_of_its_own() } else { 0 };
        // What a server that is killed cannot take away lies in a folder that goes with the test.
        self.variables.insert(0, ("TMPDIR".into(), temporary.path().display().to_string()));
        let running = Running::start(&self, data.as_deref(), SocketAddr::from(([127, 0, 0, 1], port)));
        Server { launch: self, data, running, _temporary: temporary }
    }
}

/// A free port outside the range from which systems give ports to those that ask for any. None is given twice.
fn port_of_its_own() -> u16 {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    wait_for("free port", || {
        let number = std::process::id().wrapping_mul(97).wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed));
        let port = 15_000 + (number % 15_000) as u16;
        TcpListener::bind(("127.0.0.1", port)).is_ok().then_some(port)
    })
}

/// A running `dak serve`. Killed when dropped; a temporary data folder goes with it.
#[derive(Debug)]
pub struct Server {
    launch: Launch,
    data: Option<PathBuf>,
    running: Running,
    _temporary: TempDir,
}

impl Server {
    /// Starts the program named by `DAK_TEST_BIN` with further arguments; [`Launch`] has the rest of the choices.
    ///
    /// # Panics
    /// As [`binary`] and [`Launch::start`] do.
    #[must_use]
    pub fn start(arguments: &[&str]) -> Server {
        Launch::new(binary()).arguments(arguments).start()
    }

    /// Where the server listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.running.place.address
    }

    /// The URL of `path` on this server.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        let scheme = if self.running.place.is_secure { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.address())
    }

    /// The folder that holds the data.
    ///
    /// # Panics
    /// If the server has made one itself.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.as_deref().expect("an ephemeral server has a folder of its own")
    }

    /// The token that opens `/_dak/*`, as the server printed it.
    ///
    /// # Panics
    /// If it printed none.
    #[must_use]
    pub fn control_token(&self) -> String {
        let token = self.running.printed.wait_for(control_token);
        token.unwrap_or_else(|| panic!("no control token among:\n{}", self.output().join("\n")))
    }

    /// The lines the server has printed so far, to standard output and standard error.
    #[must_use]
    pub fn output(&self) -> Vec<String> {
        self.running.printed.all()
    }

    /// `GET target`.
    #[must_use]
    pub fn get(&self, target: &str) -> Answer {
        self.send(&Call::get(target))
    }

    /// `method target` with a JSON body.
    #[must_use]
    pub fn json(&self, method: &str, target: &str, body: &Value) -> Answer {
        self.send(&Call::new(method, target).json(body))
    }

    /// Sends `call` on a connection of its own.
    #[must_use]
    pub fn send(&self, call: &Call) -> Answer {
        call.send(self.address())
    }

    /// Sends `call` with the control token, for `/_dak/*`.
    #[must_use]
    pub fn control(&self, call: Call) -> Answer {
        self.send(&call.header("Authorization", &format!("Bearer {}", self.control_token())))
    }

    /// Ends the process at once, as `kill -9` does: nothing is finished, nothing flushed.
    pub fn kill9(&mut self) {
        self.running.kill();
    }

    /// Asks the process to end (SIGTERM) and waits until it has.
    ///
    /// # Panics
    /// If the signal cannot be sent.
    pub fn stop(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.ended()
    }

    /// Sends the process a signal by its name (`TERM`, `INT`) and waits for nothing.
    ///
    /// # Panics
    /// If the signal cannot be sent.
    pub fn signal(&self, name: &str) {
        let id = self.process_id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().expect("the kill program");
        assert!(sent.success(), "process {id} took no SIG{name}");
    }

    /// Waits until the process has ended by itself.
    ///
    /// # Panics
    /// If it still runs after a minute.
    pub fn ended(&mut self) -> ExitStatus {
        let child = &mut self.running.child;
        wait_for("end of the process", || child.try_wait().expect("a child can be waited for"))
    }

    /// Waits for a line that holds `text` on standard output or standard error.
    ///
    /// # Panics
    /// If the process ends without it or takes longer than a minute.
    pub fn wait_for_line(&self, text: &str) {
        let found = self.running.printed.wait_for(|lines| lines.iter().any(|line| line.contains(text)).then_some(()));
        assert!(found.is_some(), "no line with '{text}' among:\n{}", self.output().join("\n"));
    }

    /// Starts the program again on the same data and port, after killing what still runs.
    ///
    /// # Panics
    /// As [`Launch::start`] does.
    pub fn restart(&mut self) {
        let address = self.address();
        self.running.kill();
        self.running = Running::start(&self.launch, self.data.as_deref(), address);
    }

    /// The id of the process.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.running.child.id()
    }
}

/// One life of the process.
#[derive(Debug)]
struct Running {
    child: Child,
    place: Place,
    printed: Arc<Printed>,
}

impl Running {
    fn start(launch: &Launch, data: Option<&Path>, listen: SocketAddr) -> Running {
        let mut command = Command::new(&launch.program);
        command.args(["serve", "--listen", &listen.to_string()]);
        match data {
            Some(folder) => command.arg("--data").arg(folder),
            None => command.arg("--ephemeral"),
        };
        let mut child = command
            .args(&launch.arguments)
            .envs(launch.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", launch.program.display()));
        let printed = Arc::new(Printed::default());
        printed.follow(child.stdout.take().expect("standard output is piped"));
        printed.follow(child.stderr.take().expect("standard error is piped"));
        let place = printed.wait_for(listening).unwrap_or_else(|| {
            drop(child.kill());
            panic!("the server does not serve; it printed:\n{}", printed.all().join("\n"))
        });
        let running = Running { child, place, printed };
        running.wait_until_healthy();
        running
    }

    fn wait_until_healthy(&self) {
        wait_for("answer 200 of /healthz", || self.is_healthy().then_some(()));
    }

    /// Behind TLS a connection must do: what speaks HTTP here speaks it in the clear.
    fn is_healthy(&self) -> bool {
        let Place { address, is_secure } = self.place;
        match is_secure {
            true => Connection::try_open(address).is_ok(),
            false => matches!(Call::get("/healthz").try_send(address), Ok(answer) if answer.status == 200),
        }
    }

    fn kill(&mut self) {
        // The process may have ended by itself; then there is nothing to kill and waiting returns at once.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The lines a process prints, gathered by a thread for each stream so that its pipes never fill.
#[derive(Debug, Default)]
struct Printed {
    lines: Mutex<Lines>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Lines {
    all: Vec<String>,
    streams_open: usize,
}

impl Printed {
    fn follow(self: &Arc<Self>, stream: impl Read + Send + 'static) {
        self.lock().streams_open += 1;
        let printed = Arc::clone(self);
        thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                printed.lock().all.push(line);
                printed.changed.notify_all();
            }
            printed.lock().streams_open -= 1;
            printed.changed.notify_all();
        });
    }

    /// What `find` finds in the lines, or `None` if the process ends without it or takes too long.
    fn wait_for<T>(&self, find: impl Fn(&[String]) -> Option<T>) -> Option<T> {
        let waiting = |lines: &mut Lines| lines.streams_open > 0 && find(&lines.all).is_none();
        let limit = Duration::from_secs(SECONDS_MAX);
        let waited = self.changed.wait_timeout_while(self.lock(), limit, waiting);
        let (lines, _) = waited.unwrap_or_else(PoisonError::into_inner);
        find(&lines.all)
    }

    fn all(&self) -> Vec<String> {
        self.lock().all.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a server says it listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    address: SocketAddr,
    is_secure: bool,
}

/// The address in the first line such as `Listening on http://127.0.0.1:7070`.
fn listening(lines: &[String]) -> Option<Place> {
    let place = |line: &String| {
        let (before, after) = line.split_once("://")?;
        let end = after.find(|letter: char| !letter.is_ascii_digit() && !".:".contains(letter)).unwrap_or(after.len());
        Some(Place { address: after.get(..end)?.parse().ok()?, is_secure: before.ends_with("https") })
    };
    lines.iter().filter(|line| line.to_ascii_lowercase().contains("listening")).find_map(place)
}

/// The last word of a line such as `Control token c0ffee`.
fn control_token(lines: &[String]) -> Option<String> {
    let line = lines.iter().find(|line| line.to_ascii_lowercase().contains("control token"))?;
    line.split_whitespace().last().map(String::from)
}

#[cfg(test)]
mod tests;
