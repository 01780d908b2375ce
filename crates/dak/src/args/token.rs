//! `dak token`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::Span;

/// The tokens that `dak serve --auth tokens` accepts; a change counts at once, also for a running server.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  dak token create --user jo@example.com --scope https://www.googleapis.com/auth/demo --expires 30d
  dak token list
  dak token revoke TOKEN-ID")]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
}

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token and print it; it is shown this once
    Create(TokenCreateArgs),
    /// List the tokens, without their secrets
    List(TokenListArgs),
    /// Make a token worthless
    Revoke(TokenRevokeArgs),
}

/// `dak token create`.
#[derive(Args, Debug)]
pub(crate) struct TokenCreateArgs {
    #[command(flatten)]
    pub(crate) place: TokenPlace,
    /// Whom the token speaks for
    #[arg(long, value_name = "EMAIL")]
    pub(crate) user: String,
    /// What it may be used for; may be given again (all scopes when left out)
    #[arg(long = "scope", value_name = "SCOPE")]
    pub(crate) scopes: Vec<String>,
    /// How long it is good for, such as 12h or 30d (for ever when left out)
    #[arg(long, value_name = "TIME")]
    pub(crate) expires: Option<Span>,
}

/// `dak token list`.
#[derive(Args, Debug)]
pub(crate) struct TokenListArgs {
    #[command(flatten)]
    pub(crate) place: TokenPlace,
}

/// `dak token revoke`.
#[derive(Args, Debug)]
pub(crate) struct TokenRevokeArgs {
    #[command(flatten)]
    pub(crate) place: TokenPlace,
    /// The token's id, as `dak token list` prints it, or the token itself
    #[arg(value_name = "TOKEN")]
    pub(crate) token: String,
}

/// Where the tokens are.
#[derive(Args, Debug)]
pub(crate) struct TokenPlace {
    /// The data folder [default: dak in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}
