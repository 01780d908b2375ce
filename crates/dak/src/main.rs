//! The `dak` command: what was typed ([`args`]) becomes what was meant ([`plan`]), then it is done ([`commands`]).
//!
//! This crate alone reads the command line, the environment and the terminal.

use std::env;
use std::process::ExitCode;

use crate::environment::Environment;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;

mod args;
mod commands;
mod curl;
mod environment;
mod error;
mod exit;
mod folder;
mod output;
mod paint;
mod plan;
mod printer;
mod progress;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let ended = match args::parse(env::args_os().collect()) {
        Ok(typed) => commands::run(typed, &Environment::read()),
        Err(error) => explain(&error),
    };
    let exit = ended.unwrap_or_else(|error| {
        error.report();
        error.exit()
    });
    exit.into()
}

/// What clap has to say: help and version as they are, a complaint as one sentence.
fn explain(error: &clap::Error) -> Result<Exit, Error> {
    if error.exit_code() != 0 && error.kind() != clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Err(args::complaint(error));
    }
    let mut output = Output::stdout();
    output.write(error.render().to_string().as_bytes())?;
    output.flush()?;
    Ok(if error.exit_code() == 0 { Exit::Success } else { Exit::Usage })
}
