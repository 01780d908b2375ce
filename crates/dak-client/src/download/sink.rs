//! Where a download's bytes go: a file that is made beside its place, or a writer.

use std::io::Write;
use std::path::Path;

use dak_proto::media::fetcher::Fetcher;
use dak_proto::media::hash::{Digests, Hashes, Wanted};
use http::HeaderMap;

use super::partial::Partial;
use crate::error::Error;

/// The bytes so far.
pub(crate) enum Sink {
    File(Partial),
    Writer(Passed),
}

/// What went to a writer and cannot be taken back.
pub(crate) struct Passed {
    writer: Box<dyn Write + Send>,
    bytes: u64,
    hashes: Hashes,
}

impl Sink {
    pub(crate) fn writer(writer: Box<dyn Write + Send>) -> Sink {
        Sink::Writer(Passed { writer, bytes: 0, hashes: Hashes::new(Wanted::default()) })
    }

    /// The file that is being made.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Sink::File(partial) => Some(partial.target()),
            Sink::Writer(_) => None,
        }
    }

    /// Prepares for a body that begins at `first`.
    pub(crate) async fn take(&mut self, first: u64, headers: &HeaderMap, fetcher: &Fetcher) -> Result<(), Error> {
        match self {
            Sink::File(partial) => partial.take(first, headers, fetcher).await,
            Sink::Writer(passed) => passed.take(first, fetcher),
        }
    }

    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match self {
            Sink::File(partial) => partial.write(bytes),
            Sink::Writer(passed) => passed.write(bytes),
        }
    }

    /// Makes sure of what is there, where enough has come since this was last done.
    pub(crate) async fn settle(&mut self, fetcher: &Fetcher) -> Result<(), Error> {
        match self {
            Sink::File(partial) => partial.settle(fetcher).await,
            Sink::Writer(_) => Ok(()),
        }
    }

    /// The checksums of all that is there.
    pub(crate) fn digests(&self) -> Digests {
        match self {
            Sink::File(partial) => partial.digests(),
            Sink::Writer(passed) => passed.hashes.digests(),
        }
    }

    /// All is there and as it should be: puts it in its place.
    pub(crate) async fn finish(&mut self) -> Result<(), Error> {
        match self {
            Sink::File(partial) => partial.finish().await,
            Sink::Writer(passed) => passed.writer.flush().map_err(Error::writer),
        }
    }

    /// Leaves what is there for a later run, if that can do anything with it.
    pub(crate) fn leave(&mut self, fetcher: &Fetcher) {
        if let Sink::File(partial) = self {
            partial.leave(fetcher);
        }
    }

    /// What is there is no good.
    pub(crate) fn discard(&mut self) {
        if let Sink::File(partial) = self {
            partial.discard();
        }
    }
}

impl Passed {
    fn take(&mut self, first: u64, fetcher: &Fetcher) -> Result<(), Error> {
        if first != self.bytes {
            let message = "the server cannot go on where the answer broke off, and its beginning went out already";
            return Err(Error::broken(message));
        }
        if first == 0 {
            self.hashes = Hashes::new(wanted(fetcher));
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer.write_all(bytes).map_err(Error::writer)?;
        self.bytes += bytes.len() as u64;
        self.hashes.update(bytes);
        Ok(())
    }
}

/// What is counted: MD5, which is slow, only where there is nothing better to compare with.
pub(crate) fn wanted(fetcher: &Fetcher) -> Wanted {
    let declared = fetcher.declared();
    Wanted { md5: declared.md5.is_some() && declared.crc32c.is_none(), sha256: false }
}
