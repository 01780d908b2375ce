//! `dak api`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Looks at descriptions of APIs (Discovery documents) before they are served.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  dak api check books.v1.json    each method of an API, and what it would do
  dak api check documents/       the same for all of a folder, and the totals
  dak api check books.v1.json --rules books.rules.yaml
                                 the same with what a file of rules says of further methods

A file of rules is YAML. It says of methods what their shape does not tell:
  api: books:v1
  methods:
    books.shelves.books.archive:     POST .../books/{book}:archive
      if: { state: [NEW, READ] }     else 400 failedPrecondition
      set: { state: ARCHIVED, archiveTime: $now, archivist: $user }
    books.shelves.books.move:
      move: $body.destination        another parent: its id, or its name such as shelves/2
    books.shelves.books.import:
      insert: $body                  a new item; members may also be written out
    books.shelves.clear:
      of: shelves.books              another collection than the path without the verb names
      each: { state: ARCHIVED }      all items of it of which this holds; {} is all
      delete: true
    books.shelves.count:
      returns: { total: 0 }          what is answered, where the item is not
Values are written out, or $now, $user, $parameters.NAME, $body.MEMBER, $item.MEMBER. What is absent removes a member.
A method that is served already does what its rule says instead. One that takes media keeps it with the item it sets or
makes; with returns alone as it would without a rule.")]
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
    /// Files of rules for them, and folders of those
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// Print the totals alone
    #[arg(long)]
    pub(crate) totals: bool,
}
