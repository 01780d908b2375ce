//! G14: kill -9 amid all that changes mailboxes: what was acknowledged is there, what was not is there as a whole or not at all,
//! and the history leads from what was known to what is there.

mod writers;

use std::thread;
use std::time::Duration;

use dak_testkit::{Answer, Call, Connection, Random, Server, is_long};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::replica::Replica;
use crate::support::{check, launch};

/// What a seed repeats is when the kills come; what the threads had done by then it does not.
const SEED: u64 = 20_261_128;

/// The longest load before a kill, in milliseconds; and before every so many-th, so that large mails come through.
const LOAD_MS_MAX: u64 = 150;
const LONG_LOAD_MS_MAX: u64 = 1_500;
const LONG_LOAD_EACH: u64 = 10;

/// After so many kills the mailboxes are compared as a whole.
const KILLS_BETWEEN_COMPARISONS: u64 = 10;

/// Mailboxes of this server.
const RINA: &str = "rina@example.com";
const KARIM: &str = "karim@example.com";

#[test]
fn mailboxes_survive_kills() {
    let kills = if is_long() { 1_000 } else { 50 };
    let folder = TempDir::new().expect("a temporary folder");
    let mut random = Random::new(SEED);
    let mut server = launch().data(folder.path()).keeping_its_port().start();
    let mut writers = writers::all(&server);
    let mut known = Known::new(&server);
    for kill in 1..=kills {
        let when = format!("seed {SEED}, kill {kill}");
        let load_ms_max = if kill % LONG_LOAD_EACH == 0 { LONG_LOAD_MS_MAX } else { LOAD_MS_MAX };
        load(&mut writers, &mut server, Duration::from_millis(1 + random.below(load_ms_max)));
        server.restart();
        known.follow(&server, &when);
        writers.iter_mut().for_each(|writer| writer.settle(&known, &server, &when));
        known.empty_outbox(&server);
        if kill % KILLS_BETWEEN_COMPARISONS == 0 {
            known.mailboxes.iter().for_each(|mailbox| mailbox.compare(&server, &when));
            check(folder.path());
        }
    }
    println!("{kills} kills, {} acknowledged writes", writers.iter().map(|writer| writer.acknowledged()).sum::<u64>());
    assert!(server.stop().success());
    check(folder.path());
}

/// One thread's writes and what it knows of them.
trait Writer: Send {
    /// The next write.
    fn next(&mut self) -> Call;
    /// The write was answered, with success.
    fn acknowledge(&mut self, answer: &Answer);
    /// Compares what is there after a kill with what was acknowledged and with the write that was under way.
    fn settle(&mut self, known: &Known, server: &Server, when: &str);
    /// How many writes were acknowledged.
    fn acknowledged(&self) -> u64;
}

/// Lets all writers write, and kills the server amid that.
fn load(writers: &mut [Box<dyn Writer>], server: &mut Server, span: Duration) {
    let address = server.address();
    thread::scope(|scope| {
        for writer in writers {
            scope.spawn(move || {
                let Ok(mut connection) = Connection::try_open(address) else { return };
                while let Ok(answer) = connection.try_exchange(&writer.next().to_bytes(address)) {
                    assert!(matches!(answer.status, 200 | 201 | 204 | 308), "{}", answer.text());
                    writer.acknowledge(&answer);
                }
            });
        }
        thread::sleep(span);
        server.kill9();
    });
}

/// What is on the server, as a client knows that follows its history.
struct Known {
    mailboxes: [Replica; 2],
    /// Mail for others: its id, and the first word of its text.
    outbox: Vec<(String, String)>,
}

impl Known {
    fn new(server: &Server) -> Known {
        let mut mailboxes = [RINA, KARIM].map(|address| Replica::new(server, address));
        mailboxes.iter_mut().for_each(|mailbox| mailbox.name(server));
        Known { mailboxes, outbox: Vec::new() }
    }

    fn follow(&mut self, server: &Server, when: &str) {
        for mailbox in &mut self.mailboxes {
            mailbox.follow(server, when);
            mailbox.name(server);
        }
        let outbox = server.control(Call::get("/_dak/outbox?maxResults=500")).expect(200).json();
        let word = |text: &Value| text.as_str().and_then(|text| text.split(' ').next()).expect("a text").to_owned();
        let mails = outbox["mails"].as_array().expect("a list");
        self.outbox = mails.iter().map(|mail| (word(&mail["id"]), word(&mail["snippet"]))).collect();
    }

    fn mailbox(&self, address: &str) -> &Replica {
        self.mailboxes.iter().find(|mailbox| mailbox.address == address).expect("a mailbox of this test")
    }

    /// How many mails for others begin with this word.
    fn outgoing(&self, word: &str) -> usize {
        self.outbox.iter().filter(|(_, found)| found == word).count()
    }

    /// Takes out what was looked at.
    fn empty_outbox(&mut self, server: &Server) {
        for (id, _) in self.outbox.drain(..) {
            drop(server.control(Call::new("DELETE", "/_dak/outbox").json(&json!({"id": id}))).expect(200));
        }
    }
}
