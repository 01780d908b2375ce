//! gzip decoding, piece by piece: pure, and in memory bounded by the piece given out.

#[cfg(test)]
mod tests;

use bytes::{Buf, Bytes};
use flate2::{Decompress, FlushDecompress, Status};

/// The most that is inflated at a time.
const PIECE_BYTES: usize = 256 * 1024;

/// The largest window, which every gzip stream may use (RFC 1952).
const WINDOW_BITS: u8 = 15;

/// A decoder of the gzip coding. Compressed bytes are given with [`push`](Self::push), decoded ones taken with
/// [`next`](Self::next) until there are none, and [`finish`](Self::finish) tells whether the end was one.
pub(crate) struct Gunzip {
    inflate: Decompress,
    input: Bytes,
    within_member: bool,
}

/// The bytes are not gzip, or were damaged or cut on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damaged {
    /// What came cannot be decoded, or its checksum is wrong.
    Corrupt,
    /// The end is missing.
    Truncated,
}

impl Gunzip {
    pub(crate) fn new() -> Gunzip {
        Gunzip { inflate: Decompress::new_gzip(WINDOW_BITS), input: Bytes::new(), within_member: false }
    }

    /// Gives the next compressed bytes; those before must have been taken.
    pub(crate) fn push(&mut self, input: Bytes) {
        self.input = input;
    }

    /// The next decoded bytes, of at most [`PIECE_BYTES`], or none until more is pushed.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, Damaged> {
        let mut output = Vec::new();
        loop {
            if !self.within_member && self.input.is_empty() {
                return Ok(None);
            }
            output.reserve(PIECE_BYTES.min(self.input.len().saturating_mul(4).max(1024)));
            let ended = self.inflate_into(&mut output)?;
            if ended {
                self.inflate = Decompress::new_gzip(WINDOW_BITS);
            }
            self.within_member = !ended;
            if !output.is_empty() {
                return Ok(Some(output.into()));
            }
            if self.input.is_empty() {
                return Ok(None);
            }
        }
    }

    /// Checks that the input has ended where a gzip stream may end. No input at all is an empty body.
    pub(crate) fn finish(&self) -> Result<(), Damaged> {
        if self.within_member { Err(Damaged::Truncated) } else { Ok(()) }
    }

    /// One step of the decoder; tells whether a member ended.
    fn inflate_into(&mut self, output: &mut Vec<u8>) -> Result<bool, Damaged> {
        let consumed_before = self.inflate.total_in();
        let status =
            self.inflate.decompress_vec(&self.input, output, FlushDecompress::None).map_err(|_| Damaged::Corrupt)?;
        let consumed = usize::try_from(self.inflate.total_in() - consumed_before).unwrap_or(usize::MAX);
        let stuck = consumed == 0 && output.is_empty() && !self.input.is_empty();
        self.input.advance(consumed.min(self.input.len()));
        match status {
            Status::StreamEnd => Ok(true),
            Status::Ok | Status::BufError if stuck => Err(Damaged::Corrupt),
            Status::Ok | Status::BufError => Ok(false),
        }
    }
}
