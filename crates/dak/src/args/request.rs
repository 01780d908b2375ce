//! What a request can be told, whatever its method.

use clap::{ArgAction, Args, ValueEnum};

use crate::args::{Span, count, positive_span};
use crate::exit;

/// `dak get|head|post|put|patch|delete URL [ITEM…]`.
#[derive(Args, Debug)]
#[command(disable_help_flag = true, after_help = exit::table(), after_long_help = help())]
pub(crate) struct MethodArgs {
    /// Where to: a whole URL, host/path, or :7070/path for this machine
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Headers, query parameters and body fields, in the grammar below
    #[arg(value_name = "ITEM")]
    pub(crate) items: Vec<String>,
    #[command(flatten)]
    pub(crate) request: RequestArgs,
}

/// The flags of every request.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct RequestArgs {
    /// Take the items for members of a JSON object; this is the rule, the flag also asks for JSON back
    #[arg(long, short = 'j', help_heading = "Body", conflicts_with = "form")]
    pub(crate) json: bool,
    /// Take the items for fields of a form (multipart when one is a file: name@file)
    #[arg(long, short = 'f', help_heading = "Body")]
    pub(crate) form: bool,
    /// Send BODY as it stands (JSON, unless a Content-Type item says otherwise)
    #[arg(long, value_name = "BODY", help_heading = "Body")]
    pub(crate) raw: Option<String>,
    /// Send the body gzipped
    #[arg(long, help_heading = "Body")]
    pub(crate) gzip_request: bool,
    /// Do not read the body from standard input
    #[arg(long, short = 'I', help_heading = "Body")]
    pub(crate) ignore_stdin: bool,

    /// Ask only for these parts of the answer, such as items(id,title)
    #[arg(long, value_name = "MASK", help_heading = "Request")]
    pub(crate) fields: Option<String>,
    /// Act only if the resource still has this etag (* for any)
    #[arg(long, value_name = "TAG", help_heading = "Request")]
    pub(crate) if_match: Option<String>,
    /// Answer 304 if the resource still has this etag (* with PUT: only if there is none)
    #[arg(long, value_name = "TAG", help_heading = "Request")]
    pub(crate) if_none_match: Option<String>,
    /// Send POST with the method in X-HTTP-Method-Override, for networks that block PATCH
    #[arg(long, help_heading = "Request")]
    pub(crate) method_override: bool,
    /// Make a repeated POST safe; without KEY a new one is drawn
    #[arg(
        long, value_name = "KEY", num_args = 0..=1, require_equals = true, default_missing_value = "",
        help_heading = "Request"
    )]
    pub(crate) idempotency_key: Option<String>,
    /// Use https where the URL names no scheme
    #[arg(long, help_heading = "Request")]
    pub(crate) https: bool,

    /// Send this bearer token (the environment's DAK_TOKEN otherwise)
    #[arg(long, value_name = "TOKEN", help_heading = "Identity", conflicts_with = "auth")]
    pub(crate) bearer: Option<String>,
    /// Send these credentials by basic authentication
    #[arg(long, short = 'a', value_name = "USER:PASSWORD", help_heading = "Identity")]
    pub(crate) auth: Option<String>,
    /// Show tokens and passwords in what -v, --offline and --curl print
    #[arg(long, help_heading = "Identity")]
    pub(crate) show_secrets: bool,

    /// Give up after this long (30s, 500ms)
    #[arg(long, value_name = "TIME", help_heading = "Sending", value_parser = positive_span, allow_negative_numbers = true)]
    pub(crate) timeout: Option<Span>,
    /// Send again up to N times after a failure that may pass, waiting longer each time
    #[arg(long, value_name = "N", help_heading = "Sending", value_parser = count, allow_negative_numbers = true)]
    pub(crate) retries: Option<u32>,
    /// Follow redirects
    #[arg(long, short = 'F', help_heading = "Sending")]
    pub(crate) follow: bool,
    /// Follow at most N redirects (implies --follow) [default: 10]
    #[arg(long, value_name = "N", help_heading = "Sending", value_parser = count, allow_negative_numbers = true)]
    pub(crate) max_redirects: Option<u32>,
    /// Trust the certificates in this PEM file instead of the system's
    #[arg(long, value_name = "FILE", help_heading = "Sending", conflicts_with = "insecure")]
    pub(crate) cacert: Option<String>,
    /// Do not check the server's certificate
    #[arg(long, short = 'k', help_heading = "Sending")]
    pub(crate) insecure: bool,

    /// Print the answer's headers only
    #[arg(long, short = 'h', help_heading = "Output", group = "what")]
    pub(crate) headers: bool,
    /// Print the answer's body only
    #[arg(long, short = 'b', help_heading = "Output", group = "what")]
    pub(crate) body: bool,
    /// Print the request too
    #[arg(long, short = 'v', help_heading = "Output", group = "what")]
    pub(crate) verbose: bool,
    /// Print these parts: H and B of the request, h and b of the answer
    #[arg(long, short = 'p', value_name = "HBhb", help_heading = "Output", group = "what")]
    pub(crate) print: Option<String>,
    /// Print nothing but errors
    #[arg(long, short = 'q', help_heading = "Output", group = "what")]
    pub(crate) quiet: bool,
    /// Write the body of a 2xx answer to FILE, which is replaced only once it has come whole
    #[arg(long, short = 'o', value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<String>,
    /// Indent and colour JSON [default: all on a terminal, none elsewhere]
    #[arg(long, value_name = "HOW", help_heading = "Output")]
    pub(crate) pretty: Option<Pretty>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", help_heading = "Output", default_value = "auto")]
    pub(crate) color: ColorWhen,
    /// Print the request and send nothing
    #[arg(long, help_heading = "Output", conflicts_with = "curl")]
    pub(crate) offline: bool,
    /// Print the curl command that sends the same request, and send nothing
    #[arg(long, help_heading = "Output")]
    pub(crate) curl: bool,
    /// Print help (-h prints headers)
    #[arg(long, help_heading = "Output", action = ArgAction::Help)]
    pub(crate) help: Option<bool>,
}

/// What to do to JSON before it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pretty {
    /// Indent and colour
    All,
    /// Colour only
    Colors,
    /// Indent only
    Format,
    /// Leave it as it came
    None,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless NO_COLOR says no or FORCE_COLOR yes
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What the long help tells below the flags.
pub(crate) fn help() -> String {
    format!("{GRAMMAR}\n\n{}", exit::table())
}

const GRAMMAR: &str = "\
Items:
  name=value       a string in the JSON body (with -f: a form field)
  name:=json       any JSON: n:=5, gone:=null, list:='[1,2]'
  name==value      a query parameter
  Name:value       a header; `Name:` leaves it out, `Name;` sends it empty
  name=@file       the same with the value read from a file; so :=@ ==@ :@
  name=\\@text      the text @text
  name@file        a file in a form (-f); name@file;type=image/png sets its type
  @file            the whole body
  a[b][0]=v a[]=v  nested values; a backslash in a name keeps : = ; @ [ ] as they are

Body:
  At most one of items, @file, --raw and standard input. Standard input is read
  when it is no terminal, nothing else makes a body, and the method is left out
  or commonly has one (so not for get, head, delete, options and trace). Empty
  standard input is no body. In a script that leaves it open, give -I or name
  the method.

Output:
  A terminal gets the headers and the body, indented and coloured. A pipe or
  file gets the bytes of the body alone.

Examples:
  dak :7070/demo/v1 --fields 'kind,items(id,title)'
  dak post :7070/demo/v1 title='A title' characteristics[followers][]=Jo
  dak patch :7070/demo/v1/324 title=New comment:=null --if-match Tk2x0Yq1bW3v
  dak put :7070/demo/v1/324 @item.json --retries 5
  dak get :7070/demo/v1 maxResults==1 -h
  dak post :7070/submit key=value --curl

Environment:
  DAK_TOKEN        the bearer token, where neither a flag nor the URL says who asks
  DAK_RETRIES      what --retries is when it is not given
  DAK_USER_AGENT   sent in place of dak/VERSION (gzip)
  NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, TERM=dumb, SSL_CERT_FILE
  Proxies (http_proxy and its like) are not used.";
