//! One request, one answer, on a connection of its own: what is asked before anything is measured.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::canned::Canned;
use crate::failure::Failure;

/// How long a server may take to start.
const START_MAX: Duration = Duration::from_secs(10);

/// A request as it stands on the wire.
pub(crate) fn request(method: &str, address: &str, target: &str, fields: &str, body: &str) -> Vec<u8> {
    let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\n{fields}");
    if !body.is_empty() {
        request.push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    request.push_str(body);
    request.into_bytes()
}

/// Sends a request and reads its answer.
pub(crate) fn fetch(method: &str, address: &str, target: &str, fields: &str, body: &str) -> Result<Canned, Failure> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(START_MAX))?;
    stream.write_all(&request(method, address, target, &format!("{fields}Connection: close\r\n"), body))?;
    let mut wire = Vec::new();
    stream.read_to_end(&mut wire)?;
    Canned::parse(&wire)
}

/// The same, for an answer that must be 200.
pub(crate) fn fetch_ok(method: &str, address: &str, target: &str, fields: &str, body: &str) -> Result<Canned, Failure> {
    let answer = fetch(method, address, target, fields, body)?;
    if answer.status == 200 {
        return Ok(answer);
    }
    let text = String::from_utf8_lossy(&answer.body);
    Err(Failure::new(format!("{method} {target} was answered {}: {text}", answer.status)))
}

/// Waits until an address answers.
pub(crate) fn wait_for(address: &str) -> Result<(), Failure> {
    let started = Instant::now();
    while TcpStream::connect(address).is_err() {
        if started.elapsed() > START_MAX {
            return Err(Failure::new(format!("nothing answers at {address}")));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
