//! What an engine of bytes offers: blobs of any size, written once from the front, read from anywhere.
//!
//! A blob is a list of [segments](Segment). Which segments belong together, and how many of their bytes count, stands in
//! records alone; an engine knows names. So bytes become visible by a commit of [`Records`](crate::Records), and what was
//! written without one is as if it had never been.

use bytes::Bytes;

use crate::{BoxFuture, Error};

/// A run of a blob's bytes: a file or an object with a name of its own.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Segment {
    /// Its name from birth: 32 hexadecimal digits in lower case, drawn at random by the caller. A name is never used twice.
    pub name: String,
    /// How many of its bytes count, from its first on. What an engine has behind them is nothing.
    pub length: u64,
}

impl Segment {
    /// How many digits a name has.
    pub const NAME_DIGITS: usize = 32;

    /// Whether this can be a segment's name: lower-case digits alone, so that it is a safe name of a file everywhere.
    pub fn is_name(name: &str) -> bool {
        name.len() == Segment::NAME_DIGITS && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }
}

/// Refuses what cannot be a segment's name.
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    match Segment::is_name(name) {
        true => Ok(()),
        false => Err(Error::invalid("The name of a segment is not 32 hexadecimal digits in lower case.")),
    }
}

/// An engine that keeps bytes.
///
/// What all engines promise, and [`conformance`](crate::conformance) tests:
///
/// - What was written before a [`Writing::sync`] lasts once that was answered.
/// - A deleted segment may still be read by who had opened it.
pub trait Blobs: Send + Sync {
    /// Whether bytes may be added to this segment by [`Blobs::append`]; otherwise they go into a new one. False after one
    /// of its writes or syncs failed: what such a segment holds behind its length is never trusted again.
    fn is_appendable(&self, segment: &Segment) -> bool;

    /// Goes on behind the bytes of a segment that count, or begins it, if its length is 0. What it has behind them goes.
    ///
    /// The caller sees to it that nobody else writes to the segment, and that a record names it before this call: a
    /// segment that no record names is never found again.
    ///
    /// # Errors
    ///
    /// `Unavailable` if the segment is shorter than its length or not appendable, `Full` without room, `Invalid` if its
    /// name is none.
    fn append<'a>(&'a self, segment: &'a Segment) -> BoxFuture<'a, Box<dyn Writing>>;

    /// Reads segments in order, from this offset into all of them on. An offset at or behind their end reads nothing.
    ///
    /// # Errors
    ///
    /// `Unavailable` if one of the segments is not there or shorter than its length; some engines say so only when it is
    /// read. `Invalid` if a name is none.
    fn read<'a>(&'a self, segments: &'a [Segment], offset: u64) -> BoxFuture<'a, Box<dyn Reading>>;

    /// Gives back the room of what a segment has behind its bytes that count; of one whose length is 0 nothing stays, and it
    /// may be begun again. Nobody may be writing to it.
    ///
    /// # Errors
    ///
    /// `Unavailable` if the segment is shorter than its length.
    fn cut<'a>(&'a self, segment: &'a Segment) -> BoxFuture<'a, ()>;

    /// Deletes a segment for good; it is no error if there is none. Dropping the future does not take it back.
    ///
    /// # Errors
    ///
    /// `Invalid` if the name is none. After any other it may be there or not: delete it again.
    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, ()>;
}

/// A segment that is written.
pub trait Writing: Send {
    /// Adds bytes. They last only once a later [`Writing::sync`] was answered.
    ///
    /// After an error the segment is not [appendable](Blobs::is_appendable) any more, and this writer only fails.
    fn write<'a>(&'a mut self, bytes: &'a Bytes) -> BoxFuture<'a, ()>;

    /// Makes what was written before this call last. The future may be waited for while more is written.
    ///
    /// After an error the segment is not [appendable](Blobs::is_appendable) any more, and this writer only fails.
    fn sync(&mut self) -> BoxFuture<'static, ()>;
}

/// A blob that is read.
pub trait Reading: Send {
    /// The next bytes, `bytes_max` at most; empty only at the end.
    fn next(&mut self, bytes_max: usize) -> BoxFuture<'_, Bytes>;
}
