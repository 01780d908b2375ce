//! `dak backup` and `dak check`.

use crate::args::{BackupArgs, CheckArgs};
use crate::error::Error;
use crate::exit::Exit;

/// Carries out `dak backup`.
pub(crate) fn backup(args: BackupArgs) -> Result<Exit, Error> {
    Err(Error::failure(format!("this build cannot carry out {args:?} yet")))
}

/// Carries out `dak check`.
pub(crate) fn check(args: CheckArgs) -> Result<Exit, Error> {
    Err(Error::failure(format!("this build cannot carry out {args:?} yet")))
}
