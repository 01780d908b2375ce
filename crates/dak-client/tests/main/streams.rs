//! Large bodies, held in pieces only.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dak_client::{Body, Error, blocking};
use dak_testkit::{Play, Scripted};

use crate::support::{answer, impatient, one_connection, read_head};

const LARGE_BYTES: u64 = 64 << 20;

/// What the sockets and the client may hold between the two ends.
const LEAD_BYTES_MAX: u64 = 16 << 20;

#[test]
fn a_large_answer_is_read_as_it_comes() {
    let (url, server) = one_connection(|mut stream| {
        read_head(&mut stream);
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {LARGE_BYTES}\r\n\r\n").unwrap();
        io::copy(&mut io::repeat(7).take(LARGE_BYTES), &mut stream).unwrap();
    });
    // Longer than the limit for answers in memory, and no piece near it.
    let mut streaming = blocking::Client::new().get(url).send_streaming().unwrap();
    let mut total = 0;
    while let Some(piece) = streaming.chunk().unwrap() {
        assert!(piece.len() <= 1 << 20, "{} bytes at once", piece.len());
        total += piece.len() as u64;
    }
    assert_eq!((total, streaming.wire_bytes()), (LARGE_BYTES, LARGE_BYTES));
    server.join().unwrap();
}

/// A reader of zeros that checks, each time it is asked, how far it is ahead of the other end.
struct Measured {
    given: u64,
    received: Arc<AtomicU64>,
    lead_max: Arc<AtomicU64>,
}

impl Read for Measured {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = buffer.len().min((LARGE_BYTES - self.given) as usize);
        self.given += taken as u64;
        let lead = self.given.saturating_sub(self.received.load(Ordering::SeqCst));
        self.lead_max.fetch_max(lead, Ordering::SeqCst);
        Ok(taken)
    }
}

#[test]
fn a_large_request_is_read_no_faster_than_it_is_taken() {
    let (received, lead_max) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let counter = received.clone();
    let (url, server) = one_connection(move |mut stream| {
        let head = read_head(&mut stream);
        let mut buffer = vec![0; 64 << 10];
        while counter.load(Ordering::SeqCst) < LARGE_BYTES {
            counter.fetch_add(stream.read(&mut buffer).unwrap() as u64, Ordering::SeqCst);
        }
        answer(&mut stream, "");
        head
    });
    let reader = Measured { given: 0, received, lead_max: lead_max.clone() };
    blocking::Client::new().put(url).body_reader(Some(LARGE_BYTES), reader).send().unwrap();
    assert!(server.join().unwrap().contains(&format!("content-length: {LARGE_BYTES}\r\n")));
    let lead_max = lead_max.load(Ordering::SeqCst);
    assert!(lead_max < LEAD_BYTES_MAX, "{lead_max} bytes were read ahead");
}

#[test]
fn a_file_goes_out_whole_and_again() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let bytes: Vec<u8> = (0..8u32 << 20).map(|n| (n ^ (n >> 9)) as u8).collect();
    file.write_all(&bytes).unwrap();
    let server = Scripted::start([Play::new(503, &[], ""), Play::new(200, &[], "")]);
    let (builder, _) = impatient();
    builder.build().unwrap().put(server.url("/")).body_file(file.path()).send().unwrap();
    for request in server.requests() {
        assert!(request.body == bytes);
    }
}

#[test]
fn a_stream_is_a_reader() {
    let server = Scripted::start([Play::new(200, &[], "some text"), Play::new(404, &[], "none")]);
    let client = blocking::Client::new();
    let mut text = String::new();
    client.get(server.url("/")).send_streaming().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "some text");

    let mut refused = client.get(server.url("/")).error_for_status(false).send_streaming().unwrap();
    assert_eq!(&*refused.chunk().unwrap().unwrap(), b"none");
    assert!(refused.chunk().unwrap().is_none());
}

#[test]
fn a_stream_that_is_cut_is_an_error() {
    let cut = Play::AnswerAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this".to_vec());
    let server = Scripted::start([cut]);
    let mut streaming = blocking::get(server.url("/")).send_streaming().unwrap();
    let mut text = Vec::new();
    let error = streaming.read_to_end(&mut text).unwrap_err();
    assert_eq!(text, b"only this");
    assert!(matches!(error.into_inner().unwrap().downcast_ref(), Some(Error::Broken(_))));
}

#[test]
fn an_unknown_length_is_chunked() {
    let server = Scripted::start([Play::new(200, &[], "")]);
    let body = Body::reader(None, io::Cursor::new("abc"));
    blocking::Client::new().put(server.url("/")).body(body).send().unwrap();
    let request = &server.requests()[0];
    assert_eq!((request.header("transfer-encoding"), &request.body[..]), (Some("chunked"), &b"abc"[..]));
}
