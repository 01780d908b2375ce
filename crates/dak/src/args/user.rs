//! `dak user`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::token::email;

/// Who has a mailbox: what Gmail's API has no way for.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  dak user create rina@example.com
  dak user list
  dak user delete rina@example.com

All of it counts at once, also for a running server. One that is served with --auth open makes a mailbox for whoever
comes; with --auth tokens only those who are made here have one.")]
pub(crate) struct UserArgs {
    #[command(subcommand)]
    pub(crate) command: UserCommand,
}

/// What to do with users.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Make a mailbox
    Create(UserNameArgs),
    /// List who has a mailbox, and how much is in it
    List(UserListArgs),
    /// Delete a mailbox and all that is in it, for good
    Delete(UserNameArgs),
}

/// `dak user create` and `dak user delete`.
#[derive(Args, Debug)]
pub(crate) struct UserNameArgs {
    /// The user's address
    #[arg(value_name = "ADDRESS", value_parser = email)]
    pub(crate) address: String,
    #[command(flatten)]
    pub(crate) place: UserListArgs,
}

/// Where the users are.
#[derive(Args, Debug)]
pub(crate) struct UserListArgs {
    /// The data folder [default: dak in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}
