//! The project's own commands: `cargo xtask ci`, `test`, `bench`.
//!
//! A command is a list of steps; each says what it does, takes its time on record, and fails with one
//! sentence. The rest of the list still runs, so that one run shows everything that is wrong.

mod bench;
mod ci;
mod failure;
mod purity;
mod shell;
mod steps;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::env;
use std::process::ExitCode;

use failure::Failure;
use steps::Steps;
use workspace::Workspace;

const USAGE: &str = "\
The project's own commands.

Usage: cargo xtask COMMAND

  ci                      The whole gate: format, lints, documentation, purity, tidiness, then every test
  test [--long] [FILTER]  Install what the tests need, then run all of them or those whose name holds FILTER
  tidy                    The tidiness part of ci alone
  tools                   Install what the tests need, and nothing else
  bench [ARGUMENT...]     Measure; arguments are passed on to the crate in bench/
  help                    This text

--long runs the long variants of tests too: more kills, more seeds.
With CI=true a missing tool is a failure; otherwise what needs it is skipped, and said so.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<ExitCode, Failure> {
    match words {
        ["ci"] => with_steps(ci::run),
        ["test", options @ ..] => {
            let plan = test::Plan::parse(options)?;
            with_steps(|workspace, steps| test::run(workspace, steps, &plan))
        }
        ["tidy"] => with_steps(|workspace, steps| steps.run("tidy", || tidy::check(workspace))),
        ["tools"] => with_steps(|workspace, steps| drop(test::install(workspace, steps))),
        ["bench", arguments @ ..] => bench::run(&Workspace::read()?, arguments).map(|()| ExitCode::SUCCESS),
        ["help" | "--help" | "-h"] | [] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => Err(Failure::new(format!("there is no command `{}`; `cargo xtask help` lists them", words.join(" ")))),
    }
}

fn with_steps(work: impl FnOnce(&Workspace, &mut Steps)) -> Result<ExitCode, Failure> {
    let workspace = Workspace::read()?;
    let mut steps = Steps::default();
    work(&workspace, &mut steps);
    Ok(steps.finish())
}
