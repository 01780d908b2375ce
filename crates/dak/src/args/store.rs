//! `dak backup` and `dak check`.

use std::path::PathBuf;

use clap::Args;

/// Makes a consistent copy of the data folder; `dak serve --data DEST` opens it.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  dak backup /var/backups/dak-monday")]
pub(crate) struct BackupArgs {
    /// The folder to make; it may not be there yet
    #[arg(value_name = "DEST")]
    pub(crate) destination: PathBuf,
    /// The data folder [default: dak in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// Reads the whole data folder and reports what is not as it should be; exit code 1 if anything is.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  dak check --rebuild")]
pub(crate) struct CheckArgs {
    /// Make all indexes anew from the records
    #[arg(long)]
    pub(crate) rebuild: bool,
    /// The data folder [default: dak in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}
