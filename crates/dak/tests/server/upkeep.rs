//! Tokens, backups and checks, with the server running and without.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use dak_testkit::{Call, Server, wait_for};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{check, dak, dak_ok, launch, retitle, serve, text, title};

const SCOPES: [&str; 2] = ["dak.demo", "dak.demo.readonly"];

/// A token made by the command for the data of `server`.
fn create(server: &Server, scope: &str) -> String {
    let data = text(server.data());
    let made = dak_ok(&["token", "create", "--data", data, "--user", "jo@example.com", "--scope", scope]);
    made.trim().to_owned()
}

/// The ids in `dak token list`.
fn listed(server: &Server) -> Vec<String> {
    let lines = dak_ok(&["token", "list", "--data", text(server.data())]);
    lines.lines().filter_map(|line| line.split_whitespace().next().map(String::from)).collect()
}

fn revoke(server: &Server, token: &str) {
    drop(dak_ok(&["token", "revoke", "--data", text(server.data()), token]));
}

fn status(server: &Server, call: &Call, token: &str) -> u16 {
    server.send(&call.clone().header("Authorization", &format!("Bearer {token}"))).status
}

#[test]
fn tokens_of_a_running_server_count_at_once() {
    let server = serve(&["--auth", "tokens"]);
    let (read, write) = (Call::get("/demo/v1"), retitle("By token"));
    let [writer, reader] = SCOPES.map(|scope| create(&server, scope));
    for (token, read_status, write_status) in
        [(&writer, 200, 200), (&reader, 200, 403), (&"guessed".to_owned(), 401, 401)]
    {
        assert_eq!(status(&server, &read, token), read_status);
        assert_eq!(status(&server, &write, token), write_status);
    }
    let ids = listed(&server);
    assert_eq!(ids.len(), 2);
    assert!(!ids.contains(&writer), "a list shows no secrets");
    // Either of the token's id and the token itself will do.
    let before = ids.len();
    revoke(&server, &writer);
    assert_eq!(status(&server, &read, &writer), 401);
    assert_eq!(status(&server, &read, &reader), 200);
    for id in listed(&server) {
        revoke(&server, &id);
    }
    assert_eq!((before, listed(&server).len()), (2, 0));
    assert_eq!(status(&server, &read, &reader), 401);
}

#[test]
fn tokens_are_made_and_revoked_without_a_server() {
    let mut server = serve(&["--auth", "tokens"]);
    assert!(server.stop().success());
    let [kept, revoked] = SCOPES.map(|scope| create(&server, scope));
    revoke(&server, &revoked);
    assert_eq!(listed(&server).len(), 1);
    server.restart();
    assert_eq!(status(&server, &Call::get("/demo/v1"), &kept), 200);
    assert_eq!(status(&server, &Call::get("/demo/v1"), &revoked), 401);
}

#[test]
fn what_is_not_there_is_said() {
    let place = TempDir::new().expect("a temporary folder");
    let server = serve(&[]);
    let (nothing, data) = (place.path().join("nothing"), text(server.data()).to_owned());
    for (arguments, said) in [
        (["token", "list", "--data", text(&nothing), "-v"].as_slice().split_at(4).0, "there is no data in"),
        (&["check", "--data", text(&nothing)], "there is no data in"),
        (&["token", "revoke", "--data", &data, "unknown"], "token"),
        (&["backup", "--data", &data, &data], "empty"),
    ] {
        let run = dak(arguments);
        assert_eq!(run.code, Some(1), "{arguments:?}: {run:?}");
        assert_eq!(run.complaint.lines().count(), 1, "{run:?}");
        assert!(run.complaint.contains(said), "{run:?}");
    }
}

/// What was acknowledged before the backup began is in it, and the copy is whole, while writes go on all the time.
#[test]
fn a_backup_under_load_has_all_that_was_acknowledged() {
    let place = TempDir::new().expect("a temporary folder");
    let copy = place.path().join("copy");
    let server = serve(&[]);
    let (written, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let before = thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    drop(server.json("POST", "/demo/v1?fields=id", &json!({"title": "Kept"})).expect(200));
                    written.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        wait_for("hundred writes", || (written.load(Ordering::SeqCst) >= 100).then_some(()));
        drop(server.send(&retitle("Before the backup")).expect(200));
        let before = written.load(Ordering::SeqCst);
        let backup = dak(&["backup", "--data", text(server.data()), text(&copy)]);
        over.store(true, Ordering::SeqCst);
        assert_eq!(backup.code, Some(0), "{backup:?}");
        before
    });
    let mut restored = launch().data(&copy).start();
    assert_eq!(title(&restored), "Before the backup");
    let items = restored.get("/demo/v1?maxResults=500&fields=items/id").expect(200).json();
    let kept = items["items"].as_array().map_or(0, Vec::len);
    assert!(kept >= before.min(498) + 2, "{kept} of {before} are in the copy");
    drop(restored.send(&retitle("A life of its own")).expect(200));
    assert_eq!(title(&server), "Before the backup");
    assert!(restored.stop().success());
    check(&copy);
}

#[test]
fn a_backup_without_a_server_is_the_same() {
    let place = TempDir::new().expect("a temporary folder");
    let copy = place.path().join("copy");
    let mut server = serve(&[]);
    let tag = server.send(&retitle("Copied")).expect(200).header("etag").map(String::from);
    assert!(server.stop().success());
    drop(dak_ok(&["backup", "--data", text(server.data()), text(&copy)]));
    let restored = launch().data(&copy).start();
    assert_eq!(restored.get("/demo/v1/324").header("etag").map(String::from), tag);
    assert_eq!(title(&restored), "Copied");
}

#[test]
fn a_check_works_beside_a_server_and_makes_indexes_anew() {
    let server = serve(&[]);
    for arguments in [vec!["check"], vec!["check", "--rebuild"], vec!["check"]] {
        let said = dak_ok(&[&arguments[..], &["--data", text(server.data())]].concat());
        assert!(said.contains("Nothing is wrong."), "{said}");
    }
    assert_eq!(title(&server), "First title");
}

/// Media is in the copy, and an upload that was under way can go on there.
#[test]
fn a_backup_has_media_and_goes_on_with_uploads() {
    let place = TempDir::new().expect("a temporary folder");
    let copy = place.path().join("copy");
    let server = serve(&[]);
    let media = upload(&server, "whole");
    let begun = server.send(&Call::new("POST", "/upload/demo/v1?uploadType=resumable")).expect(200);
    let session = begun.header("location").and_then(|uri| uri.split_once("/upload/")).expect("it has a URI");
    let session = format!("/upload/{}", session.1);
    let put = |server: &Server, range: &str, bytes: &str| {
        server.send(&Call::new("PUT", &session).header("Content-Range", range).body(bytes))
    };
    let kept = put(&server, "bytes 0-3/9", "1234").expect(308);
    assert_eq!(kept.header("range"), Some("bytes=0-3"));
    drop(dak_ok(&["backup", "--data", text(server.data()), text(&copy)]));
    drop(server.send(&Call::new("DELETE", media.trim_end_matches("?alt=media"))).expect(204));

    let mut restored = launch().data(&copy).start();
    assert_eq!(restored.get(&media).expect(200).text(), "whole");
    let item = put(&restored, "bytes 4-8/9", "56789").expect(201).json();
    assert_eq!((&item["size"], &item["crc32c"]), (&json!("9"), &json!("4waSgw==")));
    assert!(restored.stop().success());
    check(&copy);
}

#[test]
fn a_check_finds_media_whose_bytes_are_gone() {
    let mut server = serve(&[]);
    drop(upload(&server, "some bytes"));
    assert!(server.stop().success());
    for (said, kept, flipped) in [("is not what was uploaded", 10, 1), ("lacks", 9, 0)] {
        assert_eq!(spoil_files(&server.data().join("media"), kept, flipped), 1);
        let run = dak(&["check", "--data", text(server.data())]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(format!("{}{}", run.out, run.complaint).contains(said), "{run:?}");
    }
}

/// Uploads text as a new item; where its bytes are.
fn upload(server: &Server, bytes: &str) -> String {
    let item = server.send(&Call::new("POST", "/upload/demo/v1?uploadType=media").body(bytes)).expect(200).json();
    format!("/demo/v1/{}?alt=media", item["id"].as_str().expect("an item has an id"))
}

/// Of each file in the folders of a folder keeps so many bytes, and flips bits of the first; how many there were.
fn spoil_files(folder: &Path, kept: usize, flipped: u8) -> usize {
    let entries =
        |path: &Path| fs::read_dir(path).expect("it is a folder").map(|entry| entry.expect("it is there").path());
    let files: Vec<PathBuf> = entries(folder).flat_map(|folder| entries(&folder).collect::<Vec<_>>()).collect();
    for file in &files {
        let mut bytes = fs::read(file).expect("it can be read");
        bytes.truncate(kept);
        bytes[0] ^= flipped;
        fs::write(file, bytes).expect("it can be written");
    }
    files.len()
}
