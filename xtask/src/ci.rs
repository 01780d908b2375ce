//! The whole gate.

use crate::steps::Steps;
use crate::test::{self, Plan};
use crate::workspace::Workspace;
use crate::{purity, shell, tidy};

/// Crates outside the workspace, so that what they need stays out of everybody's build. They must still compile.
const OUTSIDE: [&str; 2] = ["fuzz", "bench"];

/// Runs every check, the quick ones first, then every test.
pub(crate) fn run(workspace: &Workspace, steps: &mut Steps) {
    let cargo = |words: &[&str]| shell::run(workspace.cargo().args(words));
    steps.run("tidy", || tidy::check(workspace));
    steps.run("format", || cargo(&["fmt", "--all", "--check"]));
    steps.run("purity", || purity::check(workspace));
    let lints = ["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"];
    steps.run("lints", || cargo(&lints));
    steps.run("documentation", || {
        let mut command = workspace.cargo();
        command.env("RUSTDOCFLAGS", "--deny warnings").args(["doc", "--workspace", "--no-deps", "--locked"]);
        shell::run(&mut command)
    });
    for folder in OUTSIDE {
        steps.run(&format!("{folder} compiles"), || compiles(workspace, folder));
    }
    test::run(workspace, steps, &Plan::default());
}

fn compiles(workspace: &Workspace, folder: &str) -> Result<(), crate::Failure> {
    let manifest = format!("{folder}/Cargo.toml");
    if !workspace.has(&manifest) {
        println!("{manifest} is not there yet");
        return Ok(());
    }
    shell::run(workspace.cargo().args(["check", "--locked", "--all-targets", "--manifest-path", &manifest]))
}
