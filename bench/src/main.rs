//! Dak beside its floors, in one run: `cargo xtask bench`.
//!
//! A floor is the least that a row's work can cost: raw hyper that sends the very same bytes, a disk that only
//! overwrites and syncs. Ours and the floor take turns, so that a machine's moods meet both; each row is the median of
//! the turns' ratios. See docs/performance.md.

mod args;
mod canned;
mod child;
mod dak;
mod data;
mod disk;
mod failure;
mod fetch;
mod floors;
mod instructions;
mod line;
mod load;
mod mailbox;
mod media;
mod nginx;
mod place;
mod report;
mod rivals;
mod rows;
mod stats;
mod tools;
mod turns;
mod work;

use std::env;
use std::process::ExitCode;

use crate::args::{Command, Plan};
use crate::failure::Failure;
use crate::place::Place;

// As the program itself, so that no floor is lower for want of an allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match args::parse(&words).and_then(run) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Help => println!("{}", args::USAGE),
        Command::FloorHyper { canned } => floors::hyper(&canned)?,
        Command::FloorTree { canned, mask } => floors::tree(&canned, &mask)?,
        Command::Work { name, times } => work::run(&name, times)?,
        Command::Measure(plan) => return measure(&plan),
        Command::Peers => compare()?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what each of the peers does.
fn compare() -> Result<(), Failure> {
    let place = Place::find()?;
    let missing = || Failure::new("the peers could not be installed; they need Node and npm");
    let mut peers = rivals::peers(&place.out, "peers.mjs").ok_or_else(missing)?;
    if peers.arg(&place.dak).status()?.success() {
        Ok(())
    } else {
        Err(Failure::new("the peers could not be compared"))
    }
}

fn measure(plan: &Plan) -> Result<ExitCode, Failure> {
    let place = Place::find()?;
    let rows = if plan.instructions_only { Vec::new() } else { rows::measure(&place, plan)? };
    let counts = instructions::measure(plan)?;
    report::print(&rows, &counts)?;
    if plan.is_whole() {
        report::write(&place.out, &rows, &counts)?;
    }
    let worse = counts.iter().filter(|count| count.is_worse()).count();
    Ok(if plan.check && worse > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
