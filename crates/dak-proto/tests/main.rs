//! What the fuzz targets have found or should begin with, replayed.

#[path = "../../../fuzz/oracles.rs"]
mod oracles;

use std::path::Path;
use std::{fs, io};

#[test]
fn fields_parse() -> io::Result<()> {
    replay("fields_parse", oracles::fields_parse)
}

#[test]
fn fields_project() -> io::Result<()> {
    replay("fields_project", oracles::fields_project)
}

#[test]
fn content_range() -> io::Result<()> {
    replay("content_range", oracles::content_range)
}

#[test]
fn multipart() -> io::Result<()> {
    replay("multipart", oracles::multipart)
}

#[test]
fn batch() -> io::Result<()> {
    replay("batch", oracles::batch)
}

#[test]
fn receiver() -> io::Result<()> {
    replay("receiver", oracles::receiver)
}

#[expect(clippy::disallowed_methods, reason = "the corpus is files")]
fn replay(target: &str, oracle: fn(&[u8])) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    for entry in fs::read_dir(folder)? {
        oracle(&fs::read(entry?.path())?);
    }
    Ok(())
}
