//! Measuring, which a crate of its own does: it needs rivals that the workspace should not build.

use crate::failure::Failure;
use crate::shell;
use crate::workspace::Workspace;

const MANIFEST: &str = "bench/Cargo.toml";

/// Builds the program in its release form, then hands over to `bench/`.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<(), Failure> {
    if !workspace.has(MANIFEST) {
        return Err(Failure::new(format!("{MANIFEST} is not there yet")));
    }
    shell::run(workspace.cargo().args(["build", "--release", "--package", "dak"]))?;
    let program = workspace.target.join("release/dak");
    let mut command = workspace.cargo();
    command.args(["run", "--release", "--manifest-path", MANIFEST, "--"]).args(arguments);
    shell::run(command.env("DAK_BENCH_BIN", program).env("DAK_BENCH_OUT", workspace.target.join("bench")))
}
