//! `dak token`.

use crate::args::TokenArgs;
use crate::error::Error;
use crate::exit::Exit;

/// Carries out `dak token`.
pub(crate) fn run(args: TokenArgs) -> Result<Exit, Error> {
    Err(Error::failure(format!("this build cannot carry out {args:?} yet")))
}
