//! `dak upload`.

use std::ffi::OsString;

use clap::{ArgAction, Args, ValueEnum};

use crate::args::{ColorWhen, Pretty, RequestArgs, Size, TransferArgs, positive_size};

/// `dak upload FILE... URL [ITEM...]`.
#[derive(Args, Debug)]
#[command(
    disable_help_flag = true,
    override_usage = "dak upload [OPTIONS] FILE... URL [ITEM]...",
    after_help = HELP
)]
pub(crate) struct UploadArgs {
    /// The files (- for standard input), where to, then metadata, query parameters and headers
    #[arg(required = true, num_args = 1.., value_name = "FILE... URL [ITEM]")]
    pub(crate) words: Vec<OsString>,

    /// The media's type, as a Content-Type item says it too [default: by the file's name]
    #[arg(long = "type", value_name = "TYPE", help_heading = "Media")]
    pub(crate) media_type: Option<String>,
    /// How it is sent [default: resumable over 5 MB, else media, or multipart if there is metadata]
    #[arg(long, value_name = "HOW", help_heading = "Media")]
    pub(crate) upload_type: Option<UploadType>,
    /// Send so much in a request, a multiple of 256KiB (8MiB); for networks that limit requests
    #[arg(long, value_name = "SIZE", help_heading = "Media", value_parser = positive_size)]
    pub(crate) chunk_size: Option<Size>,

    /// The method: PUT and PATCH send media to a resource that is there
    #[arg(long, value_name = "METHOD", help_heading = "Request", ignore_case = true, default_value = "post")]
    pub(crate) method: UploadMethod,
    /// The metadata as it stands, in place of items
    #[arg(long, value_name = "JSON", help_heading = "Request")]
    pub(crate) raw: Option<String>,
    /// Ask only for these parts of the answer, such as id,title
    #[arg(long, value_name = "MASK", help_heading = "Request")]
    pub(crate) fields: Option<String>,
    /// Act only if the resource still has this etag (* for any)
    #[arg(long, value_name = "TAG", help_heading = "Request")]
    pub(crate) if_match: Option<String>,
    /// Send POST with the method in X-HTTP-Method-Override, for networks that block PATCH
    #[arg(long, help_heading = "Request")]
    pub(crate) method_override: bool,
    /// Use https where the URL names no scheme
    #[arg(long, help_heading = "Request")]
    pub(crate) https: bool,

    #[command(flatten)]
    pub(crate) transfer: TransferArgs,
    #[command(flatten)]
    pub(crate) output: ResourceArgs,
}

/// How the resource that an upload ends with is printed.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ResourceArgs {
    /// Print the last answer's headers only
    #[arg(long, short = 'h', help_heading = "Output", group = "what")]
    pub(crate) headers: bool,
    /// Print the last answer's body only
    #[arg(long, short = 'b', help_heading = "Output", group = "what")]
    pub(crate) body: bool,
    /// Print nothing but errors
    #[arg(long, short = 'q', help_heading = "Output", group = "what")]
    pub(crate) quiet: bool,
    /// Tell what goes wrong and what comes of it, a line each
    #[arg(long, short = 'v', help_heading = "Output", conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Indent and colour JSON [default: all on a terminal, none elsewhere]
    #[arg(long, value_name = "HOW", help_heading = "Output")]
    pub(crate) pretty: Option<Pretty>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", help_heading = "Output", default_value = "auto")]
    pub(crate) color: ColorWhen,
    /// Print help (-h prints headers)
    #[arg(long, help_heading = "Output", action = ArgAction::Help)]
    pub(crate) help: Option<bool>,
}

/// The ways of an upload, by the names they have in `uploadType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UploadType {
    /// The media alone, in one request
    Media,
    /// Metadata and media in one request
    Multipart,
    /// A session that goes on after a cut
    Resumable,
}

/// The methods that take media.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UploadMethod {
    /// A new resource
    Post,
    /// In place of a resource
    Put,
    /// Into a resource
    Patch,
}

impl UploadArgs {
    /// The same as flags of a request.
    pub(crate) fn request(&self) -> RequestArgs {
        RequestArgs {
            raw: self.raw.clone(),
            fields: self.fields.clone(),
            if_match: self.if_match.clone(),
            method_override: self.method_override,
            https: self.https,
            ..self.output.request(self.transfer.request())
        }
    }
}

impl ResourceArgs {
    /// These flags added to those of a request.
    pub(crate) fn request(&self, request: RequestArgs) -> RequestArgs {
        RequestArgs {
            json: true,
            headers: self.headers,
            body: self.body,
            quiet: self.quiet,
            pretty: self.pretty,
            color: self.color,
            ..request
        }
    }
}

const HELP: &str = "\
Examples:
  dak upload holiday.mp4 :7070/demo/v1 title='On the beach'
  dak upload a.jpg b.jpg c.jpg :7070/demo/v1
  dak upload --method put new.png :7070/demo/v1/324
  tar c photos | dak upload - :7070/demo/v1 --type application/x-tar

What is small goes in one request with an Idempotency-Key, and is repeated after
a failure. A server that does not know the key may then make two items of it;
--upload-type resumable never does.

What is large goes in a session: after a cut, an error of the server, Ctrl-C, a
crash or a reboot only what has not arrived is sent again. The same command goes
on, as does `dak uploads resume`.

The URL is the API's own: /upload is put before its path unless it stands
there. Items are those of `dak post`: name=value and name:=json make the
metadata, name==value the query, Name:value a header; Content-Type:TYPE is the
media's. Proxies of the environment (http_proxy and its like) are not used.

Sessions under way are kept in $XDG_STATE_HOME/dak/uploads (by default
~/.local/state/dak/uploads), for you alone to read; `dak uploads` lists them.
The same upload is the same file, URL with its query (name==value and --fields
are parts of it), method, metadata and type; with another of them it is a new one,
which begins anew. Credentials may be new. A file whose path is not UTF-8, or that
was deleted, goes on after a cut, but not in another process.
Where one URL means another place for each user, as Gmail's users/me does, the
session of one user would go on for the next: use `dak uploads forget` before,
or an XDG_STATE_HOME for each user.
What is kept of each: the file's path, the URL, headers and metadata. Left out are
the headers Authorization, Cookie, Proxy-Authorization, X-Access-Token, X-Api-Key,
X-Api-Token, X-Auth-Token and X-Goog-Api-Key, and of the query access_token,
api_key, apikey, auth_token, client_secret, key, oauth_token, password and token.
Standard input cannot be read twice: after Ctrl-C it begins again.

Exit codes: 0 done; 8 stopped on its way, and the same command may end it; 4
refused, also on its way (after 401, 403 and 407 the same command goes on with
other credentials); the others as `dak help get` lists them.";

#[cfg(test)]
mod tests;
