//! The files of the project.

use std::process::Command;

use crate::failure::Failure;
use crate::shell;
use crate::workspace::Workspace;

/// Folder and file names that mark tests and what only tests use.
const TEST_NAMES: [&str; 10] =
    ["tests", "test", "benches", "examples", "fuzz", "tests.rs", "test.rs", "benches.rs", "examples.rs", "fuzz.rs"];

/// One file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path from the root, with slashes.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) bytes: Vec<u8>,
}

impl Source {
    /// What it holds, if that is text.
    pub(crate) fn text(&self) -> Option<&str> {
        str::from_utf8(&self.bytes).ok()
    }

    /// True for tests and for what only tests use.
    pub(crate) fn is_test(&self) -> bool {
        let named = self.path.split('/').any(|part| TEST_NAMES.contains(&part) || part == "dak-testkit");
        named || self.path.ends_with("_test.rs") || self.path.ends_with("_tests.rs")
    }

    /// The lines of production code: none of a test file, else those before an inline test module.
    pub(crate) fn production(&self) -> Vec<&str> {
        let lines = self.lines();
        let end = if self.is_test() { 0 } else { production_end(&lines) };
        lines.into_iter().take(end).collect()
    }

    /// The lines of tests: all of a test file, else those of an inline test module.
    pub(crate) fn tests(&self) -> Vec<&str> {
        let lines = self.lines();
        let start = if self.is_test() { 0 } else { production_end(&lines) };
        lines.into_iter().skip(start).collect()
    }

    fn lines(&self) -> Vec<&str> {
        self.text().unwrap_or_default().lines().collect()
    }
}

/// Every file that git knows or would add, in the order of its path.
pub(crate) fn all(workspace: &Workspace) -> Result<Vec<Source>, Failure> {
    let mut command = Command::new("git");
    command.current_dir(&workspace.root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let printed = shell::output(&mut command)?;
    let mut paths: Vec<&str> = printed.split_terminator('\0').collect();
    paths.sort_unstable();
    paths.dedup();
    let existing = paths.into_iter().filter(|path| workspace.root.join(path).is_file());
    existing.map(|path| Ok(Source { path: path.into(), bytes: std::fs::read(workspace.root.join(path))? })).collect()
}

/// The index of the `#[cfg(test)]` before an inline module, or the number of lines.
fn production_end(lines: &[&str]) -> usize {
    let is_gate = |line: &str| line.starts_with("#[cfg(test") || line.starts_with("#[cfg(all(test");
    let opens = |line: &&str| line.trim().ends_with('{') && line.split_whitespace().any(|word| word == "mod");
    let starts = |index: &usize| {
        let following = lines.iter().skip(index + 1).take(3);
        lines.get(*index).is_some_and(|line| is_gate(line.trim())) && following.clone().any(opens)
    };
    (0..lines.len()).find(starts).unwrap_or(lines.len())
}
