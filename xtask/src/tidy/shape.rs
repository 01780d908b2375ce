//! Lengths and documentation of Rust code, read as text: rustfmt's indentation tells where things end.

use crate::tidy::source::Source;

const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 600;
/// A file over the limit says why with these words in one of its first lines.
const REASON: &str = "Long because";
const REASON_LINES: usize = 12;

/// What is too long or lacks its documentation.
pub(crate) fn check(source: &Source) -> Vec<String> {
    let lines = source.production();
    let mut findings = long_file(&source.path, &lines);
    findings.extend(long_functions(&source.path, &lines));
    findings.extend(undocumented(&source.path, &lines));
    findings
}

fn long_file(path: &str, lines: &[&str]) -> Vec<String> {
    let excused = lines.iter().take(REASON_LINES).any(|line| line.contains(REASON));
    let long = lines.len() > FILE_LINES_MAX && !excused;
    let finding = || format!("{path}: {} lines, over {FILE_LINES_MAX}, and no `{REASON}` at its top", lines.len());
    long.then(finding).into_iter().collect()
}

fn long_functions(path: &str, lines: &[&str]) -> Vec<String> {
    let long = functions(lines).into_iter().filter(|function| function.lines > FUNCTION_LINES_MAX);
    long.map(|Function { name, line, lines }| {
        format!("{path}:{line}: {name} has {lines} lines, over {FUNCTION_LINES_MAX}")
    })
    .collect()
}

fn undocumented(path: &str, lines: &[&str]) -> Vec<String> {
    let public = (0..lines.len()).filter(|&index| is_public_item(lines.get(index).map_or("", |line| line.trim())));
    let bare = public.filter(|&index| !is_documented(lines.get(..index).unwrap_or_default()));
    bare.map(|index| format!("{path}:{}: a public item without documentation", index + 1)).collect()
}

/// A function found in text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    /// Where it begins, counted from 1.
    pub(crate) line: usize,
    /// From its `fn` to its closing brace.
    pub(crate) lines: usize,
}

/// Every function with a body, nested ones too.
pub(crate) fn functions<'a>(lines: &[&'a str]) -> Vec<Function<'a>> {
    let starts = lines.iter().enumerate().filter_map(|(index, line)| Some((index, signature(line)?)));
    let with_body = starts.filter_map(|(index, (indent, name))| {
        let end = body_end(lines.get(index..)?, indent)?;
        Some(Function { name, line: index + 1, lines: end + 1 })
    });
    with_body.collect()
}

/// The index of the line that closes the function which starts on the first of `lines`; none without a body.
fn body_end(lines: &[&str], indent: usize) -> Option<usize> {
    let opening = lines.iter().position(|line| line.contains(['{', ';']))?;
    let line = lines.get(opening)?;
    if !line.contains('{') {
        return None;
    }
    if line.trim_end().ends_with('}') {
        return Some(opening);
    }
    let brace = format!("{}}}", " ".repeat(indent));
    let behind = lines.iter().skip(opening + 1).position(|line| line.starts_with(&brace));
    Some(behind.map_or(lines.len() - 1, |lines| opening + 1 + lines))
}

/// The indentation and name of the function a line declares.
fn signature(line: &str) -> Option<(usize, &str)> {
    let mut rest = line.trim_start();
    let indent = line.len() - rest.len();
    rest = after_visibility(rest);
    while let Some(shorter) = MODIFIERS.iter().find_map(|modifier| rest.strip_prefix(modifier)) {
        rest = shorter;
    }
    let name = rest.strip_prefix("fn ")?;
    let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len());
    Some((indent, name.get(..end).filter(|name| !name.is_empty())?))
}

const MODIFIERS: [&str; 5] = ["default ", "const ", "async ", "unsafe ", "extern \"C\" "];
const ITEMS: [&str; 7] = ["fn ", "struct ", "enum ", "trait ", "type ", "const ", "static "];

fn after_visibility(line: &str) -> &str {
    let Some(rest) = line.strip_prefix("pub") else {
        return line;
    };
    let rest = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')).map_or(rest, |(_, behind)| behind);
    rest.strip_prefix(' ').unwrap_or(line)
}

fn is_public_item(line: &str) -> bool {
    let Some(mut rest) = line.strip_prefix("pub ") else {
        return false;
    };
    while let Some(shorter) = MODIFIERS.iter().find_map(|modifier| rest.strip_prefix(modifier)) {
        if ITEMS.iter().any(|item| rest.starts_with(item)) {
            return true;
        }
        rest = shorter;
    }
    ITEMS.iter().any(|item| rest.starts_with(item))
}

/// True if a doc comment ends `before` an item, attributes aside.
fn is_documented(before: &[&str]) -> bool {
    let is_attribute = |line: &str| line.starts_with("#[") || line.ends_with(")]");
    let mut above = before.iter().rev().map(|line| line.trim());
    above.find(|line| !is_attribute(line)).is_some_and(|line| line.starts_with("///"))
}
