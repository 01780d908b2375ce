use std::collections::BTreeSet;

use super::habits::broken;
use super::requirements::Row;
use super::shape::functions;
use super::source::Source;
use super::{dependencies, one, requirements, shape, words};

fn source(path: &str, text: &str) -> Source {
    Source { path: path.into(), bytes: text.into() }
}

fn function(lines: usize) -> String {
    format!("fn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
}

#[test]
fn functions_are_measured_from_their_name_to_their_brace() {
    let text = "\
pub(crate) const fn one() {}
trait Shape {
    fn none(&self);
    async fn three(
        &self,
    ) -> u8 {
        1
    }
}
unsafe fn two() {
}
// fn comment() {
let fnord = 1;";
    let lines: Vec<&str> = text.lines().collect();
    let found: Vec<_> = functions(&lines).iter().map(|it| (it.name, it.line, it.lines)).collect();
    assert_eq!(found, [("one", 1, 1), ("three", 4, 5), ("two", 10, 2)]);
}

#[test]
fn what_is_too_long_is_named() {
    let cases = [
        ("crates/a/src/lib.rs", function(70), 0),
        ("crates/a/src/lib.rs", function(71), 1),
        ("crates/a/src/tests.rs", function(71), 0),
        ("crates/a/tests/main.rs", function(71), 0),
        ("crates/a/src/lib.rs", format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function(71)), 0),
        ("crates/a/src/lib.rs", "// line\n".repeat(600), 0),
        ("crates/a/src/lib.rs", "// line\n".repeat(601), 1),
        ("crates/a/src/lib.rs", format!("//! Long because it is a table.\n{}", "// line\n".repeat(600)), 0),
    ];
    for (path, text, findings) in cases {
        assert_eq!(shape::check(&source(path, &text)).len(), findings, "{path}: {text:.60}");
    }
}

#[test]
fn public_items_need_a_doc_comment() {
    let cases = [
        ("/// Said.\npub fn a() {}", 0),
        ("/// Said.\n#[must_use]\n#[derive(\n    Debug,\n)]\npub struct A;", 1), // The attribute spans lines: the nearest is not one.
        ("/// Said.\n#[must_use]\npub const fn a() {}", 0),
        ("pub const A: u8 = 1;", 1),
        ("pub async fn a() {}", 1),
        ("pub(crate) fn a() {}\npub use a::B;\npub mod c;", 0),
    ];
    for (text, findings) in cases {
        assert_eq!(shape::check(&source("crates/a/src/lib.rs", text)).len(), findings, "{text}");
    }
}

#[test]
fn habits_are_kept() {
    let cases = [
        ("fn get_name() {}", true),
        ("fn target() {}", false),
        ("// fn get_name() is what others write", false),
        ("pub type Names = Vec<String>;", true),
        ("    type Item = u8;", false),
        ("pub type BoxFuture<'a, T> = u8;", false),
        ("pub use inner::*;", true),
        ("use super::*;", false),
        ("mod utils;", true),
        ("mod tools;", false),
    ];
    for (line, expected) in cases {
        assert_eq!(broken(line).is_some(), expected, "{line}");
    }
}

#[test]
fn words_and_sizes_are_checked_in_every_kind_of_file() {
    let unfinished = ["FIX", "ME"].concat();
    assert_eq!(one(&source("docs/a.md", &format!("a\n{unfinished}\n"))).len(), 1);
    assert_eq!(words::check(&source("docs/a.md", "a fix for me\n")).len(), 0);
    assert_eq!(words::check(&source("tests/package-lock.json", &unfinished)).len(), 0);
    let large = Source { path: "a.bin".into(), bytes: vec![0xFF; (1 << 20) + 1] };
    assert_eq!(one(&large).len(), 1);
}

#[test]
fn dependencies_are_declared_explained_and_used() {
    let workspace = source(
        "Cargo.toml",
        "[workspace.dependencies]\na-own = { path = \"crates/a\" }\nb = \"1\"\nc = \"2\"\n\n[profile.dev]\nd = 1\n",
    );
    let page = source(
        "ARCHITECTURE.md",
        "## Dependencies\n| crate | why |\n|---|---|\n| `b` | words |\n| `e` | words |\n## More\n| `f` | no |\n",
    );
    let member =
        source("crates/a/Cargo.toml", "[package]\nname = \"a\"\n\n[dependencies]\nb.workspace = true\ng = \"3\"\n");
    let findings = dependencies::check(&[workspace, page, member]);
    let about: Vec<&str> = findings.iter().filter_map(|finding| finding.split(' ').nth(1)).collect();
    assert_eq!(about, ["c", "e", "c", "`g"], "{findings:#?}");
}

#[test]
fn a_row_needs_a_state_and_what_is_there_a_test() {
    let cited = BTreeSet::from(["P1"]);
    let cases = [
        ("| P1 | gzip | there | x |", Some(false)),
        ("| P2 | fields | there | x |", Some(true)),
        ("| P2 | fields | in part | x |", Some(true)),
        ("| P2 | fields | not yet | x |", Some(false)),
        ("| P1 | gzip | perhaps | x |", Some(true)),
        ("| id | requirement | state |", None),
        ("|---|---|---|", None),
        ("P1 is a line of text", None),
    ];
    for (line, expected) in cases {
        assert_eq!(Row::parse(line).map(|row| row.findings(&cited).is_some()), expected, "{line}");
    }
}

#[test]
fn ids_count_when_a_test_says_them_and_paths_when_they_exist() {
    let page = source(
        "docs/conventions.md",
        "| H1 | get | there | `crates/a/src/lib.rs` `crates/b` |\n| H2 | post | there | |\n",
    );
    let code = source("crates/a/src/lib.rs", "/// H2\nfn a() {}\n");
    let test = source("crates/a/tests/clients/plain.py", "# H1: get\n");
    let findings = requirements::check(&[page, code, test]);
    let said = |words: &str| findings.iter().any(|finding| finding.contains(words));
    assert!(said("H2 is said to be there") && said("there is no crates/b") && said("H3 has no row"), "{findings:#?}");
    assert!(!said("H1") && !said("crates/a"), "{findings:#?}");
}
