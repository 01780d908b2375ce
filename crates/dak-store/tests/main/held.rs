//! The files engine on a disk whose syncs can be held back, so that what was handed over to its threads waits.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use dak_store::Blobs;
use dak_store::conformance::{block_on, segment};
use dak_store::files::{Disk, DiskFile, Files, SystemDisk};
use tempfile::TempDir;

/// More than the engine has threads, and more than it has blocks.
const WRITERS: u8 = 20;

/// No file is synced while a test holds it.
#[derive(Clone, Default)]
struct HeldDisk(Arc<Mutex<()>>);

struct HeldFile(Box<dyn DiskFile>, HeldDisk);

impl HeldDisk {
    fn wrap(&self, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(HeldFile(file, self.clone()))
    }
}

impl Disk for HeldDisk {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        SystemDisk.make_folder(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        SystemDisk.sync_folder(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        SystemDisk.create(path).map(|file| self.wrap(file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        SystemDisk.open(path).map(|file| self.wrap(file))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        SystemDisk.remove(path)
    }
}

impl DiskFile for HeldFile {
    fn length(&self) -> io::Result<u64> {
        self.0.length()
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.0.truncate(length)
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write(offset, bytes)
    }

    fn sync(&self) -> io::Result<()> {
        let _held = self.1.0.lock().unwrap();
        self.0.sync()
    }
}

/// What it had handed over, and no thread had begun with, must not come into what the next one writes.
#[test]
fn a_writer_that_has_gone_writes_nothing_any_more() {
    let (folder, disk) = (TempDir::new().unwrap(), HeldDisk::default());
    let files = Files::open_on(&folder.path().join("blobs"), Arc::new(disk.clone())).unwrap();
    let held = disk.0.lock().unwrap();
    let mut others: Vec<_> =
        (10..10 + WRITERS).map(|number| block_on(files.append(&segment(number, 0))).unwrap()).collect();
    let syncs: Vec<_> = others.iter_mut().map(|other| other.sync()).collect();

    let mut gone = block_on(files.append(&segment(1, 0))).unwrap();
    block_on(gone.write(&Bytes::from(vec![b'o'; 3_000_000]))).unwrap();
    drop(gone);
    // All blocks are taken, so that the next one writes at once.
    for other in &mut others {
        block_on(other.write(&Bytes::from_static(b"x"))).unwrap();
    }
    let mut next = block_on(files.append(&segment(1, 0))).unwrap();
    block_on(next.write(&Bytes::from(vec![b'n'; 5000]))).unwrap();
    drop(held);
    syncs.into_iter().for_each(|sync| block_on(sync).unwrap());
    block_on(next.sync()).unwrap();

    let mut reading = block_on(files.read(&[segment(1, 5000)], 0)).unwrap();
    assert!(block_on(reading.next(10_000)).unwrap() == vec![b'n'; 5000]);
}
