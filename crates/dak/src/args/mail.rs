//! `dak mail`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::token::email;

/// Mail into a mailbox and out of it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  dak mail import takeout.mbox --user rina@example.com
  dak mail import ~/Maildir letter.eml --user rina@example.com --label Archive
  dak mail export --user rina@example.com -o rina.mbox
  dak mail export --user rina@example.com --eml letters
  dak mail outbox

All of it counts at once, also for a running server.")]
pub(crate) struct MailArgs {
    #[command(subcommand)]
    pub(crate) command: MailCommand,
}

/// What to do with mail.
#[derive(Debug, Subcommand)]
pub(crate) enum MailCommand {
    /// Put mail from files into a mailbox; what is there already is passed over, so that it can be run again
    Import(MailImportArgs),
    /// Write all mail of a mailbox into a file or a folder
    Export(MailExportArgs),
    /// List mail for those who have no mailbox here, write one of them out, or remove it
    Outbox(MailOutboxArgs),
}

/// `dak mail import`.
#[derive(Args, Debug)]
#[command(after_help = "\
An mbox file's X-Gmail-Labels, as Google Takeout writes them, become labels and are taken out of the mail; \
a Maildir's folders and flags become labels too. Other mail comes into the inbox, unread, starred or in \
the trash as its program says (Status, X-Status, X-Mozilla-Status), else read.

Mail stands where its Date puts it; mail from Takeout, or from `dak mail export`, where it stood before. \
Mail of one Message-ID comes once.")]
pub(crate) struct MailImportArgs {
    /// Mailboxes as mbox files or Maildir folders, single mails (.eml), and folders of such files
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) sources: Vec<PathBuf>,
    /// Whose mailbox; it is made if there is none
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    pub(crate) user: String,
    /// A label that all of it bears, by its name; may be given again [default: INBOX, for mail that names no labels]
    #[arg(long = "label", value_name = "NAME")]
    pub(crate) labels: Vec<String>,
    /// Say nothing but what went wrong
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// The data folder [default: dak in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// `dak mail export`.
#[derive(Args, Debug)]
pub(crate) struct MailExportArgs {
    /// Whose mailbox
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    pub(crate) user: String,
    /// The mbox file to write, labels as X-Gmail-Labels [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write a Maildir instead, flags for what is unread and starred; it may not be there yet
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    pub(crate) maildir: Option<PathBuf>,
    /// Write a file for each mail instead, byte for byte; the folder may not be there yet
    #[arg(long, value_name = "DIR", conflicts_with_all = ["output", "maildir"])]
    pub(crate) eml: Option<PathBuf>,
    /// Say nothing but what went wrong
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// The data folder [default: dak in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// `dak mail outbox`.
#[derive(Args, Debug)]
#[command(after_help = "\
What is sent to an address without a mailbox here stays in the outbox: nothing is sent over the network.")]
pub(crate) struct MailOutboxArgs {
    /// Write this mail to standard output; its id is in the list
    pub(crate) id: Option<String>,
    /// Remove it instead
    #[arg(long, requires = "id")]
    pub(crate) remove: bool,
    /// The data folder [default: dak in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}
