//! Who does one thing after the other with a message, and then begins anew with another.

use dak_testkit::{Answer, Call, Server};
use serde_json::{Value, json};

use super::{mail, post, raw};
use crate::mailboxes_killed::{Known, Writer};

/// How far something has come.
#[derive(Default)]
struct Progress {
    name: &'static str,
    /// Which of the things one after the other it is.
    round: u64,
    /// How many of the round's steps are known to have been done.
    step: usize,
    is_under_way: bool,
    acknowledged: u64,
}

impl Progress {
    fn title(&self) -> String {
        format!("{}-{}", self.name, self.round)
    }

    fn message_id(&self) -> String {
        format!("{}@x", self.title())
    }

    /// After the last step comes the next round.
    fn advance(&mut self, steps: usize) {
        self.is_under_way = false;
        self.step += 1;
        if self.step == steps {
            (self.round, self.step) = (self.round + 1, 0);
        }
    }

    /// True if the step that was under way has been done; what is found must be what it was before it or is after it.
    fn has_moved<T: PartialEq + std::fmt::Debug>(&self, found: &T, states: &[T], when: &str) -> bool {
        if *found == states[self.step] {
            return false;
        }
        let is_done = self.is_under_way && *found == states[self.step + 1];
        assert!(is_done, "{} is {found:?} after step {}: {when}", self.title(), self.step);
        true
    }
}

/// Inserts a message, puts it into the trash, takes it out and deletes it.
pub(super) struct Recycler {
    mailbox: &'static str,
    progress: Progress,
    id: String,
}

impl Recycler {
    const STEPS: usize = 4;

    pub(super) fn new(name: &'static str, mailbox: &'static str) -> Recycler {
        Recycler { mailbox, progress: Progress { name, ..Progress::default() }, id: String::new() }
    }
}

impl Writer for Recycler {
    fn next(&mut self) -> Call {
        self.progress.is_under_way = true;
        let own = format!("messages/{}", self.id);
        match self.progress.step {
            0 => {
                let mail = mail(&self.progress.title(), self.mailbox, "", "");
                post(self.mailbox, "messages", &json!({"raw": raw(&mail), "labelIds": ["INBOX"]}))
            }
            1 => post(self.mailbox, &format!("{own}/trash"), &Value::Null),
            2 => post(self.mailbox, &format!("{own}/untrash"), &Value::Null),
            _ if self.progress.round.is_multiple_of(2) => {
                Call::new("DELETE", &format!("/gmail/v1/users/{}/{own}", self.mailbox))
            }
            _ => post(self.mailbox, "messages/batchDelete", &json!({"ids": [self.id]})),
        }
    }

    fn acknowledge(&mut self, answer: &Answer) {
        if self.progress.step == 0 {
            self.id = answer.json()["id"].as_str().expect("a message has an id").to_owned();
        }
        self.progress.acknowledged += 1;
        self.progress.advance(Self::STEPS);
    }

    fn settle(&mut self, known: &Known, _: &Server, when: &str) {
        let (mailbox, message_id) = (known.mailbox(self.mailbox), self.progress.message_id());
        let count = |label| mailbox.ids(&message_id, label).len();
        let found = [count(None), count(Some("INBOX")), count(Some("TRASH"))];
        if self.progress.has_moved(&found, &[[0, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 0], [0, 0, 0]], when) {
            self.id = mailbox.ids(&message_id, None).first().map(|id| (*id).to_owned()).unwrap_or_default();
            self.progress.advance(Self::STEPS);
        }
        self.progress.is_under_way = false;
    }

    fn acknowledged(&self) -> u64 {
        self.progress.acknowledged
    }
}

/// Makes a draft, changes it, and sends it or throws it away.
pub(super) struct Drafter {
    from: &'static str,
    to: &'static str,
    progress: Progress,
    id: String,
}

impl Drafter {
    const STEPS: usize = 3;

    pub(super) fn new(name: &'static str, from: &'static str, to: &'static str) -> Drafter {
        Drafter { from, to, progress: Progress { name, ..Progress::default() }, id: String::new() }
    }

    fn is_for_sending(&self) -> bool {
        self.progress.round.is_multiple_of(2)
    }

    fn path(&self) -> String {
        format!("/gmail/v1/users/{}/drafts/{}", self.from, self.id)
    }

    /// The draft's body when it is changed so many times.
    fn draft(&self, version: u32) -> Value {
        json!({"message": {"raw": raw(&mail(&self.versioned(version), self.to, "", ""))}})
    }

    fn versioned(&self, version: u32) -> String {
        format!("{}-{version}", self.progress.title())
    }

    /// How often there are: the first version as a draft, the second one as a draft, as sent, and with its receiver.
    fn found(&self, known: &Known) -> [usize; 4] {
        let [first, second] = [0, 1].map(|version| format!("{}@x", self.versioned(version)));
        let (from, to) = (known.mailbox(self.from), known.mailbox(self.to));
        let [is_draft, is_sent] = ["DRAFT", "SENT"].map(Some);
        let found = [from.ids(&first, is_draft), from.ids(&second, is_draft), from.ids(&second, is_sent)];
        let [first, second, sent] = found.map(|ids| ids.len());
        [first, second, sent, to.ids(&format!("{}@x", self.versioned(1)), None).len()]
    }

    /// The draft that was made, though nobody was told.
    fn find(&self, server: &Server) -> String {
        let query = format!("drafts?q=rfc822msgid:{}@x", self.versioned(0));
        let list = server.get(&format!("/gmail/v1/users/{}/{query}", self.from)).expect(200).json();
        list["drafts"][0]["id"].as_str().expect("a draft of this message").to_owned()
    }
}

impl Writer for Drafter {
    fn next(&mut self) -> Call {
        self.progress.is_under_way = true;
        match self.progress.step {
            0 => post(self.from, "drafts", &self.draft(0)),
            1 => Call::new("PUT", &self.path()).json(&self.draft(1)),
            _ if self.is_for_sending() => post(self.from, "drafts/send", &json!({"id": self.id})),
            _ => Call::new("DELETE", &self.path()),
        }
    }

    fn acknowledge(&mut self, answer: &Answer) {
        if self.progress.step == 0 {
            self.id = answer.json()["id"].as_str().expect("a draft has an id").to_owned();
        }
        self.progress.acknowledged += 1;
        self.progress.advance(Self::STEPS);
    }

    fn settle(&mut self, known: &Known, server: &Server, when: &str) {
        let last = if self.is_for_sending() { [0, 0, 1, 1] } else { [0; 4] };
        let states = [[0; 4], [1, 0, 0, 0], [0, 1, 0, 0], last];
        if self.progress.has_moved(&self.found(known), &states, when) {
            if self.progress.step == 0 {
                self.id = self.find(server);
            }
            self.progress.advance(Self::STEPS);
        }
        self.progress.is_under_way = false;
    }

    fn acknowledged(&self) -> u64 {
        self.progress.acknowledged
    }
}
