//! The steps of a command: run in order, timed, and summed up at the end.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// The steps that have run.
#[derive(Debug, Default)]
pub(crate) struct Steps(Vec<Step>);

#[derive(Debug)]
struct Step {
    name: String,
    took: Duration,
    outcome: Result<(), Failure>,
}

impl Steps {
    /// Runs one step. A failure is kept for the end, so that the steps behind it still show theirs.
    pub(crate) fn run(&mut self, name: &str, work: impl FnOnce() -> Result<(), Failure>) {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = work();
        if let Err(failure) = &outcome {
            println!("{failure}");
        }
        self.0.push(Step { name: name.into(), took: start.elapsed(), outcome });
    }

    /// Prints what each step took and how it ended.
    pub(crate) fn finish(self) -> ExitCode {
        println!();
        for Step { name, took, outcome } in &self.0 {
            let word = if outcome.is_ok() { "ok" } else { "FAILED" };
            println!("{:8.1} s  {word:6}  {name}", took.as_secs_f64());
        }
        let total: Duration = self.0.iter().map(|step| step.took).sum();
        let failed = self.0.iter().filter(|step| step.outcome.is_err()).count();
        println!("{:8.1} s  {}", total.as_secs_f64(), summary(failed));
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn summary(failed: usize) -> String {
    match failed {
        0 => "all is well".into(),
        1 => "one step failed".into(),
        _ => format!("{failed} steps failed"),
    }
}
