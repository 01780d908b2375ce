//! What was measured, for people and for programs.

mod plot;
mod table;

use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::instructions::Count;
use crate::rows::{Goal, Row};

/// Prints the tables.
pub(crate) fn print(rows: &[Row], counts: &[Count]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    if !rows.is_empty() {
        writeln!(stdout, "{}", table::rows(rows))?;
    }
    if !counts.is_empty() {
        writeln!(stdout, "{}", table::counts(counts))?;
    }
    Ok(())
}

/// Writes `results.json` and `bench.svg`.
pub(crate) fn write(folder: &Path, rows: &[Row], counts: &[Count]) -> Result<(), Failure> {
    let results = json!({
        "rows": rows.iter().map(row).collect::<Vec<_>>(),
        "instructions": counts.iter().map(count).collect::<Vec<_>>(),
    });
    fs::write(folder.join("results.json"), format!("{results:#}\n"))?;
    fs::write(folder.join("bench.svg"), plot::svg(rows))?;
    eprintln!("Written: {0}/results.json, {0}/bench.svg", folder.display());
    Ok(())
}

fn row(row: &Row) -> Value {
    let (at_least, at_most) = match row.goal {
        Goal::AtLeast(goal) => (Some(goal), None),
        Goal::AtMost(goal) => (None, Some(goal)),
        Goal::None => (None, None),
    };
    json!({
        "row": row.name,
        "floorName": row.floor_name,
        "unit": row.unit,
        "ours": row.numbers.map(|numbers| numbers.ours),
        "floor": row.numbers.and_then(|numbers| numbers.floor),
        "ratio": row.numbers.map(|numbers| numbers.ratio),
        "goalAtLeast": at_least,
        "goalAtMost": at_most,
        "met": row.is_met(),
    })
}

fn count(count: &Count) -> Value {
    json!({
        "work": count.name,
        "per": count.unit,
        "instructions": count.instructions,
        "baseline": count.baseline,
    })
}
