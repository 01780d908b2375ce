//! What the process says by its exit code: one number per thing a script can do next.

use std::fmt::Write as _;
use std::process::ExitCode;

/// How a run ended. The numbers are HTTPie's where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All went well.
    Success = 0,
    /// The network failed, or something that has no code of its own.
    Failure = 1,
    /// A time limit passed.
    Timeout = 2,
    /// The answer was 3xx and was not followed.
    Redirection = 3,
    /// The answer was 4xx.
    ClientError = 4,
    /// The answer was 5xx.
    ServerError = 5,
    /// More redirects than `--max-redirects`.
    TooManyRedirects = 6,
    /// Every one of `--retries` was used up, or a transfer stopped on its way: what is there stays, and repeating the command
    /// may be all it takes. A refusal is none of these, though with other credentials the upload goes on: who repeats
    /// whatever ends so would repeat it for ever.
    Unfinished = 8,
    /// The command line cannot be meant so (`EX_USAGE`; apart from 2, which is a timeout).
    Usage = 64,
    /// Ctrl-C or SIGTERM.
    Interrupted = 130,
    /// The reader of the output went away.
    BrokenPipe = 141,
}

impl Exit {
    /// Every way to end, in the order of the numbers.
    pub(crate) const ALL: [Exit; 11] = [
        Exit::Success,
        Exit::Failure,
        Exit::Timeout,
        Exit::Redirection,
        Exit::ClientError,
        Exit::ServerError,
        Exit::TooManyRedirects,
        Exit::Unfinished,
        Exit::Usage,
        Exit::Interrupted,
        Exit::BrokenPipe,
    ];

    /// The exit code a response of this status gives.
    pub(crate) fn of_status(status: u16) -> Exit {
        match status {
            300..=399 => Exit::Redirection,
            400..=499 => Exit::ClientError,
            500..=599 => Exit::ServerError,
            _ => Exit::Success,
        }
    }

    /// The number the shell sees.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// What the number tells, in a few words.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Exit::Success => "done; the answer was 2xx",
            Exit::Failure => "the network failed, or another error",
            Exit::Timeout => "a time limit passed",
            Exit::Redirection => "the answer was 3xx (304 too) and was not followed",
            Exit::ClientError => "the answer was 4xx",
            Exit::ServerError => "the answer was 5xx",
            Exit::TooManyRedirects => "more redirects than --max-redirects",
            Exit::Unfinished => "all --retries were used up, or a transfer stopped; the same again may end it",
            Exit::Usage => "the command line is wrong",
            Exit::Interrupted => "interrupted (Ctrl-C, SIGTERM)",
            Exit::BrokenPipe => "the reader of the output went away",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

/// The table of exit codes, as every `--help` prints it.
pub(crate) fn table() -> String {
    let mut text = String::from("Exit codes:\n");
    for exit in Exit::ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:>3}  {}", exit.code(), exit.meaning());
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests;
