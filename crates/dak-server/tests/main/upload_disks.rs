//! What was acknowledged holds, whatever the disk does: each of its changes fails once, then the power goes.

use std::sync::Arc;

use bytes::Bytes;
use dak_store::conformance::{DiskChange, DiskFailure, FaultyDisk, ForgetfulDisk};
use dak_store::files::Files;
use dak_store::memory::Memory;
use tempfile::TempDir;

use crate::stage::{Stage, Told, records};

/// How many bytes are sent, and how many at a time.
const LENGTH: usize = 700;
const CHUNK: usize = 300;
/// How often the client tries again before it is sure that nothing will come of it.
const TRIES_MAX: usize = 20;

/// A server whose disk can be told to fail, and forgets what was not synced.
struct Machine {
    folder: TempDir,
    records: Arc<Memory>,
    forgetful: ForgetfulDisk,
    faulty: FaultyDisk,
    /// What has failed, once something has.
    failed: Option<DiskChange>,
    stage: Stage,
}

impl Machine {
    fn new() -> Machine {
        let folder = TempDir::new().unwrap();
        let cellar = folder.path().join("cellar");
        std::fs::create_dir(&cellar).unwrap();
        let forgetful = ForgetfulDisk::new(&cellar);
        let faulty = FaultyDisk::new(Arc::new(forgetful.clone()));
        let records = records();
        let stage = Machine::open(&folder, &records, &faulty);
        Machine { folder, records, forgetful, faulty, failed: None, stage }
    }

    fn open(folder: &TempDir, records: &Arc<Memory>, disk: &FaultyDisk) -> Stage {
        let files = Files::open_on(&folder.path().join("media"), Arc::new(disk.clone())).unwrap();
        Stage::over(Arc::clone(records), Arc::new(files))
    }

    /// The power goes, and comes back. Records are kept by another engine, which has tests of its own.
    fn lose_power(&mut self) {
        self.failed = self.failed.or(self.faulty.stop());
        self.forgetful.forget().unwrap();
        self.stage = Machine::open(&self.folder, &self.records, &self.faulty);
    }

    async fn send(&self, head: &str, body: &[u8]) -> Told {
        let head = format!("{head}\nContent-Length: {}", body.len());
        self.stage.send_bytes(&head, Bytes::copy_from_slice(body)).await
    }
}

/// One client, and what it was told is kept.
struct Client {
    session: String,
    kept: usize,
}

impl Client {
    async fn start(machine: &Machine) -> Client {
        let told = machine.send("POST /upload/demo/v1?uploadType=resumable", b"").await;
        let session = told.header("location").strip_prefix("http://127.0.0.1:7070").unwrap().to_owned();
        Client { session, kept: 0 }
    }

    /// Sends the next chunk, or, where that was refused, asks. `Some` is the item that was made.
    async fn step(&mut self, machine: &Machine, bytes: &[u8]) -> Option<String> {
        let end = (self.kept + CHUNK).min(bytes.len());
        let range = format!("bytes {}-{}/{}", self.kept, end - 1, bytes.len());
        let told = machine.send(&self.put(&range), &bytes[self.kept..end]).await;
        let told = match told.status {
            201 | 308 => told,
            500 | 503 | 507 => machine.send(&self.put(&format!("bytes */{}", bytes.len())), b"").await,
            other => panic!("{other}: {}", told.text),
        };
        if told.status == 201 {
            return told.json()["id"].as_str().map(str::to_owned);
        }
        self.take(&told);
        None
    }

    /// What is said to be kept is never taken back.
    fn take(&mut self, told: &Told) {
        let kept = told.header("range").strip_prefix("bytes=0-").map_or(0, |last| last.parse::<usize>().unwrap() + 1);
        assert!(kept >= self.kept, "{kept} bytes are kept where {} were", self.kept);
        self.kept = kept;
    }

    fn put(&self, range: &str) -> String {
        format!("PUT {}\nContent-Range: {range}", self.session)
    }
}

async fn arrives(machine: &mut Machine, failing: impl Fn(&Machine), losing_power_at: usize) -> usize {
    let bytes: Vec<u8> = (0..LENGTH).map(|index| b'a' + (index % 23) as u8).collect();
    let mut client = Client::start(machine).await;
    failing(machine);
    for step in 0..TRIES_MAX {
        if step == losing_power_at {
            machine.lose_power();
            let told = machine.send(&client.put(&format!("bytes */{LENGTH}")), b"").await;
            if told.status == 308 {
                client.take(&told);
            }
        }
        let Some(id) = client.step(machine, &bytes).await else { continue };
        machine.lose_power();
        let told = machine.stage.send_bytes(&format!("GET /demo/v1/{id}?alt=media"), Bytes::new()).await;
        assert_eq!((told.status, told.text.as_bytes()), (200, bytes.as_slice()));
        return step;
    }
    panic!("it does not arrive");
}

#[tokio::test]
async fn each_change_of_the_disk_fails_once() {
    for failure in [DiskFailure::Broken, DiskFailure::Full] {
        let mut machine = Machine::new();
        for number in 0.. {
            machine.failed = None;
            for losing_power_at in [1, TRIES_MAX] {
                arrives(&mut machine, |machine| machine.faulty.fail(number, failure), losing_power_at).await;
            }
            if machine.failed.is_none() {
                assert!(number > 5, "only {number} changes were made");
                break;
            }
        }
    }
}

/// The same for an upload that comes in one request: it is refused as a whole, or it is there.
#[tokio::test]
async fn an_upload_in_one_request_is_there_or_not() {
    for failure in [DiskFailure::Broken, DiskFailure::Full] {
        for number in 0.. {
            let mut machine = Machine::new();
            machine.faulty.fail(number, failure);
            let told = machine.send("POST /upload/demo/v1?uploadType=media", b"some bytes").await;
            machine.lose_power();
            let failed = machine.failed;
            let list = machine.stage.json(200, "GET /demo/v1").await;
            let items = list["items"].as_array().unwrap();
            match told.status {
                200 => {
                    let id = items[0]["id"].as_str().unwrap();
                    let got = machine.stage.send(&format!("GET /demo/v1/{id}?alt=media")).await;
                    assert_eq!((items.len(), got.text.as_str()), (1, "some bytes"));
                }
                code => {
                    assert!(failed.is_some() && items.is_empty(), "{code}: {}", told.text);
                    assert_eq!(code, if failure == DiskFailure::Full { 507 } else { 500 }, "{}", told.text);
                }
            }
            if failed.is_none() {
                break;
            }
        }
    }
}

/// A disk without failures forgets nothing that was answered.
#[tokio::test]
async fn the_power_goes_between_requests() {
    for losing_power_at in 0..4 {
        let mut machine = Machine::new();
        let steps = arrives(&mut machine, |_| {}, losing_power_at).await;
        assert_eq!(steps, LENGTH / CHUNK);
    }
}
