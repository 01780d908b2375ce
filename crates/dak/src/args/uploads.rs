//! `dak uploads`.

use std::time::Duration;

use clap::{Args, Subcommand};

use crate::args::upload::ResourceArgs;
use crate::args::{RequestArgs, Span, TransferArgs};

/// `dak uploads`.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct UploadsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<UploadsCommand>,
}

/// What to do with uploads that have begun.
#[derive(Debug, Subcommand)]
pub(crate) enum UploadsCommand {
    /// List them (the same as no command)
    List,
    /// Go on where they stopped
    #[command(disable_help_flag = true)]
    Resume(Box<UploadsResumeArgs>),
    /// Give them up, here and at the server
    Forget(UploadsForgetArgs),
}

/// Which of them.
#[derive(Args, Clone, Debug)]
pub(crate) struct UploadsChoice {
    /// Their ids, as `dak uploads` prints them; the beginning is enough
    #[arg(value_name = "ID", conflicts_with = "all")]
    pub(crate) ids: Vec<String>,
    /// All of them
    #[arg(long)]
    pub(crate) all: bool,
}

/// `dak uploads resume`.
#[derive(Args, Debug)]
pub(crate) struct UploadsResumeArgs {
    #[command(flatten)]
    pub(crate) choice: UploadsChoice,
    #[command(flatten)]
    pub(crate) transfer: TransferArgs,
    #[command(flatten)]
    pub(crate) output: ResourceArgs,
}

/// `dak uploads forget`.
#[derive(Args, Debug)]
pub(crate) struct UploadsForgetArgs {
    #[command(flatten)]
    pub(crate) choice: UploadsChoice,
    /// Trust the certificates in this PEM file instead of the system's
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    pub(crate) cacert: Option<String>,
    /// Do not check the server's certificate
    #[arg(long, short = 'k')]
    pub(crate) insecure: bool,
}

impl UploadsForgetArgs {
    /// The same as flags of a request.
    pub(crate) fn request(&self) -> RequestArgs {
        RequestArgs {
            cacert: self.cacert.clone(),
            insecure: self.insecure,
            retries: Some(0),
            timeout: Some(Span(FORGET_TIME_MAX)),
            ..RequestArgs::default()
        }
    }
}

/// How long a server may take to be told: without it the session ends by itself.
const FORGET_TIME_MAX: Duration = Duration::from_secs(10);

const HELP: &str = "\
Examples:
  dak uploads
  dak uploads resume            the one that there is
  dak uploads resume 3f2a
  dak uploads forget --all

An upload that stopped is known by its file, its URL with the query, its method,
its metadata and its media type. It goes on as long as the server keeps its
session (a week) and the file has the same bytes; else it begins again. What
answers everything with 200, as networks do that want a login, ends no upload:
it stays here, to go on elsewhere or later. Credentials are not kept (`dak help
upload` says which): give --bearer or DAK_TOKEN again.";
