//! `dak download`.

use std::ffi::OsString;

use clap::Args;

use crate::args::{RequestArgs, TransferArgs};

/// `dak download URL [ITEM...]`.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct DownloadArgs {
    /// Where from: a whole URL, host/path, or :7070/path for this machine
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Query parameters (k==v) and headers (Name:value)
    #[arg(value_name = "ITEM")]
    pub(crate) items: Vec<String>,

    /// Use https where the URL names no scheme
    #[arg(long, help_heading = "Request")]
    pub(crate) https: bool,

    /// Write to FILE, or under its own name into this folder, or to standard output (-)
    #[arg(long, short = 'o', value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<OsString>,
    /// Replace a file that is there already
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
    /// Tell what goes wrong and what comes of it, a line each
    #[arg(long, short = 'v', help_heading = "Output", conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Print nothing but errors
    #[arg(long, short = 'q', help_heading = "Output")]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) transfer: TransferArgs,
}

impl DownloadArgs {
    /// The same as flags of a request.
    pub(crate) fn request(&self) -> RequestArgs {
        RequestArgs { https: self.https, ..self.transfer.request() }
    }
}

const HELP: &str = "\
Examples:
  dak download https://example.com/holiday.mp4
  dak download ':7070/demo/v1/324?alt=media' -o picture.png
  dak download :7070/demo/v1/324 alt==media -o - | sha256sum

FILE is there once all of it is, and is what the server says by its checksum, if
it says one (X-Goog-Hash, Content-MD5). After a cut only the rest is asked for;
after Ctrl-C, a crash or a reboot the same command goes on.

Proxies of the environment (http_proxy and its like) are not used.

An API's resource is JSON at its URL; its media is there with alt=media.

Without -o the name is the one that the server gives (Content-Disposition),
else the last part of the URL. The file's path is printed. A server has to
say which version it sends (ETag, or Last-Modified) for a download to go on;
else it begins anew, as it does where the server has another version by now. An
answer that looks like a network's own page in place of the file (HTML where it
was none) stops it, and what is there stays.

What is unfinished is in FILE.part (of a long name its beginning, ~ and a
checksum stand for FILE): remove that and FILE.part.json to forget it, after a
crash FILE.part.json.new too. The note in FILE.part.json has the URL without the
credentials that `dak help upload` lists; with new ones it is the same download.

Exit codes: 0 done; 8 stopped on its way, and the same command may end it; the
others as `dak help get` lists them.";
