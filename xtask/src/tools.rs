//! Programs of other languages that some tests drive, installed below `target/`; what only the system's package manager has
//! is installed by that.
//!
//! Each install is idempotent: what was installed is written down beside it, and nothing is done while
//! that is still what is wanted.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::shell;
use crate::workspace::Workspace;

/// Where the lists of packages are: beside the programs that need them.
const LISTS: &str = "crates/dak/tests/clients";

/// A tool and how tests find it.
pub(crate) struct Tool {
    /// Its name as a step.
    pub(crate) name: &'static str,
    /// The environment variable that holds its path while tests run.
    pub(crate) variable: &'static str,
    /// Installs it if need be and gives its path.
    pub(crate) install: fn(&Workspace) -> Result<PathBuf, Failure>,
}

/// The tools of all tests.
pub(crate) const ALL: [Tool; 5] = [
    Tool { name: "Python packages", variable: "DAK_TEST_PYTHON", install: install_python },
    Tool { name: "Node packages", variable: "DAK_TEST_NODE", install: install_node },
    Tool { name: "Go packages", variable: "DAK_TEST_GO", install: install_go },
    Tool { name: "Java packages", variable: "DAK_TEST_JAVA", install: install_java },
    Tool { name: "CPython's mails", variable: "DAK_TEST_MAILS", install: install_mails },
];

/// True where a missing tool must not pass silently (`CI=true`).
pub(crate) fn must_be_there() -> bool {
    env::var_os("CI").is_some_and(|value| value == "true")
}

/// A virtual environment with the clients of `requirements.txt`; gives its interpreter.
fn install_python(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let list = format!("{LISTS}/requirements.txt");
    let folder = workspace.target.join("test-tools/python");
    let python = folder.join("bin/python");
    let wanted = workspace.text(&list)?;
    if python.exists() && is_installed(&folder, &wanted) {
        return Ok(python);
    }
    let has_venv = || shell::works(Command::new("python3").args(["-c", "import ensurepip, venv"]));
    need(has_venv, &["python3", "python3-venv"], "Python 3 with venv")?;
    shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--requirement"];
    shell::run(Command::new(&python).args(pip).arg(workspace.root.join(list)))?;
    write_down(&folder, &wanted)?;
    Ok(python)
}

/// A folder with the `node_modules` of `package-lock.json`; gives the folder.
fn install_node(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let folder = workspace.target.join("test-tools/node");
    let wanted = workspace.text(&format!("{LISTS}/package-lock.json"))?;
    if is_installed(&folder, &wanted) {
        return Ok(folder);
    }
    let has_npm = || ["node", "npm"].iter().all(|program| shell::works(Command::new(program).arg("--version")));
    need(has_npm, &["nodejs", "npm"], "Node.js with npm")?;
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json"] {
        fs::write(folder.join(file), workspace.text(&format!("{LISTS}/{file}"))?)?;
    }
    let words = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    shell::run(Command::new("npm").args(words).current_dir(&folder))?;
    write_down(&folder, &wanted)?;
    Ok(folder)
}

/// Google's client for Go as the system's package manager has it; gives the `GOPATH` it is in.
fn install_go(_: &Workspace) -> Result<PathBuf, Failure> {
    let path = PathBuf::from("/usr/share/gocode");
    let client = path.join("src/google.golang.org/api/gmail/v1");
    let has_client = || client.is_dir() && shell::works(Command::new("go").arg("version"));
    need(has_client, &["golang-go", "golang-google-api-dev"], "Go with Google's client")?;
    Ok(path)
}

/// What Google's clients for Java are generated over, as the system's package manager has it; gives the folder of its classes.
fn install_java(_: &Workspace) -> Result<PathBuf, Failure> {
    let path = PathBuf::from("/usr/share/java");
    let jars = ["google-api-client.jar", "google-auth-library-oauth2-http.jar"].map(|name| path.join(name));
    let has_jars = || jars.iter().all(|jar| jar.is_file()) && shell::works(Command::new("javac").arg("-version"));
    let packages = ["default-jdk-headless", "libgoogle-api-client-java", "libgoogle-auth-java"];
    need(has_jars, &packages, "Java with Google's library")?;
    Ok(path)
}

/// A folder with the messages that CPython tests its own reader with, out of Debian's package of its tests. The package
/// is unpacked and not installed, so nobody has to be root.
fn install_mails(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let folder = workspace.target.join("test-tools/mails");
    let package = package_of_tests()?;
    if !is_installed(&folder, &package) {
        fs::create_dir_all(&folder)?;
        shell::run(Command::new("apt-get").args(["download", "--quiet", &package]).current_dir(&folder))?;
        let archive = fs::read_dir(&folder)?.filter_map(Result::ok).map(|entry| entry.path());
        let archive = archive.filter(|path| path.extension().is_some_and(|end| end == "deb")).max();
        let archive = archive.ok_or_else(|| Failure::new(format!("apt-get left no archive of {package}")))?;
        shell::run(Command::new("dpkg-deb").arg("--extract").arg(&archive).arg(&folder))?;
        fs::remove_file(archive)?;
        write_down(&folder, &package)?;
    }
    let version = package.trim_start_matches("lib").trim_end_matches("-testsuite");
    Ok(folder.join(format!("usr/lib/{version}/test/test_email/data")))
}

/// The name of the package, which has the version of Python in it.
fn package_of_tests() -> Result<String, Failure> {
    let search =
        || shell::output(Command::new("apt-cache").args(["search", "--names-only", "^libpython3.*-testsuite$"]));
    let mut found = search()?;
    if found.is_empty() && is_root() {
        shell::run(Command::new("apt-get").args(["update", "--quiet"]))?;
        found = search()?;
    }
    let package = found.lines().filter_map(|line| line.split(' ').next()).max();
    package
        .map(Into::into)
        .ok_or_else(|| Failure::new("CPython's tests are no package; on Debian: sudo apt-get update"))
}

/// Makes sure of something only the system's package manager can give: installs it as root, else names the command.
fn need(is_there: impl Fn() -> bool, packages: &[&str], what: &str) -> Result<(), Failure> {
    if !is_there() && is_root() && shell::works(Command::new("apt-get").arg("--version")) {
        let install = ["install", "--yes", "--no-install-recommends"];
        shell::run(Command::new("apt-get").args(["update", "--quiet"]))?;
        let mut command = Command::new("apt-get");
        shell::run(command.args(install).args(packages).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    match is_there() {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "{what} is missing; on Debian and Ubuntu: sudo apt-get install {}",
            packages.join(" ")
        ))),
    }
}

fn is_root() -> bool {
    shell::output(Command::new("id").arg("-u")).is_ok_and(|printed| printed.trim() == "0")
}

fn is_installed(folder: &Path, wanted: &str) -> bool {
    fs::read_to_string(folder.join("installed")).is_ok_and(|installed| installed == wanted)
}

fn write_down(folder: &Path, wanted: &str) -> Result<(), Failure> {
    Ok(fs::write(folder.join("installed"), wanted)?)
}
