//! What a client does with a download: the bytes are elsewhere, here is what comes next.
//!
//! The driver asks for the next [`Step`], carries it out, and tells what came of it: [`Fetcher::answered`],
//! [`Fetcher::received`], [`Fetcher::ended`], [`Fetcher::broke`], [`Fetcher::waited`], [`Fetcher::hashed`]. After a cut only
//! the rest is asked for, if the server has said which version it is of (RFC 9110 13.1.5); else all begins anew. A whole
//! answer after a cut is a new version and replaces what is there, unless it looks like somebody else's: a network that
//! wants a login answers every request with its own page.
//! [`Fetcher::to_json`] is enough to go on in another process.
//!
//! ```
//! use dak_proto::media::fetcher::{Fetcher, Step};
//! use dak_proto::retry::{Outcome, Policy};
//! use http::HeaderMap;
//!
//! let mut fetcher = Fetcher::new(Policy::google());
//! assert_eq!(fetcher.step(), Step::Get(HeaderMap::new()));
//! let mut headers = HeaderMap::new();
//! headers.insert("etag", "\"v1\"".parse().unwrap());
//! headers.insert("content-length", "9".parse().unwrap());
//! fetcher.answered(200, &headers, 0, 0);
//! assert_eq!(fetcher.step(), Step::Take { first: 0 });
//! fetcher.received(4);
//! fetcher.broke(Outcome::Broken, 0, 0);
//! assert!(matches!(fetcher.step(), Step::Wait { ms: 1000, .. }));
//! fetcher.waited();
//! let Step::Get(rest) = fetcher.step() else { panic!() };
//! assert_eq!((&rest["range"], &rest["if-range"]), (&"bytes=4-".parse().unwrap(), &"\"v1\"".parse().unwrap()));
//! ```

#[cfg(test)]
mod tests;
mod token;

use std::fmt;

use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, IF_RANGE, RANGE, RETRY_AFTER};

use super::hash::Digests;
use crate::media_type;
use crate::range::{Extent, IfRange, Range};
use crate::retry::{GiveUp, Outcome, Policy, Repeat, Retry, RetryAfter, Verdict, Why};

/// How often a download begins again because parts do not fit, without having come further than ever before.
pub const RESTARTS_MAX: u32 = 3;

/// What the driver does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask for the representation with these headers and no other range; `Accept-Encoding: identity`, since ranges
    /// count the bytes as they are stored.
    Get(HeaderMap),
    /// Keep the first so many bytes of what was received, none behind them, and add the answer's body.
    Take {
        /// The offset of the body's first byte.
        first: u64,
    },
    /// Wait, then tell [`Fetcher::waited`].
    Wait {
        /// How long, in milliseconds.
        ms: u64,
        /// For which reason.
        why: Why,
    },
    /// All is there: tell [`Fetcher::hashed`] what it comes to.
    Hash,
    /// It is whole.
    Done,
    /// It is over. The last answer, if there was one, says more.
    Failed(Failure),
}

/// Why a download is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server answered with this status, in a way that cannot get better.
    Refused(u16),
    /// The retries are used up; what is there can be resumed later.
    GaveUp(GiveUp),
    /// The parts that the server sends do not fit together, again and again.
    Unfitting,
    /// A whole answer came that does not look like what was begun: what is there stays. This says what came.
    Unlike(String),
    /// What came is not what the server has, by its checksum; this says which.
    Corrupted(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Refused(code) => write!(f, "the server answered the download with status {code}"),
            Failure::GaveUp(reason) => write!(f, "the download was interrupted and {reason}"),
            Failure::Unfitting => f.write_str("the parts that the server sends do not fit together"),
            Failure::Unlike(what) => write!(f, "{what}"),
            Failure::Corrupted(how) => write!(f, "what came is not what the server has: {how}"),
        }
    }
}

/// A download on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetcher {
    version: Version,
    /// How many bytes are there, from the first on.
    kept: u64,
    /// Where the body that is being taken ends, if it says so.
    end: Option<u64>,
    /// The most that was ever there: beyond it there is progress.
    farthest: u64,
    /// How many bytes that could be gone on with were given up.
    dropped: u64,
    restarts: u32,
    retry: Retry,
    next: Next,
}

/// What the server has said of the version that is being fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Version {
    /// How to ask for the rest of it; without this it must come in one piece.
    validator: Option<IfRange>,
    length: Option<u64>,
    digests: Digests,
    media_type: Option<String>,
}

/// What the machine waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Next {
    Get,
    Take,
    Wait { ms: u64, why: Why },
    Hash,
    Done,
    Failed(Failure),
}

impl Fetcher {
    /// A download that has not begun.
    pub fn new(policy: Policy) -> Fetcher {
        Fetcher {
            version: Version::default(),
            kept: 0,
            end: None,
            farthest: 0,
            dropped: 0,
            restarts: 0,
            retry: Retry::new(policy),
            next: Next::Get,
        }
    }

    /// What to do next. It stays the same until the driver tells what came of it.
    pub fn step(&self) -> Step {
        match &self.next {
            Next::Get => Step::Get(self.condition()),
            Next::Take => Step::Take { first: self.kept },
            Next::Wait { ms, why } => Step::Wait { ms: *ms, why: *why },
            Next::Hash => Step::Hash,
            Next::Done => Step::Done,
            Next::Failed(failure) => Step::Failed(failure.clone()),
        }
    }

    /// How many bytes are there.
    pub fn kept(&self) -> u64 {
        self.kept
    }

    /// How many there will be, if the server has said so.
    pub fn length(&self) -> Option<u64> {
        self.version.length
    }

    /// How many bytes that could be gone on with were given up, in all: the server has another version now, or does not
    /// go on where they end.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The checksums of the whole that the server has declared.
    pub fn declared(&self) -> Digests {
        self.version.digests
    }

    /// Whether the rest can be asked for after a cut.
    pub fn is_resumable(&self) -> bool {
        self.kept > 0 && self.version.validator.is_some()
    }

    /// The current step was answered. A 403 whose reason is a rate limit is passed in as 429.
    ///
    /// `now_s` is the time in seconds since 1970, `random` any number, new for each call.
    pub fn answered(&mut self, code: u16, headers: &HeaderMap, now_s: u64, random: u64) {
        match code {
            206 => self.part(headers),
            200..=299 => self.whole(headers),
            416 if self.is_resumable() => self.beyond(headers),
            0..=399 => self.next = Next::Failed(Failure::Refused(code)),
            _ => self.failed(Outcome::Status { code, retry_after: retry_after(headers) }, now_s, random),
        }
    }

    /// So many bytes of the body were added.
    pub fn received(&mut self, bytes: u64) {
        self.kept = self.kept.saturating_add(bytes);
        if self.kept > self.farthest {
            self.farthest = self.kept;
            self.restarts = 0;
            self.retry.restart();
        }
    }

    /// The body has ended as it should.
    pub fn ended(&mut self, now_s: u64, random: u64) {
        let Some(end) = self.end else {
            // Only its end has told how long it is.
            self.version.length = Some(self.kept);
            self.next = Next::Hash;
            return;
        };
        match self.version.length {
            _ if self.kept < end => self.failed(Outcome::Broken, now_s, random),
            length if self.kept > end || length.is_some_and(|length| self.kept > length) => self.restart(),
            Some(length) if self.kept == length => self.next = Next::Hash,
            _ => self.next = Next::Get,
        }
    }

    /// The current step was not answered, or the body broke off.
    pub fn broke(&mut self, outcome: Outcome, now_s: u64, random: u64) {
        self.failed(outcome, now_s, random);
    }

    /// The wait is over.
    pub fn waited(&mut self) {
        if matches!(self.next, Next::Wait { .. }) {
            self.next = Next::Get;
        }
    }

    /// The checksums of all that is there.
    pub fn hashed(&mut self, digests: &Digests) {
        self.next = match self.version.digests.check(digests) {
            Ok(()) => Next::Done,
            Err(fault) => Next::Failed(Failure::Corrupted(fault.message)),
        };
    }

    fn condition(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(validator) = self.version.validator.as_ref().filter(|_| self.kept > 0) {
            headers.insert(RANGE, Range::From { first: self.kept, last: None }.header_value());
            headers.insert(IF_RANGE, validator.header_value());
        }
        headers
    }

    /// All of it, from the first byte on: what is there is of another version, or there is nothing.
    fn whole(&mut self, headers: &HeaderMap) {
        let version = Version::of_answer(headers);
        if self.kept > 0 && version.is_unlike(&self.version) {
            let what = version.told_beside(&self.version);
            self.next = Next::Failed(Failure::Unlike(what));
            return;
        }
        self.drop_kept();
        self.version = version;
        self.end = self.version.length;
        self.next = Next::Take;
    }

    /// A part, which must be the one that was asked for.
    fn part(&mut self, headers: &HeaderMap) {
        let content_range = headers.get(CONTENT_RANGE).and_then(Extent::of_content_range);
        match content_range {
            Some((Extent::Part { first, last }, total)) if self.fits(first, total, headers) => {
                self.version.length = self.version.length.or(total);
                self.end = last.checked_add(1);
                self.next = Next::Take;
            }
            _ => self.restart(),
        }
    }

    fn fits(&self, first: u64, total: Option<u64>, headers: &HeaderMap) -> bool {
        let tag = headers.get(ETAG).and_then(IfRange::parse);
        let same_tag = match (&self.version.validator, tag) {
            (Some(IfRange::Tag(ours)), Some(IfRange::Tag(theirs))) => *ours == theirs,
            _ => true,
        };
        self.is_resumable() && first == self.kept && self.agrees(total) && same_tag && !is_coded(headers)
    }

    /// Whether a length of the whole is not another than was said before.
    fn agrees(&self, total: Option<u64>) -> bool {
        total.is_none() || self.version.length.is_none() || total == self.version.length
    }

    /// 416: nothing stands behind what is there. It may be the whole.
    fn beyond(&mut self, headers: &HeaderMap) {
        match headers.get(CONTENT_RANGE).and_then(Extent::of_content_range) {
            Some((Extent::NotSatisfiable, Some(length))) if length == self.kept && self.agrees(Some(length)) => {
                self.version.length = Some(length);
                self.next = Next::Hash;
            }
            _ => self.restart(),
        }
    }

    fn failed(&mut self, outcome: Outcome, now_s: u64, random: u64) {
        // Only bytes give the whole patience again: an answer whose body breaks off at once is no step forward.
        let outcome = outcome.of_media();
        self.next = match (self.retry.next(outcome, Repeat::Safe, now_s, random), outcome) {
            (Verdict::Wait { ms, why }, _) => Next::Wait { ms, why },
            (Verdict::GiveUp(GiveUp::Permanent), Outcome::Status { code, .. }) => Next::Failed(Failure::Refused(code)),
            (Verdict::GiveUp(reason), _) => Next::Failed(Failure::GaveUp(reason)),
            (Verdict::Done, _) => Next::Failed(Failure::GaveUp(GiveUp::Permanent)),
        };
    }

    /// Begins again with nothing.
    fn restart(&mut self) {
        self.restarts += 1;
        self.drop_kept();
        self.version = Version::default();
        self.next = if self.restarts > RESTARTS_MAX { Next::Failed(Failure::Unfitting) } else { Next::Get };
    }

    fn drop_kept(&mut self) {
        if self.is_resumable() {
            self.dropped = self.dropped.saturating_add(self.kept);
        }
        self.kept = 0;
    }
}

impl Version {
    fn of_answer(headers: &HeaderMap) -> Version {
        let media_type = media_type::of_headers(headers);
        if is_coded(headers) {
            // Its length, its ranges and its checksums are not of the bytes that come out.
            return Version { media_type, ..Version::default() };
        }
        Version {
            media_type,
            validator: IfRange::of_answer(headers),
            length: headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.trim().parse().ok()),
            digests: declared(headers),
        }
    }

    /// Whether it can hardly be a later version of that one: it has another type, and is a page for a browser, or names no
    /// version where that one did.
    fn is_unlike(&self, begun: &Version) -> bool {
        let is_page = self.media_type.as_deref().is_some_and(media_type::is_page);
        let lost_version = self.validator.is_none() && begun.validator.is_some();
        self.media_type != begun.media_type && (is_page || lost_version)
    }

    fn told_beside(&self, begun: &Version) -> String {
        let told =
            |version: &Version| version.media_type.clone().unwrap_or_else(|| "something without a type".to_owned());
        format!("the server answered with {} where {} was begun", told(self), told(begun))
    }
}

/// The checksums of a body that is the whole; one that cannot be read cannot be compared. `Content-MD5` is of the body it
/// stands at (RFC 1864), so of a part it would be the part's.
fn declared(headers: &HeaderMap) -> Digests {
    let whole = Digests::from_headers(headers).unwrap_or(Digests::NONE);
    let body = Digests::of_body(headers).unwrap_or(Digests::NONE);
    Digests { md5: whole.md5.or(body.md5), ..whole }
}

/// Whether the answer is in another coding than identity, which was asked for.
fn is_coded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(CONTENT_ENCODING).iter();
    codings.map(|value| value.as_bytes().trim_ascii()).any(|coding| !coding.eq_ignore_ascii_case(b"identity"))
}

fn retry_after(headers: &HeaderMap) -> Option<RetryAfter> {
    RetryAfter::parse(headers.get(RETRY_AFTER)?.to_str().ok()?)
}
