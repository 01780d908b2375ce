//! What was answered lasts: kills, full disks, failing disks.
//!
//! The kills need a process to be killed: this test binary starts itself, with an environment variable that makes one of
//! its tests the victim.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use dak_store::conformance::{Fixture, Sample, block_on, key};
use dak_store::sqlite::{Options, Sqlite};
use dak_store::{Batch, ErrorKind, Filter, Query, Records, Tag};
use tempfile::TempDir;

use crate::small_disk::SmallDisk;

const VICTIM: &str = "DAK_STORE_VICTIM";
const THREADS: u64 = 4;

fn open(folder: &Path) -> Sqlite {
    Sqlite::open(folder, &Options::default(), Arc::new(Fixture)).unwrap()
}

/// Not a test: what the killed process does. Each thread makes and changes its own records and says so once answered.
#[test]
fn victim() {
    let Some(folder) = std::env::var_os(VICTIM) else { return };
    let store = open(Path::new(&folder));
    let first = block_on(store.version("space")).unwrap().sequence;
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = &store;
            scope.spawn(move || {
                for round in first.. {
                    let id = format!("t{thread}r{}", round % 50);
                    let batch = Batch::new([0; 16], Tag([1; 12])).add("space", "n", 1);
                    let sample = Sample::at(&id, 1).saying("word").tagged("t").named(&format!("{round:09}"));
                    let drawn = block_on(store.commit(sample.put_in(batch))).unwrap();
                    println!("\nack {id} {}", drawn.sequence("space").unwrap());
                }
            });
        }
    });
}

fn start(folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["lasting::victim", "--exact", "--nocapture", "--test-threads=1"]);
    command.env(VICTIM, folder).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Kills it after so many acknowledgements and gives all it wrote.
fn kill_after(mut child: Child, acknowledgements: usize) -> String {
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let (mut text, mut count) = (String::new(), 0);
    while count < acknowledgements {
        let start = text.len();
        assert_ne!(output.read_line(&mut text).unwrap(), 0, "the victim died by itself");
        count += usize::from(text[start..].starts_with("ack"));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    output.read_to_string(&mut text).unwrap();
    text
}

/// The last acknowledged sequence of each record; a line cut off by the kill does not count.
fn acknowledged(text: &str) -> BTreeMap<String, u64> {
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let mut last = BTreeMap::new();
    for line in whole.lines() {
        if let ["ack", id, sequence] = line.split(' ').collect::<Vec<_>>()[..] {
            last.insert(id.to_owned(), sequence.parse().unwrap());
        }
    }
    last
}

fn survives_kills(rounds: usize) {
    let folder = TempDir::new().unwrap();
    let mut floor = 0;
    for round in 0..rounds {
        let written = acknowledged(&kill_after(start(folder.path()), 1 + (round * 37) % 150));
        let store = open(folder.path());
        for (id, sequence) in &written {
            let record = block_on(store.lookup(&key(id), None)).unwrap().record();
            let kept = record.map_or(0, |record| record.sequence);
            assert!(kept >= *sequence, "round {round}: {id} is at {kept}, answered was {sequence}");
        }
        let version = block_on(store.version("space")).unwrap().sequence;
        assert!(version >= written.values().copied().max().unwrap_or(0).max(floor));
        assert_eq!(block_on(store.counter("space", "n")).unwrap().unsigned_abs(), version, "no commit is half there");
        assert_eq!(store.check().unwrap().problems, Vec::<String>::new(), "round {round}");
        floor = version;
    }
}

#[test]
fn thirty_kills() {
    survives_kills(30);
}

#[test]
#[ignore = "takes minutes"]
fn a_thousand_kills() {
    survives_kills(1000);
}

#[test]
fn a_full_disk_is_told_and_passes() {
    let Some(disk) = SmallDisk::mount() else { return };
    let ballast = disk.path().join("ballast");
    std::fs::write(&ballast, vec![0; 2 << 20]).unwrap();
    let store = open(&disk.path().join("data"));
    let commit = |number: i64| {
        let sample =
            Sample::at(&format!("id{number}"), number).saying(&format!("word {number} {}", "x".repeat(20_000)));
        block_on(store.commit(sample.put_in(Batch::new([0; 16], Tag([1; 12])))))
    };
    let full = (0..1000).find_map(|number| commit(number).err().map(|error| (number, error))).unwrap();
    assert_eq!(full.1.kind(), ErrorKind::Full, "{}", full.1);
    let count = || {
        block_on(store.query(&Query {
            filter: Filter::word("word"),
            limit: 1000,
            bytes_max: 1 << 30,
            ..Query::new("space", "notes", "time")
        }))
    };
    assert_eq!(
        i64::try_from(count().unwrap().records.len()).unwrap(),
        full.0,
        "reads go on, and nothing is half there"
    );
    assert!(block_on(store.lookup(&key(&format!("id{}", full.0)), None)).unwrap().record().is_none());
    std::fs::remove_file(&ballast).unwrap();
    commit(full.0).unwrap();
    assert_eq!(store.check().unwrap().problems, Vec::<String>::new());
}

/// Runs the victim under `strace`, which makes one sync fail. The victim goes on until a commit is refused to each of its
/// threads, so that it ends only if nothing was acknowledged any more.
#[test]
fn after_a_failed_sync_nothing_is_acknowledged() {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        eprintln!("1 skipped: strace is not installed");
        return;
    }
    let folder = TempDir::new().unwrap();
    drop(open(folder.path()));
    let mut command = Command::new("strace");
    command.args([
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=fsync,fdatasync",
        "-e",
        "inject=fsync,fdatasync:error=EIO:when=20",
    ]);
    command.arg(std::env::current_exe().unwrap()).args([
        "lasting::victim",
        "--exact",
        "--nocapture",
        "--test-threads=1",
    ]);
    let child = command.env(VICTIM, folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let output = within(child, Duration::from_secs(60));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("Unavailable"), "{errors}");
    let written = acknowledged(&text);
    assert!(!written.is_empty(), "{text}");
    let store = open(folder.path());
    for (id, sequence) in &written {
        let kept = block_on(store.lookup(&key(id), None)).unwrap().record().map_or(0, |record| record.sequence);
        assert!(kept >= *sequence);
    }
    assert_eq!(store.check().unwrap().problems, Vec::<String>::new());
}

/// What the process wrote until it ended, which it must by itself.
fn within(mut child: Child, limit: Duration) -> Output {
    let mut stdout = child.stdout.take().unwrap();
    let (done, ended) = channel();
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stdout.read_to_end(&mut bytes).unwrap();
        done.send(()).unwrap();
        bytes
    });
    let ended = ended.recv_timeout(limit);
    if ended.is_err() {
        child.kill().unwrap();
    }
    let output = child.wait_with_output().unwrap();
    assert!(ended.is_ok(), "it went on after the failure");
    Output { stdout: reader.join().unwrap(), ..output }
}
