//! What was meant: flags, items and environment become one request and how to send and show it. Pure: files and
//! random names come from functions that the caller passes in.

use std::io;
use std::time::Duration;

use crate::args::RequestArgs;
use crate::environment::Environment;
use crate::error::Error;

pub(crate) mod body;
pub(crate) mod headers;
pub(crate) mod item;
pub(crate) mod nested;
pub(crate) mod request;
pub(crate) mod secrets;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod transfer;
pub(crate) mod upload;
pub(crate) mod url;
pub(crate) mod words;

pub(crate) use body::Body;
pub(crate) use request::Request;
pub(crate) use show::Showing;
pub(crate) use words::Words;

/// How often a redirect is followed when `--follow` says no number.
const REDIRECTS_MAX: u32 = 10;

/// Everything about one request, decided.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) act: Act,
    pub(crate) request: Request,
    pub(crate) sending: Sending,
    pub(crate) showing: Showing,
}

/// What to do with the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Send it.
    Send,
    /// Print it.
    Offline,
    /// Print the curl command that sends it.
    Curl,
}

/// How to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sending {
    /// The most time for everything.
    pub(crate) timeout: Option<Duration>,
    /// How often to send again.
    pub(crate) retries: u32,
    /// How many redirects to follow; 0: a redirect is the answer.
    pub(crate) redirects_max: u32,
    /// `--max-redirects 0` was said: a redirect is one too many.
    pub(crate) refuses_redirects: bool,
    /// A PEM file of the authorities to trust instead of the system's.
    pub(crate) cacert: Option<String>,
    /// Whether any certificate will do.
    pub(crate) insecure: bool,
}

/// What a plan may ask of the world.
#[derive(Clone, Copy)]
pub(crate) struct World<'w> {
    pub(crate) environment: &'w Environment,
    /// Reads a file whole.
    pub(crate) read: &'w dyn Fn(&str) -> io::Result<Vec<u8>>,
    /// Draws a name that no one has drawn before.
    pub(crate) draw: &'w dyn Fn() -> Result<String, Error>,
}

impl Plan {
    /// Decides everything that can be decided before standard input is looked at.
    pub(crate) fn new(words: Words, args: &RequestArgs, world: World<'_>) -> Result<Plan, Error> {
        Ok(Plan {
            act: Act::of(args),
            request: Request::new(words.resolve()?, args, world)?,
            sending: Sending::new(args, world.environment, 0)?,
            showing: Showing::new(args, world.environment)?,
        })
    }
}

impl Act {
    fn of(args: &RequestArgs) -> Act {
        match (args.curl, args.offline) {
            (true, _) => Act::Curl,
            (false, true) => Act::Offline,
            (false, false) => Act::Send,
        }
    }
}

impl Sending {
    /// Decides by the flags, else by the environment; `retries_default` where neither says how often to send again.
    pub(crate) fn new(args: &RequestArgs, environment: &Environment, retries_default: u32) -> Result<Sending, Error> {
        let follows = args.follow || args.max_redirects.is_some();
        Ok(Sending {
            timeout: args.timeout.map(|span| span.0),
            retries: retries(args, environment)?.unwrap_or(retries_default),
            redirects_max: if follows { args.max_redirects.unwrap_or(REDIRECTS_MAX) } else { 0 },
            refuses_redirects: args.max_redirects == Some(0),
            cacert: args.cacert.clone(),
            insecure: args.insecure,
        })
    }
}

fn retries(args: &RequestArgs, environment: &Environment) -> Result<Option<u32>, Error> {
    match (args.retries, &environment.retries) {
        (Some(retries), _) => Ok(Some(retries)),
        (None, None) => Ok(None),
        (None, Some(text)) => text
            .parse()
            .map(Some)
            .map_err(|_| Error::usage(format!("DAK_RETRIES is \"{text}\", which is no number; set it to 0 or more"))),
    }
}

#[cfg(test)]
pub(crate) mod tests;
