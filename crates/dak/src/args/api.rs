//! `dak api`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Looks at descriptions of APIs (Discovery documents) before they are served.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  dak api check books.v1.json    each method of an API, and what it would do
  dak api check documents/       the same for all of a folder, and the totals")]
pub(crate) struct ApiArgs {
    #[command(subcommand)]
    pub(crate) command: ApiCommand,
}

/// What to do with descriptions.
#[derive(Debug, Subcommand)]
pub(crate) enum ApiCommand {
    /// Print what `dak serve --api` would make of each method: served, partly, or not, and why
    Check(ApiCheckArgs),
}

/// `dak api check`.
#[derive(Args, Debug)]
pub(crate) struct ApiCheckArgs {
    /// Discovery documents, and folders of them
    #[arg(value_name = "FILE|DIR", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Print the totals alone
    #[arg(long)]
    pub(crate) totals: bool,
}
