//! Servers with a mailbox in them, and requests to it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use base64_simd::URL_SAFE;
use dak_testkit::{Mail, Mails};
use serde_json::{Value, json};

use crate::canned::Canned;
use crate::failure::Failure;
use crate::fetch;
use crate::load::{Load, Until};

/// Where the mailbox is.
pub(crate) const MAILBOX: &str = "/gmail/v1/users/me";
/// Whose it is: everybody's whose token says nothing.
pub(crate) const OWNER: &str = "Authorization: Bearer bench\r\n";
/// The same with another token for each request, since emulate answers a token only so many times.
pub(crate) const OWNER_NUMBERED: &str = "Authorization: Bearer bench{}\r\n";
/// As many mails are sent to a server at once.
const CONNECTIONS: usize = 32;
/// From what the made-up mail comes: the same for everybody.
const SEED: u64 = 1;

/// The mails of which every mailbox is made.
pub(crate) fn mails() -> Mails {
    Mails::new(SEED, "me@here.example")
}

/// Puts the first so many mails into the mailbox of a server.
pub(crate) fn fill(address: &str, mails_count: u64) -> Result<(), Failure> {
    let labels = own_labels(address)?;
    let (mails, started) = (RefCell::new(mails()), Instant::now());
    let insert = |_, number: u64, out: &mut Vec<u8>| {
        if let Some(mail) = mails.borrow_mut().next() {
            out.extend(insertion(address, number, &mail, &labels));
        }
    };
    let connections = CONNECTIONS.min(usize::try_from(mails_count).unwrap_or(CONNECTIONS));
    let mut load = Load::open(address, connections, 200)?;
    load.run(insert, Until::Count(mails_count))?;
    eprintln!("  {mails_count} mails were put into a mailbox in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// A mail as it is sent to a mailbox.
fn insertion(address: &str, number: u64, mail: &Mail, labels: &BTreeMap<String, String>) -> Vec<u8> {
    let ids: Vec<&String> = mail.labels.iter().map(|name| labels.get(name).unwrap_or(name)).collect();
    let body = json!({ "raw": URL_SAFE.encode_to_string(&mail.raw), "labelIds": ids }).to_string();
    let owner = OWNER_NUMBERED.replace("{}", &number.to_string());
    fetch::request("POST", address, &format!("{MAILBOX}/messages?internalDateSource=dateHeader"), &owner, &body)
}

/// The owner's labels, which are made: what they are called, and their ids.
fn own_labels(address: &str) -> Result<BTreeMap<String, String>, Failure> {
    let mut ids = BTreeMap::new();
    for name in Mails::own_labels() {
        let body = json!({ "name": name }).to_string();
        let answer = fetch::fetch("POST", address, &format!("{MAILBOX}/labels"), OWNER, &body)?;
        let label: Value = serde_json::from_slice(&answer.body)?;
        let id = label["id"].as_str().ok_or_else(|| Failure::new(format!("a label was not made: {label}")))?;
        ids.insert(name, id.to_owned());
    }
    Ok(ids)
}

/// What a mailbox answers to a GET.
pub(crate) fn get(address: &str, target: &str) -> Result<Value, Failure> {
    let answer = fetch::fetch_ok("GET", address, &format!("{MAILBOX}/{target}"), OWNER, "")?;
    Ok(serde_json::from_slice(&answer.body)?)
}

/// One connection that asks, waits, and looks at the clock.
pub(crate) struct Caller {
    address: String,
    stream: TcpStream,
    wire: Vec<u8>,
}

impl Caller {
    pub(crate) fn new(address: &str) -> Result<Caller, Failure> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Caller { address: address.to_owned(), stream, wire: Vec::new() })
    }

    /// How many seconds the answer to a GET takes. It must be 200.
    pub(crate) fn seconds(&mut self, target: &str) -> Result<f64, Failure> {
        let request = fetch::request("GET", &self.address, &format!("{MAILBOX}/{target}"), OWNER, "");
        let started = Instant::now();
        self.stream.write_all(&request)?;
        self.wire.clear();
        while !is_whole(&self.wire) {
            let mut piece = [0; 64 << 10];
            let length = self.stream.read(&mut piece)?;
            if length == 0 {
                return Err(Failure::new("the server closed a connection"));
            }
            self.wire.extend_from_slice(&piece[..length]);
        }
        let seconds = started.elapsed().as_secs_f64();
        match Canned::parse(&self.wire)?.status {
            200 => Ok(seconds),
            status => Err(Failure::new(format!("{target} was answered {status}"))),
        }
    }
}

fn is_whole(wire: &[u8]) -> bool {
    let Some(head_end) = memchr::memmem::find(wire, b"\r\n\r\n") else { return false };
    let body = usize::try_from(Canned::body_length(&wire[..head_end])).unwrap_or(usize::MAX);
    wire.len() >= body.saturating_add(head_end + 4)
}
