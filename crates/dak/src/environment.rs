//! What the process finds around it. Read once, here; everything else is told.

use std::env;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use etcetera::BaseStrategy;

use crate::error::Error;

/// The terminal and the environment variables a request looks at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    /// Whether standard input is a terminal.
    pub(crate) stdin_is_terminal: bool,
    /// Whether standard output is a terminal.
    pub(crate) stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub(crate) stderr_is_terminal: bool,
    /// `NO_COLOR` is set and not empty.
    pub(crate) no_color: bool,
    /// `FORCE_COLOR` or `CLICOLOR_FORCE` is set, not empty and not 0.
    pub(crate) force_color: bool,
    /// `TERM` is `dumb`.
    pub(crate) term_is_dumb: bool,
    /// `DAK_TOKEN`.
    pub(crate) token: Option<String>,
    /// `DAK_RETRIES`.
    pub(crate) retries: Option<String>,
    /// `DAK_USER_AGENT`.
    pub(crate) user_agent: Option<String>,
}

impl Environment {
    /// Looks around.
    pub(crate) fn read() -> Environment {
        Environment {
            stdin_is_terminal: io::stdin().is_terminal(),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            no_color: variable("NO_COLOR").is_some(),
            force_color: is_on("FORCE_COLOR") || is_on("CLICOLOR_FORCE"),
            term_is_dumb: variable("TERM").as_deref() == Some("dumb"),
            token: variable("DAK_TOKEN"),
            retries: variable("DAK_RETRIES"),
            user_agent: variable("DAK_USER_AGENT"),
        }
    }
}

/// The folder data is kept in when no flag names one: `dak` in the user's data folder (XDG).
pub(crate) fn data_folder() -> Result<PathBuf, Error> {
    let strategy = etcetera::choose_base_strategy()
        .map_err(|_| Error::usage("there is no home folder to keep data in; name one with --data DIR"))?;
    Ok(strategy.data_dir().join("dak"))
}

/// The folder of what is under way when nobody says otherwise: `dak` in the user's state folder (XDG).
pub(crate) fn state_folder() -> Result<PathBuf, Error> {
    let strategy = etcetera::choose_base_strategy()
        .map_err(|_| Error::usage("there is no home folder to keep uploads in; set XDG_STATE_HOME to a folder"))?;
    Ok(strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("dak"))
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn is_on(name: &str) -> bool {
    variable(name).is_some_and(|value| value != "0")
}
