//! Load: connections that each send a request, wait for its answer, and send the next.
//!
//! One thread, two system calls a request; so little of it that the server is what is measured.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream as Blocking;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::failure::Failure;

/// How long an answer may take.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Bytes that are read at once.
const PIECE_BYTES: usize = 64 << 10;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    Time(Duration),
    Count(u64),
}

/// Open connections to one server.
#[derive(Debug)]
pub(crate) struct Load {
    poll: Poll,
    connections: Vec<Connection>,
    piece: Box<[u8]>,
    status: [u8; 3],
    sent: u64,
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
    /// How the answer ends, once its head was read.
    expected: Option<End>,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug)]
enum End {
    /// After so many bytes, its head among them.
    At(usize),
    /// With an empty chunk.
    EmptyChunk,
}

impl End {
    fn is_reached(self, read: &[u8]) -> bool {
        match self {
            End::At(length) => read.len() >= length,
            End::EmptyChunk => read.ends_with(b"\r\n0\r\n\r\n"),
        }
    }
}

impl Load {
    /// Opens connections to a server whose answers must have this status.
    pub(crate) fn open(address: &str, connections: usize, status: u16) -> Result<Load, Failure> {
        let poll = Poll::new()?;
        let mut opened = Vec::with_capacity(connections);
        for number in 0..connections {
            let stream = Blocking::connect(address)?;
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry().register(&mut stream, Token(number), Interest::READABLE)?;
            opened.push(Connection { stream, read: Vec::with_capacity(128 << 10), expected: None });
        }
        let [.., hundreds, tens, ones] = format!("{status:03}").into_bytes()[..] else {
            return Err(Failure::new("a status has three digits"));
        };
        let piece = vec![0; PIECE_BYTES].into_boxed_slice();
        Ok(Load { poll, connections: opened, piece, status: [hundreds, tens, ones], sent: 0 })
    }

    /// Keeps every connection busy; every request is answered when this returns. Gives their number and the time.
    ///
    /// `requests` writes a request, given its connection's number and its own.
    pub(crate) fn run<R: Fn(usize, u64, &mut Vec<u8>)>(
        &mut self,
        requests: R,
        until: Until,
    ) -> Result<(u64, Duration), Failure> {
        let started = Instant::now();
        let first = self.sent;
        let mut events = Events::with_capacity(self.connections.len());
        let mut request = Vec::with_capacity(4096);
        for number in 0..self.connections.len() {
            self.send(number, &requests, &mut request)?;
        }
        let mut waiting = self.connections.len();
        while waiting > 0 {
            self.wait(&mut events)?;
            let go_on = match until {
                Until::Time(time) => started.elapsed() < time,
                Until::Count(count) => self.sent - first < count,
            };
            for event in &events {
                let Token(number) = event.token();
                if !self.connections[number].receive(&mut self.piece, self.status)? {
                    continue;
                }
                if go_on {
                    self.send(number, &requests, &mut request)?;
                } else {
                    waiting -= 1;
                }
            }
        }
        Ok((self.sent - first, started.elapsed()))
    }

    /// Waits for answers; a signal does not end that.
    fn wait(&mut self, events: &mut Events) -> Result<(), Failure> {
        loop {
            match self.poll.poll(events, Some(ANSWER_MAX)) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
                Ok(()) if events.is_empty() => return Err(Failure::new("a request was not answered")),
                Ok(()) => return Ok(()),
            }
        }
    }

    fn send<R: Fn(usize, u64, &mut Vec<u8>)>(
        &mut self,
        number: usize,
        requests: &R,
        request: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        request.clear();
        requests(number, self.sent, request);
        self.sent += 1;
        Ok(self.connections[number].stream.write_all(request)?)
    }
}

impl Connection {
    /// Reads what is there; true once an answer is complete.
    fn receive(&mut self, piece: &mut [u8], status: [u8; 3]) -> Result<bool, Failure> {
        loop {
            match self.stream.read(piece) {
                Ok(0) => return Err(Failure::new("the server closed a connection")),
                Ok(length) => {
                    self.read.extend_from_slice(&piece[..length]);
                    if length < piece.len() {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        if self.expected.is_none() {
            self.expected = expected(&self.read, status)?;
        }
        let complete = self.expected.is_some_and(|end| end.is_reached(&self.read));
        if complete {
            self.read.clear();
            self.expected = None;
        }
        Ok(complete)
    }
}

/// The end of an answer whose head is complete.
fn expected(read: &[u8], status: [u8; 3]) -> Result<Option<End>, Failure> {
    const CHUNKED: &[u8] = b"transfer-encoding: chunked";
    let Some(end) = memchr::memmem::find(read, b"\r\n\r\n") else { return Ok(None) };
    let head = &read[..end];
    if head.get(9..12) != Some(&status) {
        return Err(Failure::new(format!("an answer was not expected: {}", String::from_utf8_lossy(head))));
    }
    let is_chunked = |line: &[u8]| line.get(..CHUNKED.len()).is_some_and(|start| start.eq_ignore_ascii_case(CHUNKED));
    if head.split(|byte| *byte == b'\n').any(is_chunked) {
        return Ok(Some(End::EmptyChunk));
    }
    Ok(Some(End::At(end + 4 + body_length(head))))
}

fn body_length(head: &[u8]) -> usize {
    const LENGTH: &[u8] = b"content-length:";
    let mut lines = head.split(|byte| *byte == b'\n');
    let line = lines.find(|line| line.get(..LENGTH.len()).is_some_and(|name| name.eq_ignore_ascii_case(LENGTH)));
    line.map_or(0, |line| {
        let digits = line[LENGTH.len()..].iter().filter(|byte| byte.is_ascii_digit());
        digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
    })
}
