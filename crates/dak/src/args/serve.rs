//! `dak serve`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use dak_client::Url;

use crate::args::token::email;
use crate::args::{Size, Span, positive, positive_size, positive_span};

/// Serves the demo API and any API described by a Discovery document, and keeps what it is given.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  dak serve                                   the demo API on 127.0.0.1:7070
  dak serve --ephemeral --listen 127.0.0.1:0  a throw-away server on a free port, for a test
  dak serve --api books.v1.json               an API of your own from its description
  dak serve --api books.v1.json --rules books.rules.yaml
                                              the same, with what its own verbs do (see `dak api check --help`)
  dak serve --api documents/ --apart          many APIs, each below /NAME/VERSION/
  dak serve --auth tokens --listen 0.0.0.0:7070 --public-url https://api.example.com
                                              for others, behind a proxy (make tokens with `dak token create`)

Sizes are written 65536, 64KiB or 10MB; times 30s, 500ms or 2m.")]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) place: ListenArgs,
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    #[command(flatten)]
    pub(crate) conventions: ConventionArgs,
    #[command(flatten)]
    pub(crate) operation: OperationArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) gmail: GmailArgs,
}

/// Where the server listens and what it serves.
#[derive(Args, Debug)]
#[command(next_help_heading = "Place")]
pub(crate) struct ListenArgs {
    /// The address to listen on; port 0 picks a free one and prints it
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7070", value_parser = listen)]
    pub(crate) listen: SocketAddr,
    /// The data folder [default: dak in the user's data folder]
    #[arg(long, value_name = "DIR", conflicts_with = "ephemeral")]
    pub(crate) data: Option<PathBuf>,
    /// Keep the data in a temporary folder that goes with the server
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// Serve this Discovery document, or all of a folder; may be given again
    #[arg(long = "api", value_name = "FILE|DIR")]
    pub(crate) apis: Vec<PathBuf>,
    /// What methods do whose shape does not tell it, for an API of --api: a file of rules (YAML), or all of a folder; may
    /// be given again
    #[arg(long, value_name = "FILE|DIR", requires = "apis")]
    pub(crate) rules: Vec<PathBuf>,
    /// Serve each --api below /NAME/VERSION/, so that none is in another's way
    #[arg(long)]
    pub(crate) apart: bool,
    /// The users with their mail, and the blogs, posts and comments, that a new folder has (YAML, or JSON in FILE.json) [default: a blog with three posts]
    #[arg(long, value_name = "FILE")]
    pub(crate) seed: Option<PathBuf>,
    /// Speak TLS with this certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
}

/// Who may call.
#[derive(Args, Debug)]
#[command(next_help_heading = "Access")]
pub(crate) struct AccessArgs {
    /// Whom to believe: anyone, or only tokens made by `dak token create`
    #[arg(long, value_name = "HOW", default_value = "open")]
    pub(crate) auth: AuthMode,
    /// Who a caller without a name is, with --auth open
    #[arg(long, value_name = "EMAIL", default_value = "me@example.com", value_parser = email)]
    pub(crate) default_user: String,
    /// The URL by which callers reach the server, written into links
    #[arg(long, value_name = "URL", value_parser = public_url)]
    pub(crate) public_url: Option<String>,
    /// Answer requests for this host name too; may be given again
    #[arg(long = "allow-host", value_name = "HOST", value_parser = host)]
    pub(crate) allowed_hosts: Vec<String>,
    /// Let pages of this origin call; may be given again
    #[arg(long = "cors-origin", value_name = "ORIGIN", value_parser = origin)]
    pub(crate) cors_origins: Vec<String>,
    /// Believe the X-Forwarded headers of this proxy; may be given again
    #[arg(long = "trusted-proxy", value_name = "ADDRESS")]
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// Listen beyond this machine although anyone may then read and write everything
    #[arg(long)]
    pub(crate) allow_remote_without_auth: bool,
}

/// How closely to follow Google where its documents and its servers differ.
#[derive(Args, Debug)]
#[command(next_help_heading = "Conventions")]
pub(crate) struct ConventionArgs {
    /// Be as strict as Google's own servers (implies --gzip-user-agent require and --strict-chunks; the resultSizeEstimate of more than 200 messages is 201)
    #[arg(long)]
    pub(crate) faithful: bool,
    /// Whether a User-Agent must say gzip to be answered with gzip [default: ignore]
    #[arg(long, value_name = "RULE")]
    pub(crate) gzip_user_agent: Option<UserAgentRule>,
    /// Compare etags to the letter, quotes and W/ included
    #[arg(long)]
    pub(crate) strict_etag: bool,
    /// Take chunks of an upload as Google does: multiples of 256 KiB, a range with its unit
    #[arg(long)]
    pub(crate) strict_chunks: bool,
    /// The status that ends a resumable upload which made something [default: 201, and 200 for clients known to refuse it]
    #[arg(long, value_name = "200|201", value_parser = created_status)]
    pub(crate) upload_created_status: Option<u16>,
}

/// How mailboxes are kept.
#[derive(Args, Debug)]
#[command(next_help_heading = "Gmail")]
pub(crate) struct GmailArgs {
    /// How long it is known what happened in a mailbox; who asks about earlier is answered 404
    #[arg(long, value_name = "TIME", value_parser = positive_span, default_value = "7d")]
    pub(crate) history_kept: Span,
    /// Refuse users who ask for more than these units in a minute (a message costs 5, sending one 100)
    #[arg(long, value_name = "UNITS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) quota: Option<u64>,
    /// The status of these refusals: Google's servers were seen to send both
    #[arg(long, value_name = "403|429", value_parser = quota_status, default_value = "403", requires = "quota")]
    pub(crate) quota_status: u16,
    /// What a method costs in place of the usual, such as messages.get=20; may be given again
    #[arg(long = "quota-units", value_name = "METHOD=UNITS", value_parser = method_units, requires = "quota")]
    pub(crate) quota_units: Vec<(String, u64)>,
}

/// How the server is watched and tested.
#[derive(Args, Debug)]
#[command(next_help_heading = "Operation")]
pub(crate) struct OperationArgs {
    /// How to log requests on standard error [default: text on a terminal, json elsewhere]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) log: Option<LogFormat>,
    /// Serve /_dak/clock, /_dak/faults and the other test controls (only on data made with this flag)
    #[arg(long)]
    pub(crate) test_controls: bool,
    /// What /_dak/ must be called with [default: drawn and printed at the start]
    #[arg(long, value_name = "TOKEN", value_parser = secret)]
    pub(crate) control_token: Option<String>,
}

/// The bounds on what a caller controls.
#[derive(Args, Debug)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Bytes of a request's head
    #[arg(long, value_name = "SIZE", value_parser = positive_size, default_value = "64KiB")]
    pub(crate) head_bytes_max: Size,
    /// Header fields of a request
    #[arg(long, value_name = "N", value_parser = positive, default_value_t = 100)]
    pub(crate) headers_max: usize,
    /// Bytes of a request's body as sent
    #[arg(long, value_name = "SIZE", value_parser = positive_size, default_value = "10MiB")]
    pub(crate) body_bytes_max: Size,
    /// Bytes of a request's body once gunzipped
    #[arg(long, value_name = "SIZE", value_parser = positive_size, default_value = "32MiB")]
    pub(crate) inflated_bytes_max: Size,
    /// Bytes of one request in a batch
    #[arg(long, value_name = "SIZE", value_parser = positive_size, default_value = "5MiB")]
    pub(crate) part_bytes_max: Size,
    /// How deep a JSON body may nest
    #[arg(long, value_name = "N", value_parser = positive, default_value_t = 100)]
    pub(crate) json_depth_max: usize,
    /// Time for a request's head to come
    #[arg(long, value_name = "TIME", value_parser = positive_span, default_value = "60s")]
    pub(crate) head_timeout: Span,
    /// Time between two pieces of a request's body
    #[arg(long, value_name = "TIME", value_parser = positive_span, default_value = "30s")]
    pub(crate) idle_timeout: Span,
    /// Time for requests in flight to finish once the server is told to stop
    #[arg(long, value_name = "TIME", default_value = "10s")]
    pub(crate) shutdown_timeout: Span,
    /// Connections served at once
    #[arg(long, value_name = "N", value_parser = positive, default_value_t = 10_000)]
    pub(crate) connections_max: usize,
    /// Writes waiting for the store; beyond it the answer is 503
    #[arg(long, value_name = "N", value_parser = positive, default_value_t = 1_024)]
    pub(crate) writer_queue_max: usize,
    /// Bytes of records in one page of a list; a page ends early there
    #[arg(long, value_name = "SIZE", value_parser = positive_size, default_value = "4MiB")]
    pub(crate) page_bytes_max: Size,
    /// Bytes of finished answers kept for the next request like them
    #[arg(long, value_name = "SIZE", default_value = "32MiB")]
    pub(crate) cache_bytes_max: Size,
    /// Bytes of large bodies in memory at once, as many of batches, of mails and of answers; further ones wait
    #[arg(long, value_name = "SIZE", value_parser = positive_size, default_value = "512MiB")]
    pub(crate) room_bytes_max: Size,
}

/// Whom to believe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuthMode {
    /// Anyone; a bearer token that is an e-mail address names the user
    Open,
    /// Only tokens made by `dak token create`
    Tokens,
}

/// Whether the User-Agent counts for gzip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UserAgentRule {
    /// Accept-Encoding alone decides
    Ignore,
    /// The User-Agent must contain gzip as well
    Require,
}

/// How to log requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// For machines, a line each
    Json,
    /// Not at all
    Off,
}

/// `ADDRESS:PORT`; with no address, or `localhost`, or a bare port, on this machine alone.
fn listen(text: &str) -> Result<SocketAddr, String> {
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let here = match (host, port.parse()) {
        ("" | "localhost", Ok(port)) => Some(SocketAddr::from(([127, 0, 0, 1], port))),
        _ => None,
    };
    here.or_else(|| text.parse().ok()).ok_or_else(|| "write ADDRESS:PORT, such as 127.0.0.1:7070".to_owned())
}

fn created_status(text: &str) -> Result<u16, String> {
    match text {
        "200" => Ok(200),
        "201" => Ok(201),
        _ => Err("write 200 or 201".to_owned()),
    }
}

fn quota_status(text: &str) -> Result<u16, String> {
    match text {
        "403" => Ok(403),
        "429" => Ok(429),
        _ => Err("write 403 or 429".to_owned()),
    }
}

/// Which methods there are is not known here.
fn method_units(text: &str) -> Result<(String, u64), String> {
    let parts = text.split_once('=').filter(|(method, _)| !method.is_empty());
    let parsed = parts.and_then(|(method, units)| Some((method.to_owned(), units.parse().ok()?)));
    parsed.ok_or_else(|| "write METHOD=UNITS, such as messages.get=20".to_owned())
}

fn public_url(text: &str) -> Result<String, String> {
    match http_url(text) {
        Some(url) if url.query().is_none() && url.fragment().is_none() => Ok(text.trim_end_matches('/').to_owned()),
        _ => Err("write http:// or https:// and a host, such as https://api.example.com".to_owned()),
    }
}

/// Scheme, host and port as browsers send them (RFC 6454 7).
fn origin(text: &str) -> Result<String, String> {
    let is_scheme = |scheme: &str| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    match text.split_once("://") {
        Some((scheme, name)) if is_scheme(scheme) && host(name).is_ok() => Ok(text.to_owned()),
        _ => Err("write SCHEME://HOST, such as https://app.example.com, without a path".to_owned()),
    }
}

fn host(text: &str) -> Result<String, String> {
    if text.is_empty()
        || text.contains(|letter: char| letter.is_whitespace() || letter.is_control() || "/@?#".contains(letter))
    {
        return Err("write a host name alone, such as api.example.com".to_owned());
    }
    Ok(text.to_owned())
}

fn secret(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(|letter: char| !letter.is_ascii_graphic()) {
        return Err("write a token of letters and digits, or leave the flag out to have one drawn".to_owned());
    }
    Ok(text.to_owned())
}

fn http_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
