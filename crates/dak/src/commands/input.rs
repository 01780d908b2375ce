//! Standard input as the body of a request.

use std::io::{self, Cursor, Read};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::error::Error;
use crate::output::tell;

/// Input up to this length is taken whole, so that it has a length and can be sent again; more is streamed.
const WHOLE_BYTES_MAX: u64 = 1 << 20;

/// After so long without a byte the user is told what is being waited for.
const HINT_AFTER: Duration = Duration::from_secs(5);

/// What was found on standard input.
#[derive(Debug)]
pub(crate) enum Input {
    /// Nothing at all.
    Empty,
    /// All of it.
    Whole(Vec<u8>),
    /// Its beginning; the rest has not been read.
    Beginning(Vec<u8>),
}

impl Input {
    /// Reads standard input to its end, or to where it gets long.
    pub(crate) fn read() -> Result<Input, Error> {
        let (done, waits) = mpsc::channel::<()>();
        thread::spawn(move || {
            if waits.recv_timeout(HINT_AFTER) == Err(RecvTimeoutError::Timeout) {
                tell("dak: still waiting for a body on standard input; use -I if there is none");
            }
        });
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(WHOLE_BYTES_MAX).read_to_end(&mut bytes);
        drop(done);
        read.map_err(|error| Error::reading("standard input", &error))?;
        Ok(match bytes.len() as u64 {
            0 => Input::Empty,
            WHOLE_BYTES_MAX => Input::Beginning(bytes),
            _ => Input::Whole(bytes),
        })
    }
}

/// Standard input from its start, of which `beginning` was read already.
pub(crate) fn rest(beginning: Vec<u8>) -> impl Read + Send + 'static {
    Cursor::new(beginning).chain(io::stdin())
}
