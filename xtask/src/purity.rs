//! Proof that the pure crates are pure: nothing that reads, waits or draws is among what they are built
//! from, and the lints forbid them the parts of std that would.

use crate::failure::Failure;
use crate::shell;
use crate::workspace::Workspace;

/// Crates that hold rules only: time and random numbers are arguments, bytes come in and go out.
const PURE: [&str; 3] = ["dak-proto", "dak-api", "dak-mail"];

/// Crates that open sockets and files, keep a thread, read a clock or draw random numbers.
const IMPURE: [&str; 17] = [
    "async-std",
    "fastrand",
    "getrandom",
    "hyper",
    "hyper-util",
    "libsqlite3-sys",
    "mio",
    "rand",
    "rand_core",
    "reqwest",
    "rusqlite",
    "rustix",
    "smol",
    "socket2",
    "tempfile",
    "tokio",
    "ureq",
];

/// What the `clippy.toml` of a pure crate must disallow, beside everything the root's `clippy.toml` sets.
const DISALLOWED: [&str; 8] = [
    "std::env::var",
    "std::fs::File",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::thread::sleep",
    "std::thread::spawn",
    "std::time::Instant::now",
    "std::time::SystemTime::now",
];

/// Checks every pure crate; one that is not there yet is named.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let mut faults = Vec::new();
    for name in PURE {
        if workspace.members.iter().any(|member| member == name) {
            faults.extend(impure_dependencies(&tree(workspace, name)?, name));
            faults.extend(missing_lints(workspace, name)?);
        } else {
            println!("{name} is not there yet");
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::new(faults.join("\n"))) }
}

fn tree(workspace: &Workspace, name: &str) -> Result<String, Failure> {
    let words = ["tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--package", name];
    shell::output(workspace.cargo().args(words))
}

/// Lines of `cargo tree` that name an impure crate.
fn impure_dependencies(tree: &str, name: &str) -> Vec<String> {
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let impure = names.filter(|dependency| IMPURE.contains(dependency));
    let mut found: Vec<_> =
        impure.map(|dependency| format!("{name} is pure and must not build on {dependency}")).collect();
    found.dedup();
    found
}

/// A crate's `clippy.toml` replaces the root's, so it repeats that and adds its own lists.
fn missing_lints(workspace: &Workspace, name: &str) -> Result<Vec<String>, Failure> {
    let path = format!("crates/{name}/clippy.toml");
    let root = workspace.text("clippy.toml")?;
    let Ok(text) = workspace.text(&path) else {
        return Ok(vec![format!("{path} is missing; it disallows what a pure crate may not call")]);
    };
    let settings = root.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let unset = settings.filter(|line| !text.lines().any(|other| other == *line));
    let allowed = DISALLOWED.iter().filter(|path| !text.contains(&format!("\"{path}\"")));
    let unset = unset.map(|line| format!("{path} lacks the line `{line}` of the root's clippy.toml"));
    Ok(unset.chain(allowed.map(|item| format!("{path} does not disallow {item}"))).collect())
}

#[cfg(test)]
mod tests;
