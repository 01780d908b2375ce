//! What a client does with an upload (`U9`, `U10`, `U12` to `U15`): a machine without bytes, files or sockets.
//!
//! The driver asks for the next [`Step`], carries it out, and tells what came of it: [`Sender::answered`], [`Sender::broke`],
//! [`Sender::waited`], [`Sender::hashed`], [`Sender::source_ended`], [`Sender::source_changed`]. After a cut or a 5xx the
//! server is asked how much it has kept, and only the rest is sent. [`Sender::to_json`] is enough to go on in another process.
//!
//! ```
//! use dak_proto::media::sender::{Plan, Sender, Step};
//! use dak_proto::retry::{Outcome, Policy};
//! use http::HeaderMap;
//!
//! let mut sender = Sender::new(Plan { length: Some(6), chunk_bytes: None }, Policy::google());
//! assert_eq!(sender.step(), Step::Start);
//! let mut headers = HeaderMap::new();
//! headers.insert("location", "http://h/upload?upload_id=x".parse().unwrap());
//! sender.answered(200, &headers, b"", 0, 0);
//! assert_eq!(sender.step(), Step::Send { first: 0, length: 6, total: Some(6) });
//! sender.broke(Outcome::Broken, 0, 0);
//! assert!(matches!(sender.step(), Step::Wait { ms: 1000, .. }));
//! sender.waited();
//! assert_eq!(sender.step(), Step::Ask { total: Some(6) });
//! ```

mod created;
mod mark;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;

use http::HeaderMap;
use http::header::{LOCATION, RANGE, RETRY_AFTER};

use super::content_range::{self, ContentRange};
use super::hash;
use crate::fault::{Advice, Fault};
use crate::retry::{GiveUp, Outcome, Policy, Repeat, Retry, RetryAfter, Verdict, Why};
use mark::{Mark, Trail};

pub use created::{created, is_page};

/// How often an upload begins again without having come further than ever before.
pub const RESTARTS_MAX: u32 = 3;

/// How often a session may move to another URI without having come further than ever before.
pub const MOVES_MAX: u32 = 10;

/// What is to be sent, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The length of the whole in bytes; `None` if that shows only at its end, which needs `chunk_bytes`.
    pub length: Option<u64>,
    /// How much to send in a request: a multiple of 256 KiB for Google's servers. `None` for all of it.
    pub chunk_bytes: Option<u64>,
}

/// What the driver does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Begin a session: send the metadata with `uploadType=resumable`.
    Start,
    /// Send bytes to the session's URI, with [`Step::content_range`], and give each to [`Sender::passed`].
    ///
    /// If the source has fewer, nothing is sent: tell [`Sender::source_ended`] and ask again.
    Send {
        /// The offset of the first.
        first: u64,
        /// How many; 0 ends the upload.
        length: u64,
        /// The length of the whole, if it is known.
        total: Option<u64>,
    },
    /// Ask the session's URI how much it has: a PUT without a body, with [`Step::content_range`].
    Ask {
        /// The length of the whole, if it is known.
        total: Option<u64>,
    },
    /// Read these bytes of the source again and give [`Sender::hashed`] their CRC32C, begun with `crc32c`: they are kept by
    /// the server, and what they come to is not known, or not from this process.
    Hash {
        /// The offset of the first.
        first: u64,
        /// How many.
        length: u64,
        /// The CRC32C of what stands before them.
        crc32c: u32,
    },
    /// Wait, then tell [`Sender::waited`].
    Wait {
        /// How long, in milliseconds.
        ms: u64,
        /// For which reason.
        why: Why,
    },
    /// All is there; the last answer is the upload's.
    Done,
    /// It is over. The last answer, if there was one, says more.
    Failed(Failure),
}

impl Step {
    /// The `Content-Range` of [`Step::Send`] and [`Step::Ask`].
    pub fn content_range(&self) -> Option<ContentRange> {
        match *self {
            Step::Send { length: 0, total, .. } | Step::Ask { total } => Some(ContentRange::Status { total }),
            Step::Send { first, length, total } => Some(ContentRange::Chunk { first, length, total }),
            _ => None,
        }
    }
}

/// Why an upload is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server refused it, with this status, in a way that cannot get better.
    Refused(u16),
    /// The server began a session and did not say where.
    Homeless,
    /// The retries are used up; the session can be resumed later.
    GaveUp(GiveUp),
    /// Sessions ended again and again with 404 or 410.
    Restarted,
    /// Again and again a session had other bytes than were sent, by its checksum.
    Altered,
    /// The server says it has bytes that were never sent.
    Excess,
    /// The server created something else than what was sent, by its checksum: it is there, and wrong.
    Corrupted,
    /// The server created something of this length, which is not that of what was sent: it is there, and wrong.
    Incomplete(u64),
    /// The source is shorter or longer than it was, again and again.
    SourceChanged,
}

impl Failure {
    /// Whether the session can be resumed later: by waiting, with other credentials, or where the network does not lead
    /// elsewhere. Otherwise only a new upload helps.
    pub fn is_resumable(self) -> bool {
        matches!(self, Failure::GaveUp(_) | Failure::Refused(300..=399 | 401 | 403 | 407))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Refused(code) => write!(f, "the server refused the upload with status {code}"),
            Failure::Homeless => f.write_str("the server began an upload and did not say where it goes on"),
            Failure::GaveUp(reason) => write!(f, "the upload was interrupted and {reason}"),
            Failure::Restarted => f.write_str("the upload had to begin again too often"),
            Failure::Altered => f.write_str(
                "the upload had to begin again too often: the server has other bytes than were sent, by its checksum",
            ),
            Failure::Excess => f.write_str("the server says it has bytes that were never sent"),
            Failure::Corrupted => {
                f.write_str("the item is there and wrong: the server's checksum is not that of what was sent")
            }
            Failure::Incomplete(length) => {
                write!(f, "the item is there and wrong: the server has {length} bytes, which is not what was sent")
            }
            Failure::SourceChanged => f.write_str("what is being sent changes while it is sent"),
        }
    }
}

/// An upload on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    plan: Plan,
    /// The session's URI once there is one.
    uri: Option<String>,
    /// The URI from which a redirect led to this one: who redirects may be a network that wants a password first.
    home: Option<String>,
    /// What the server has said it keeps, and the CRC32C of that as we have it.
    kept: Mark,
    /// How far bytes were passed to the link, in order from the last mark.
    passed: Mark,
    /// How far they were passed to this session before the server said what it keeps, also by an earlier process.
    sent: u64,
    /// How far this session may have what is here: as far as bytes were ever passed to it, or proven to be there. Where an
    /// earlier process passed some it is not known exactly how many, but whether the last byte was among them. `None` if
    /// even that is not known.
    sent_max: Option<u64>,
    /// Whether the source may be another than an earlier process had.
    is_recounted: bool,
    /// What else is known of the source.
    trail: Trail,
    /// The most that a server ever kept: beyond it there is progress.
    farthest: u64,
    /// Since there was progress.
    restarts: u32,
    /// Since there was progress.
    moves: u32,
    /// How often the source was another than it had been. Progress does not pardon it: a file that grows would never end.
    changes: u32,
    restarted: Option<Failure>,
    retry: Retry,
    next: Next,
}

/// What the machine waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Start,
    Send,
    Ask(Ask),
    /// What an earlier process counted up to here, counted again from the other mark on.
    Recount {
        from: Mark,
        to: Mark,
    },
    /// With `wanted` it is compared.
    Hash {
        to: u64,
        wanted: Option<u32>,
    },
    Wait {
        ms: u64,
        why: Why,
    },
    Done,
    Failed(Failure),
}

/// What leads to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ask {
    /// The server has left out what it keeps: now it is believed.
    has_doubt: bool,
    /// What leads here is no attempt that has failed. It is one if the answer brings the upload no further, for it may lead
    /// here again.
    is_free: bool,
}

impl Ask {
    /// After an attempt that counts: it was waited for, or it is one of so many moves.
    const PAID: Ask = Ask { has_doubt: false, is_free: false };
}

impl Sender {
    /// An upload that has not begun.
    pub fn new(plan: Plan, policy: Policy) -> Sender {
        Sender {
            plan,
            uri: None,
            home: None,
            kept: Mark::START,
            passed: Mark::START,
            sent: 0,
            sent_max: Some(0),
            is_recounted: false,
            trail: Trail::default(),
            farthest: 0,
            restarts: 0,
            moves: 0,
            changes: 0,
            restarted: None,
            retry: Retry::new(policy),
            next: Next::Start,
        }
    }

    /// What to do next. It stays the same until the driver tells what came of it.
    pub fn step(&self) -> Step {
        match self.next {
            Next::Start => Step::Start,
            Next::Send => self.send(),
            Next::Ask(_) => Step::Ask { total: self.plan.length },
            Next::Recount { from, to } => {
                let length = to.offset.saturating_sub(from.offset);
                Step::Hash { first: from.offset, length, crc32c: from.crc32c.unwrap_or_default() }
            }
            Next::Hash { to, .. } => {
                let (first, crc32c) = self.counted_before(to);
                Step::Hash { first, length: to - first, crc32c }
            }
            Next::Wait { ms, why } => Step::Wait { ms, why },
            Next::Done => Step::Done,
            Next::Failed(failure) => Step::Failed(failure),
        }
    }

    fn send(&self) -> Step {
        let first = self.kept.offset;
        let left = self.plan.length.map_or(u64::MAX - first, |length| length.saturating_sub(first));
        Step::Send { first, length: left.min(self.plan.chunk_bytes.unwrap_or(u64::MAX)), total: self.plan.length }
    }

    /// The session's URI, once there is one.
    pub fn uri(&self) -> Option<&str> {
        self.uri.as_deref()
    }

    /// How many bytes the server has said it keeps.
    pub fn offset(&self) -> u64 {
        self.kept.offset
    }

    /// How far the source was given to the link, by this process or an earlier one; it may not have arrived.
    pub fn passed_offset(&self) -> u64 {
        self.sent
    }

    /// The length of the whole, once it is known.
    pub fn length(&self) -> Option<u64> {
        self.plan.length
    }

    /// Why the upload began again, the last time it did.
    pub fn restarted(&self) -> Option<Failure> {
        self.restarted
    }

    /// How often it was tried again since there was progress.
    pub fn retries(&self) -> u32 {
        self.retry.retries()
    }

    /// These bytes, the next in order, were given to the link for the current [`Step::Send`].
    pub fn passed(&mut self, bytes: &[u8]) {
        self.passed.offset += bytes.len() as u64;
        self.sent = self.passed.offset;
        self.sent_max = self.sent_max.map(|most| most.max(self.sent));
        self.passed.crc32c = self.passed.crc32c.map(|crc32c| hash::crc32c_append(crc32c, bytes));
        self.trail.passed(self.passed);
    }

    /// The source has ended at this length, which was not known or was thought to be another.
    ///
    /// A source that is not what it was is sent again from its beginning.
    pub fn source_ended(&mut self, length: u64) {
        let is_other = self.plan.length.is_some_and(|was| was != length) || length < self.kept.offset;
        if is_other {
            self.source_changed(length);
        } else {
            self.plan.length = Some(length);
            self.passed = self.kept;
        }
    }

    /// The source is another than it was, and has this length now: it is sent again from its beginning.
    pub fn source_changed(&mut self, length: u64) {
        self.plan.length = Some(length);
        self.changes += 1;
        self.restart(Failure::SourceChanged);
        if self.changes > RESTARTS_MAX {
            self.next = Next::Failed(Failure::SourceChanged);
        }
    }

    /// The wait is over.
    pub fn waited(&mut self) {
        if matches!(self.next, Next::Wait { .. }) {
            self.next = if self.uri.is_some() { Next::Ask(Ask::PAID) } else { Next::Start };
        }
    }

    /// The CRC32C of [`Step::Hash`], gone on from the one it gave.
    pub fn hashed(&mut self, crc32c: u32) {
        match self.next {
            Next::Hash { to, wanted } => self.compare(to, crc32c, wanted),
            Next::Recount { to, .. } if to.crc32c == Some(crc32c) => {
                self.passed = to;
                self.next = Next::Ask(Ask::PAID);
            }
            Next::Recount { .. } => self.restart(Failure::SourceChanged),
            _ => {}
        }
    }

    /// The current step was answered. `Location` is absolute here: the driver knows what it is seen from.
    ///
    /// `now_s` is the time in seconds since 1970, `random` any number, new for each call.
    pub fn answered(&mut self, code: u16, headers: &HeaderMap, body: &[u8], now_s: u64, random: u64) {
        let code = meant(code, headers, body);
        let outcome = Outcome::Status { code, retry_after: retry_after(headers) };
        match (code, self.next) {
            (200..=299, Next::Start) => self.started(headers),
            (200..=299, Next::Send | Next::Ask(_)) => self.completed(code, headers, body, now_s, random),
            (308, Next::Send | Next::Ask(_)) => self.kept(headers, now_s, random),
            (301 | 302 | 307, Next::Send | Next::Ask(_)) if self.is_redirected(headers) => {
                self.next = Next::Ask(Ask::PAID);
            }
            (404 | 410, Next::Send | Next::Ask(_)) => self.restart(Failure::Restarted),
            (0..=399, _) => self.next = Next::Failed(Failure::Refused(code)),
            _ => self.failed(outcome, now_s, random),
        }
    }

    /// The current step was not answered, or not to its end. `outcome` is how; a cut is waited for like a 5xx (`U12`).
    pub fn broke(&mut self, outcome: Outcome, now_s: u64, random: u64) {
        self.failed(outcome.of_media(), now_s, random);
    }

    fn failed(&mut self, outcome: Outcome, now_s: u64, random: u64) {
        // To repeat is safe: bytes have their place, and a session more costs nothing.
        self.next = match (self.retry.next(outcome, Repeat::Safe, now_s, random), outcome) {
            (Verdict::Wait { ms, why }, _) => Next::Wait { ms, why },
            // What was redirected elsewhere was not refused by the session.
            (Verdict::GiveUp(GiveUp::Permanent), Outcome::Status { code, .. }) if self.home.is_none() => {
                Next::Failed(Failure::Refused(code))
            }
            (Verdict::GiveUp(reason), _) => Next::Failed(Failure::GaveUp(reason)),
            (Verdict::Done, _) => Next::Failed(Failure::GaveUp(GiveUp::Permanent)),
        };
    }

    fn started(&mut self, headers: &HeaderMap) {
        self.uri = location(headers);
        self.next = if self.uri.is_some() { Next::Send } else { Next::Failed(Failure::Homeless) };
    }

    fn completed(&mut self, code: u16, headers: &HeaderMap, body: &[u8], now_s: u64, random: u64) {
        let is_whole = Some(self.passed.offset) == self.plan.length;
        if self.next == Next::Send && !is_whole {
            // Somebody else may have sent the rest, or what answered is not the server: it is believed when said twice.
            self.next = Next::Ask(Ask { has_doubt: false, is_free: true });
            return;
        }
        let crc32c = self.passed.crc32c.filter(|_| is_whole);
        self.next = match created(crc32c, self.plan.length, headers, body) {
            Some(failure) => Next::Failed(failure),
            None if created::is_told(headers, body) => Next::Done,
            None if self.is_unsent(self.plan.length) || is_page(code, headers, body) => {
                return self.disbelieved(now_s, random);
            }
            None => Next::Done,
        };
    }

    /// All is said to be well, and cannot be: a network that wants a password answers everything so (`U16`). It may pass.
    fn disbelieved(&mut self, now_s: u64, random: u64) {
        if let Some(home) = self.home.take() {
            self.uri = Some(home);
        }
        self.failed(Outcome::status(502), now_s, random);
    }

    /// Whether so much was certainly never sent to this session by this client.
    fn is_unsent(&self, length: Option<u64>) -> bool {
        matches!((length, self.sent_max), (Some(length), Some(most)) if length > most)
    }

    /// Whether this client has passed the last byte to this session, or may have.
    fn is_all_sent(&self) -> bool {
        !self.is_unsent(self.plan.length)
    }

    /// Takes over the URI to which the session has moved: old servers name one with each 308.
    fn has_moved(&mut self, headers: &HeaderMap) -> bool {
        let Some(uri) = location(headers).filter(|uri| self.uri.as_ref() != Some(uri)) else { return false };
        self.moves += 1;
        self.uri = Some(uri);
        self.moves <= MOVES_MAX
    }

    /// Goes where a redirect leads, and remembers from where.
    fn is_redirected(&mut self, headers: &HeaderMap) -> bool {
        let home = self.home.take().or_else(|| self.uri.clone());
        let has_moved = self.has_moved(headers);
        self.home = home;
        has_moved
    }

    /// A 308: so much is kept.
    fn kept(&mut self, headers: &HeaderMap, now_s: u64, random: u64) {
        if !headers.contains_key(RANGE) && self.is_redirected(headers) {
            // It says nothing of what is kept.
            self.next = Next::Ask(Ask::PAID);
            return;
        }
        self.has_moved(headers);
        // Who speaks so is the server.
        self.home = None;
        let range = headers.get(RANGE).map(|range| range.to_str().ok().and_then(content_range::kept));
        // Google's servers leave the range out now and then: it is believed when they say so twice.
        let has_doubt = range.is_none() && self.kept.offset > 0;
        let was_doubted = matches!(self.next, Next::Ask(Ask { has_doubt: true, .. }));
        match range {
            None if has_doubt && !was_doubted => {
                self.next = Next::Ask(Ask { has_doubt: true, is_free: self.is_free() });
            }
            Some(None) => self.failed(Outcome::status(502), now_s, random),
            kept => self.believed(kept.flatten().unwrap_or(0), headers, now_s, random),
        }
    }

    fn believed(&mut self, kept: u64, headers: &HeaderMap, now_s: u64, random: u64) {
        let wanted = hash::crc32c_in(headers, &hash::RUNNING_HASH);
        // Somebody else may send the same to this session; but nobody can send more than there is, and where nothing proves
        // what the server has, it may be anything.
        if self.plan.length.is_some_and(|length| kept > length) || (wanted.is_none() && self.is_unsent(Some(kept))) {
            self.next = Next::Failed(Failure::Excess);
            return;
        }
        if self.is_free() && kept <= self.kept.offset {
            // Answered as if all were well, again and again, it would never end.
            self.kept = self.mark_at(kept);
            return self.failed(Outcome::status(503), now_s, random);
        }
        self.proven(kept, wanted);
    }

    /// Whether nothing was counted for what is answered now.
    fn is_free(&self) -> bool {
        matches!(self.next, Next::Send | Next::Ask(Ask { is_free: true, .. }))
    }

    /// Where the server has said what is kept comes to, it must be what was sent.
    fn proven(&mut self, kept: u64, wanted: Option<u32>) {
        match self.counted_before(kept) {
            (offset, crc32c) if offset == kept => self.compare(kept, crc32c, wanted),
            // An earlier process sent more than it noted, and nothing tells whether these are the bytes.
            _ if self.is_recounted && wanted.is_none() && kept > self.passed.offset => {
                self.restart(Failure::SourceChanged)
            }
            _ => self.next = Next::Hash { to: kept, wanted },
        }
    }

    fn compare(&mut self, offset: u64, ours: u32, theirs: Option<u32>) {
        if theirs.is_none_or(|theirs| ours == theirs) {
            self.go_on(Mark { offset, crc32c: Some(ours) });
        } else {
            self.restart(Failure::Altered);
        }
    }

    fn go_on(&mut self, mark: Mark) {
        if mark.offset > self.farthest {
            self.farthest = mark.offset;
            self.restarts = 0;
            self.moves = 0;
            self.retry.restart();
        }
        self.kept = mark;
        self.passed = mark;
        self.sent = mark.offset;
        self.sent_max = self.sent_max.map(|most| most.max(mark.offset));
        self.next = Next::Send;
    }

    /// Begins again with a new session (`U14`).
    fn restart(&mut self, failure: Failure) {
        self.restarts += 1;
        self.restarted = Some(failure);
        self.uri = None;
        self.home = None;
        self.kept = Mark::START;
        self.passed = Mark::START;
        self.sent = 0;
        self.sent_max = Some(0);
        self.is_recounted = false;
        self.trail = Trail::default();
        self.next = if self.restarts > RESTARTS_MAX { Next::Failed(failure) } else { Next::Start };
    }

    fn mark_at(&self, offset: u64) -> Mark {
        let (counted, crc32c) = self.counted_before(offset);
        Mark { offset, crc32c: (counted == offset).then_some(crc32c) }
    }

    /// The last place at or before an offset up to which bytes were counted, and their CRC32C.
    fn counted_before(&self, offset: u64) -> (u64, u32) {
        let marks = [self.passed, self.kept].into_iter().chain(self.trail.marks());
        let counted = marks.filter_map(|mark| Some((mark.offset, mark.crc32c?)));
        counted.filter(|(counted, _)| *counted <= offset).max().unwrap_or((0, 0))
    }
}

/// The status that is meant: Google's way to say 308 to clients that cannot take one, and its way to say 429.
fn meant(code: u16, headers: &HeaderMap, body: &[u8]) -> u16 {
    let value = headers.get("x-http-status-code-override").and_then(|value| value.to_str().ok());
    match value.and_then(|value| value.trim().parse().ok()).unwrap_or(code) {
        403 if Fault::from_response(403, body).advice() == Advice::Retry => 429,
        code => code,
    }
}

fn location(headers: &HeaderMap) -> Option<String> {
    headers.get(LOCATION)?.to_str().ok().map(str::to_owned)
}

fn retry_after(headers: &HeaderMap) -> Option<RetryAfter> {
    RetryAfter::parse(headers.get(RETRY_AFTER)?.to_str().ok()?)
}
