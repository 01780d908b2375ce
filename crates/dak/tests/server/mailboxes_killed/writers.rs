//! Who writes: mail that is put there or sent, labels of many messages, trash, drafts.

mod cycles;
mod resumer;

use dak_testkit::{Answer, Call, Server};
use serde_json::{Value, json};

use self::cycles::{Drafter, Recycler};
use self::resumer::Resumer;
use super::{KARIM, Known, RINA, Writer};

/// How many messages are relabelled at a time.
const RELABELLED: usize = 30;
/// Every so many-th mail is too large to stand in its record.
const LARGE_EACH: u64 = 16;
const LARGE_BYTES: usize = 1_200_000;
/// Somebody who has no mailbox here.
const OUTSIDE: &str = "jo@example.org";
/// The mail that all answer who do not begin threads: they join one thread until it is full, and begin another.
const BUSY: &str = "<busy@x>";

/// All writers, several for each mailbox.
pub(super) fn all(server: &Server) -> Vec<Box<dyn Writer>> {
    let poster = |name, verb, mailboxes: &'static [&'static str]| Poster { name, verb, mailboxes, ..Poster::default() };
    let thread = thread(server);
    let relabeller = |path: String, label| Relabeller { path, label, ids: thread.clone(), ..Relabeller::default() };
    vec![
        Box::new(poster("insert", "messages", &[RINA])),
        Box::new(poster("import", "messages/import", &[KARIM])),
        Box::new(poster("send", "messages/send", &[RINA, KARIM])),
        Box::new(Poster { leaves: true, ..poster("leave", "messages/send", &[KARIM, RINA]) }),
        Box::new(relabeller("messages/batchModify".to_owned(), "STARRED")),
        Box::new(relabeller("messages/batchModify".to_owned(), "IMPORTANT")),
        Box::new(relabeller(format!("threads/{}/modify", thread[0]), "UNREAD")),
        Box::new(Recycler::new("cycle", KARIM)),
        Box::new(Drafter::new("draft", RINA, KARIM)),
        Box::new(Resumer::new("resume", RINA, KARIM)),
    ]
}

/// The messages of a thread of its own.
fn thread(server: &Server) -> Vec<String> {
    let mail = |number| match number {
        0 => mail("own-0", RINA, "", ""),
        _ => mail(&format!("own-{number}"), RINA, "In-Reply-To: <own-0@x>\r\n", ""),
    };
    let insert = |number| {
        let made = server.send(&post(RINA, "messages", &json!({"raw": raw(&mail(number))}))).expect(200).json();
        made["id"].as_str().expect("a message has an id").to_owned()
    };
    (0..RELABELLED).map(insert).collect()
}

/// A mail whose Message-ID and text are made of its name.
fn mail(name: &str, to: &str, more: &str, text: &str) -> String {
    format!("Message-ID: <{name}@x>\r\nTo: {to}\r\nSubject: Killed\r\n{more}\r\n{name}\r\n{text}")
}

fn raw(mail: &str) -> String {
    base64_simd::URL_SAFE.encode_to_string(mail)
}

/// A request of a mailbox's user.
fn post(mailbox: &str, path: &str, body: &Value) -> Call {
    Call::new("POST", &format!("/gmail/v1/users/{mailbox}/{path}")).json(body)
}

/// Puts mails somewhere, again and again another one.
#[derive(Default)]
struct Poster {
    name: &'static str,
    verb: &'static str,
    /// The mailbox of who does it, and those that get a copy.
    mailboxes: &'static [&'static str],
    /// Whether it is for somebody outside as well.
    leaves: bool,
    sent: u64,
    acknowledged: u64,
    /// Numbers and ids of what was acknowledged since the last kill.
    fresh: Vec<(u64, String)>,
}

impl Poster {
    fn mail(&self) -> String {
        let to = [&self.mailboxes[1..], if self.leaves { &[OUTSIDE] } else { &[] }].concat().join(", ");
        let is_large = self.sent.is_multiple_of(LARGE_EACH);
        let text = "A line of a large mail.\r\n".repeat(if is_large { LARGE_BYTES / 25 } else { 1 });
        mail(&self.title(self.sent), &to, &format!("In-Reply-To: {BUSY}\r\n"), &text)
    }

    fn title(&self, number: u64) -> String {
        format!("{}-{number}", self.name)
    }

    /// How often a mail is in each place where it should be.
    fn copies(&self, number: u64, known: &Known) -> Vec<usize> {
        let title = self.title(number);
        let message_id = format!("{title}@x");
        let copies = self.mailboxes.iter().map(|address| known.mailbox(address).ids(&message_id, None).len());
        copies.chain(self.leaves.then(|| known.outgoing(&title))).collect()
    }
}

impl Writer for Poster {
    fn next(&mut self) -> Call {
        self.sent += 1;
        let (sender, mail) = (self.mailboxes[0], self.mail());
        match self.sent % 4 {
            0 => {
                let path = format!("/upload/gmail/v1/users/{sender}/{}?uploadType=media", self.verb);
                Call::new("POST", &path).header("Content-Type", "message/rfc822").body(mail)
            }
            _ => post(sender, self.verb, &json!({"raw": raw(&mail)})),
        }
    }

    fn acknowledge(&mut self, answer: &Answer) {
        self.acknowledged += 1;
        self.fresh.push((self.sent, answer.json()["id"].as_str().expect("a message has an id").to_owned()));
    }

    fn settle(&mut self, known: &Known, _: &Server, when: &str) {
        for (number, id) in &self.fresh {
            let copies = self.copies(*number, known);
            assert!(copies.iter().all(|count| *count == 1), "{}: {copies:?}: {when}", self.title(*number));
            let message_id = format!("{}@x", self.title(*number));
            assert_eq!(known.mailbox(self.mailboxes[0]).ids(&message_id, None), [id], "{when}");
        }
        let copies = self.copies(self.sent, known);
        let is_whole = copies.iter().all(|count| *count == copies[0] && *count <= 1);
        assert!(is_whole, "{} is half there, {copies:?}: {when}", self.title(self.sent));
        self.fresh.clear();
    }

    fn acknowledged(&self) -> u64 {
        self.acknowledged
    }
}

/// Puts a label on many messages and takes it off again.
#[derive(Default)]
struct Relabeller {
    path: String,
    label: &'static str,
    ids: Vec<String>,
    acknowledged: u64,
    /// Whether the messages bear the label.
    is_on: bool,
    is_under_way: bool,
}

impl Writer for Relabeller {
    fn next(&mut self) -> Call {
        self.is_under_way = true;
        let list = if self.is_on { "removeLabelIds" } else { "addLabelIds" };
        let mut body = json!({list: [self.label]});
        if self.path.ends_with("batchModify") {
            body["ids"] = json!(self.ids);
        }
        post(RINA, &self.path, &body)
    }

    fn acknowledge(&mut self, _: &Answer) {
        self.acknowledged += 1;
        self.is_on = !self.is_on;
        self.is_under_way = false;
    }

    fn settle(&mut self, known: &Known, _: &Server, when: &str) {
        let mailbox = known.mailbox(RINA);
        let bearing = self.ids.iter().filter(|id| mailbox.bears(id, self.label)).count();
        assert!(bearing == 0 || bearing == self.ids.len(), "{bearing} bear {}: {when}", self.label);
        let is_on = bearing > 0;
        assert!(is_on == self.is_on || self.is_under_way, "{} was acknowledged otherwise: {when}", self.label);
        (self.is_on, self.is_under_way) = (is_on, false);
    }

    fn acknowledged(&self) -> u64 {
        self.acknowledged
    }
}
