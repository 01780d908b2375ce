//! Instructions counted by callgrind: the same on a busy machine as on a quiet one.
//!
//! Each piece of work runs in two processes, few times and many; the difference is what the work costs without the
//! process around it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use crate::args::Plan;
use crate::failure::Failure;
use crate::tools;
use crate::work::{self, Work};

/// More than this above the baseline is worse.
const WORSE: f64 = 1.1;
const FEW: u64 = 100;
const MANY: u64 = 300;

/// What one piece of work costs.
#[derive(Debug)]
pub(crate) struct Count {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    /// Instructions for a byte or a request.
    pub(crate) instructions: f64,
    /// What they were when the baseline was written.
    pub(crate) baseline: Option<f64>,
}

impl Count {
    pub(crate) fn is_worse(&self) -> bool {
        self.baseline.is_some_and(|baseline| self.instructions > baseline * WORSE)
    }

    /// The change against the baseline, in percent.
    pub(crate) fn change(&self) -> Option<f64> {
        self.baseline.map(|baseline| (self.instructions / baseline - 1.0) * 100.0)
    }
}

/// Counts what is asked for; empty where valgrind is not installed.
pub(crate) fn measure(plan: &Plan) -> Result<Vec<Count>, Failure> {
    if !plan.instructions_only && !plan.wants("instructions") {
        return Ok(Vec::new());
    }
    let Some(valgrind) = tools::find_or_install("valgrind", "valgrind") else {
        eprintln!("  instructions are not counted: valgrind is not installed (apt-get install valgrind)");
        return Ok(Vec::new());
    };
    let baseline = baseline();
    let mut counts = Vec::new();
    for work in &work::ALL {
        let difference = collected(&valgrind, work, MANY)? - collected(&valgrind, work, FEW)?;
        counts.push(Count {
            name: work.name,
            unit: work.unit,
            instructions: difference / (MANY - FEW) as f64 / work::units(work),
            baseline: baseline[work.name]["instructions"].as_f64(),
        });
    }
    if plan.keep {
        keep(&counts)?;
    }
    Ok(counts)
}

/// All instructions of a process that does the work so many times.
fn collected(valgrind: &Path, work: &Work, times: u64) -> Result<f64, Failure> {
    let mut command = Command::new(valgrind);
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(env::current_exe()?);
    let output = command.args(["work", work.name, &times.to_string()]).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find_map(|line| line.split_once("Collected :"));
    let number = line.and_then(|(_, number)| number.trim().parse::<f64>().ok());
    number
        .filter(|_| output.status.success())
        .ok_or_else(|| Failure::new(format!("callgrind could not count {}:\n{said}", work.name)))
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.json")
}

fn baseline() -> Value {
    fs::read(path()).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

fn keep(counts: &[Count]) -> Result<(), Failure> {
    let rounded = |number: f64| (number * 100.0).round() / 100.0;
    let entry = |count: &Count| {
        (count.name.to_owned(), json!({ "per": count.unit, "instructions": rounded(count.instructions) }))
    };
    let entries: Map<String, Value> = counts.iter().map(entry).collect();
    Ok(fs::write(path(), format!("{:#}\n", Value::from(entries)))?)
}
