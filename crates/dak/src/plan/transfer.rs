//! An upload's or a download's request: the same grammar, other defaults.

use crate::args::RequestArgs;
use crate::error::Error;
use crate::plan::{Request, Sending, Words, World};

/// How often a transfer is tried again in a row without a step forward, when nobody says so: about half a minute.
pub(crate) const RETRIES_DEFAULT: u32 = 5;

/// A request that moves a file.
#[derive(Debug)]
pub(crate) struct Transfer {
    pub(crate) request: Request,
    pub(crate) sending: Sending,
}

impl Transfer {
    /// Decides everything about it.
    pub(crate) fn new(words: Words, args: &RequestArgs, world: World<'_>) -> Result<Transfer, Error> {
        Ok(Transfer {
            request: Request::new(words.resolve()?, args, world)?,
            sending: Sending::new(args, world.environment, RETRIES_DEFAULT)?,
        })
    }
}
