//! The link: it cuts at any byte, loses answers, stalls, and its server fails, dies, forgets and gives up sessions.

use http::header::{CONTENT_LENGTH, LOCATION, RANGE};
use http::{HeaderMap, HeaderValue};

use super::world::{Chance, Server, Serving};
use crate::media::content_range;
use crate::media::hash::crc32c_append;
use crate::media::receiver::Answer;
use crate::media::sender::{Failure, Plan, Sender, Step};
use crate::retry::{Outcome, Policy};

const FAULTS: [u16; 6] = [500, 502, 503, 504, 429, 408];
const STEPS_MAX: u64 = 200_000;
const WEEK_S: u64 = 7 * 24 * 60 * 60;

pub(super) struct Run {
    pub(super) steps: u64,
}

/// One upload, or two of the same, to the end.
pub(super) fn run(seed: u64, trace: Option<&mut Vec<String>>) -> Result<Run, String> {
    let mut link = Link::new(seed, trace);
    while link.clients.iter().any(|client| !client.is_done) {
        link.steps += 1;
        if link.steps > STEPS_MAX {
            return Err("it does not end".into());
        }
        let index = link.chance.below(link.clients.len() as u64) as usize;
        link.mishap();
        link.client(index)?;
        link.stale();
        link.check()?;
    }
    link.check_end()?;
    Ok(Run { steps: link.steps })
}

struct Client {
    sender: Sender,
    /// The request on its way: the server's half, the bytes that are still to be given to the link.
    request: Option<(Serving, Vec<u8>)>,
    is_done: bool,
    restarts: u32,
}

struct Link<'a> {
    chance: Chance,
    server: Server,
    clients: Vec<Client>,
    /// Requests whose clients have gone; their bytes still arrive.
    stale: Vec<(Serving, Vec<u8>)>,
    source: Vec<u8>,
    /// One in so many steps has a fault.
    calm: u64,
    declares: bool,
    has_unknown_length: bool,
    steps: u64,
    trace: Option<&'a mut Vec<String>>,
}

impl<'a> Link<'a> {
    fn new(seed: u64, trace: Option<&'a mut Vec<String>>) -> Link<'a> {
        let mut chance = Chance(seed);
        let length = chance.below(400);
        let source: Vec<u8> = (0..length).map(|_| chance.next() as u8).collect();
        let has_unknown_length = chance.one_in(3);
        let chunk_bytes = (has_unknown_length || chance.one_in(2)).then(|| 1 + chance.below(100));
        let plan = Plan { length: (!has_unknown_length).then_some(length), chunk_bytes };
        let mut sender = Sender::new(plan, Policy::google());
        let mut server = Server::new();
        let mut clients = Vec::new();
        let declares = chance.one_in(2) && !has_unknown_length;
        if chance.one_in(3) {
            // Two processes with one token.
            let index = server.start(plan.length.filter(|_| declares));
            sender.answered(200, &location(index), b"", 0, 0);
            let token = sender.to_json();
            let second = Sender::from_json(&token, Policy::google()).unwrap();
            clients.push(Client { sender: second, request: None, is_done: false, restarts: 0 });
        }
        clients.push(Client { sender, request: None, is_done: false, restarts: 0 });
        let calm = 3 + chance.below(60);
        let (stale, steps) = (Vec::new(), 0);
        Link { chance, server, clients, stale, source, calm, declares, has_unknown_length, steps, trace }
    }

    fn say(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{}: {}", self.steps, what()));
        }
    }

    /// What happens to the server by itself.
    fn mishap(&mut self) {
        if self.chance.one_in(self.calm * 20) {
            self.say(|| "the server is killed".into());
            self.stale.clear();
            for index in 0..self.clients.len() {
                if self.clients[index].request.take().is_some() {
                    self.broke(index, Outcome::Broken);
                }
            }
        }
        if self.chance.one_in(self.calm * 100) && !self.server.disks.is_empty() {
            let index = self.chance.below(self.server.disks.len() as u64) as usize;
            if self.server.is_active(index) {
                self.say(|| format!("session {index} is cancelled"));
                self.server.cancel(index);
            }
        }
        let all_active = (0..self.server.disks.len()).all(|index| self.server.disks[index].created.is_empty());
        if all_active && self.chance.one_in(self.calm * 200) {
            self.say(|| "a week goes by".into());
            self.server.now_s += WEEK_S + self.chance.below(WEEK_S);
        }
    }

    fn client(&mut self, index: usize) -> Result<(), String> {
        if self.clients[index].is_done {
            return Ok(());
        }
        if let Some((serving, rest)) = self.clients[index].request.take() {
            return self.body(index, serving, rest);
        }
        let step = self.clients[index].sender.step();
        self.say(|| format!("client {index}: {step:?}"));
        match step {
            Step::Start => self.start(index),
            Step::Send { first, length, total } => return self.send(index, first, length, total),
            Step::Ask { .. } => return self.head(index, &step, &[]),
            Step::Hash { first, length, crc32c } => {
                let bytes = &self.source[first as usize..(first + length) as usize];
                self.clients[index].sender.hashed(crc32c_append(crc32c, bytes));
            }
            Step::Wait { ms, .. } => {
                self.server.now_s += ms.div_ceil(1000);
                self.clients[index].sender.waited();
            }
            Step::Done => self.clients[index].is_done = true,
            Step::Failed(Failure::GaveUp(_) | Failure::Restarted) => self.resume(index),
            Step::Failed(failure) => return Err(format!("client {index}: {failure}")),
        }
        Ok(())
    }

    /// The client's machine starts again and has only its token.
    fn resume(&mut self, index: usize) {
        let token = self.clients[index].sender.to_json();
        self.clients[index].sender = Sender::from_json(&token, Policy::google()).unwrap();
    }

    fn start(&mut self, index: usize) {
        if self.fault(index) {
            return;
        }
        let length = (self.declares && !self.has_unknown_length).then_some(self.source.len() as u64);
        let session = self.server.start(length);
        self.clients[index].restarts += 1;
        self.deliver(index, 200, &location(session));
    }

    fn send(&mut self, index: usize, first: u64, length: u64, total: Option<u64>) -> Result<(), String> {
        let left = (self.source.len() as u64).checked_sub(first).ok_or("sends from beyond the end")?;
        if left < length && total.is_none() {
            self.clients[index].sender.source_ended(self.source.len() as u64);
            return Ok(());
        }
        let bytes = self.source[first as usize..(first + length) as usize].to_vec();
        let step = Step::Send { first, length, total };
        self.head(index, &step, &bytes)
    }

    fn head(&mut self, index: usize, step: &Step, bytes: &[u8]) -> Result<(), String> {
        if self.fault(index) {
            return Ok(());
        }
        let mut headers = HeaderMap::new();
        headers.extend(step.content_range().map(|range| (http::header::CONTENT_RANGE, range.header_value())));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        let session = self.clients[index].sender.uri().and_then(|uri| uri.parse().ok()).ok_or("no session")?;
        if self.chance.one_in(self.calm * 4) {
            self.say(|| "the request is on the wire twice".into());
            if let Ok(serving) = self.server.head(session, &headers) {
                self.stale.push((serving, bytes.to_vec()));
            }
        }
        match self.server.head(session, &headers) {
            Ok(serving) => self.clients[index].request = Some((serving, bytes.to_vec())),
            Err(answer) => self.answer(index, &answer)?,
        }
        Ok(())
    }

    /// The next bytes of a body, or what happens to them.
    fn body(&mut self, index: usize, mut serving: Serving, mut rest: Vec<u8>) -> Result<(), String> {
        if self.chance.one_in(self.calm) {
            self.interrupt(index, serving, rest);
            return Ok(());
        }
        if self.chance.one_in(8) {
            self.server.checkpoint(&serving);
        }
        if !rest.is_empty() {
            let bytes = 1 + self.chance.below(16.min(rest.len() as u64)) as usize;
            let piece: Vec<u8> = rest.drain(..bytes).collect();
            self.clients[index].sender.passed(&piece);
            if let Err(answer) = self.server.body(&mut serving, &piece) {
                return self.answer(index, &answer);
            }
            self.clients[index].request = Some((serving, rest));
            return Ok(());
        }
        let dies = self.chance.one_in(self.calm * 2);
        match self.server.end(&serving, dies) {
            Some(answer) => self.answer(index, &answer)?,
            None => self.broke(index, Outcome::Broken),
        }
        Ok(())
    }

    fn interrupt(&mut self, index: usize, serving: Serving, rest: Vec<u8>) {
        match self.chance.below(4) {
            0 => {
                self.server.checkpoint(&serving);
                self.broke(index, Outcome::Broken);
            }
            1 => self.broke(index, Outcome::Broken),
            // The client gives up waiting, and its bytes still arrive.
            2 => {
                self.stale.push((serving, rest));
                self.broke(index, Outcome::Timeout);
            }
            _ => {
                let code = FAULTS[self.chance.below(6) as usize];
                self.deliver(index, code, &HeaderMap::new());
            }
        }
    }

    /// A request that nobody waits for goes on.
    fn stale(&mut self) {
        let Some((mut serving, mut rest)) = self.stale.pop() else { return };
        let bytes = (1 + self.chance.below(16) as usize).min(rest.len());
        let piece: Vec<u8> = rest.drain(..bytes).collect();
        if self.server.body(&mut serving, &piece).is_err() {
            return;
        }
        if rest.is_empty() {
            let dies = self.chance.one_in(4);
            self.server.end(&serving, dies);
        } else if !self.chance.one_in(10) {
            self.stale.push((serving, rest));
        }
    }

    /// A request that does not reach the server, or is refused before it is looked at.
    fn fault(&mut self, index: usize) -> bool {
        let is_faulty = self.chance.one_in(self.calm);
        if is_faulty {
            match self.chance.below(3) {
                0 => self.broke(index, Outcome::Connect),
                1 => self.broke(index, Outcome::Timeout),
                _ => {
                    let code = FAULTS[self.chance.below(6) as usize];
                    self.deliver(index, code, &HeaderMap::new());
                }
            }
        }
        is_faulty
    }

    fn answer(&mut self, index: usize, answer: &Answer) -> Result<(), String> {
        let kept = answer.headers.get(RANGE).map(|range| content_range::kept(range.to_str().unwrap()).unwrap());
        let session: usize = self.clients[index].sender.uri().and_then(|uri| uri.parse().ok()).ok_or("no session")?;
        let durable = self.server.disks[session].bytes.len() as u64;
        if kept.is_some_and(|kept| kept > durable) {
            return Err(format!("{kept:?} bytes are said to be kept, and {durable} are"));
        }
        match self.chance.below(self.calm * 3) {
            0 => self.broke(index, Outcome::Broken),
            1 => self.broke(index, Outcome::Timeout),
            2 => {
                let code = FAULTS[self.chance.below(6) as usize];
                self.deliver(index, code, &HeaderMap::new());
            }
            // A proxy that loses a field: once every few million uploads, it is said.
            3 if answer.code == 308 => self.deliver(index, 308, &HeaderMap::new()),
            _ => self.deliver(index, answer.code, &answer.headers),
        }
        Ok(())
    }

    fn deliver(&mut self, index: usize, code: u16, headers: &HeaderMap) {
        self.say(|| format!("client {index} is answered {code} {headers:?}"));
        let random = self.chance.next();
        self.clients[index].sender.answered(code, headers, b"", self.server.now_s, random);
    }

    fn broke(&mut self, index: usize, outcome: Outcome) {
        self.say(|| format!("client {index}: {outcome:?}"));
        let random = self.chance.next();
        self.clients[index].sender.broke(outcome, self.server.now_s, random);
    }

    /// What holds at any moment: what is durable is the beginning of the source, and a session creates once.
    fn check(&self) -> Result<(), String> {
        // Sessions that have ended hardly change: they are looked at now and then.
        let looked_at = if self.steps.is_multiple_of(16) { self.server.disks.len() } else { 1 };
        let is_right = self.server.disks.iter().rev().take(looked_at).all(|disk| {
            let is_counted = disk.session.offset == disk.bytes.len() as u64;
            self.source.starts_with(&disk.bytes) && is_counted && disk.created.len() <= 1
        });
        if is_right { Ok(()) } else { Err("the disk is wrong".into()) }
    }

    fn check_end(&self) -> Result<(), String> {
        let created: Vec<&Vec<u8>> = self.server.disks.iter().flat_map(|disk| &disk.created).collect();
        // Two clients of one session make one; where it ended early and one began again, each may make its own.
        let has_restarted = self.clients.len() == 2 && self.clients.iter().any(|client| client.restarts > 0);
        let most = if has_restarted { 2 } else { 1 };
        let right = created.iter().all(|bytes| **bytes == self.source) && (1..=most).contains(&created.len());
        let once = self.server.disks.iter().all(|disk| disk.created.len() <= 1);
        if right && once { Ok(()) } else { Err(format!("{} were created, not all of them right", created.len())) }
    }
}

fn location(index: usize) -> HeaderMap {
    [(LOCATION, HeaderValue::from(index))].into_iter().collect()
}
