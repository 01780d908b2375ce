//! What was typed.

use std::path::PathBuf;
use std::time::Duration;

use crate::failure::Failure;

pub(crate) const USAGE: &str = "\
Measures dak beside its floors and prints a table.

Usage: cargo xtask bench [OPTIONS] [ROW...]

  ROW             Measure only rows whose name holds this word
  --quick         Fewer and shorter turns, smaller files: about two minutes
  --instructions  Count instructions only
  --check         Fail if a count of instructions is more than 10 % above bench/instructions.json
  --keep          Write the counts to bench/instructions.json as the new baseline
  --peers         Only print what Dak and other servers make of the same requests (docs/peers.md)
  --help          This text";

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Measure(Plan),
    Peers,
    /// A child of a measurement: raw hyper that gives one answer.
    FloorHyper {
        canned: PathBuf,
    },
    /// A child of a measurement: the same, made from a tree each time.
    FloorTree {
        canned: PathBuf,
        mask: String,
    },
    /// A child of a count: one piece of work, so many times.
    Work {
        name: String,
        times: u64,
    },
}

/// How to measure.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Names of rows, or parts of names; all when empty.
    pub(crate) rows: Vec<String>,
    /// How often ours and the floor take turns.
    pub(crate) turns: usize,
    /// How long a turn is.
    pub(crate) turn: Duration,
    /// How often a process is started.
    pub(crate) processes: usize,
    /// How many records are written before memory is read again.
    pub(crate) writes: u64,
    /// How many messages the mailbox has that is compared with a small one.
    pub(crate) mails: u64,
    /// How many bytes the file has that is sent.
    pub(crate) media_bytes: u64,
    /// How often it is sent by each who takes turns.
    pub(crate) media_turns: usize,
    pub(crate) instructions_only: bool,
    pub(crate) check: bool,
    pub(crate) keep: bool,
}

impl Plan {
    fn full() -> Plan {
        Plan {
            rows: Vec::new(),
            turns: 15,
            turn: Duration::from_millis(700),
            processes: 101,
            writes: 100_000,
            mails: 200_000,
            media_bytes: 1 << 30,
            media_turns: 5,
            instructions_only: false,
            check: false,
            keep: false,
        }
    }

    fn quick() -> Plan {
        Plan {
            turns: 5,
            turn: Duration::from_millis(350),
            processes: 41,
            writes: 10_000,
            mails: 20_000,
            media_bytes: 256 << 20,
            media_turns: 3,
            ..Plan::full()
        }
    }

    /// Whether everything is measured; only then the files of the last run are written anew.
    pub(crate) fn is_whole(&self) -> bool {
        self.rows.is_empty() && !self.instructions_only
    }

    /// Whether a row is asked for.
    pub(crate) fn wants(&self, row: &str) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|word| row.contains(word.as_str()))
    }
}

pub(crate) fn parse(words: &[String]) -> Result<Command, Failure> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["--help" | "-h"] => Ok(Command::Help),
        ["--peers"] => Ok(Command::Peers),
        ["floor-hyper", canned] => Ok(Command::FloorHyper { canned: canned.into() }),
        ["floor-tree", canned, mask] => Ok(Command::FloorTree { canned: canned.into(), mask: mask.into() }),
        ["work", name, times] => {
            let times = times.parse().map_err(|_| Failure::new("work takes a number"))?;
            Ok(Command::Work { name: name.into(), times })
        }
        _ => plan(&words).map(Command::Measure),
    }
}

fn plan(words: &[&str]) -> Result<Plan, Failure> {
    let mut plan = if words.contains(&"--quick") { Plan::quick() } else { Plan::full() };
    for &word in words {
        match word {
            "--quick" => {}
            "--instructions" => plan.instructions_only = true,
            "--check" => plan.check = true,
            "--keep" => plan.keep = true,
            _ if word.starts_with('-') => return Err(Failure::new(format!("bench knows no option {word}"))),
            _ => plan.rows.push(word.into()),
        }
    }
    Ok(plan)
}
