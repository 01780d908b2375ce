//! `dak token`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::{Span, positive_span};

/// The tokens that `dak serve --auth tokens` accepts; a change counts at once, also for a running server.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  dak token create --user jo@example.com --scope dak.demo --expires 30d
  dak token list
  dak token revoke TOKEN-ID

Scopes are those that an API's description names: dak.demo and dak.demo.readonly for the demo, dak.data for /data
and /submit. Of https://www.googleapis.com/auth/gmail.readonly, gmail.readonly is enough.")]
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
#[command(after_help = "\
Some scopes: dak.demo, dak.data, gmail.readonly, gmail.modify, https://mail.google.com/, blogger, blogger.readonly.")]
pub(crate) struct TokenCreateArgs {
    #[command(flatten)]
    pub(crate) place: TokenPlace,
    /// Whom the token speaks for
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    pub(crate) user: String,
    /// What it may be used for; may be given again (all scopes when left out)
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    pub(crate) scopes: Vec<String>,
    /// How long it is good for, such as 12h or 30d (for ever when left out)
    #[arg(long, value_name = "TIME", value_parser = expiry)]
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

/// Whom a request may speak for: one `@` with something on either side, and nothing that a terminal or a header minds.
pub(crate) fn email(text: &str) -> Result<String, String> {
    let is_plain = !text.contains(|letter: char| letter.is_control() || letter.is_whitespace());
    match text.split_once('@') {
        Some((name, host)) if is_plain && !name.is_empty() && !host.is_empty() && !host.contains('@') => {
            Ok(text.to_owned())
        }
        _ => Err("write an e-mail address, such as jo@example.com".to_owned()),
    }
}

/// One scope; several are several flags.
fn scope(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(|letter: char| letter.is_control() || letter.is_whitespace()) {
        return Err("write one scope without spaces, such as dak.demo, and --scope again for another".to_owned());
    }
    Ok(text.to_owned())
}

fn expiry(text: &str) -> Result<Span, String> {
    positive_span(text).map_err(|_| "write a time such as 12h or 30d".to_owned())
}
