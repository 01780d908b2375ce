//! A disk that is full: writes are refused, reads go on, and when there is room again so do writes.

use std::fs;
use std::path::Path;
use std::process::Command;

use dak_testkit::{Answer, Call, Server, wait_for};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{check, is_root, launch, skip, title};

/// The size of the disk and of what stands on it in the way, in bytes.
const DISK_BYTES: usize = 8 << 20;
const BALLAST_BYTES: usize = 4 << 20;

/// A small disk in memory.
struct Disk(TempDir);

impl Disk {
    fn mount() -> Option<Disk> {
        let folder = TempDir::new().expect("a temporary folder");
        let size = format!("size={DISK_BYTES}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).status();
        mounted.is_ok_and(|status| status.success()).then_some(Disk(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a server that a failed test left behind must not keep it.
        drop(Command::new("umount").arg("-l").arg(self.path()).status());
    }
}

/// A small disk with ballast on it; `None`, which is said, where none can be had.
fn small_disk() -> Option<Disk> {
    if !is_root() {
        skip("only root can mount a small disk");
        return None;
    }
    let disk = Disk::mount();
    match &disk {
        Some(disk) => fs::write(disk.path().join("ballast"), vec![0; BALLAST_BYTES]).expect("there is room for it"),
        None => skip("no disk can be mounted here"),
    }
    disk
}

#[test]
fn a_full_disk_refuses_writes_and_recovers() {
    let Some(disk) = small_disk() else { return };
    let (ballast, data) = (disk.path().join("ballast"), disk.path().join("data"));
    let mut server = launch().data(&data).start();

    let (made, refused) = fill(&server);
    assert!(matches!(refused.status, 503 | 507), "{}", refused.text());
    let error = &refused.json()["error"];
    assert_eq!(error["code"], refused.status);
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
    assert_eq!(title(&server), "First title");
    assert_eq!(count(&server), made + 2);

    fs::remove_file(&ballast).expect("the ballast can go");
    wait_for("write that succeeds", || (insert(&server).status == 200).then_some(()));
    assert_eq!(count(&server), made + 3);
    server.restart();
    assert_eq!(count(&server), made + 3);
    assert!(server.stop().success());
    check(&data);
}

/// Inserts until nothing more fits: how many were made, and the refusal.
fn fill(server: &Server) -> (usize, Answer) {
    for made in 0.. {
        let answer = insert(server);
        if answer.status != 200 {
            return (made, answer);
        }
        assert!(made < DISK_BYTES / 10_000, "the disk never fills");
    }
    unreachable!("the loop has no end")
}

fn insert(server: &Server) -> Answer {
    server.json("POST", "/demo/v1?fields=id", &json!({"title": "Big", "comment": "x".repeat(100_000)}))
}

fn count(server: &Server) -> usize {
    let items = server.get("/demo/v1?maxResults=500&fields=items/id").expect(200).json();
    items["items"].as_array().map_or(0, Vec::len)
}

/// An upload that does not fit is refused, gives its room back, and goes on where it was when there is more.
#[test]
fn an_upload_to_a_full_disk_goes_on_when_there_is_room() {
    let Some(disk) = small_disk() else { return };
    let (ballast, data) = (disk.path().join("ballast"), disk.path().join("data"));
    let mut server = launch().data(&data).start();

    let begun = server.send(&Call::new("POST", "/upload/demo/v1?uploadType=resumable")).expect(200);
    let uri = begun.header("location").expect("a session has a URI").to_owned();
    let session = uri.split_once("/upload/").map(|(_, rest)| format!("/upload/{rest}")).expect("it is an upload's");
    let bytes: Vec<u8> = (0..BALLAST_BYTES).map(|index| (index % 251) as u8).collect();
    let (first, rest) = bytes.split_at(1000);
    let put = |range: String, bytes: &[u8]| {
        server.send(&Call::new("PUT", &session).header("Content-Range", &range).body(bytes))
    };
    let all = bytes.len();
    let kept = put(format!("bytes 0-999/{all}"), first).expect(308);
    assert_eq!(kept.header("range"), Some("bytes=0-999"));
    let refused = put(format!("bytes 1000-{}/{all}", all - 1), rest);
    assert!(matches!(refused.status, 503 | 507), "{}", refused.text());
    let kept = put(format!("bytes */{all}"), &[]).expect(308);
    assert_eq!(kept.header("range"), Some("bytes=0-999"));
    assert_eq!(insert(&server).status, 200, "others have room again");

    fs::remove_file(&ballast).expect("the ballast can go");
    let item = put(format!("bytes 1000-{}/{all}", all - 1), rest).expect(201).json();
    let id = item["id"].as_str().expect("an item has an id");
    let media = format!("/demo/v1/{id}?alt=media");
    assert!(server.get(&media).expect(200).body == bytes);
    server.restart();
    assert!(server.get(&media).expect(200).body == bytes);
    assert!(server.stop().success());
    check(&data);
}
