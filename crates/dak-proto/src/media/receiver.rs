//! What a server does with each request to an upload session (`U7` to `U11`): a machine without bytes.
//!
//! Two protocols over the same sessions: `Content-Range` and 308, and the newer `X-Goog-Upload-*`. [`Request::parse`] brings
//! both to one meaning; [`Receiver::receive`] decides; where bytes are to come, [`Intake`] says which are new and what the
//! end of the body means.
//!
//! ```
//! use dak_proto::media::hash::Wanted;
//! use dak_proto::media::receiver::{Ending, Receiver, Request, Verdict};
//! use dak_proto::media::session::{Declared, Session};
//! use http::{HeaderMap, Method};
//!
//! let mut session = Session::new(Method::POST, Declared::default(), Wanted::default(), 0);
//! let mut headers = HeaderMap::new();
//! headers.insert("content-range", "bytes 0-2/6".parse().unwrap());
//! let receiver = Receiver::default();
//! let request = Request::parse(&Method::PUT, &headers, &receiver).unwrap();
//! let Verdict::Receive(mut intake) = receiver.receive(Some(&mut session), request, 0) else { panic!() };
//! session.append(intake.take(b"abc").unwrap());
//! // What was appended is made durable here, then answered.
//! let Ending::Answer(answer) = receiver.ended(&intake, &session, 0) else { panic!() };
//! assert_eq!((answer.code, answer.headers["range"].to_str().unwrap()), (308, "bytes=0-2"));
//! ```

mod answer;
mod intake;
mod request;
#[cfg(test)]
mod tests;

use crate::fault::Fault;
use crate::media::content_range;
use crate::media::hash::Digests;
use crate::media::session::{LIFE_S, Phase, Reply, Session, State};

pub use answer::{Answer, Content};
pub use intake::Intake;
pub use request::{Dialect, Request, dialect};

use request::{Act, Append};

/// Where Google's chunk rules are kept, a chunk that is not the last has a multiple of this many bytes.
pub const GRANULARITY_BYTES: u64 = 256 * 1024;

/// What holds for every session of a method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receiver {
    /// The largest upload, in bytes; `None` for no limit.
    pub length_max: Option<u64>,
    /// Whose rules for chunks and headers.
    pub rules: Rules,
}

/// How strictly chunks are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// Every byte is kept, and a range may come without its unit.
    #[default]
    Lenient,
    /// As Google's servers do: a chunk that is not the last is rounded down to [`GRANULARITY_BYTES`], one below is refused,
    /// and a range must say `bytes`.
    Faithful,
}

/// What to do with a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Read its body. The session that was passed in has a new epoch: whatever is stored from now on must expect the version
    /// of the session that was read, so that of two requests at a time one alone is kept.
    Receive(Intake),
    /// Answer; nothing changes.
    Answer(Answer),
    /// The session that was passed in is cancelled: store it, then answer.
    Cancel(Answer),
}

/// What the end of a body means.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// Answer; the session goes on.
    Answer(Answer),
    /// The body was not what the request said of it: none of it is kept. The session is what it was before, but for its
    /// epoch: store it so, then answer.
    Undo(Answer),
    /// All bytes are there: create the resource and end the session in one commit that expects its epoch, with
    /// [`finished`] or [`refused`].
    Finish {
        /// Checksums that were declared and for which no state was counted. If there are any, the bytes must be read
        /// again to compare them ([`Digests::check`]) before anything is created.
        unchecked: Digests,
    },
    /// The bytes are not those that were declared: create nothing and end the session with [`refused`].
    Refuse(Fault),
}

impl Receiver {
    /// What to do with a request to a session; `None` for one that is not known. `now_s` is in seconds since 1970.
    pub fn receive(&self, session: Option<&mut Session>, request: Request, now_s: u64) -> Verdict {
        match (settled(session.as_deref(), request.dialect, Some(&request.act), now_s), session) {
            (None, Some(session)) => self.active(session, request, now_s),
            (settled, _) => Verdict::Answer(settled.unwrap_or_else(|| Answer::unknown(request.dialect))),
        }
    }

    /// A refusal of the request that no byte which is still on its way can change, so that it need not disturb who sends.
    pub fn refusal(&self, session: &Session, request: Request, now_s: u64) -> Option<Answer> {
        match self.receive(Some(&mut session.clone()), request, now_s) {
            // The newer protocol's offsets are judged by what is kept once the other has stopped.
            Verdict::Answer(answer) if request.dialect != Dialect::Goog => Some(answer).filter(Answer::is_refusal),
            _ => None,
        }
    }

    fn active(&self, session: &mut Session, request: Request, now_s: u64) -> Verdict {
        match request.act {
            Act::Cancel => {
                session.state = State::Cancelled { at_s: now_s };
                Verdict::Cancel(Answer::cancelled(request.dialect))
            }
            // All bytes are there and these are known to be all: that ends the upload (`U10`).
            Act::Status { total } if is_whole(session, request.dialect, total) => {
                let append = Append { first: Some(session.offset), length: Some(0), total, is_final: true };
                self.append(session, request, append)
            }
            Act::Status { .. } => Verdict::Answer(Answer::progress(request.dialect, session)),
            Act::Append(append) => self.append(session, request, append),
        }
    }

    fn append(&self, session: &mut Session, request: Request, append: Append) -> Verdict {
        let first = append.first.unwrap_or(session.offset);
        if let Err(answer) = self.check(session, &request, &append, first) {
            return Verdict::Answer(answer);
        }
        // A checksum of the whole counts where the upload may end.
        let is_last = append.is_final || is_reached(session, request.dialect, append.end(first));
        let declared = if is_last { request.digests } else { Digests::NONE };
        let Some(digests) = session.declared.digests.and(declared) else {
            return Verdict::Answer(Answer::refused_at(request.dialect, contradiction(), session.offset));
        };
        session.count_also(&declared);
        session.epoch += 1;
        Verdict::Receive(Intake::new(self, session, &request, append, first, digests))
    }

    /// Everything that can be known before the first byte.
    fn check(&self, session: &Session, request: &Request, append: &Append, first: u64) -> Result<(), Answer> {
        let refuse = |fault| Err(Answer::refused_at(request.dialect, fault, session.offset));
        let end = append.end(first);
        let total = append.total.or(end.filter(|_| append.is_final));
        let declared = session.declared.length;
        if self.is_over(end.max(total)) || self.is_over(Some(first)) {
            return refuse(self.too_large());
        }
        if let (Some(total), Some(declared)) = (total, declared)
            && total != declared
        {
            return refuse(other_length(total, declared));
        }
        if let Some(limit) = total.or(declared)
            && (end.is_some_and(|end| end > limit) || limit < session.offset)
        {
            return refuse(other_length(end.unwrap_or(limit).max(session.offset), limit));
        }
        self.placed(session, request, append, first)
    }

    /// Whether the bytes join those that are kept, and are as many as the range says.
    fn placed(&self, session: &Session, request: &Request, append: &Append, first: u64) -> Result<(), Answer> {
        let is_elsewhere = match request.dialect {
            Dialect::Goog => first != session.offset,
            _ => first > session.offset,
        };
        if is_elsewhere {
            return Err(Answer::misplaced(request.dialect, first, session));
        }
        if let (Some(length), Some(sent)) = (append.length, request.body_bytes)
            && length != sent
        {
            let text = content_range::length_mismatch(sent, first, length);
            return Err(Answer::worded(request.dialect, 400, text, session.offset));
        }
        match append.length {
            Some(length) if self.is_too_short(append, length) => {
                let text = content_range::too_short(length, GRANULARITY_BYTES);
                Err(Answer::worded(request.dialect, 400, text, session.offset))
            }
            _ => Ok(()),
        }
    }

    fn is_too_short(&self, append: &Append, length: u64) -> bool {
        self.rules == Rules::Faithful && !append.is_final && length < GRANULARITY_BYTES
    }

    fn is_over(&self, bytes: Option<u64>) -> bool {
        matches!((bytes, self.length_max), (Some(bytes), Some(max)) if bytes > max)
    }

    fn too_large(&self) -> Fault {
        let max = self.length_max.unwrap_or(u64::MAX);
        Fault::too_large(format!("The upload is larger than the {max} bytes that this method takes."))
    }

    /// What it means that the body ended as HTTP says it should. `session` is what now is durable, `now_s` the time.
    ///
    /// Of a body that broke off there is nobody to answer: make what came durable and drop the intake.
    pub fn ended(&self, intake: &Intake, session: &Session, now_s: u64) -> Ending {
        match session.phase(now_s) {
            Phase::Finished(reply) => return Ending::Answer(Answer::replay(intake.dialect, reply)),
            // Its client may have begun again: what it still had on the way must not make a second resource.
            Phase::Expired | Phase::Cancelled | Phase::Forgotten => {
                return Ending::Answer(Answer::gone(intake.dialect));
            }
            Phase::Active if session.epoch != intake.epoch => {
                return Ending::Answer(Answer::overtaken(intake.dialect));
            }
            Phase::Active => {}
        }
        if let Some((length, received)) = intake.mismatch() {
            let text = content_range::length_mismatch(received, intake.first, length);
            return Ending::Undo(Answer::worded(intake.dialect, 400, text, intake.offset()));
        }
        let end = intake.end();
        let whole = session.declared.length.or(intake.total).unwrap_or(end.max(session.offset));
        if end > whole || (intake.is_final && (end, whole) != (session.offset, session.offset)) {
            let fault = other_length(end, whole);
            return Ending::Undo(Answer::refused_at(intake.dialect, fault, intake.offset()));
        }
        if !intake.is_final && !is_reached(session, intake.dialect, Some(session.offset)) {
            return Ending::Answer(Answer::progress(intake.dialect, session));
        }
        let computed = session.hashes.digests();
        match intake.digests.check(&computed) {
            Ok(()) => Ending::Finish { unchecked: intake.digests.without(&computed) },
            Err(fault) => Ending::Refuse(fault),
        }
    }
}

/// How a request that cannot be read is answered: a session that is not there or has ended says that first, but for a
/// method that none takes.
pub fn unread(session: Option<&Session>, dialect: Dialect, refusal: Answer, now_s: u64) -> Answer {
    match (settled(session, dialect, None, now_s), session) {
        _ if refusal.code == 405 => refusal,
        (Some(answer), _) => answer,
        (None, Some(session)) if dialect == Dialect::Goog => refusal.active(session.offset),
        _ => refusal,
    }
}

/// Ends a session with the answer to its last request, which is repeated to whoever asks within a week (`U11`).
pub fn finished(session: &mut Session, dialect: Dialect, reply: Reply, now_s: u64) -> Answer {
    let answer = Answer::replay(dialect, &reply);
    session.state = State::Finished(reply);
    session.expires_s = session.expires_s.max(now_s.saturating_add(LIFE_S));
    answer
}

/// Ends a session for good without a resource; whoever asks again is answered the same.
pub fn refused(session: &mut Session, dialect: Dialect, fault: &Fault, now_s: u64) -> Answer {
    let headers =
        fault.headers.iter().filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.into())));
    let body = String::from_utf8(fault.to_json(true)).unwrap_or_default();
    let mut headers: Vec<(String, String)> = headers.collect();
    headers.push(("content-type".into(), "application/json; charset=UTF-8".into()));
    finished(session, dialect, Reply { code: fault.code, headers, body }, now_s)
}

/// The answer to whatever is asked of a session that is not active; `None` for one that is.
fn settled(session: Option<&Session>, dialect: Dialect, act: Option<&Act>, now_s: u64) -> Option<Answer> {
    let Some(session) = session else { return Some(Answer::unknown(dialect)) };
    match (session.phase(now_s), act) {
        (Phase::Forgotten, _) => Some(Answer::unknown(dialect)),
        (Phase::Expired | Phase::Cancelled, _) => Some(Answer::gone(dialect)),
        (Phase::Finished(_), Some(Act::Cancel)) => Some(Answer::too_late_to_cancel(dialect)),
        (Phase::Finished(reply), Some(Act::Status { .. })) => Some(Answer::told_again(dialect, reply)),
        (Phase::Finished(reply), _) => Some(Answer::replay(dialect, reply)),
        (Phase::Active, _) => None,
    }
}

/// Whether nothing is missing, as far as the client or the session's beginning says. The newer protocol has a command for that.
fn is_whole(session: &Session, dialect: Dialect, total: Option<u64>) -> bool {
    dialect != Dialect::Goog && total.or(session.declared.length) == Some(session.offset)
}

/// Whether the declared length is reached, which ends the upload; the newer protocol has a command for that alone.
fn is_reached(session: &Session, dialect: Dialect, end: Option<u64>) -> bool {
    end.is_some() && session.declared.length == end && dialect != Dialect::Goog
}

fn other_length(length: u64, declared: u64) -> Fault {
    let message = format!("The upload has {length} byte(s), and {declared} byte(s) were declared.");
    Fault::bad_request("invalid", message)
}

fn contradiction() -> Fault {
    Fault::bad_request("invalid", "The checksums contradict those that were declared before.").at_header("X-Goog-Hash")
}
