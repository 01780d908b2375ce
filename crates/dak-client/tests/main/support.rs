//! A clock that does not wait, and small servers for what a script cannot show.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use dak_client::{ClientBuilder, Clock, Waiting, blocking};

/// A clock whose waits are over at once, and are remembered.
#[derive(Clone, Default)]
pub(crate) struct Impatient(Arc<Mutex<Vec<Duration>>>);

impl Impatient {
    /// The waits so far, in whole seconds.
    pub(crate) fn waits_s(&self) -> Vec<u64> {
        self.0.lock().unwrap().iter().map(Duration::as_secs).collect()
    }
}

impl Clock for Impatient {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000)
    }

    fn wait(&self, delay: Duration) -> Waiting {
        self.0.lock().unwrap().push(delay);
        Waiting(Box::pin(std::future::ready(())))
    }

    fn random(&self) -> u64 {
        7
    }
}

/// A blocking client that never waits, to be set further; and its clock.
pub(crate) fn impatient() -> (ClientBuilder<blocking::Client>, Impatient) {
    let clock = Impatient::default();
    (blocking::Client::builder().clock(clock.clone()), clock)
}

/// A server that takes one connection, and the URL it has.
pub(crate) fn one_connection<T: Send + 'static>(
    serve: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (String, JoinHandle<T>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    (url, thread::spawn(move || serve(listener.accept().unwrap().0)))
}

/// Reads up to and with the empty line that ends a head.
pub(crate) fn read_head(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// Writes an answer with this body.
pub(crate) fn answer(stream: &mut impl Write, body: &str) {
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
}

/// A URL where nothing listens: port 1 belongs to a service that is long gone.
pub(crate) const NOBODY: &str = "http://127.0.0.1:1/";
