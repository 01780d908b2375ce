//! Programs of the system that some rows need.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The path of a program; installed from the system's packages when it is missing and this may be done.
pub(crate) fn find_or_install(program: &str, package: &str) -> Option<PathBuf> {
    find(program).or_else(|| {
        install(package);
        find(program)
    })
}

/// The path of a program.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Only root may; for anybody else this does nothing.
fn install(package: &str) {
    if !rustix::process::geteuid().is_root() || find("apt-get").is_none() {
        return;
    }
    eprintln!("Installing {package} ...");
    let mut command = Command::new("apt-get");
    command.args(["install", "--yes", "--no-install-recommends", package]).env("DEBIAN_FRONTEND", "noninteractive");
    let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}
