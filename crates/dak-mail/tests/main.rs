//! What the fuzz targets have found or should begin with, replayed.

#[path = "../../../fuzz/mail_oracles.rs"]
mod mail_oracles;

use std::path::Path;
use std::{fs, io};

#[test]
fn mail_search() -> io::Result<()> {
    replay("mail_search", mail_oracles::mail_search)
}

#[expect(clippy::disallowed_methods, reason = "the corpus is files")]
fn replay(target: &str, oracle: fn(&[u8])) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    for entry in fs::read_dir(folder)? {
        oracle(&fs::read(entry?.path())?);
    }
    Ok(())
}
