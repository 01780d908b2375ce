//! A mailbox of many thousand mails, over the whole program: its counts, its threads, its lists, its searches and its history are
//! those of the mails that were put there.

mod searches;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use dak_mail::{mbox, takeout};
use dak_testkit::{Call, Mail, Mails, Server, is_long};
use serde_json::{Value, json};

use crate::replica::Replica;
use crate::support::{check, dak, serve, text};

const OWNER: &str = "rina@example.com";
const SEED: u64 = 20_261_128;
/// So many mails are one file and one run of the command.
const IMPORTED_AT_ONCE: usize = 2_500;
/// Every so many-th message is deleted while others walk; the others are there all along.
const DELETED_EACH: usize = 3;
const AT_A_TIME: usize = 100;

/// G3, G4, G14, G45, G49: counts, threads, searches, the history, and a walk while others insert and delete.
#[test]
fn a_large_mailbox_is_what_was_put_there() {
    let mut server = serve(&[]);
    let mut replica = Replica::new(&server, OWNER);
    let mailbox = Imported::new(&server);
    replica.follow(&server, "after the import");
    let messages: Vec<(&str, &str)> = replica.messages().collect();
    check_counts(&server, &mailbox);
    check_threads(&mailbox, &messages);
    let ids: Vec<String> = messages.iter().map(|(id, _)| (*id).to_owned()).collect();
    check_bytes(&server, &mailbox, &ids);
    searches::check(&server, &mailbox.mails, &messages);
    walk_among_writers(&server, &ids, &mut replica);
    replica.follow(&server, "after the walk");
    replica.compare(&server, "after the walk");
    assert!(server.stop().success());
    check(server.data());
}

/// The mails that were imported, the first one first, and the ids of labels by their names.
struct Imported {
    mails: Vec<Mail>,
    labels: BTreeMap<String, String>,
}

impl Imported {
    fn new(server: &Server) -> Imported {
        let count = if is_long() { 200_000 } else { 20_000 };
        let mails: Vec<Mail> = Mails::new(SEED, OWNER).take(count).collect();
        mails.chunks(IMPORTED_AT_ONCE).for_each(|mails| import(server, mails));
        let labels = get(server, "labels")["labels"].as_array().expect("labels").clone();
        let labels = labels.iter().map(|label| (owned(&label["name"]), owned(&label["id"]))).collect();
        Imported { mails, labels }
    }
}

fn import(server: &Server, mails: &[Mail]) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("some.mbox");
    let mut whole = Vec::new();
    for mail in mails {
        mbox::write(&takeout::close(&mail.labels, None, &mail.raw), "x", mail.date_ms, &mut whole);
    }
    fs::write(&file, whole).expect("a disk with room");
    let run = dak(&["mail", "import", text(&file), "--user", OWNER, "--data", text(server.data()), "--quiet"]);
    assert!(run.complaint.starts_with(&format!("{} mails were imported.", mails.len())), "{run:?}");
}

fn owned(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn get(server: &Server, path: &str) -> Value {
    server.get(&format!("/gmail/v1/users/{OWNER}/{path}")).expect(200).json()
}

/// What is counted of each label, and of the mailbox.
fn check_counts(server: &Server, mailbox: &Imported) {
    let conversations = |mails: &[&Mail]| mails.iter().map(|mail| mail.conversation).collect::<BTreeSet<_>>().len();
    let has = |mail: &Mail, label: &str| mail.labels.iter().any(|has| has == label);
    for (name, id) in &mailbox.labels {
        let bearing: Vec<&Mail> = mailbox.mails.iter().filter(|mail| has(mail, name)).collect();
        let unread: Vec<&Mail> = bearing.iter().copied().filter(|mail| has(mail, "UNREAD")).collect();
        let label = get(server, &format!("labels/{id}"));
        let found = ["messagesTotal", "messagesUnread", "threadsTotal", "threadsUnread"].map(|count| &label[count]);
        let expected = [bearing.len(), unread.len(), conversations(&bearing), conversations(&unread)];
        assert_eq!(found, expected.map(Value::from).each_ref(), "{name}");
    }
    let profile = get(server, "profile");
    let all: Vec<&Mail> = mailbox.mails.iter().collect();
    assert_eq!((&profile["messagesTotal"], &profile["threadsTotal"]), (&json!(all.len()), &json!(conversations(&all))));
}

/// Threads are conversations.
fn check_threads(mailbox: &Imported, messages: &[(&str, &str)]) {
    assert_eq!(messages.len(), mailbox.mails.len());
    let mut threads: BTreeMap<u64, &str> = BTreeMap::new();
    for (mail, (id, thread)) in mailbox.mails.iter().zip(messages) {
        assert_eq!(threads.entry(mail.conversation).or_insert(id), thread, "{}", mail.message_id);
    }
}

/// Mails come back byte for byte, at the place of their time.
fn check_bytes(server: &Server, mailbox: &Imported, ids: &[String]) {
    for (mail, id) in mailbox.mails.iter().zip(ids).step_by(mailbox.mails.len() / 50) {
        let read = get(server, &format!("messages/{id}?format=raw"));
        assert_eq!(read["raw"], base64_simd::URL_SAFE.encode_to_string(&mail.raw), "{}", mail.message_id);
        assert_eq!(read["internalDate"], (mail.date_ms / 1000 * 1000).to_string(), "{}", mail.message_id);
    }
}

/// Walks through all of the list while one inserts anywhere in it and one deletes: none is met twice, none is missed. The
/// history is followed beside that.
fn walk_among_writers(server: &Server, ids: &[String], replica: &mut Replica) {
    let met = thread::scope(|scope| {
        let writers = [insert, delete].map(|write| {
            let (writer, turns) = channel();
            scope.spawn(move || write(server, ids, turns));
            writer
        });
        walk(server, &writers, replica)
    });
    let unique: BTreeSet<&String> = met.iter().collect();
    assert_eq!(unique.len(), met.len(), "one was met twice");
    let stays = ids.iter().enumerate().filter(|(place, _)| place % DELETED_EACH != 0);
    let missed: Vec<&String> = stays.map(|(_, id)| id).filter(|id| !unique.contains(id)).collect();
    assert!(missed.is_empty(), "missed {missed:?}");
}

fn walk(server: &Server, writers: &[Sender<usize>], replica: &mut Replica) -> Vec<String> {
    let (mut met, mut token) = (Vec::new(), String::new());
    for turn in 0.. {
        for writer in writers {
            writer.send(turn).expect("a writer is there until the end");
        }
        let page = get(server, &format!("messages?includeSpamTrash=true&maxResults={AT_A_TIME}&pageToken={token}"));
        met.extend(page["messages"].as_array().into_iter().flatten().map(|message| owned(&message["id"])));
        replica.follow(server, "on the way");
        match page["nextPageToken"].as_str() {
            Some(next) => token = next.to_owned(),
            None => break,
        }
    }
    met
}

/// Inserts a mail for each turn, of some day in all the years.
fn insert(server: &Server, _: &[String], turns: Receiver<usize>) {
    for turn in turns {
        let date = format!("{} Apr {} 00:00:00 +0000", 1 + turn % 28, 2018 + turn * 7 % 9);
        let raw = base64_simd::URL_SAFE.encode_to_string(format!("Subject: New\r\nDate: {date}\r\n\r\n"));
        let path = format!("/gmail/v1/users/{OWNER}/messages?internalDateSource=dateHeader");
        drop(server.json("POST", &path, &json!({"raw": raw})).expect(200));
    }
}

/// Deletes several messages for each turn: behind the walk, before it, and where it is.
fn delete(server: &Server, ids: &[String], turns: Receiver<usize>) {
    let doomed: Vec<&String> = ids.iter().step_by(DELETED_EACH).collect();
    // No divisor in common, so that each goes once.
    let mut order = (0..doomed.len()).map(|number| number * 7919 % doomed.len()).map(|place| doomed[place]);
    for _ in turns {
        let ids: Vec<&String> = order.by_ref().take(5).collect();
        let path = format!("/gmail/v1/users/{OWNER}/messages");
        if let [first, others @ ..] = ids.as_slice() {
            drop(server.send(&Call::new("DELETE", &format!("{path}/{first}"))).expect(204));
            drop(server.json("POST", &format!("{path}/batchDelete"), &json!({"ids": others})).expect(204));
        }
    }
}
