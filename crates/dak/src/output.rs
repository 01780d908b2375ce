//! Standard output and standard error, which may go away at any time.

use std::fmt;
use std::io::{self, StdoutLock, Write};

use crate::error::Error;

/// Bytes gathered before they are written; a larger piece goes straight through.
const BUFFER_BYTES: usize = 64 << 10;

/// Writes a line to standard error. Nobody is left to tell when that fails.
pub(crate) fn tell(line: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes a line to standard output, at once.
pub(crate) fn print(line: impl fmt::Display) -> Result<(), Error> {
    let mut output = Output::stdout();
    output.write(format!("{line}\n").as_bytes())?;
    output.flush()
}

/// A buffered writer to standard output whose failure is an [`Error`] that says what to do: die quietly when the
/// reader is gone, complain otherwise.
pub(crate) struct Output {
    writer: StdoutLock<'static>,
    buffer: Vec<u8>,
    /// Bytes taken in so far.
    count: u64,
}

impl Output {
    /// Takes hold of standard output.
    pub(crate) fn stdout() -> Output {
        Output { writer: io::stdout().lock(), buffer: Vec::new(), count: 0 }
    }

    /// How many bytes were added so far.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Adds bytes; they may wait until [`Output::flush`].
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.count += bytes.len() as u64;
        if self.buffer.len() + bytes.len() > BUFFER_BYTES {
            self.drain()?;
        }
        if bytes.len() > BUFFER_BYTES {
            return self.writer.write_all(bytes).map_err(|error| Error::output(&error));
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Sends everything on its way.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        self.drain()?;
        self.writer.flush().map_err(|error| Error::output(&error))
    }

    fn drain(&mut self) -> Result<(), Error> {
        let written = self.writer.write_all(&self.buffer);
        self.buffer.clear();
        written.map_err(|error| Error::output(&error))
    }
}
