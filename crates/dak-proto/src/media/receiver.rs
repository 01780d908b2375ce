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
use crate::media::session::{Phase, Reply, Session, State};

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
        let dialect = request.dialect;
        let Some(session) = session else { return Verdict::Answer(Answer::unknown(dialect)) };
        match session.phase(now_s) {
            Phase::Forgotten => Verdict::Answer(Answer::unknown(dialect)),
            Phase::Expired | Phase::Cancelled => Verdict::Answer(Answer::gone(dialect)),
            Phase::Finished(_) if request.act == Act::Cancel => Verdict::Answer(Answer::too_late_to_cancel(dialect)),
            Phase::Finished(reply) => Verdict::Answer(Answer::replay(dialect, reply)),
            Phase::Active => self.active(session, request, now_s),
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
        let Some(digests) = session.declared.digests.and(request.digests) else {
            return Verdict::Answer(Answer::refused_at(request.dialect, contradiction(), session));
        };
        session.count_also(&request.digests);
        session.epoch += 1;
        Verdict::Receive(Intake::new(self, session, &request, append, first, digests))
    }

    /// Everything that can be known before the first byte.
    fn check(&self, session: &Session, request: &Request, append: &Append, first: u64) -> Result<(), Answer> {
        let refuse = |fault| Err(Answer::refused_at(request.dialect, fault, session));
        let end = append.length.and_then(|length| first.checked_add(length));
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
            return Err(Answer::worded(request.dialect, 400, text, session));
        }
        match append.length {
            Some(length) if self.is_too_short(append, length) => {
                let text = content_range::too_short(length, GRANULARITY_BYTES);
                Err(Answer::worded(request.dialect, 400, text, session))
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
            return Ending::Answer(Answer::worded(intake.dialect, 400, text, session));
        }
        let end = intake.end();
        let whole = session.declared.length.or(intake.total).unwrap_or(end.max(session.offset));
        if end > whole || (intake.is_final && (end, whole) != (session.offset, session.offset)) {
            return Ending::Answer(Answer::refused_at(intake.dialect, other_length(end, whole), session));
        }
        // A declared length that is reached ends the upload; the newer protocol has a command for that alone.
        let is_reached = session.declared.length == Some(session.offset) && intake.dialect != Dialect::Goog;
        if !intake.is_final && !is_reached {
            return Ending::Answer(Answer::progress(intake.dialect, session));
        }
        let computed = session.hashes.digests();
        match intake.digests.check(&computed) {
            Ok(()) => Ending::Finish { unchecked: intake.digests.without(&computed) },
            Err(fault) => Ending::Refuse(fault),
        }
    }
}

/// Ends a session with the answer to its last request, which is repeated to whoever asks again.
pub fn finished(session: &mut Session, dialect: Dialect, reply: Reply) -> Answer {
    let answer = Answer::replay(dialect, &reply);
    session.state = State::Finished(reply);
    answer
}

/// Ends a session for good without a resource; whoever asks again is answered the same.
pub fn refused(session: &mut Session, dialect: Dialect, fault: &Fault) -> Answer {
    let headers =
        fault.headers.iter().filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.into())));
    let body = String::from_utf8(fault.to_json(true)).unwrap_or_default();
    let mut headers: Vec<(String, String)> = headers.collect();
    headers.push(("content-type".into(), "application/json; charset=UTF-8".into()));
    finished(session, dialect, Reply { code: fault.code, headers, body })
}

/// Whether nothing is missing, as far as the client or the session's beginning says. The newer protocol has a command for that.
fn is_whole(session: &Session, dialect: Dialect, total: Option<u64>) -> bool {
    dialect != Dialect::Goog && total.or(session.declared.length) == Some(session.offset)
}

fn other_length(length: u64, declared: u64) -> Fault {
    let message = format!("The upload has {length} byte(s), and {declared} byte(s) were declared.");
    Fault::bad_request("invalid", message)
}

fn contradiction() -> Fault {
    Fault::bad_request("invalid", "The checksums contradict those that were declared before.").at_header("X-Goog-Hash")
}
