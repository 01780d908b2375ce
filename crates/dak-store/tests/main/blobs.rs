//! Both engines of bytes through the conformance suite, and against each other.

use std::sync::Arc;

use dak_store::conformance::{self, BlobStep, ForgetfulDisk, agree_blobs, segment};
use dak_store::files::Files;
use dak_store::memory::MemoryBlobs;
use dak_store::{Blobs, BoxFuture, Reading, Segment, Writing};
use proptest::collection::vec;
use proptest::prelude::*;
use tempfile::TempDir;

/// A store whose folder goes with it.
struct Temporary {
    files: Files,
    _folder: TempDir,
}

impl Temporary {
    fn new() -> Temporary {
        let folder = TempDir::new().unwrap();
        Temporary { files: Files::open(&folder.path().join("blobs")).unwrap(), _folder: folder }
    }
}

impl Blobs for Temporary {
    fn is_appendable(&self, segment: &Segment) -> bool {
        self.files.is_appendable(segment)
    }

    fn append<'a>(&'a self, segment: &'a Segment) -> BoxFuture<'a, Box<dyn Writing>> {
        self.files.append(segment)
    }

    fn read<'a>(&'a self, segments: &'a [Segment], offset: u64) -> BoxFuture<'a, Box<dyn Reading>> {
        self.files.read(segments, offset)
    }

    fn cut<'a>(&'a self, segment: &'a Segment) -> BoxFuture<'a, ()> {
        self.files.cut(segment)
    }

    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, ()> {
        self.files.delete(name)
    }
}

#[test]
fn memory_conforms() {
    conformance::run_blobs(&|| Box::new(MemoryBlobs::new()));
}

#[test]
fn files_conform() {
    conformance::run_blobs(&|| Box::new(Temporary::new()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each time before the folder is opened the power goes: what was answered lasts.
    #[test]
    fn engines_agree(script in vec(step(), 1..60)) {
        let folder = TempDir::new().unwrap();
        let disk = Arc::new(ForgetfulDisk::new(folder.path()));
        let open = || {
            disk.forget().unwrap();
            Files::open_on(&folder.path().join("blobs"), disk.clone()).unwrap()
        };
        agree_blobs(&|| Box::new(open()), &script);
    }
}

fn step() -> impl Strategy<Value = BlobStep> {
    prop_oneof![
        8 => (any_segment(), vec(vec(any::<u8>(), 0..8), 0..4)).prop_map(|(segment, pieces)| BlobStep::Append(segment, pieces)),
        8 => (vec(any_segment(), 0..5), 0..20_u64, 1..9_usize)
            .prop_map(|(segments, offset, bytes_max)| BlobStep::Read(segments, offset, bytes_max)),
        1 => any_segment().prop_map(|segment| BlobStep::Delete(segment.name)),
        1 => Just(BlobStep::Reopen),
    ]
}

fn any_segment() -> impl Strategy<Value = Segment> {
    let length = prop_oneof![2 => Just(0), 5 => 0..8_u64, 1 => 0..40_u64];
    (0..4_u8, length).prop_map(|(number, length)| segment(number, length))
}
