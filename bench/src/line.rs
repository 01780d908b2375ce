//! A connection on which a file is sent or got with as little work as there can be, so that the other end is what is
//! measured.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::time::Duration;

use crate::canned::Canned;
use crate::failure::Failure;
use crate::media::Media;

/// How long a server may be silent.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// Bytes that are read at once: what a core keeps near itself.
const PIECE_BYTES: usize = 256 << 10;

/// A connection; one request after the other goes over it.
#[derive(Debug)]
pub(crate) struct Line {
    stream: TcpStream,
    address: String,
    /// What was read and belongs to nothing yet.
    read: Vec<u8>,
}

impl Line {
    pub(crate) fn open(address: &str) -> Result<Line, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_MAX))?;
        Ok(Line { stream, address: address.to_owned(), read: Vec::new() })
    }

    /// Sends a request with a part of a file as its body; gives the answer.
    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        fields: &str,
        media: &Media,
        part: Range<u64>,
    ) -> Result<Canned, Failure> {
        let length = part.end - part.start;
        self.head(method, target, &format!("{fields}Content-Length: {length}\r\n"))?;
        self.bytes(media, part)?;
        self.answer()
    }

    /// Asks without a body; gives the answer.
    pub(crate) fn ask(&mut self, method: &str, target: &str, fields: &str) -> Result<Canned, Failure> {
        self.head(method, target, &format!("{fields}Content-Length: 0\r\n"))?;
        self.answer()
    }

    /// Gets what is at a path and forgets it; gives its length.
    pub(crate) fn get(&mut self, target: &str) -> Result<u64, Failure> {
        self.head("GET", target, "")?;
        let (head, length) = self.answer_head()?;
        if head.status != 200 {
            return Err(Failure::new(format!("GET {target} was answered {}", head.status)));
        }
        let mut left = length.saturating_sub(self.read.len() as u64);
        self.read.clear();
        let mut piece = vec![0; PIECE_BYTES];
        while left > 0 {
            match self.stream.read(&mut piece)? as u64 {
                0 => return Err(closed()),
                read => left = left.saturating_sub(read),
            }
        }
        Ok(length)
    }

    /// Sends the head of a request.
    pub(crate) fn head(&mut self, method: &str, target: &str, fields: &str) -> Result<(), Failure> {
        let head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n{fields}\r\n", self.address);
        Ok(self.stream.write_all(head.as_bytes())?)
    }

    /// Sends a part of a file out of the system's cache, without copying it.
    pub(crate) fn bytes(&mut self, media: &Media, part: Range<u64>) -> Result<(), Failure> {
        let mut at = part.start;
        while at < part.end {
            let left = usize::try_from(part.end - at).unwrap_or(usize::MAX);
            let sent = rustix::fs::sendfile(&self.stream, &media.file, Some(&mut at), left);
            if sent.map_err(std::io::Error::from)? == 0 {
                return Err(Failure::new("a file ended too early"));
            }
        }
        Ok(())
    }

    fn answer(&mut self) -> Result<Canned, Failure> {
        let (head, length) = self.answer_head()?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        while self.read.len() < length {
            self.read_more()?;
        }
        let rest = self.read.split_off(length);
        let body = std::mem::replace(&mut self.read, rest);
        Ok(Canned { body: body.into(), ..head })
    }

    /// The head of an answer, and the length of the body that follows.
    fn answer_head(&mut self) -> Result<(Canned, u64), Failure> {
        let end = loop {
            match memchr::memmem::find(&self.read, b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => self.read_more()?,
            }
        };
        let rest = self.read.split_off(end);
        let head = std::mem::replace(&mut self.read, rest);
        Ok((Canned::parse(&head)?, Canned::body_length(&head)))
    }

    fn read_more(&mut self) -> Result<(), Failure> {
        let mut piece = [0; 4096];
        match self.stream.read(&mut piece)? {
            0 => Err(closed()),
            read => {
                self.read.extend_from_slice(&piece[..read]);
                Ok(())
            }
        }
    }
}

fn closed() -> Failure {
    Failure::new("the server closed a connection")
}
