//! kill -9 amid uploads, of the server or of the client: each file arrives once, byte for byte.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use dak_testkit::{Call, Random, Server, is_long};
use tempfile::TempDir;

use crate::support::{check, launch, skip};

/// What a seed repeats is when the kills come; what was sent by then it does not.
const SEED: u64 = 20_261_128;

/// The longest time until a kill, in milliseconds: somewhat longer than an upload.
const LIFE_MS_MAX: u64 = 200;

const FILE_BYTES: usize = 50_000_000;

#[test]
fn uploads_survive_kills_of_the_server() {
    through_kills(|bench, _| {
        bench.server.kill9();
        bench.server.restart();
    });
}

#[test]
fn uploads_survive_kills_of_the_client() {
    through_kills(|bench, client| {
        client.kill().expect("a child can be killed");
        drop(client.wait());
        *client = bench.start();
    });
}

/// Uploads one file after another with each sender until there were enough kills.
fn through_kills(mut kill: impl FnMut(&mut Bench, &mut Child)) {
    for sender in Sender::all() {
        let mut bench = Bench::new(sender);
        let kills = if is_long() { 1_000 } else { 50 };
        let mut kills_left = kills;
        while kills_left > 0 {
            let mut client = bench.start();
            while kills_left > 0 && !has_ended_within(&mut client, bench.random.below(LIFE_MS_MAX)) {
                kill(&mut bench, &mut client);
                kills_left -= 1;
            }
            bench.verify(client.wait().expect("a child can be waited for"));
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
    /// `upload_resuming.py`, run by this interpreter: in one request, and every other file in chunks.
    Python(PathBuf),
}

impl Sender {
    /// Every sender that is installed.
    fn all() -> Vec<Sender> {
        let python = env::var_os("DAK_TEST_PYTHON").map(|interpreter| Sender::Python(interpreter.into()));
        if python.is_none() {
            skip("DAK_TEST_PYTHON is not set; run cargo xtask test");
        }
        python.into_iter().collect()
    }

    /// The command that uploads a file to a server or goes on with it.
    fn command(&self, bench: &Bench) -> Command {
        let Sender::Python(interpreter) = self;
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/upload_resuming.py");
        let chunk_bytes = if bench.uploads.is_multiple_of(2) { "0" } else { "8388608" };
        let mut command = Command::new(interpreter);
        command.arg(program).arg(bench.server.url("")).arg(bench.path("file"));
        command.arg(bench.path(&format!("state-{}", bench.uploads))).arg(chunk_bytes);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
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

    /// Starts the next upload, or goes on with it.
    fn start(&self) -> Child {
        let mut command = self.sender.command(self);
        let mut client = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program starts");
        // It says when it has a session: to kill what only starts would show little.
        let printed = client.stdout.as_mut().expect("standard output is piped");
        drop(BufReader::new(printed).read_line(&mut String::new()));
        client
    }

    /// Exactly one item is there besides the demo's, and it has the file's bytes; then it goes.
    fn verify(&mut self, client: ExitStatus) {
        let when = format!("seed {SEED}, upload {} of {:?}", self.uploads, self.sender);
        assert!(client.success(), "{when}: {client}\n{}", self.server.output().join("\n"));
        let items = self.server.get("/demo/v1?fields=items(id)").expect(200).json();
        let ids = items["items"].as_array().into_iter().flatten().filter_map(|item| item["id"].as_str());
        let made: Vec<&str> = ids.filter(|id| !["324", "325"].contains(id)).collect();
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
