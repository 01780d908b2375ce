//! `dak completions`.

use crate::args::{self, CompletionsArgs};
use crate::error::Error;
use crate::exit::Exit;
use crate::output::Output;

/// Prints the script for one shell.
pub(crate) fn run(args: &CompletionsArgs) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut args::documented(), "dak", &mut script);
    let mut output = Output::stdout();
    output.write(&script)?;
    output.flush()?;
    Ok(Exit::Success)
}
