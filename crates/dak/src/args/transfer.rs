//! What uploads and downloads can be told alike.

use clap::Args;

use crate::args::{RequestArgs, Span, count, positive_span};

/// The flags of what moves files.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct TransferArgs {
    /// Send this bearer token (the environment's DAK_TOKEN otherwise)
    #[arg(long, value_name = "TOKEN", help_heading = "Identity", conflicts_with = "auth")]
    pub(crate) bearer: Option<String>,
    /// Send these credentials by basic authentication
    #[arg(long, short = 'a', value_name = "USER:PASSWORD", help_heading = "Identity")]
    pub(crate) auth: Option<String>,

    /// Try again up to N times in a row without a step forward, waiting longer each time [default: 5]
    #[arg(long, value_name = "N", help_heading = "Sending", value_parser = count, allow_negative_numbers = true)]
    pub(crate) retries: Option<u32>,
    /// Stop after this long in all (30m, 2h); what is there stays
    #[arg(long, value_name = "TIME", help_heading = "Sending", value_parser = positive_span, allow_negative_numbers = true)]
    pub(crate) timeout: Option<Span>,
    /// Follow at most N redirects [default: 10]
    #[arg(long, value_name = "N", help_heading = "Sending", value_parser = count, allow_negative_numbers = true)]
    pub(crate) max_redirects: Option<u32>,
    /// Trust the certificates in this PEM file instead of the system's
    #[arg(long, value_name = "FILE", help_heading = "Sending", conflicts_with = "insecure")]
    pub(crate) cacert: Option<String>,
    /// Do not check the server's certificate
    #[arg(long, short = 'k', help_heading = "Sending")]
    pub(crate) insecure: bool,
}

impl TransferArgs {
    /// The same as flags of a request; standard input is not its body.
    pub(crate) fn request(&self) -> RequestArgs {
        RequestArgs {
            ignore_stdin: true,
            bearer: self.bearer.clone(),
            auth: self.auth.clone(),
            retries: self.retries,
            timeout: self.timeout,
            follow: true,
            max_redirects: self.max_redirects,
            cacert: self.cacert.clone(),
            insecure: self.insecure,
            ..RequestArgs::default()
        }
    }
}
