//! One connection of a client and the one to the server that belongs to it.

use std::io::{self, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use super::framing::{Framing, RawHead, copy};
use super::{Course, Fault, State};
use crate::scripted::answer;

/// How long to wait between two looks whether the server has closed.
const PAUSE: Duration = Duration::from_millis(20);

/// How long an end may take to close a connection that is over.
const FAREWELL: Duration = Duration::from_secs(1);

pub(super) struct Relay {
    client: End,
    server: End,
}

/// A socket for reading and for writing at once.
struct End {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
}

/// Whether a connection can bear another request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Keep,
    Close,
}

impl Relay {
    pub(super) fn new(client: TcpStream, server: TcpStream) -> io::Result<Relay> {
        Ok(Relay { client: End::new(client)?, server: End::new(server)? })
    }

    /// Passes request after request until either side ends it.
    pub(super) fn run(mut self, state: &State) -> io::Result<()> {
        while let Some(request) = RawHead::read(&mut self.client.reader)? {
            if self.server.has_closed()? {
                self.server = End::new(TcpStream::connect(state.server)?)?;
            }
            if self.serve(&request, state)? == After::Close {
                return self.client.farewell();
            }
        }
        Ok(())
    }

    fn serve(&mut self, request: &RawHead, state: &State) -> io::Result<After> {
        match state.course(&request.head) {
            Course::Pass => self.exchange(request, |_| false),
            Course::Strike(Fault::Unavailable) => self.refuse(request),
            Course::Strike(Fault::Reset) => self.reset(),
            Course::Strike(Fault::Partial { bytes }) => self.cut(request, bytes),
            Course::Strike(fault) => self.swallow(request, fault, |_| true),
            Course::StrikeIfFinishing(fault) => self.swallow(request, fault, |answer| state.strikes(&answer.head)),
        }
    }

    /// Reads the request and answers 503 in the server's place.
    fn refuse(&mut self, request: &RawHead) -> io::Result<After> {
        if request.head.header("expect").is_some() {
            self.client.writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        copy(&mut self.client.reader, &mut io::sink(), Framing::of_request(&request.head), u64::MAX)?;
        self.client.writer.write_all(&unavailable())?;
        Ok(After::Keep)
    }

    /// Passes the first bytes of the body and breaks off, when the server has seen that no more will come: a
    /// reset might overtake the bytes.
    fn cut(&mut self, request: &RawHead, bytes: u64) -> io::Result<After> {
        self.server.writer.write_all(&request.bytes)?;
        if request.head.header("expect").is_some() {
            self.client.writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        copy(&mut self.client.reader, &mut self.server.writer, Framing::of_request(&request.head), bytes)?;
        self.server.farewell()?;
        self.reset()
    }

    /// Passes the request; an answer that `is_lost` never reaches the client.
    fn swallow(
        &mut self,
        request: &RawHead,
        fault: Fault,
        is_lost: impl Fn(&RawHead) -> bool + Send + Sync,
    ) -> io::Result<After> {
        let lost = AtomicBool::new(false);
        let after = self.exchange(request, |answer| {
            let is_lost = is_lost(answer);
            lost.store(is_lost, Ordering::Release);
            is_lost
        })?;
        match (lost.into_inner(), fault) {
            (false, _) => Ok(after),
            (true, Fault::CommitThenUnavailable) => self.client.writer.write_all(&unavailable()).map(|()| after),
            (true, _) => self.reset(),
        }
    }

    /// Passes a request and its answer, which may begin before the request has ended.
    fn exchange(&mut self, request: &RawHead, is_lost: impl Fn(&RawHead) -> bool + Send) -> io::Result<After> {
        self.server.writer.write_all(&request.bytes)?;
        let Relay { client, server } = self;
        let is_sent = AtomicBool::new(false);
        let method = request.head.first_line.split(' ').next().unwrap_or_default();
        thread::scope(|scope| {
            let (to, from) = (&mut client.writer, &mut server.reader);
            let is_sent = &is_sent;
            let answering = scope.spawn(move || {
                let answered = answering(from, to, method, is_sent, is_lost);
                if answered.is_err() {
                    // The client may wait for an answer; the other thread must not wait for the client.
                    drop(to.shutdown(Shutdown::Both));
                }
                answered
            });
            let body = copy(&mut client.reader, &mut server.writer, Framing::of_request(&request.head), u64::MAX);
            if body.is_err() {
                // What is missing will not come; a server that has answered already has closed by itself.
                drop(server.writer.shutdown(Shutdown::Write));
            }
            is_sent.store(true, Ordering::Release);
            let answered = answering.join().expect("the thread does not panic")?;
            Ok(if body.is_err() { After::Close } else { answered })
        })
    }

    fn reset(&mut self) -> io::Result<After> {
        for end in [&self.client, &self.server] {
            SockRef::from(&end.writer).set_linger(Some(Duration::ZERO))?;
        }
        // Both sockets are closed when the error has ended the connection, and closing now resets.
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

impl End {
    fn new(stream: TcpStream) -> io::Result<End> {
        stream.set_nodelay(true)?;
        Ok(End { writer: stream.try_clone()?, reader: BufReader::with_capacity(1 << 16, stream) })
    }

    /// True if the other side has ended a connection on which nothing is outstanding.
    fn has_closed(&self) -> io::Result<bool> {
        self.writer.set_nonblocking(true)?;
        let peeked = self.writer.peek(&mut [0]);
        self.writer.set_nonblocking(false)?;
        Ok(!matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock))
    }

    /// Ends a connection so that what was written is still read: unread bytes would make it a reset.
    fn farewell(&mut self) -> io::Result<()> {
        self.writer.shutdown(Shutdown::Write)?;
        self.writer.set_read_timeout(Some(FAREWELL))?;
        // Whatever comes, or that nothing does, is of no interest any more.
        drop(io::copy(&mut self.reader, &mut io::sink()));
        Ok(())
    }
}

/// Passes what the server says to one request: interim answers, then the answer, unless it is lost.
fn answering(
    from: &mut BufReader<TcpStream>,
    to: &mut TcpStream,
    method: &str,
    is_sent: &AtomicBool,
    is_lost: impl Fn(&RawHead) -> bool,
) -> io::Result<After> {
    loop {
        let answer = RawHead::read(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let status = answer.head.first_line.split(' ').nth(1).unwrap_or_default();
        if status.starts_with('1') {
            to.write_all(&answer.bytes)?;
            continue;
        }
        let framing = Framing::of_answer(&answer.head, status, method);
        match is_lost(&answer) {
            true => copy(from, &mut io::sink(), framing, u64::MAX)?,
            false => {
                to.write_all(&answer.bytes)?;
                copy(from, to, framing, u64::MAX)?;
            }
        }
        let has_closed = has_closed_before(from, is_sent)?;
        if has_closed {
            // A client that was answered early may send nothing more; the other thread must not wait for it.
            drop(to.shutdown(Shutdown::Read));
        }
        let says_close = answer.head.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let is_over = has_closed || says_close || framing == Framing::UntilClose;
        return Ok(if is_over { After::Close } else { After::Keep });
    }
}

/// True if the server closes the connection while the request is still on its way.
fn has_closed_before(from: &BufReader<TcpStream>, is_sent: &AtomicBool) -> io::Result<bool> {
    let server = from.get_ref();
    server.set_read_timeout(Some(PAUSE))?;
    let mut is_closed = false;
    while !is_sent.load(Ordering::Acquire) && !is_closed {
        is_closed = match server.peek(&mut [0]) {
            Ok(count) => count == 0,
            Err(error) => !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
        };
    }
    server.set_read_timeout(None)?;
    Ok(is_closed)
}

fn unavailable() -> Vec<u8> {
    answer(503, &[("Content-Type", "text/plain")], "The proxy is out of order.")
}
