//! docs/conventions.md against the code: every requirement stands there, and what is said to be there has a test.

use std::collections::BTreeSet;

use crate::tidy::source::Source;

const PAGE: &str = "docs/conventions.md";
/// The families of requirements and how many of each must have a row. Those of `G` are counted by nobody.
const FAMILIES: [(char, usize); 4] = [('G', 0), ('H', 5), ('P', 15), ('U', 15)];
const STATES: [&str; 3] = ["there", "in part", "not yet"];

/// Requirements without a row, rows without a state, states without a test, and paths that are not there.
pub(crate) fn check(sources: &[Source]) -> Vec<String> {
    let page = sources.iter().find(|source| source.path == PAGE).and_then(Source::text).unwrap_or_default();
    let rows: Vec<Row<'_>> = page.lines().filter_map(Row::parse).collect();
    let cited = cited(sources);
    let mut findings = missing(&rows);
    findings.extend(rows.iter().flat_map(|row| row.findings(&cited)));
    findings.extend(dead_paths(page, sources));
    findings
}

/// One row of the table: id, requirement, state, the rest.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row<'a> {
    id: &'a str,
    state: &'a str,
}

impl<'a> Row<'a> {
    /// A line that starts with an id; every other line is none.
    pub(crate) fn parse(line: &'a str) -> Option<Row<'a>> {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let id = cells.next().filter(|cell| is_id(cell))?;
        Some(Row { id, state: cells.nth(1)? })
    }

    /// What is wrong with this row, given the ids that tests cite.
    pub(crate) fn findings(&self, cited: &BTreeSet<&str>) -> Option<String> {
        let Row { id, state } = self;
        if !STATES.contains(state) {
            return Some(format!("{PAGE}: {id} is `{state}`, which is none of: {}", STATES.join(", ")));
        }
        let unshown = *state != "not yet" && !cited.contains(id);
        unshown.then(|| format!("{PAGE}: {id} is said to be {state}, but no test cites it"))
    }
}

fn missing(rows: &[Row<'_>]) -> Vec<String> {
    let all = FAMILIES.iter().flat_map(|(family, count)| (1..=*count).map(move |number| format!("{family}{number}")));
    let absent = all.filter(|id| !rows.iter().any(|row| row.id == id));
    absent.map(|id| format!("{PAGE}: {id} has no row")).collect()
}

/// The ids that stand as words in tests, scripts of other languages included.
fn cited(sources: &[Source]) -> BTreeSet<&str> {
    let lines = sources.iter().filter(|source| !source.path.starts_with("xtask/")).flat_map(Source::tests);
    lines
        .flat_map(|line| line.split(|letter: char| !letter.is_ascii_alphanumeric()))
        .filter(|word| is_id(word))
        .collect()
}

fn is_id(word: &str) -> bool {
    let number = word.strip_prefix(FAMILIES.map(|(family, _)| family));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()))
}

/// Words in backticks that look like a path of this project and name nothing.
fn dead_paths(page: &str, sources: &[Source]) -> Vec<String> {
    let quoted = page.split('`').skip(1).step_by(2);
    let paths =
        quoted.filter(|word| ["crates/", "docs/", "xtask/", "fuzz/", "bench/"].iter().any(|top| word.starts_with(top)));
    let is_there =
        |path: &str| sources.iter().any(|source| source.path == path || source.path.starts_with(&format!("{path}/")));
    let dead: BTreeSet<&str> = paths.filter(|path| !is_there(path.trim_end_matches('/'))).collect();
    dead.into_iter().map(|path| format!("{PAGE}: there is no {path}")).collect()
}
