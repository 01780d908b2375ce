//! Messages of HTTP/1.1 copied byte for byte, their bodies' ends found.

use std::io::{self, BufRead, Read, Write};

use crate::wire::{Head, read_head};

/// A head with the bytes it came as.
pub(super) struct RawHead {
    pub(super) bytes: Vec<u8>,
    pub(super) head: Head,
}

impl RawHead {
    /// Reads a head, or `None` if the connection ended before it began.
    pub(super) fn read(reader: &mut impl BufRead) -> io::Result<Option<RawHead>> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\n\r\n") && !bytes.ends_with(b"\n\n") {
            if reader.read_until(b'\n', &mut bytes)? == 0 {
                return if bytes.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
        }
        let head = read_head(&mut bytes.as_slice())?;
        Ok(head.map(|head| RawHead { bytes, head }))
    }
}

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    UntilClose,
}

impl Framing {
    /// A request's; without a word about it there is no body.
    pub(super) fn of_request(head: &Head) -> Framing {
        announced(head).unwrap_or(Framing::Length(0))
    }

    /// An answer's, to a request with `method`.
    pub(super) fn of_answer(head: &Head, status: &str, method: &str) -> Framing {
        match method == "HEAD" || matches!(status, "204" | "304") {
            true => Framing::Length(0),
            false => announced(head).unwrap_or(Framing::UntilClose),
        }
    }
}

fn announced(head: &Head) -> Option<Framing> {
    let is_chunked = head.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
    let length = || head.header("content-length")?.parse().ok().map(Framing::Length);
    if is_chunked { Some(Framing::Chunked) } else { length() }
}

/// Copies a body as it is framed, up to `bytes_max` bytes of content; fewer than announced are an error.
pub(super) fn copy(from: &mut impl BufRead, to: &mut impl Write, framing: Framing, bytes_max: u64) -> io::Result<()> {
    match framing {
        Framing::Length(length) => copy_exactly(from, to, length.min(bytes_max)),
        Framing::Chunked => copy_chunks(from, to, bytes_max),
        Framing::UntilClose => io::copy(&mut from.take(bytes_max), to).map(drop),
    }
}

fn copy_exactly(from: &mut impl BufRead, to: &mut impl Write, length: u64) -> io::Result<()> {
    match io::copy(&mut from.take(length), to)? == length {
        true => Ok(()),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

fn copy_chunks(from: &mut impl BufRead, to: &mut impl Write, bytes_max: u64) -> io::Result<()> {
    let mut left = bytes_max;
    while left > 0 {
        let line = copy_line(from, to)?;
        let size = String::from_utf8_lossy(&line);
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        if size == 0 {
            while !copy_line(from, to)?.trim_ascii().is_empty() {}
            return Ok(());
        }
        copy_exactly(from, to, size.min(left))?;
        left = left.saturating_sub(size);
        if left > 0 {
            copy_line(from, to)?;
        }
    }
    Ok(())
}

fn copy_line(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    if from.read_until(b'\n', &mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    to.write_all(&line)?;
    Ok(line)
}
