//! A part of a file that is read again, to see what is in it.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

use crate::outgoing::PIECE_BYTES;

/// Shows `length` bytes from the offset `first` on, piece by piece. It is an error if there are fewer.
pub(crate) fn each_piece(mut file: &File, first: u64, length: u64, mut show: impl FnMut(&[u8])) -> io::Result<()> {
    file.seek(SeekFrom::Start(first))?;
    let mut rest = file.take(length);
    let mut buffer = vec![0; PIECE_BYTES];
    loop {
        match rest.read(&mut buffer) {
            Ok(0) if rest.limit() > 0 => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(0) => return Ok(()),
            Ok(read) => show(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
