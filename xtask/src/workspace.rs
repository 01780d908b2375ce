//! What cargo knows about this workspace.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::failure::Failure;
use crate::shell;

/// Where things are.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds.
    pub(crate) target: PathBuf,
    /// The members' names.
    pub(crate) members: Vec<String>,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn read() -> Result<Workspace, Failure> {
        // Cargo says at run time where the package is; a program in a shared target folder may come from another clone.
        let folder = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let printed =
            shell::output(cargo(Path::new(&folder)).args(["metadata", "--format-version", "1", "--no-deps"]))?;
        let metadata: Value = serde_json::from_str(&printed)
            .map_err(|error| Failure::new(format!("cargo metadata printed no JSON: {error}")))?;
        let path = |name: &str| metadata[name].as_str().map(PathBuf::from);
        let parts = (path("workspace_root"), path("target_directory"), metadata["packages"].as_array());
        let (Some(root), Some(target), Some(packages)) = parts else {
            return Err(Failure::new("cargo metadata names no workspace"));
        };
        let members = packages.iter().filter_map(|package| package["name"].as_str().map(String::from)).collect();
        Ok(Workspace { root, target, members })
    }

    /// `cargo` at the root of the workspace.
    pub(crate) fn cargo(&self) -> Command {
        cargo(&self.root)
    }

    /// True if the workspace has a file or folder at `path`, given from its root.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// The text of the file at `path`, given from the root.
    pub(crate) fn text(&self, path: &str) -> Result<String, Failure> {
        let full = self.root.join(path);
        std::fs::read_to_string(full).map_err(|error| Failure::new(format!("cannot read {path}: {error}")))
    }
}

/// The cargo that runs this program, in `folder`.
fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder);
    command
}
