//! The folder of the files engine: what is made, copied, held, cleared and listed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::pin::pin;
use std::process::{Command, Stdio};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use dak_store::conformance::{block_on, segment};
use dak_store::files::{Files, Found};
use dak_store::{Blobs, Error, ErrorKind, Segment};
use tempfile::TempDir;

use crate::small_disk::SmallDisk;

const VICTIM: &str = "DAK_STORE_FILES_VICTIM";

fn put(files: &Files, number: u8, bytes: &'static str) -> Result<Segment, Error> {
    block_on(async {
        let mut writing = files.append(&segment(number, 0)).await?;
        writing.write(&Bytes::from_static(bytes.as_bytes())).await?;
        writing.sync().await?;
        Ok(segment(number, bytes.len() as u64))
    })
}

fn read(files: &Files, segment: &Segment) -> Result<Bytes, Error> {
    block_on(async { files.read(std::slice::from_ref(segment), 0).await?.next(1000).await })
}

fn survey(files: &Files) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut segments, mut foreign) = (BTreeSet::new(), BTreeSet::new());
    for found in files.survey() {
        match found.unwrap() {
            Found::Segment(Segment { name, length }) => segments.insert(format!("{name} {length}")),
            Found::Foreign(path) => foreign.insert(path.file_name().unwrap().to_str().unwrap().to_owned()),
        };
    }
    (segments, foreign)
}

#[test]
fn what_was_put_is_there_after_opening_again() {
    let place = TempDir::new().unwrap();
    let folder = place.path().join("blobs");
    let written = put(&Files::open(&folder).unwrap(), 1, "some bytes").unwrap();
    let files = Files::open(&folder).unwrap();
    assert_eq!(read(&files, &written).unwrap(), "some bytes");
    assert!(folder.join(&written.name[..2]).join(&written.name).is_file());
}

#[cfg(unix)]
#[test]
fn everything_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = TempDir::new().unwrap();
    let (folder, copy) = (place.path().join("blobs"), place.path().join("copy"));
    let files = Files::open(&folder).unwrap();
    let Segment { name, .. } = put(&files, 1, "some bytes").unwrap();
    files.copy(&copy).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for root in [&folder, &copy] {
        let inner = root.join(&name[..2]);
        assert_eq!([mode(root), mode(&inner), mode(&inner.join(&name))], [0o700, 0o700, 0o600], "{root:?}");
    }
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let place = TempDir::new().unwrap();
    let file = place.path().join("file");
    fs::write(&file, "").unwrap();
    for folder in [file.clone(), file.join("blobs"), place.path().join("missing").join("blobs")] {
        let error = Files::open(&folder).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.to_string().contains(&format!("'{}'", folder.display())), "{error}");
    }
}

#[test]
fn a_copy_has_all_segments_and_never_overwrites() {
    let place = TempDir::new().unwrap();
    let copy = place.path().join("backup").join("blobs");
    let files = Files::open(&place.path().join("blobs")).unwrap();
    let written: Vec<_> = (0..50).map(|number| put(&files, number, "some bytes").unwrap()).collect();
    let mut growing = block_on(files.append(&segment(99, 0))).unwrap();
    block_on(growing.write(&Bytes::from_static(b"not synced"))).unwrap();
    files.copy(&copy).unwrap();
    assert_eq!(survey(&Files::open(&copy).unwrap()), survey(&files));
    let copied = Files::open(&copy).unwrap();
    for segment in &written {
        assert_eq!(read(&copied, segment).unwrap(), "some bytes");
    }
    assert_eq!(files.copy(&copy).unwrap_err().kind(), ErrorKind::Invalid);
    let left: Vec<_> = fs::read_dir(copy.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["blobs"]);
}

#[test]
fn deletions_wait_while_they_are_held() {
    let place = TempDir::new().unwrap();
    let files = Files::open(&place.path().join("blobs")).unwrap();
    let written = put(&files, 1, "some bytes").unwrap();
    let first = files.hold_deletions();
    let mut deleting = pin!(files.delete(&written.name));
    let second = files.hold_deletions();
    // Time enough for every thread of the engine to have been at work.
    (2..10).for_each(|number| drop(put(&files, number, "other bytes").unwrap()));
    let mut poll = || deleting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(poll(), Poll::Pending));
    assert_eq!(files.clear().unwrap_err().kind(), ErrorKind::Busy);
    drop(first);
    assert!(matches!(poll(), Poll::Pending));
    assert_eq!(read(&files, &written).unwrap(), "some bytes");
    drop(second);
    block_on(deleting).unwrap();
    assert_eq!(read(&files, &written).unwrap_err().kind(), ErrorKind::Unavailable);
}

/// Whoever gives up waiting, or drops the engine, does not take a deletion back.
#[test]
fn a_deletion_is_not_taken_back() {
    let place = TempDir::new().unwrap();
    let files = Files::open(&place.path().join("blobs")).unwrap();
    let (first, second) = (put(&files, 1, "some bytes").unwrap(), put(&files, 2, "some bytes").unwrap());
    drop(files.delete(&first.name));
    let held = files.hold_deletions();
    drop(files.delete(&second.name));
    drop(held);
    drop(files);
    assert_eq!(survey(&Files::open(&place.path().join("blobs")).unwrap()).0.len(), 0);
}

#[test]
fn foreign_files_are_named_and_left_alone() {
    let place = TempDir::new().unwrap();
    let folder = place.path().join("blobs");
    let files = Files::open(&folder).unwrap();
    let Segment { name, length } = put(&files, 1, "some bytes").unwrap();
    fs::write(folder.join("note.txt"), "").unwrap();
    fs::write(folder.join(&name[..2]).join("note2.txt"), "").unwrap();
    fs::create_dir(folder.join("zz")).unwrap();
    fs::create_dir(folder.join(&name[..2]).join(segment(1, 0).name.replace('0', "1"))).unwrap();
    let misplaced = segment(2, 0).name;
    fs::write(folder.join(&name[..2]).join(&misplaced), "").unwrap();
    let foreign = ["note.txt", "note2.txt", "zz", &segment(1, 0).name.replace('0', "1"), &misplaced];
    let foreign: BTreeSet<String> = foreign.map(str::to_owned).into();
    assert_eq!(survey(&files), (BTreeSet::from([format!("{name} {length}")]), foreign.clone()));
    files.clear().unwrap();
    assert_eq!(survey(&files), (BTreeSet::new(), foreign));
}

/// Before the first byte: whoever serves a blob can still say that it is not there.
#[test]
fn what_is_not_there_is_told_when_reading_begins() {
    let place = TempDir::new().unwrap();
    let files = Files::open(&place.path().join("blobs")).unwrap();
    put(&files, 1, "some bytes").unwrap();
    for last in [segment(1, 11), segment(2, 1)] {
        let reading = block_on(files.read(&[segment(1, 10), last], 0));
        assert_eq!(reading.err().map(|error| error.kind()), Some(ErrorKind::Unavailable));
    }
}

#[test]
fn many_segments_are_one_blob() {
    let place = TempDir::new().unwrap();
    let files = Files::open(&place.path().join("blobs")).unwrap();
    let segments: Vec<_> = (0..200).map(|number| put(&files, number, "ab").unwrap()).collect();
    let mut reading = block_on(files.read(&segments, 101)).unwrap();
    let mut count = 0;
    while !block_on(reading.next(64)).unwrap().is_empty() {
        count += 1;
    }
    assert_eq!(count, 150);
}

/// Whoever still writes when the engine is gone is told.
#[test]
fn a_writer_may_outlive_the_engine() {
    let place = TempDir::new().unwrap();
    let files = Files::open(&place.path().join("blobs")).unwrap();
    let mut writing = block_on(files.append(&segment(1, 0))).unwrap();
    drop(files);
    block_on(writing.write(&Bytes::from_static(b"abc"))).unwrap();
    assert_eq!(block_on(writing.sync()).unwrap_err().kind(), ErrorKind::Unavailable);
}

#[test]
fn a_full_disk_is_told_and_passes() {
    let Some(disk) = SmallDisk::mount() else { return };
    let ballast = disk.path().join("ballast");
    fs::write(&ballast, vec![0; 2 << 20]).unwrap();
    let files = Files::open(&disk.path().join("blobs")).unwrap();
    let piece = Bytes::from(vec![7; 300_000]);
    let mut writing = block_on(files.append(&segment(1, 0))).unwrap();
    let mut length = 0;
    let full = loop {
        match block_on(writing.write(&piece)).and_then(|()| block_on(writing.sync())) {
            Ok(()) => length += piece.len() as u64,
            Err(error) => break error,
        }
        assert!(length < 10 << 20, "the disk never fills");
    };
    assert_eq!(full.kind(), ErrorKind::Full, "{full}");
    assert!(!files.is_appendable(&segment(1, length)));
    fs::remove_file(&ballast).unwrap();
    let second = put(&files, 2, "some bytes").unwrap();
    let all = [segment(1, length), second];
    let mut reading = block_on(files.read(&all, 300_000)).unwrap();
    let (mut count, mut last) = (0, Bytes::new());
    while let Some(bytes) = Some(block_on(reading.next(1 << 18)).unwrap()).filter(|bytes| !bytes.is_empty()) {
        count += bytes.len() as u64;
        last = bytes;
    }
    assert_eq!((count, &*last), (length - 300_000 + 10, &b"some bytes"[..]));
}

/// Not a test: what runs under `strace`. It says how each of its syncs was answered.
#[test]
fn victim() {
    let Some(folder) = std::env::var_os(VICTIM) else { return };
    let files = Files::open(Path::new(&folder)).unwrap();
    let answer = |number| match put(&files, number, "some bytes") {
        Ok(_) => "acknowledged".to_owned(),
        Err(error) => format!("refused {:?}", error.kind()),
    };
    println!("\nanswers: {}", [0, 1, 2].map(answer).join(", "));
}

/// The system is really asked to sync: each of its refusals is an answer.
#[test]
fn a_sync_that_the_system_refuses_is_not_acknowledged() {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        eprintln!("1 skipped: strace is not installed");
        return;
    }
    // Names of the three segments begin with 00, 25 and 4a.
    for (inject, under, answers) in [
        ("fdatasync:error=EIO", "", "refused Unavailable, refused Unavailable, refused Unavailable"),
        ("fdatasync:error=ENOSPC", "", "refused Full, refused Full, refused Full"),
        ("fsync:error=EIO", "25", "acknowledged, refused Unavailable, acknowledged"),
        ("fsync:error=ENOSPC", "4a", "acknowledged, acknowledged, refused Full"),
    ] {
        let place = TempDir::new().unwrap();
        let folder = place.path().join("blobs");
        drop(Files::open(&folder).unwrap());
        let mut command = Command::new("strace");
        command.args([
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            &format!("inject={inject}"),
        ]);
        if !under.is_empty() {
            command.arg("-P").arg(folder.join(under));
        }
        command.arg(std::env::current_exe().unwrap());
        command.args(["files::victim", "--exact", "--nocapture", "--test-threads=1"]);
        let output = command.env(VICTIM, &folder).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(&format!("answers: {answers}\n")), "{inject}: {text}");
    }
}
