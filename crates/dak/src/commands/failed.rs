//! A call without a whole answer: what happened, and what may truly be done about it.

use dak_client::retry::Repeat;
use dak_client::{Call, Error as Cause};

use crate::error::{Error, without_number};
use crate::exit::Exit;
use crate::paint::clean;

/// On what terms a request was sent, which decides what can be advised when it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// What `--retries` said.
    pub(crate) retries: u32,
    /// Whether the request may be sent twice.
    pub(crate) repeat: Repeat,
    /// How many attempts led to an answer's head.
    pub(crate) attempts: u32,
    /// Whether a part of the answer went out, so that it cannot be taken back.
    pub(crate) is_begun: bool,
    /// Whether `--max-redirects 0` was said.
    pub(crate) refuses_redirects: bool,
    /// Whether TLS was to be spoken.
    pub(crate) secure: bool,
    pub(crate) errand: Errand,
}

/// Which kind of command it was: advice names only flags that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    Request,
    Upload,
    Download,
}

/// What the client says of answers that are damaged by themselves, so that the next one will be too.
const DAMAGED: [&str; 3] = ["cannot be decoded", "invalid HTTP", "message head is too large"];

impl Terms {
    /// Of this call. The client's own rule: safe methods may be repeated, and what carries an `Idempotency-Key`.
    pub(crate) fn of(call: &Call, retries: u32) -> Terms {
        let has_key = call.headers.contains_key("idempotency-key");
        let repeat = match call.body.is_replayable() {
            false => Repeat::Never,
            true if call.method.is_safe() || has_key => Repeat::Safe,
            true => Repeat::IfUntouched,
        };
        Terms {
            retries,
            repeat,
            attempts: 0,
            is_begun: false,
            refuses_redirects: false,
            secure: call.url.scheme() == "https",
            errand: Errand::Request,
        }
    }

    /// What to do after a failure that may pass and may have let the server act.
    pub(crate) fn advice(&self) -> &'static str {
        match (self.repeat, self.retries) {
            (Repeat::Safe, _) if self.is_begun => {
                "its beginning went out already; try again, or with -o FILE and --retries 3, which begin it anew"
            }
            (Repeat::Safe, 0) => "try again; --retries 3 does so by itself",
            (Repeat::Safe, _) => "try again later",
            (Repeat::Never, _) if self.errand == Errand::Upload => {
                "check whether it arrived before you send it again; a file would go on"
            }
            (_, _) if self.errand == Errand::Upload => {
                "check whether it arrived before you send it again; with --upload-type resumable it goes on"
            }
            (Repeat::IfUntouched, _) => {
                "check whether the server acted before you send it again; with --idempotency-key it is safe to repeat"
            }
            (Repeat::Never, _) => "check whether the server acted before you send it again",
        }
    }
}

/// The error of a call that was sent on these terms and got no whole answer.
pub(crate) fn failed(error: &Cause, terms: &Terms) -> Error {
    let exhausted = terms.retries > 0
        && !terms.is_begun
        && error.is_retryable()
        && terms.attempts.max(error.attempts()) > terms.retries;
    let mut message = without_number(clean::line(&error.to_string()).trim_end_matches('.'));
    if let Cause::TooLarge { limit } = error {
        message = format!("the answer is longer than {limit} bytes");
    }
    if let Cause::Changed { path } = error {
        message = format!("{} changed while it was sent", clean::line(&path.to_string_lossy()));
    }
    if terms.secure && message.contains("InvalidContentType") {
        message = "the server does not speak TLS".to_owned();
    }
    if message.contains("CaUsedAsEndEntity") {
        message = "the server's certificate is one of an authority (CA:TRUE), which a server may not have".to_owned();
    }
    let exit = match error {
        _ if exhausted => Exit::Unfinished,
        Cause::Usage(_) => Exit::Usage,
        Cause::Timeout(_) => Exit::Timeout,
        Cause::Redirects(message) if ["more than", "in a loop"].iter().any(|part| message.contains(part)) => {
            Exit::TooManyRedirects
        }
        Cause::Redirects(_) => Exit::Redirection,
        _ => Exit::Failure,
    };
    Error::new(exit, format!("{message}; {}", advice(error, &message, terms)))
}

/// The error of a call that could not even be begun.
pub(crate) fn unsent(error: &Cause) -> Error {
    failed(
        error,
        &Terms {
            retries: 0,
            repeat: Repeat::Safe,
            attempts: 0,
            is_begun: false,
            refuses_redirects: false,
            secure: false,
            errand: Errand::Request,
        },
    )
}

fn advice(error: &Cause, message: &str, terms: &Terms) -> &'static str {
    match error {
        Cause::Usage(_) => "correct the request",
        Cause::Connect(_) if message.contains("not speak TLS") => "try http:// in place of https://",
        Cause::Connect(_) if message.contains("CA:TRUE") => {
            "make it with openssl req -x509 -addext basicConstraints=critical,CA:FALSE, or do without the check with --insecure"
        }
        Cause::Connect(_) if message.contains("certificate") => {
            "name its authority's certificate with --cacert, or do without the check with --insecure"
        }
        Cause::Connect(_) => "check the address and that the server runs",
        Cause::Timeout(_) if terms.repeat == Repeat::Safe && !terms.is_begun => "try again, or raise --timeout",
        Cause::Timeout(_) => terms.advice(),
        Cause::Redirects(_) if terms.errand == Errand::Request => "look at the redirects with -v and without --follow",
        Cause::Redirects(_) if message.contains(" 303 ") && terms.repeat != Repeat::Safe => {
            "look there whether it arrived"
        }
        Cause::Redirects(_) => "give the URL to which they lead",
        Cause::Changed { .. } => "send it again once it rests",
        Cause::Source(_) if message.contains("changed") || message.contains("became shorter") => {
            "send it again once it rests"
        }
        Cause::Source(_) if message.contains("are gone") => "begin again",
        Cause::Source(_) => "check the path and its permissions",
        Cause::TooLarge { .. } if terms.errand == Errand::Upload => "look there whether it arrived",
        Cause::TooLarge { .. } => "tell whoever runs the server",
        Cause::Journal(_) if message.contains("being sent already") => "wait for it to end",
        Cause::Journal(_) if message.contains("cannot begin again") => "let that folder be written first",
        Cause::Journal(_) if message.contains("not in its journal") => "dak uploads lists what is left",
        Cause::Journal(_) => "set XDG_STATE_HOME to a folder that can be written",
        _ if DAMAGED.iter().any(|part| message.contains(part)) => "tell whoever runs the server",
        _ => terms.advice(),
    }
}
