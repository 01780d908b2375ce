//! kill -9 amid uploads, of the server or of the client: each file arrives once, byte for byte.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use dak_testkit::{Call, Random, Server, is_long};
use tempfile::TempDir;

use crate::support::{DAK, check, launch, skip};

/// What a seed repeats is when the kills come; what was sent by then it does not.
const SEED: u64 = 20_261_128;

const FILE_BYTES: usize = 50_000_000;

/// Whom the kills are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Victim {
    Server,
    Client,
}

#[test]
fn uploads_survive_kills_of_the_server() {
    through_kills(Victim::Server);
}

#[test]
fn uploads_survive_kills_of_the_client() {
    through_kills(Victim::Client);
}

/// Uploads one file after another with each sender until there were enough kills.
fn through_kills(victim: Victim) {
    for sender in Sender::all() {
        let mut bench = Bench::new(sender);
        let kills = if is_long() { 1_000 } else { 50 };
        let mut kills_left = kills;
        while kills_left > 0 {
            bench.upload(victim, &mut kills_left);
            bench.verify();
        }
        println!("{kills} kills amid {} uploads of {:?}", bench.uploads, bench.sender);
        bench.finish();
    }
}

/// Waits so many milliseconds, or less if the process ends before.
fn has_ended_within(client: &mut Child, span_ms: u64) -> bool {
    (0..span_ms).any(|_| {
        thread::sleep(Duration::from_millis(1));
        client.try_wait().expect("a child can be waited for").is_some()
    })
}

/// A program that uploads a file and can go on in another process.
#[derive(Clone, Debug)]
enum Sender {
    /// `dak upload`. It does not wait for a server that is gone; the same command goes on.
    Dak,
    /// `upload_resuming.py`, run by this interpreter. It waits for the server.
    Python(PathBuf),
}

impl Sender {
    /// Every sender that is installed.
    fn all() -> Vec<Sender> {
        let python = env::var_os("DAK_TEST_PYTHON").map(|interpreter| Sender::Python(interpreter.into()));
        if python.is_none() {
            skip("DAK_TEST_PYTHON is not set; run cargo xtask test");
        }
        [Sender::Dak].into_iter().chain(python).collect()
    }

    /// The command that uploads a file or goes on with it; every other file in chunks.
    fn command(&self, bench: &Bench) -> Command {
        let is_chunked = !bench.uploads.is_multiple_of(2);
        match self {
            Sender::Dak => {
                let mut command = Command::new(DAK);
                command.args(["upload", "--quiet", "--retries", "0"]).env("XDG_STATE_HOME", bench.path("state"));
                command.args(if is_chunked { &["--chunk-size", "8MiB"][..] } else { &[] });
                command.arg(bench.path("file")).arg(bench.server.url("/demo/v1")).arg("title=Killed");
                command
            }
            Sender::Python(interpreter) => {
                let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/upload_resuming.py");
                let mut command = Command::new(interpreter);
                command.env("PYTHONDONTWRITEBYTECODE", "1").arg(program);
                command.arg(bench.server.url("")).arg(bench.path("file"));
                command.arg(bench.path(&format!("state-{}", bench.uploads)));
                command.arg(if is_chunked { "8388608" } else { "0" });
                command
            }
        }
    }

    /// The longest time until a kill, in milliseconds: somewhat longer than an upload.
    const fn life_ms_max(&self) -> u64 {
        match self {
            Sender::Dak => 120,
            Sender::Python(_) => 200,
        }
    }
}

/// A server whose data outlives it, and a file that is sent to it again and again.
struct Bench {
    server: Server,
    sender: Sender,
    folder: TempDir,
    content: Vec<u8>,
    random: Random,
    /// Uploads that have arrived.
    uploads: usize,
}

impl Bench {
    fn new(sender: Sender) -> Bench {
        let folder = TempDir::new().expect("a temporary folder");
        let mut random = Random::new(SEED);
        let content = content(&mut random);
        fs::write(folder.path().join("file"), &content).expect("the file can be written");
        let server = launch().data(&folder.path().join("data")).keeping_its_port().start();
        Bench { server, sender, folder, content, random, uploads: 0 }
    }

    /// Uploads the file, killing now and then, until it has arrived.
    fn upload(&mut self, victim: Victim, kills_left: &mut u32) {
        let mut client = self.start();
        loop {
            let life_ms = self.random.below(self.sender.life_ms_max());
            if *kills_left == 0 || has_ended_within(&mut client, life_ms) {
                if self.has_finished(victim, client) {
                    return;
                }
                client = self.start();
                continue;
            }
            *kills_left -= 1;
            match victim {
                Victim::Server => {
                    self.server.kill9();
                    self.server.restart();
                }
                Victim::Client => {
                    client.kill().expect("a child can be killed");
                    drop(client.wait());
                    if self.was_killed_too_late() {
                        return;
                    }
                    client = self.start();
                }
            }
        }
    }

    /// Whether the client, which ends by itself, is done. `dak upload` may end before that if the server was killed: with
    /// 8 amid the session, with 1 before there was one.
    fn has_finished(&self, victim: Victim, client: Child) -> bool {
        let output = client.wait_with_output().expect("a child can be waited for");
        let status = output.status;
        let may_fail = victim == Victim::Server && matches!(self.sender, Sender::Dak);
        assert!(
            status.success() || (may_fail && matches!(status.code(), Some(1 | 8))),
            "{}: {status}\n{}\n{}",
            self.when(),
            String::from_utf8_lossy(&output.stderr),
            self.server.output().join("\n")
        );
        status.success()
    }

    /// True if `dak upload` was killed after it had arrived and forgotten it: the same command would send it again.
    fn was_killed_too_late(&self) -> bool {
        let sessions = fs::read_dir(self.path("state/dak/uploads")).into_iter().flatten().map_while(Result::ok);
        let is_under_way = sessions.into_iter().any(|entry| entry.path().extension().is_some_and(|it| it == "json"));
        matches!(self.sender, Sender::Dak) && !is_under_way && !self.made().is_empty()
    }

    /// Starts the next upload, or goes on with it.
    fn start(&self) -> Child {
        let mut command = self.sender.command(self);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut client = command.spawn().expect("the program starts");
        if let (Sender::Python(_), Some(printed)) = (&self.sender, &mut client.stdout) {
            // It says when it has a session: to kill what only starts would show little.
            drop(BufReader::new(printed).read_line(&mut String::new()));
        }
        client
    }

    /// The ids of the items that uploads have made.
    fn made(&self) -> Vec<String> {
        let items = self.server.get("/demo/v1?fields=items(id)").expect(200).json();
        let ids = items["items"].as_array().into_iter().flatten().filter_map(|item| item["id"].as_str());
        ids.filter(|id| !["324", "325"].contains(id)).map(String::from).collect()
    }

    fn when(&self) -> String {
        format!("seed {SEED}, upload {} of {:?}", self.uploads, self.sender)
    }

    /// Exactly one item is there besides the demo's, and it has the file's bytes; then it goes.
    fn verify(&mut self) {
        let (when, made) = (self.when(), self.made());
        let [id] = made.as_slice() else { panic!("{when}: {} items instead of one", made.len()) };
        let media = self.server.get(&format!("/demo/v1/{id}?alt=media")).expect(200).body;
        let differs = || media.iter().zip(&self.content).position(|(found, sent)| found != sent);
        assert!(media == self.content, "{when}: {} bytes, from {:?} on others", media.len(), differs());
        drop(self.server.send(&Call::new("DELETE", &format!("/demo/v1/{id}"))).expect(204));
        self.uploads += 1;
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn finish(mut self) {
        assert!(self.server.stop().success());
        check(self.server.data());
    }
}

/// Blocks that differ in their number, so that none can stand for another.
fn content(random: &mut Random) -> Vec<u8> {
    let block = random.bytes(4096);
    let mut content = Vec::with_capacity(FILE_BYTES + block.len() + 8);
    for number in 0_u64.. {
        if content.len() >= FILE_BYTES {
            break;
        }
        content.extend_from_slice(&number.to_le_bytes());
        content.extend_from_slice(&block);
    }
    content.truncate(FILE_BYTES);
    content
}
