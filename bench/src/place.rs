//! Where things are.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;

/// Where the program is and where results go.
#[derive(Debug)]
pub(crate) struct Place {
    /// The program that is measured.
    pub(crate) dak: PathBuf,
    /// This program, which is also its own floors.
    pub(crate) bench: PathBuf,
    /// Where the results go; data folders of measured servers are made here too, on a real disk.
    pub(crate) out: PathBuf,
}

impl Place {
    /// Takes what `cargo xtask bench` says, or looks in the workspace and builds what is missing.
    pub(crate) fn find() -> Result<Place, Failure> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let said = |name: &str| env::var_os(name).map(PathBuf::from);
        let dak = said("DAK_BENCH_BIN").unwrap_or_else(|| target.join("release/dak"));
        let out = said("DAK_BENCH_OUT").unwrap_or_else(|| target.join("bench"));
        if !dak.exists() {
            build(&root)?;
        }
        std::fs::create_dir_all(&out)?;
        Ok(Place { dak, bench: env::current_exe()?, out })
    }
}

fn build(root: &Path) -> Result<(), Failure> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let built = cargo.current_dir(root).args(["build", "--release", "--package", "dak"]).status()?;
    if built.success() { Ok(()) } else { Err(Failure::new("dak could not be built")) }
}
