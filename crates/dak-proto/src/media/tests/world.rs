//! A server whose disk is a list, and chance that can be repeated.

use http::{HeaderMap, Method};

use crate::media::hash::Wanted;
use crate::media::receiver::{Answer, Dialect, Ending, Intake, Receiver, Request, Verdict, finished};
use crate::media::session::{Declared, Phase, Reply, Session, State};

/// SplitMix64: any seed is as good as another.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `end`, which is not reached.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(super) fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}

/// What survives a kill.
pub(super) struct Disk {
    pub(super) session: Session,
    pub(super) bytes: Vec<u8>,
    pub(super) created: Vec<Vec<u8>>,
}

/// A request in the server's memory.
pub(super) struct Serving {
    index: usize,
    intake: Intake,
    before: Session,
    session: Session,
    bytes: Vec<u8>,
}

pub(super) struct Server {
    pub(super) disks: Vec<Disk>,
    pub(super) now_s: u64,
    receiver: Receiver,
}

impl Server {
    pub(super) fn new() -> Server {
        Server { disks: Vec::new(), now_s: 0, receiver: Receiver::default() }
    }

    pub(super) fn start(&mut self, length: Option<u64>) -> usize {
        let declared = Declared { length, ..Declared::default() };
        let session = Session::new(Method::POST, declared, Wanted::default(), self.now_s);
        self.disks.push(Disk { session, bytes: Vec::new(), created: Vec::new() });
        self.disks.len() - 1
    }

    /// The head of a request: its body is to be read, or it is answered.
    pub(super) fn head(&mut self, index: usize, headers: &HeaderMap) -> Result<Serving, Answer> {
        let request = Request::parse(&Method::PUT, headers, &self.receiver)?;
        let disk = &mut self.disks[index];
        match self.receiver.receive(Some(&mut disk.session), request, self.now_s) {
            Verdict::Receive(intake) => {
                let (before, session) = (disk.session.clone(), disk.session.clone());
                Ok(Serving { index, intake, before, session, bytes: disk.bytes.clone() })
            }
            Verdict::Answer(answer) | Verdict::Cancel(answer) => Err(answer),
        }
    }

    pub(super) fn body(&self, serving: &mut Serving, piece: &[u8]) -> Result<(), Answer> {
        let new = serving.intake.take(piece).map_err(|fault| Answer::refused(Dialect::Range, fault))?;
        serving.session.append(new);
        serving.bytes.extend_from_slice(new);
        Ok(())
    }

    /// Makes durable what has come, unless a newer request has taken over.
    pub(super) fn checkpoint(&mut self, serving: &Serving) -> bool {
        let disk = &mut self.disks[serving.index];
        let holds = disk.session.epoch == serving.intake.epoch() && disk.session.state == State::Active;
        if holds {
            disk.session = serving.session.clone();
            disk.bytes = serving.bytes.clone();
        }
        holds
    }

    /// The end of the body. `None`: the server died before it could answer.
    pub(super) fn end(&mut self, serving: &Serving, dies_between: bool) -> Option<Answer> {
        let holds = self.checkpoint(serving);
        if dies_between {
            return None;
        }
        let disk = &mut self.disks[serving.index];
        match self.receiver.ended(&serving.intake, &disk.session, self.now_s) {
            Ending::Answer(answer) => Some(answer),
            Ending::Undo(answer) => {
                disk.session = serving.before.clone();
                disk.bytes.truncate(usize::try_from(disk.session.offset).unwrap());
                Some(answer)
            }
            Ending::Finish { .. } if holds => {
                disk.created.push(disk.bytes.clone());
                let crc32c = disk.session.hashes.digests().header_value().unwrap();
                let headers = vec![("x-goog-hash".into(), crc32c.to_str().unwrap().into())];
                let reply = Reply { code: 201, headers, body: "{}".into() };
                Some(finished(&mut disk.session, Dialect::Range, reply, self.now_s))
            }
            Ending::Finish { .. } | Ending::Refuse(_) => None,
        }
    }

    pub(super) fn is_active(&self, index: usize) -> bool {
        let session = &self.disks[index].session;
        matches!(session.phase(self.now_s), Phase::Active)
    }

    pub(super) fn cancel(&mut self, index: usize) {
        self.disks[index].session.state = State::Cancelled { at_s: self.now_s };
    }
}
