//! HTTP/1.1 as bytes over a plain socket: what a test sends and sees is exactly what is on the wire.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// How long a read may take before the exchange is given up. A limit against hanging, not a measurement.
const READ_SECONDS_MAX: u64 = 60;

/// Sends `bytes` on a new connection and reads one answer.
///
/// # Panics
/// If the connection fails or what comes back is not an HTTP answer.
#[must_use]
pub fn raw(address: SocketAddr, bytes: &[u8]) -> Answer {
    Connection::open(address).exchange(bytes)
}

/// One answer as it came over the wire, its transfer coding removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Header names in lower case with their values, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body, still in its content coding.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first value of the header `name`, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let same = |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.headers.iter().find(same).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("the body of {} is not JSON ({error}): {}", self.status, self.text()))
    }

    /// This answer, if its status is `status`.
    ///
    /// # Panics
    /// If it is another; the message holds the body.
    #[must_use]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

/// A request as data, sent as HTTP/1.1.
#[derive(Clone, Debug)]
pub struct Call {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Call {
    /// A request for `target` (a path with its query) without headers of its own or a body.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Call {
        Call { method: method.into(), target: target.into(), headers: Vec::new(), body: None }
    }

    /// `GET target`.
    #[must_use]
    pub fn get(target: &str) -> Call {
        Call::new("GET", target)
    }

    /// This request with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Call {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// This request with `body`; its `Content-Length` is sent along.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Call {
        self.body = Some(body.into());
        self
    }

    /// This request with a JSON body and its `Content-Type`.
    #[must_use]
    pub fn json(self, value: &Value) -> Call {
        self.header("Content-Type", "application/json").body(value.to_string())
    }

    /// The bytes of this request as sent to `address`. `Host` and `Content-Length` are added unless given.
    #[must_use]
    pub fn to_bytes(&self, address: SocketAddr) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        let mut add = |name: &str, value: &str| write!(head, "{name}: {value}\r\n").expect("a string takes all");
        if !self.has("host") {
            add("Host", &address.to_string());
        }
        if let Some(body) = self.body.as_ref().filter(|_| !self.has("content-length") && !self.has("transfer-encoding"))
        {
            add("Content-Length", &body.len().to_string());
        }
        for (name, value) in &self.headers {
            add(name, value);
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }

    /// Sends this request to `address` on a connection of its own.
    ///
    /// # Panics
    /// As [`raw`] does.
    #[must_use]
    pub fn send(&self, address: SocketAddr) -> Answer {
        raw(address, &self.to_bytes(address))
    }

    /// Sends this request, or says why no whole answer came: for tests that kill the other side.
    ///
    /// # Errors
    /// What the socket reported, or [`io::ErrorKind::InvalidData`] for an answer that is not HTTP.
    pub fn try_send(&self, address: SocketAddr) -> io::Result<Answer> {
        Connection::try_open(address)?.try_exchange(&self.to_bytes(address))
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name))
    }
}

/// A connection that is kept between requests.
#[derive(Debug)]
pub struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    /// Connects to `address`.
    ///
    /// # Panics
    /// If nobody listens there.
    #[must_use]
    pub fn open(address: SocketAddr) -> Connection {
        Connection::try_open(address).unwrap_or_else(|error| panic!("cannot connect to {address}: {error}"))
    }

    /// Connects to `address`.
    ///
    /// # Errors
    /// What the socket reported.
    pub fn try_open(address: SocketAddr) -> io::Result<Connection> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(READ_SECONDS_MAX)))?;
        Ok(Connection { reader: BufReader::new(stream) })
    }

    /// Sends `bytes`, a whole request, and reads its answer.
    ///
    /// # Panics
    /// If the connection breaks or what comes back is not an HTTP answer.
    #[must_use]
    pub fn exchange(&mut self, bytes: &[u8]) -> Answer {
        self.try_exchange(bytes).unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// Sends `bytes`, a whole request, and reads its answer.
    ///
    /// A write that fails is not yet an error: a server may answer and close before it read everything.
    ///
    /// # Errors
    /// What the socket reported, or [`io::ErrorKind::InvalidData`] for an answer that is not HTTP.
    pub fn try_exchange(&mut self, bytes: &[u8]) -> io::Result<Answer> {
        let written = self.write(bytes);
        match read_answer(&mut self.reader, bytes.starts_with(b"HEAD ")) {
            Ok(answer) => Ok(answer),
            Err(error) => Err(written.err().unwrap_or(error)),
        }
    }

    /// Sends `bytes` and waits for nothing.
    ///
    /// # Errors
    /// What the socket reported.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.reader.get_mut().write_all(bytes)
    }

    /// Reads one answer to a request that was sent before.
    ///
    /// # Errors
    /// What the socket reported, or [`io::ErrorKind::InvalidData`] for an answer that is not HTTP.
    pub fn read(&mut self) -> io::Result<Answer> {
        read_answer(&mut self.reader, false)
    }

    /// Reads one line, without its end: for what stands before an answer, such as `100 Continue`.
    ///
    /// # Errors
    /// What the socket reported.
    pub fn read_line(&mut self) -> io::Result<String> {
        read_line(&mut self.reader)
    }

    /// Reads `count` bytes: for what is no HTTP/1.1.
    ///
    /// # Errors
    /// What the socket reported.
    pub fn read_bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Says that nothing more will be sent; answers can still be read.
    ///
    /// # Errors
    /// What the socket reported.
    pub fn end(&mut self) -> io::Result<()> {
        self.reader.get_mut().shutdown(Shutdown::Write)
    }

    /// Every whole answer until the other side closes or breaks the connection, in order.
    ///
    /// # Panics
    /// If it does neither within a minute.
    #[must_use]
    pub fn answers(&mut self) -> Vec<Answer> {
        let mut answers = Vec::new();
        loop {
            match self.read() {
                Ok(answer) => answers.push(answer),
                Err(error) if is_timeout(&error) => panic!("the connection stays open after {answers:?}"),
                Err(_) => return answers,
            }
        }
    }

    /// Everything the other side still sends until it closes.
    ///
    /// # Errors
    /// What the socket reported.
    pub fn read_to_end(&mut self) -> io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        self.reader.read_to_end(&mut rest)?;
        Ok(rest)
    }
}

/// The first line and the headers of a message, names in lower case.
pub(crate) struct Head {
    pub(crate) first_line: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Head {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a head, or `None` if the connection ended before it began.
pub(crate) fn read_head(reader: &mut impl BufRead) -> io::Result<Option<Head>> {
    let mut first_line = String::new();
    if reader.read_line(&mut first_line)? == 0 {
        return Ok(None);
    }
    let mut headers = Vec::new();
    loop {
        let line = read_line(reader)?;
        if line.is_empty() {
            return Ok(Some(Head { first_line: first_line.trim_end().into(), headers }));
        }
        let (name, value) = line.split_once(':').ok_or_else(|| invalid(&format!("not a header: {line}")))?;
        headers.push((name.to_ascii_lowercase(), value.trim().into()));
    }
}

/// Reads the body a head announces: chunked, of a length, or `otherwise`.
pub(crate) fn read_body(reader: &mut impl BufRead, head: &Head, otherwise: Otherwise) -> io::Result<Vec<u8>> {
    if head.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return read_chunks(reader);
    }
    let mut body = Vec::new();
    match (head.header("content-length"), otherwise) {
        (Some(length), _) => {
            body.resize(length.parse().map_err(|_| invalid("a Content-Length that is no number"))?, 0);
            reader.read_exact(&mut body)?;
        }
        (None, Otherwise::UntilClose) => drop(reader.read_to_end(&mut body)?),
        (None, Otherwise::Nothing) => {}
    }
    Ok(body)
}

/// What follows a head that announces no body.
#[derive(Clone, Copy)]
pub(crate) enum Otherwise {
    /// Nothing: the head was a request's.
    Nothing,
    /// All bytes until the connection closes: the head was an answer's.
    UntilClose,
}

fn read_answer(reader: &mut impl BufRead, to_head: bool) -> io::Result<Answer> {
    loop {
        let head = read_head(reader)?.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        let status = status_of(&head.first_line)?;
        if (100..200).contains(&status) && status != 101 {
            continue;
        }
        let bodiless = to_head || matches!(status, 101 | 204 | 304);
        let body = if bodiless { Vec::new() } else { read_body(reader, &head, Otherwise::UntilClose)? };
        return Ok(Answer { status, headers: head.headers, body });
    }
}

fn status_of(line: &str) -> io::Result<u16> {
    let code = line.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    code.and_then(|code| code.parse().ok()).ok_or_else(|| invalid(&format!("not a status line: {line}")))
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(reader)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| invalid(&format!("not a chunk size: {line}")))?;
        if size == 0 {
            while !read_line(reader)?.is_empty() {}
            return Ok(body);
        }
        let start = body.len();
        body.resize(start + size, 0);
        reader.read_exact(body.get_mut(start..).unwrap_or_default())?;
        read_line(reader)?;
    }
}

fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).into())
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}
