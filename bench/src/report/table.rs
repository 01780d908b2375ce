//! The tables on the terminal.

use std::fmt::Write;

use crate::instructions::Count;
use crate::rows::{Goal, Row};

/// The rows, a line each.
pub(crate) fn rows(rows: &[Row]) -> String {
    let mut lines = vec![["row", "ours", "floor", "ratio", "goal", "", "compared with", "unit"].map(String::from)];
    lines.extend(rows.iter().map(line));
    aligned(&lines)
}

/// The counts of instructions, a line each.
pub(crate) fn counts(counts: &[Count]) -> String {
    let mut lines = vec![["instructions", "now", "baseline", "change", "per"].map(String::from)];
    lines.extend(counts.iter().map(|count| {
        [
            count.name.to_owned(),
            number(count.instructions),
            count.baseline.map_or("-".into(), number),
            count.change().map_or("-".into(), |change| format!("{change:+.1} %")),
            count.unit.to_owned(),
        ]
    }));
    aligned(&lines)
}

fn line(row: &Row) -> [String; 8] {
    let of = |value: Option<f64>| value.map_or("-".to_owned(), number);
    let floor = row.numbers.and_then(|numbers| numbers.floor);
    [
        row.name.to_owned(),
        of(row.numbers.map(|numbers| numbers.ours)),
        of(floor),
        row.numbers.filter(|_| floor.is_some()).map_or("-".into(), |numbers| format!("{:.2}", numbers.ratio)),
        goal(row.goal),
        outcome(row).to_owned(),
        row.floor_name.to_owned(),
        row.unit.to_owned(),
    ]
}

/// A goal as it stands in the table.
pub(crate) fn goal(goal: Goal) -> String {
    match goal {
        Goal::AtLeast(goal) => format!("≥ {goal}"),
        Goal::AtMost(goal) => format!("≤ {goal}"),
        Goal::None => "-".to_owned(),
    }
}

/// What came of a row.
pub(crate) fn outcome(row: &Row) -> &'static str {
    match (row.numbers, row.is_met()) {
        (None, _) => "not measured",
        (_, Some(true)) => "met",
        (_, Some(false)) => "MISSED",
        (_, None) => "",
    }
}

/// A number with as many digits as mean something.
fn number(number: f64) -> String {
    match number.abs() {
        size if size >= 1000.0 => grouped(number.round()),
        size if size >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

/// Thousands apart: 12,345.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Columns as wide as their widest cell; numbers to the right.
fn aligned<const COLUMNS: usize>(lines: &[[String; COLUMNS]]) -> String {
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
    let mut out = String::new();
    for line in lines {
        let mut text = String::new();
        for (column, cell) in line.iter().enumerate() {
            let width = widths[column];
            let _ = if (1..4).contains(&column) {
                write!(text, "{cell:>width$}  ")
            } else {
                write!(text, "{cell:<width$}  ")
            };
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}
