//! The files engine on disks that fail and forget: whatever was acknowledged is there.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use dak_store::conformance::{DiskChange, DiskFailure, FaultyDisk, ForgetfulDisk, block_on, segment};
use dak_store::files::{Files, Found};
use dak_store::{Blobs, Error, ErrorKind, Segment, Writing};
use tempfile::TempDir;

/// A store on a disk that may fail and forgets what was not synced.
struct Bench {
    folder: TempDir,
    forgetful: ForgetfulDisk,
    faulty: FaultyDisk,
}

impl Bench {
    fn new() -> Bench {
        let folder = TempDir::new().unwrap();
        let forgetful = ForgetfulDisk::new(folder.path());
        Bench { faulty: FaultyDisk::new(Arc::new(forgetful.clone())), forgetful, folder }
    }

    fn open(&self) -> Result<Files, Error> {
        Files::open_on(&self.folder.path().join("blobs"), Arc::new(self.faulty.clone()))
    }
}

/// A blob that is written as a server does it: after a failure it goes on in another segment.
struct Upload<'a> {
    files: &'a Files,
    segments: Vec<Segment>,
    acknowledged: Vec<u8>,
    next_number: u8,
    expected: ErrorKind,
}

impl Upload<'_> {
    /// Writes pieces with one writer and has each acknowledged before the next; what is left after a failure comes again
    /// with another writer. In the end the line is cut amid a piece.
    fn session(&mut self, pieces: &[&'static str]) {
        let mut left = pieces;
        while !left.is_empty() {
            let segment = self.segment();
            let done = self.attempt(&segment, left);
            left = &left[done..];
        }
        let segment = self.segment();
        if let Ok(mut writing) = block_on(self.files.append(&segment)) {
            let _ = block_on(writing.write(&Bytes::from_static(b"never acknowledged")));
        }
    }

    /// Where to go on.
    fn segment(&mut self) -> Segment {
        if let Some(segment) = self.segments.last().filter(|segment| self.files.is_appendable(segment)) {
            return segment.clone();
        }
        self.next_number += 1;
        self.segments.push(segment(self.next_number, 0));
        segment(self.next_number, 0)
    }

    /// How many pieces were acknowledged.
    fn attempt(&mut self, segment: &Segment, pieces: &[&'static str]) -> usize {
        let mut writing = match block_on(self.files.append(segment)) {
            Ok(writing) => writing,
            Err(error) => {
                assert_eq!(error.kind(), self.expected, "{error}");
                return 0;
            }
        };
        for (done, piece) in pieces.iter().enumerate() {
            if let Err(error) = write_and_sync(&mut *writing, piece) {
                assert_eq!(error.kind(), self.expected, "{error}");
                self.is_given_up(segment, &mut *writing);
                return done;
            }
            self.acknowledged.extend_from_slice(piece.as_bytes());
            self.segments.last_mut().unwrap().length += piece.len() as u64;
        }
        pieces.len()
    }

    fn is_given_up(&self, segment: &Segment, writing: &mut dyn Writing) {
        assert!(!self.files.is_appendable(segment));
        assert_eq!(kind(block_on(writing.write(&Bytes::from_static(b"x")))), Some(self.expected));
        assert_eq!(kind(block_on(writing.sync())), Some(self.expected));
        assert_eq!(kind(block_on(self.files.append(segment))), Some(ErrorKind::Unavailable));
    }
}

/// A sync is under way while the second half is written.
fn write_and_sync(writing: &mut dyn Writing, piece: &'static str) -> Result<(), Error> {
    let (first, second) = piece.as_bytes().split_at(piece.len() / 2);
    block_on(writing.write(&Bytes::from_static(first)))?;
    let half = writing.sync();
    block_on(writing.write(&Bytes::from_static(second)))?;
    let whole = writing.sync();
    block_on(half)?;
    block_on(whole)
}

fn kind<T>(result: Result<T, Error>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

fn expected(failure: DiskFailure) -> ErrorKind {
    match failure {
        DiskFailure::Broken => ErrorKind::Unavailable,
        DiskFailure::Full => ErrorKind::Full,
    }
}

/// Writes two blobs, one of which is deleted: the segments and bytes of the other.
fn script(files: &Files, expected: ErrorKind) -> (Vec<Segment>, Vec<u8>) {
    let upload = |next_number| Upload { files, segments: Vec::new(), acknowledged: Vec::new(), next_number, expected };
    let (mut kept, mut deleted) = (upload(0), upload(100));
    kept.session(&["one ", "two "]);
    deleted.session(&["gone"]);
    kept.session(&["three "]);
    for Segment { name, .. } in &deleted.segments {
        while let Err(error) = block_on(files.delete(name)) {
            assert_eq!(error.kind(), expected, "{error}");
        }
        assert!(files.is_appendable(&Segment { name: name.clone(), length: 0 }), "nothing of it is remembered");
    }
    kept.session(&["four ", large(), "five"]);
    assert!(kept.acknowledged == ["one two three four ", large(), "five"].concat().into_bytes());
    (kept.segments, kept.acknowledged)
}

/// A piece of several blocks, and of some bytes more, for which the store hands blocks to its threads.
fn large() -> &'static str {
    static LARGE: LazyLock<String> = LazyLock::new(|| "0123456789abcdef".repeat(400_003));
    &LARGE
}

/// What is in the folder, and that it is the engine's.
fn names(files: &Files) -> Vec<String> {
    let name = |found| match found {
        Ok(Found::Segment(segment)) => segment.name,
        other => panic!("{other:?}"),
    };
    files.survey().map(name).collect()
}

fn read(files: &Files, segments: &[Segment]) -> Vec<u8> {
    let mut reading = block_on(files.read(segments, 0)).unwrap();
    let mut all = Vec::new();
    while let Some(bytes) = Some(block_on(reading.next(7919)).unwrap()).filter(|bytes| !bytes.is_empty()) {
        all.extend_from_slice(&bytes);
    }
    all
}

fn holds(bench: &Bench, segments: &[Segment], acknowledged: &[u8]) {
    bench.forgetful.forget().unwrap();
    let files = bench.open().unwrap();
    let counting: Vec<_> = segments.iter().filter(|segment| segment.length > 0).cloned().collect();
    assert!(read(&files, &counting) == acknowledged);
    let known: Vec<_> = segments.iter().map(|segment| &segment.name).collect();
    assert!(names(&files).iter().all(|name| known.contains(&name)), "what was deleted is gone");
}

#[test]
fn whatever_fails_once_what_was_acknowledged_lasts() {
    for failure in [DiskFailure::Broken, DiskFailure::Full] {
        let mut failed = Vec::new();
        for number in 0.. {
            let bench = Bench::new();
            let files = bench.open().unwrap();
            bench.faulty.fail(number, failure);
            let (segments, acknowledged) = script(&files, expected(failure));
            drop(files);
            let change = bench.faulty.stop();
            holds(&bench, &segments, &acknowledged);
            match change {
                Some(change) => failed.push(change),
                None => break,
            }
        }
        for change in [DiskChange::Create, DiskChange::Open, DiskChange::Write, DiskChange::Sync, DiskChange::Truncate]
        {
            assert!(failed.contains(&change), "{change:?} is not in {failed:?}");
        }
        assert!(failed.contains(&DiskChange::SyncFolder) && failed.contains(&DiskChange::Remove), "{failed:?}");
    }
}

#[test]
fn a_folder_whose_opening_failed_opens_again() {
    for failure in [DiskFailure::Broken, DiskFailure::Full] {
        for number in [0, 1, 2, 128, 256, 257, 258] {
            let bench = Bench::new();
            bench.faulty.fail(number, failure);
            assert_eq!(kind(bench.open()), Some(expected(failure)), "change {number}");
            assert!(bench.faulty.stop().is_some());
            let files = bench.open().unwrap();
            let (segments, acknowledged) = script(&files, ErrorKind::Busy);
            drop(files);
            holds(&bench, &segments, &acknowledged);
        }
    }
}

/// The folder was made by a process that was killed before it synced.
#[test]
fn a_folder_that_is_there_is_synced_by_the_next_opening() {
    let bench = Bench::new();
    bench.faulty.fail_next(DiskChange::SyncFolder, DiskFailure::Broken);
    assert!(bench.open().is_err());
    drop(bench.open().unwrap());
    bench.forgetful.forget().unwrap();
    assert_eq!(bench.folder.path().join("blobs").read_dir().unwrap().count(), 256);
}

/// The disk forgets indeed, or the tests above show nothing.
#[test]
fn what_was_not_synced_is_forgotten() {
    let bench = Bench::new();
    let files = bench.open().unwrap();
    let mut writing = block_on(files.append(&segment(1, 0))).unwrap();
    write_and_sync(&mut *writing, "kept").unwrap();
    block_on(writing.write(&Bytes::from_static(b" lost"))).unwrap();
    let mut lost = block_on(files.append(&segment(2, 0))).unwrap();
    block_on(lost.write(&Bytes::from_static(b"lost"))).unwrap();
    drop((writing, lost, files));
    bench.forgetful.forget().unwrap();
    let files = bench.open().unwrap();
    assert_eq!(names(&files), [segment(1, 0).name]);
    assert_eq!(read(&files, &[segment(1, 4)]), b"kept");
    assert_eq!(kind(block_on(files.append(&segment(1, 5)))), Some(ErrorKind::Unavailable));
}

/// The first answer of a sync that failed must not be followed by a good one of another sync that was under way.
#[test]
fn syncs_that_wait_behind_a_failed_one_fail() {
    let bench = Bench::new();
    let files = bench.open().unwrap();
    let mut writing = block_on(files.append(&segment(1, 0))).unwrap();
    bench.faulty.fail_next(DiskChange::Sync, DiskFailure::Broken);
    block_on(writing.write(&Bytes::from_static(b"abc"))).unwrap();
    let syncs: Vec<_> = (0..20).map(|_| writing.sync()).collect();
    for sync in syncs {
        assert_eq!(kind(block_on(sync)), Some(ErrorKind::Unavailable));
    }
}

/// A writer that was overtaken may leave a sync behind whose failure is the next writer's too.
#[test]
fn a_failure_left_behind_is_the_next_writers_too() {
    let bench = Bench::new();
    let files = bench.open().unwrap();
    let mut first = block_on(files.append(&segment(1, 0))).unwrap();
    let mut second = block_on(files.append(&segment(1, 0))).unwrap();
    bench.faulty.fail_next(DiskChange::Sync, DiskFailure::Full);
    assert_eq!(kind(block_on(first.sync())), Some(ErrorKind::Full));
    assert_eq!(kind(block_on(second.write(&Bytes::from_static(b"x")))), Some(ErrorKind::Unavailable));
    block_on(files.delete(&segment(1, 0).name)).unwrap();
    assert_eq!(kind(block_on(first.sync())), Some(ErrorKind::Full), "also when its name is forgotten");
}
