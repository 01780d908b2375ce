//! A server that plays prepared answers and remembers what it was asked.

use std::collections::VecDeque;
use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::wire::{Otherwise, read_body, read_head};

/// What the scripted server does with one request.
#[derive(Clone, Debug)]
pub enum Play {
    /// Sends these bytes and keeps the connection.
    Answer(Vec<u8>),
    /// Sends these bytes and closes the connection: an answer that is cut, or one that lasts until the end.
    AnswerAndClose(Vec<u8>),
    /// Reads the request and closes without a word: an answer lost on the way.
    Close,
    /// Reads the request's head and so many bytes of its body, and closes without a word: a body that is cut.
    CloseWithin(u64),
    /// Reads the request's head, sends these bytes, and closes with the body unread: an answer that does not wait.
    AnswerEarly(Vec<u8>),
    /// Reads the request and says nothing until the client goes away.
    Hang,
}

impl Play {
    /// An answer with `status`, `headers` and `body`, complete and framed by its length.
    #[must_use]
    pub fn new(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Play {
        Play::Answer(answer(status, headers, body))
    }

    /// An answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &serde_json::Value) -> Play {
        Play::new(status, &[("Content-Type", "application/json; charset=UTF-8")], body.to_string())
    }
}

/// The bytes of an answer, `Content-Length` included.
#[must_use]
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !matches!(status, 204 | 304) {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

/// One request as the scripted server received it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The method.
    pub method: String,
    /// The request target: path and query.
    pub target: String,
    /// Header names in lower case with their values, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body, its transfer coding removed.
    pub body: Vec<u8>,
}

impl Recorded {
    /// The first value of the header `name`, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let same = |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.headers.iter().find(same).map(|(_, value)| value.as_str())
    }
}

/// A server on 127.0.0.1 that answers the n-th request with the n-th play; past the script it answers 500.
///
/// It serves any number of connections at once and stops taking new ones when dropped.
#[derive(Debug)]
pub struct Scripted {
    address: SocketAddr,
    stage: Arc<Mutex<Stage>>,
}

#[derive(Debug, Default)]
struct Stage {
    script: VecDeque<Play>,
    requests: Vec<Recorded>,
    over: bool,
}

impl Scripted {
    /// Starts to listen on a free port.
    ///
    /// # Panics
    /// If the machine has no free port.
    #[must_use]
    pub fn start(script: impl IntoIterator<Item = Play>) -> Scripted {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let stage = Arc::new(Mutex::new(Stage { script: script.into_iter().collect(), ..Stage::default() }));
        let shared = Arc::clone(&stage);
        thread::spawn(move || accept(&listener, &shared));
        Scripted { address, stage }
    }

    /// Where the server listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of `path` on this server.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests so far, in the order they came.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.stage).requests.clone()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        lock(&self.stage).over = true;
        // Wakes the accepting thread, which sees that the play is over; without one nothing is left to wake.
        drop(TcpStream::connect(self.address));
    }
}

fn accept(listener: &TcpListener, stage: &Arc<Mutex<Stage>>) {
    for stream in listener.incoming() {
        if lock(stage).over {
            return;
        }
        let shared = Arc::clone(stage);
        // A client that breaks off is part of many plays, so what serve reports is of no interest.
        thread::spawn(move || stream.and_then(|stream| serve(stream, &shared)));
    }
}

fn serve(stream: TcpStream, stage: &Mutex<Stage>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some((play, request)) = read_request(&mut reader, stage)? {
        lock(stage).requests.push(request);
        match play {
            Play::Answer(bytes) => reader.get_mut().write_all(&bytes)?,
            Play::AnswerAndClose(bytes) | Play::AnswerEarly(bytes) => {
                reader.get_mut().write_all(&bytes)?;
                return reader.get_mut().shutdown(Shutdown::Both);
            }
            Play::Close | Play::CloseWithin(_) => return reader.get_mut().shutdown(Shutdown::Both),
            Play::Hang => return io::copy(&mut reader, &mut io::sink()).map(drop),
        }
    }
    Ok(())
}

/// A request, as far as its play wants it read. One that the client breaks off before that has no play.
fn read_request(reader: &mut BufReader<TcpStream>, stage: &Mutex<Stage>) -> io::Result<Option<(Play, Recorded)>> {
    let Some(head) = read_head(reader)? else {
        return Ok(None);
    };
    if head.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        reader.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let body = match lock(stage).script.front() {
        Some(Play::CloseWithin(bytes)) => Wanted::Beginning(*bytes),
        Some(Play::AnswerEarly(_)) => Wanted::Beginning(0),
        _ => Wanted::Whole,
    };
    let body = match body {
        Wanted::Whole => read_body(reader, &head, Otherwise::Nothing)?,
        Wanted::Beginning(bytes) => read_beginning(reader, bytes)?,
    };
    let mut words = head.first_line.split(' ').map(String::from);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let play = lock(stage).script.pop_front().unwrap_or_else(|| Play::new(500, &[], "the script is over"));
    Ok(Some((play, Recorded { method, target, headers: head.headers, body })))
}

/// How much of a body is read before its play.
enum Wanted {
    Whole,
    Beginning(u64),
}

fn read_beginning(reader: &mut BufReader<TcpStream>, bytes: u64) -> io::Result<Vec<u8>> {
    let mut beginning = Vec::new();
    reader.take(bytes).read_to_end(&mut beginning)?;
    Ok(beginning)
}

fn lock(stage: &Mutex<Stage>) -> MutexGuard<'_, Stage> {
    stage.lock().unwrap_or_else(PoisonError::into_inner)
}
