//! Habits of the house (CONTRIBUTING.md) that the compiler does not know.

use crate::tidy::source::Source;

/// The one alias: futures behind an object-safe trait have no other name.
const ALIASES: [&str; 1] = ["BoxFuture"];
const DRAWERS: [&str; 6] = ["common", "helper", "helpers", "misc", "util", "utils"];

/// Habits broken in production code.
pub(crate) fn check(source: &Source) -> Vec<String> {
    let lines = source.production();
    let numbered = lines.iter().enumerate();
    let findings = numbered.filter_map(|(index, line)| {
        let what = broken(line)?;
        Some(format!("{}:{}: {what}", source.path, index + 1))
    });
    findings.collect()
}

/// What is wrong with a line of code.
pub(crate) fn broken(line: &str) -> Option<&'static str> {
    let words: Vec<&str> = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    let follows = |word: &str, test: &dyn Fn(&str) -> bool| {
        words.windows(2).any(|pair| matches!(pair, [first, second] if *first == word && test(second)))
    };
    let is_comment = line.trim_start().starts_with("//");
    let is_alias = line.starts_with("type ") || line.starts_with("pub type ") || line.starts_with("pub(crate) type ");
    if is_comment {
        None
    } else if follows("fn", &|name| name.starts_with("get_")) {
        Some("a name with `get_`: say what it gives")
    } else if is_alias && !follows("type", &|name| ALIASES.contains(&name)) {
        Some("a type alias: use the type, or make a new one")
    } else if line.starts_with("pub") && words.contains(&"use") && line.contains("::*") {
        Some("a glob re-export: name what is offered")
    } else if follows("mod", &|name| DRAWERS.contains(&name)) {
        Some("a drawer for everything: name the module after what is in it")
    } else {
        None
    }
}
