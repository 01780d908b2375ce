//! Who sends large mails in pieces, and goes on after a kill where the server is.

use dak_testkit::{Answer, Call, Server};

use super::mail;
use crate::mailboxes_killed::{Known, Writer};

/// How many bytes a piece has.
const PIECE_BYTES: usize = 256 << 10;
/// The sizes of mails, one after the other: such as stand in their records, and such as do not.
const SIZES: [usize; 2] = [600_000, 1_400_000];

/// Sends mails, each in a session of its own.
pub(super) struct Resumer {
    name: &'static str,
    from: &'static str,
    to: &'static str,
    /// Which mail it is.
    number: usize,
    /// Where it is sent to, once that is known.
    session: Option<String>,
    /// How much of it the server has.
    offset: usize,
    acknowledged: u64,
    /// The mails that were acknowledged since the last kill.
    fresh: Vec<usize>,
}

impl Resumer {
    pub(super) fn new(name: &'static str, from: &'static str, to: &'static str) -> Resumer {
        Resumer { name, from, to, number: 0, session: None, offset: 0, acknowledged: 0, fresh: Vec::new() }
    }

    fn title(&self, number: usize) -> String {
        format!("{}-{number}", self.name)
    }

    fn mail(&self) -> Vec<u8> {
        let lines = SIZES[self.number % SIZES.len()] / 25;
        mail(&self.title(self.number), self.to, "", &"A line of a large mail.\r\n".repeat(lines)).into_bytes()
    }

    fn copies(&self, number: usize, known: &Known) -> [usize; 2] {
        let message_id = format!("{}@x", self.title(number));
        [self.from, self.to].map(|address| known.mailbox(address).ids(&message_id, None).len())
    }

    /// The next piece of the mail.
    fn piece(&self, session: &str) -> Call {
        let mail = self.mail();
        let end = (self.offset + PIECE_BYTES).min(mail.len());
        let range = format!("bytes {}-{}/{}", self.offset, end - 1, mail.len());
        Call::new("PUT", session).header("Content-Range", &range).body(&mail[self.offset..end])
    }

    /// The server has so much of the mail, or all of it.
    fn follow(&mut self, answer: &Answer) {
        match answer.status {
            308 => {
                let kept = answer.header("range").and_then(|range| range.rsplit_once('-')?.1.parse::<usize>().ok());
                self.offset = kept.map_or(0, |last| last + 1);
            }
            201 => {
                self.fresh.push(self.number);
                (self.number, self.session, self.offset) = (self.number + 1, None, 0);
            }
            status => panic!("{status}: {}", answer.text()),
        }
    }
}

impl Writer for Resumer {
    fn next(&mut self) -> Call {
        match &self.session {
            Some(session) => self.piece(session),
            None => {
                let path = format!("/upload/gmail/v1/users/{}/messages/send?uploadType=resumable", self.from);
                Call::new("POST", &path).header("X-Upload-Content-Type", "message/rfc822").body("")
            }
        }
    }

    fn acknowledge(&mut self, answer: &Answer) {
        self.acknowledged += 1;
        if self.session.is_some() {
            return self.follow(answer);
        }
        let uri = answer.header("location").and_then(|uri| uri.split_once("/upload/")).expect("a session has a URI");
        self.session = Some(format!("/upload/{}", uri.1));
    }

    fn settle(&mut self, known: &Known, server: &Server, when: &str) {
        for number in self.fresh.drain(..).collect::<Vec<_>>() {
            assert_eq!(self.copies(number, known), [1, 1], "{}: {when}", self.title(number));
        }
        let Some(session) = &self.session else { return };
        let question = format!("bytes */{}", self.mail().len());
        let answer = server.send(&Call::new("PUT", session).header("Content-Range", &question).body(""));
        let copies = self.copies(self.number, known);
        let is_done = answer.status == 201;
        assert!(copies == [usize::from(is_done); 2], "{} {copies:?} {is_done}: {when}", self.title(self.number));
        self.follow(&answer);
    }

    fn acknowledged(&self) -> u64 {
        self.acknowledged
    }
}
