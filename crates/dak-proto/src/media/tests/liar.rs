//! A server that lies out of habit: what it says has nothing to do with what it has.

use http::header::{LOCATION, RANGE};
use http::{HeaderMap, HeaderValue};

use super::link::Run;
use super::world::Chance;
use crate::media::hash::{Digests, RUNNING_HASH, crc32c_append};
use crate::media::sender::{Plan, Sender, Step};
use crate::retry::{Outcome, Policy};

/// Far more than it takes to use up every patience.
const STEPS_MAX: u64 = 1000;

const CODES: [u16; 6] = [404, 410, 408, 429, 500, 503];

/// One upload to the end. The same few answers come again and again, so that chance does not end what would go round.
pub(super) fn run(seed: u64, trace: Option<&mut Vec<String>>) -> Result<Run, String> {
    let mut liar = Liar::new(seed, trace);
    let (mut steps, mut farthest, mut since) = (0, 0, 0);
    loop {
        let step = liar.sender.step();
        liar.say(|| format!("{step:?}"));
        if liar.carry_out(&step) {
            return Ok(Run { steps });
        }
        (steps, since) = (steps + 1, since + 1);
        if liar.sender.offset() > farthest {
            (farthest, since) = (liar.sender.offset(), 0);
        }
        if since > STEPS_MAX {
            return Err(format!("it does not end, {farthest} bytes far"));
        }
    }
}

struct Liar<'a> {
    chance: Chance,
    sender: Sender,
    source: Vec<u8>,
    to_bytes: Habit,
    to_questions: Habit,
    answers: u64,
    trace: Option<&'a mut Vec<String>>,
}

/// Answers in turn.
struct Habit {
    lies: Vec<Lie>,
    turn: usize,
    /// Whether they come before all was read.
    is_early: bool,
}

#[derive(Clone, Copy, Debug)]
enum Lie {
    /// A page, as networks have it that want a password.
    Success,
    /// A 308 without a word on what is kept.
    Nothing,
    Kept {
        bytes: u64,
        hash: Hash,
    },
    /// A little more each time.
    KeptMore {
        hash: Hash,
    },
    /// The session is said to be elsewhere.
    Moved {
        code: u16,
    },
    Code(u16),
    Cut,
}

#[derive(Clone, Copy, Debug)]
enum Hash {
    None,
    Right,
    Wrong,
}

impl<'a> Liar<'a> {
    fn new(seed: u64, trace: Option<&'a mut Vec<String>>) -> Liar<'a> {
        let mut chance = Chance(seed);
        let length = chance.below(4000);
        let source: Vec<u8> = (0..length).map(|_| chance.next() as u8).collect();
        let has_unknown_length = chance.one_in(3);
        let chunk_bytes = (has_unknown_length || chance.one_in(2)).then(|| 1 + length / 8 + chance.below(length + 1));
        let plan = Plan { length: (!has_unknown_length).then_some(length), chunk_bytes };
        let sender = Sender::new(plan, Policy::google());
        let to_bytes = Habit::drawn(&mut chance, length);
        let to_questions = Habit::drawn(&mut chance, length);
        Liar { chance, sender, source, to_bytes, to_questions, answers: 0, trace }
    }

    fn say(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(what());
        }
    }

    /// Whether it was the end.
    fn carry_out(&mut self, step: &Step) -> bool {
        match *step {
            Step::Start => self.start(),
            Step::Send { first, length, total } => self.send(first, length, total),
            Step::Ask { .. } => {
                let lie = self.to_questions.next();
                self.answer(lie);
            }
            Step::Hash { first, length, crc32c } => {
                self.sender.hashed(crc32c_append(crc32c, part(&self.source, first, length)));
            }
            Step::Wait { .. } => self.sender.waited(),
            Step::Done | Step::Failed(_) => return true,
        }
        false
    }

    fn start(&mut self) {
        let headers = [(LOCATION, HeaderValue::from_static("there"))].into_iter().collect();
        self.sender.answered(200, &headers, b"", 0, self.chance.next());
    }

    fn send(&mut self, first: u64, length: u64, total: Option<u64>) {
        let left = (self.source.len() as u64).saturating_sub(first);
        if left < length && total.is_none() {
            return self.sender.source_ended(self.source.len() as u64);
        }
        // Some answer before they have all.
        let taken = if self.to_bytes.is_early { length / 2 } else { length };
        self.sender.passed(part(&self.source, first, taken));
        let lie = self.to_bytes.next();
        self.answer(lie);
    }

    fn answer(&mut self, lie: Lie) {
        self.answers += 1;
        self.say(|| format!("{lie:?}"));
        let random = self.chance.next();
        let mut headers = HeaderMap::new();
        let code = match lie {
            Lie::Cut => return self.sender.broke(Outcome::Broken, 0, random),
            Lie::Code(code) => code,
            Lie::Success => 200,
            Lie::Nothing => 308,
            Lie::Moved { code } => {
                headers.insert(LOCATION, HeaderValue::from(self.answers));
                code
            }
            Lie::Kept { bytes, hash } => {
                let bytes = bytes.min(self.source.len() as u64);
                self.kept(bytes, hash, &mut headers);
                308
            }
            Lie::KeptMore { hash } => {
                let bytes = (1 + self.answers / 2).min(self.source.len() as u64);
                self.kept(bytes, hash, &mut headers);
                308
            }
        };
        self.sender.answered(code, &headers, b"a page", 0, random);
    }

    fn kept(&self, bytes: u64, hash: Hash, headers: &mut HeaderMap) {
        let crc32c = crc32c_append(0, part(&self.source, 0, bytes));
        let told = match hash {
            Hash::None => None,
            Hash::Right => Some(crc32c),
            Hash::Wrong => Some(!crc32c),
        };
        let range = bytes.checked_sub(1).map(|last| format!("bytes=0-{last}"));
        headers.extend(range.map(|range| (RANGE, range.parse().unwrap())));
        let digests = told.map(|crc32c| Digests { crc32c: Some(crc32c), ..Digests::NONE });
        headers.extend(digests.and_then(|digests| digests.header_value()).map(|value| (RUNNING_HASH, value)));
    }
}

impl Habit {
    fn drawn(chance: &mut Chance, length: u64) -> Habit {
        let lies = (0..=chance.below(3)).map(|_| Lie::drawn(chance, length)).collect();
        Habit { lies, turn: 0, is_early: chance.one_in(2) }
    }

    fn next(&mut self) -> Lie {
        self.turn += 1;
        self.lies[self.turn % self.lies.len()]
    }
}

impl Lie {
    fn drawn(chance: &mut Chance, length: u64) -> Lie {
        let hash = [Hash::None, Hash::None, Hash::Right, Hash::Wrong][chance.below(4) as usize];
        match chance.below(8) {
            0 => Lie::Success,
            1 => Lie::Nothing,
            2 => Lie::Kept { bytes: length, hash },
            3 => Lie::Kept { bytes: chance.below(length + 1), hash },
            4 => Lie::KeptMore { hash },
            5 => Lie::Moved { code: [307, 308][chance.below(2) as usize] },
            6 => Lie::Code(CODES[chance.below(CODES.len() as u64) as usize]),
            _ => Lie::Cut,
        }
    }
}

fn part(source: &[u8], first: u64, length: u64) -> &[u8] {
    let first = usize::try_from(first).unwrap().min(source.len());
    let end = first.saturating_add(usize::try_from(length).unwrap()).min(source.len());
    &source[first..end]
}
