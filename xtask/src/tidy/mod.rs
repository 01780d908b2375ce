//! What a reviewer would otherwise say twice (CONTRIBUTING.md), as checks on the text of the project.

mod dependencies;
mod habits;
mod requirements;
mod shape;
mod source;
mod words;

use crate::failure::Failure;
use crate::workspace::Workspace;
use source::Source;

/// A file larger than this is data that belongs elsewhere.
const FILE_BYTES_MAX: usize = 1 << 20;

/// Runs all checks over every file that git knows or would add.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let sources = source::all(workspace)?;
    let mut findings: Vec<String> = sources.iter().flat_map(one).collect();
    findings.extend(dependencies::check(&sources));
    findings.extend(requirements::check(&sources));
    println!("{} files, {} findings", sources.len(), findings.len());
    if findings.is_empty() { Ok(()) } else { Err(Failure::new(findings.join("\n"))) }
}

/// The findings in one file by itself.
fn one(source: &Source) -> Vec<String> {
    let mut findings = too_large(source);
    findings.extend(words::check(source));
    if source.path.ends_with(".rs") {
        findings.extend(habits::check(source));
        findings.extend(shape::check(source));
    }
    findings
}

fn too_large(source: &Source) -> Vec<String> {
    let bytes = source.bytes.len();
    let finding = || format!("{}: {bytes} bytes, over {FILE_BYTES_MAX}", source.path);
    (bytes > FILE_BYTES_MAX).then(finding).into_iter().collect()
}

#[cfg(test)]
mod tests;
