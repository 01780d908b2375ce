//! Both engines of bytes through the conformance suite, and against each other.

use dak_store::conformance;
use dak_store::files::Files;
use dak_store::memory::MemoryBlobs;
use dak_store::{Blobs, BoxFuture, Reading, Segment, Writing};
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
