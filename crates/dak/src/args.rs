//! The command line as typed: nothing here knows what was meant, and nothing reads the environment or a terminal.
//!
//! Two grammars share the line. `dak COMMAND …` is [`Cli`]; `dak [METHOD] URL [ITEM…]` is [`Call`]. Which of the two
//! is meant is decided by [`words::route`] alone.

use std::cell::LazyCell;
use std::ffi::OsString;

use clap::builder::Styles;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::error::Error;
use crate::exit;
use crate::paint::clean;

mod api;
mod blog;
mod completions;
mod download;
mod fields;
mod mail;
mod quantity;
mod request;
pub(crate) mod serve;
mod store;
pub(crate) mod token;
mod transfer;
mod upload;
mod uploads;
mod user;
mod words;

pub(crate) use api::{ApiArgs, ApiCheckArgs, ApiCommand};
pub(crate) use blog::{BlogArgs, BlogCommand, BlogCommentArgs, BlogCreateArgs, BlogPlace};
pub(crate) use completions::CompletionsArgs;
pub(crate) use download::DownloadArgs;
pub(crate) use fields::FieldsArgs;
pub(crate) use mail::{MailArgs, MailCommand, MailExportArgs, MailImportArgs, MailOutboxArgs};
pub(crate) use quantity::{Size, Span, count, positive, positive_size, positive_span};
pub(crate) use request::{ColorWhen, MethodArgs, Pretty, RequestArgs};
pub(crate) use serve::{AuthMode, GmailArgs, LimitArgs, LogFormat, ServeArgs, UserAgentRule};
pub(crate) use store::{BackupArgs, CheckArgs};
pub(crate) use token::{TokenArgs, TokenCommand, TokenCreateArgs};
pub(crate) use transfer::TransferArgs;
pub(crate) use upload::{UploadArgs, UploadMethod, UploadType};
pub(crate) use uploads::{UploadsArgs, UploadsChoice, UploadsCommand, UploadsForgetArgs, UploadsResumeArgs};
pub(crate) use user::{UserArgs, UserCommand, UserListArgs, UserNameArgs};

/// Both ends of an efficient HTTP API: a server that speaks Google's conventions, and the client for it.
#[derive(Debug, Parser)]
#[command(
    name = "dak",
    version,
    help_template = CHEAT_SHEET,
    after_help = exit::table(),
    disable_help_subcommand = false,
    styles = Styles::plain(),
    args_override_self = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Sends one request; the method is GET without a body and POST with one.
#[derive(Debug, Parser)]
#[command(
    name = "dak",
    override_usage = "dak [OPTIONS] [METHOD] URL [ITEM]...",
    after_help = exit::table(),
    after_long_help = request::help(),
    styles = Styles::plain(),
    args_override_self = true,
    disable_help_flag = true
)]
pub(crate) struct Call {
    /// The method, the URL, then the items; the method may be left out.
    #[arg(required = true, value_name = "[METHOD] URL [ITEM]")]
    pub(crate) words: Vec<String>,
    #[command(flatten)]
    pub(crate) request: RequestArgs,
}

/// Everything `dak` can be told to do by name.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send a GET request
    #[command(flatten_help = false)]
    Get(MethodArgs),
    /// Send a HEAD request
    Head(MethodArgs),
    /// Send a POST request
    Post(MethodArgs),
    /// Send a PUT request
    Put(MethodArgs),
    /// Send a PATCH request
    Patch(MethodArgs),
    /// Send a DELETE request
    Delete(MethodArgs),
    /// Fetch a file, and go on where it broke off
    Download(Box<DownloadArgs>),
    /// Send files, and go on where it broke off
    Upload(Box<UploadArgs>),
    /// List the uploads that are not done, go on with them, or give them up
    Uploads(UploadsArgs),
    /// Keep the parts of a JSON text that a fields mask names
    Fields(FieldsArgs),
    /// Serve the APIs over HTTP
    Serve(Box<ServeArgs>),
    /// Make, list or revoke tokens of the data folder
    Token(TokenArgs),
    /// Look at descriptions of APIs before they are served
    Api(ApiArgs),
    /// Make, list or delete blogs of the data folder, or comment on a post
    Blog(BlogArgs),
    /// Make, list or delete mailboxes of the data folder
    User(UserArgs),
    /// Put mail into a mailbox, or write all of it out
    Mail(MailArgs),
    /// Copy the data folder, whether it is being served or not
    Backup(BackupArgs),
    /// Check the data folder for damage
    Check(CheckArgs),
    /// Print the completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

/// What was typed.
#[derive(Debug)]
pub(crate) enum Typed {
    /// `dak COMMAND …`
    Command(Command),
    /// `dak [METHOD] URL [ITEM…]`
    Call(Call),
}

/// Reads the command line, program name first.
pub(crate) fn parse(argv: Vec<OsString>) -> Result<Typed, clap::Error> {
    match words::route(argv, &LazyCell::new(Call::command)) {
        words::Route::Command(argv) => Cli::try_parse_from(argv).map(|cli| Typed::Command(cli.command)),
        words::Route::Call(argv) => {
            let mut matches = Call::command().try_get_matches_from(argv)?;
            Call::from_arg_matches_mut(&mut matches).map(Typed::Call)
        }
    }
}

/// The whole grammar as one tree, for the manual page and the completions.
pub(crate) fn documented() -> clap::Command {
    let call = Call::command();
    Cli::command()
        .disable_help_flag(true)
        .arg_required_else_help(false)
        .subcommand_required(false)
        .override_usage("dak [OPTIONS] [METHOD] URL [ITEM]...\n       dak COMMAND ...")
        .args(call.get_arguments().cloned())
        .mut_arg("words", |arg| arg.required(false))
}

/// A complaint of the parser as one sentence: what is wrong, then what to do.
pub(crate) fn complaint(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let body = text.split("\n\nUsage:").next().unwrap_or(&text);
    let mut sentence = String::new();
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let line = clean::text(line.strip_prefix("error: ").unwrap_or(line));
        let line = line.strip_prefix("tip: ").unwrap_or(&line);
        let glue = if sentence.is_empty() || sentence.ends_with(':') { " " } else { "; " };
        sentence.push_str(glue);
        sentence.push_str(line.trim_end_matches('.'));
    }
    let sentence = sentence.trim().replace("; For more information, try '--help'", "");
    let command = text.split("Usage: dak ").nth(1).and_then(|usage| usage.split_whitespace().next());
    let command = command.filter(|word| words::RESERVED.contains(word)).map(|word| format!(" {word}"));
    Error::usage(format!("{sentence}; see dak{} --help", command.unwrap_or_default()))
}

/// What bare `dak --help` shows: enough for a day's work.
const CHEAT_SHEET: &str = "\
dak {version}: {about}

Usage:
  dak [OPTIONS] [METHOD] URL [ITEM]...    send a request (`dak help get` tells all)
  dak COMMAND ...                         `dak help COMMAND` tells all about it

Examples:
  dak serve                                               a server on 127.0.0.1:7070
  dak :7070/demo/v1 --fields 'items(id,title)'            GET, and only these parts
  dak :7070/demo/v1 title='A title' characteristics[length]=short
                                                          POST a JSON body
  dak patch :7070/demo/v1/324 comment:=null --if-match TAG
                                                          remove a field, if nobody was faster
  dak get :7070/demo/v1 | dak fields 'items/title'        a mask for any JSON
  dak upload holiday.mp4 :7070/demo/v1 title=Beach        a file, whatever happens on the way
  dak download :7070/demo/v1/324 alt==media -o copy.mp4   and back

Often:  --retries N       send again after a failure that may pass
        --method-override send POST for networks that block PATCH
        --offline         print the request and send nothing
        --curl            print the curl command that sends the same

Items:  k=v string   k:=json any JSON   k==v query   H:v header   k=@file   @file whole body

Commands:
{subcommands}

Options:
{options}

A host named like a command is written with a slash: `dak get/`.
{after-help}";

#[cfg(test)]
mod tests;
