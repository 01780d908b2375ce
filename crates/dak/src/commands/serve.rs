//! `dak serve`.

use crate::args::ServeArgs;
use crate::error::Error;
use crate::exit::Exit;

/// Carries out `dak serve`.
pub(crate) fn run(args: ServeArgs) -> Result<Exit, Error> {
    Err(Error::failure(format!("this build cannot carry out {args:?} yet")))
}
