//! Every dependency is declared once, in the workspace, is used, and says in ARCHITECTURE.md what it is for.

use std::collections::BTreeSet;

use crate::tidy::source::Source;

const HEADING: &str = "## Dependencies";

/// Differences between the workspace's `Cargo.toml`, its members' and the table of ARCHITECTURE.md.
pub(crate) fn check(sources: &[Source]) -> Vec<String> {
    let text =
        |path: &str| sources.iter().find(|source| source.path == path).and_then(Source::text).unwrap_or_default();
    let declared: BTreeSet<&str> = declared(text("Cargo.toml")).collect();
    let explained: BTreeSet<&str> = explained(text("ARCHITECTURE.md")).collect();
    let manifests: Vec<&Source> = sources.iter().filter(|source| is_member(&source.path)).collect();
    let used: BTreeSet<&str> = manifests.iter().flat_map(|source| used(source)).collect();
    let mut findings = differences(&declared, &explained, "has no line in the table of ARCHITECTURE.md");
    findings.extend(differences(&explained, &declared, "stands in ARCHITECTURE.md and is no dependency"));
    findings.extend(differences(&declared, &used, "is declared in the workspace and used by no member"));
    findings.extend(manifests.iter().flat_map(|source| own_versions(source)));
    findings
}

fn differences(these: &BTreeSet<&str>, those: &BTreeSet<&str>, complaint: &str) -> Vec<String> {
    these.difference(those).map(|name| format!("dependencies: {name} {complaint}")).collect()
}

/// The names under `[workspace.dependencies]`, our own crates aside.
fn declared(manifest: &str) -> impl Iterator<Item = &str> {
    let section = manifest.lines().skip_while(|line| *line != "[workspace.dependencies]").skip(1);
    let lines = section.take_while(|line| !line.starts_with('['));
    lines.filter(|line| !line.contains("path = ")).filter_map(|line| Some(line.split_once('=')?.0.trim()))
}

/// The names in the first column of the table: `| ` + name in backticks.
fn explained(architecture: &str) -> impl Iterator<Item = &str> {
    let section = architecture.lines().skip_while(|line| *line != HEADING).skip(1);
    let lines = section.take_while(|line| !line.starts_with("## "));
    lines.filter_map(|line| line.strip_prefix("| `")?.split('`').next())
}

/// The names a member takes from the workspace.
fn used(manifest: &Source) -> Vec<&str> {
    let lines = manifest.text().unwrap_or_default().lines();
    lines.filter(|line| line.contains("workspace = true")).filter_map(|line| line.split([' ', '.']).next()).collect()
}

/// Versions outside the workspace's manifest.
fn own_versions(manifest: &Source) -> Vec<String> {
    let text = manifest.text().unwrap_or_default();
    let sections = text.split("\n[").filter(|section| section.contains("dependencies]"));
    let lines = sections.flat_map(|section| section.lines().skip(1));
    let own = lines.filter(|line| line.contains('=') && !line.starts_with('#') && !line.contains("workspace = true"));
    own.map(|line| format!("{}: `{line}` belongs in the workspace's Cargo.toml", manifest.path)).collect()
}

fn is_member(path: &str) -> bool {
    path == "xtask/Cargo.toml" || (path.starts_with("crates/") && path.ends_with("/Cargo.toml"))
}
