//! G14: kill -9 while mail is inserted, sent and labelled: what was acknowledged is there, nothing is half there, and what is
//! counted of mailboxes is in them.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use dak_testkit::{Call, Connection, Random, Server, is_long};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{check, launch};

const SEED: u64 = 20_261_128;
/// The longest load before a kill, in milliseconds.
const LOAD_MS_MAX: u64 = 80;
/// How many messages get and lose a label together.
const TOGETHER: usize = 20;
const ME: &str = "me@example.com";
const BOB: &str = "bob@example.com";

/// A request of a user to the own mailbox.
fn call(method: &str, path: &str, user: &str, body: &Value) -> Call {
    let call = Call::new(method, &format!("/gmail/v1/users/me/{path}"));
    let call = call.header("Authorization", &format!("Bearer {user}"));
    if body.is_null() { call } else { call.json(body) }
}

fn mail(to: &str, subject: &str) -> Value {
    let mail = format!("To: {to}\r\nSubject: {subject}\r\n\r\nText\r\n");
    json!({"raw": base64_simd::URL_SAFE.encode_to_string(mail), "labelIds": ["INBOX"]})
}

fn get(server: &Server, user: &str, path: &str) -> Value {
    server.send(&call("GET", path, user, &Value::Null)).expect(200).json()
}

/// The ids of all messages with a label.
fn listed(server: &Server, user: &str, label: &str) -> BTreeSet<String> {
    let (mut ids, mut token) = (BTreeSet::new(), String::new());
    loop {
        let page = get(server, user, &format!("messages?maxResults=500&labelIds={label}&pageToken={token}"));
        let messages = page["messages"].as_array().into_iter().flatten();
        ids.extend(messages.map(|message| message["id"].as_str().expect("an id").to_owned()));
        match page["nextPageToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => return ids,
        }
    }
}

/// One thread's writes and what was acknowledged of them.
struct Writer {
    kind: Kind,
    sent: usize,
    acknowledged: BTreeSet<String>,
}

enum Kind {
    Insert,
    Send,
    /// A label comes and goes on these messages.
    Label(Vec<String>),
}

impl Writer {
    fn new(kind: Kind) -> Writer {
        Writer { kind, sent: 0, acknowledged: BTreeSet::new() }
    }

    fn next(&mut self) -> Call {
        self.sent += 1;
        let subject = self.sent.to_string();
        match &self.kind {
            Kind::Insert => call("POST", "messages", ME, &mail(ME, &subject)),
            Kind::Send => call("POST", "messages/send", ME, &mail(BOB, &subject)),
            Kind::Label(ids) => {
                let list = if self.sent.is_multiple_of(2) { "addLabelIds" } else { "removeLabelIds" };
                call("POST", "messages/batchModify", ME, &json!({"ids": ids, list: ["STARRED"]}))
            }
        }
    }

    fn work(&mut self, address: SocketAddr) {
        let Ok(mut connection) = Connection::try_open(address) else { return };
        while let Ok(answer) = connection.try_exchange(&self.next().to_bytes(address)) {
            match self.kind {
                Kind::Label(_) => drop(answer.expect(204)),
                _ => {
                    let made = answer.expect(200).json();
                    self.acknowledged.insert(made["id"].as_str().expect("an id").to_owned());
                }
            }
        }
    }

    fn verify(&self, server: &Server, when: &str) {
        match &self.kind {
            Kind::Insert => self.find_among(&listed(server, ME, "INBOX"), when),
            Kind::Send => {
                let sent = listed(server, ME, "SENT");
                self.find_among(&sent, when);
                assert_eq!(sent.len(), listed(server, BOB, "INBOX").len(), "a copy is there alone: {when}");
            }
            Kind::Label(ids) => {
                let starred = listed(server, ME, "STARRED").len();
                assert!(starred == 0 || starred == ids.len(), "{starred} of {} have the label: {when}", ids.len());
            }
        }
    }

    fn find_among(&self, ids: &BTreeSet<String>, when: &str) {
        let lost: Vec<&String> = self.acknowledged.difference(ids).collect();
        assert!(lost.is_empty(), "{lost:?} are lost: {when}");
    }
}

fn writers(server: &Server) -> Vec<Writer> {
    let _ = get(server, BOB, "profile");
    let insert = |number: usize| {
        let made = server.send(&call("POST", "messages", ME, &mail(ME, &number.to_string()))).expect(200).json();
        made["id"].as_str().expect("an id").to_owned()
    };
    let ids = (0..TOGETHER).map(insert).collect();
    vec![Writer::new(Kind::Insert), Writer::new(Kind::Send), Writer::new(Kind::Send), Writer::new(Kind::Label(ids))]
}

#[test]
fn mailboxes_survive_kills() {
    let kills = if is_long() { 1_000 } else { 30 };
    let folder = TempDir::new().expect("a temporary folder");
    let mut random = Random::new(SEED);
    let mut server = launch().data(folder.path()).keeping_its_port().start();
    let mut writers = writers(&server);
    for kill in 0..kills {
        let span = Duration::from_millis(1 + random.below(LOAD_MS_MAX));
        thread::scope(|scope| {
            let address = server.address();
            writers.iter_mut().for_each(|writer| drop(scope.spawn(move || writer.work(address))));
            thread::sleep(span);
            server.kill9();
        });
        server.restart();
        writers.iter().for_each(|writer| writer.verify(&server, &format!("seed {SEED}, kill {kill}")));
    }
    let acknowledged: usize = writers.iter().map(|writer| writer.acknowledged.len()).sum();
    println!("{kills} kills, {acknowledged} acknowledged mails");
    assert!(acknowledged > 0 && server.stop().success());
    check(folder.path());
}
