//! The body of one data request, as it comes.

use super::request::Append;
use super::{Dialect, GRANULARITY_BYTES, Receiver, Request, Rules};
use crate::fault::Fault;
use crate::media::hash::Digests;
use crate::media::session::Session;

/// Says which bytes of a body are new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intake {
    pub(super) dialect: Dialect,
    /// The epoch that the request has taken.
    pub(super) epoch: u64,
    pub(super) first: u64,
    pub(super) total: Option<u64>,
    pub(super) is_final: bool,
    pub(super) digests: Digests,
    /// How long the body must be, if that is known.
    length: Option<u64>,
    received: u64,
    /// Offsets of the bytes that are wanted: those before are kept already.
    from: u64,
    to: u64,
    /// Where the body must end at the latest, by its range or by what was declared.
    end_max: u64,
    receiver: Receiver,
}

impl Intake {
    pub(super) fn new(
        receiver: &Receiver,
        session: &Session,
        request: &Request,
        append: Append,
        first: u64,
        digests: Digests,
    ) -> Intake {
        let Append { length, total, is_final, .. } = append;
        Intake {
            dialect: request.dialect,
            epoch: session.epoch,
            first,
            total,
            is_final,
            digests,
            length,
            received: 0,
            from: session.offset,
            to: wanted_end(receiver, session, first, length, is_final),
            end_max: append.end(first).or(total).unwrap_or(u64::MAX).min(session.declared.length.unwrap_or(u64::MAX)),
            receiver: *receiver,
        }
    }

    /// The epoch of the session that this request has taken. Its bytes count only while the session still has it.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// How many bytes were kept when it began.
    pub(super) fn offset(&self) -> u64 {
        self.from
    }

    /// How its client wants to be answered.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The part of a piece of the body that is new: to be written and appended to the session, in order.
    ///
    /// 413, which ends the upload: it is larger than the method takes.
    pub fn take<'a>(&mut self, piece: &'a [u8]) -> Result<&'a [u8], Fault> {
        let start = self.first.saturating_add(self.received);
        self.received = self.received.saturating_add(piece.len() as u64);
        let end = self.first.saturating_add(self.received);
        if self.length.is_none() && self.receiver.is_over(Some(end)) {
            return Err(self.receiver.too_large());
        }
        let index = |offset: u64| usize::try_from(offset.clamp(start, end) - start).unwrap_or(piece.len());
        let (from, to) = (index(self.from), index(self.to));
        Ok(piece.get(from..to.max(from)).unwrap_or_default())
    }

    /// Whether more has come than the request said: whatever else comes, none of the body is kept.
    pub fn is_overrun(&self) -> bool {
        self.end() > self.end_max
    }

    /// Where the body ended.
    pub(super) fn end(&self) -> u64 {
        self.first.saturating_add(self.received)
    }

    /// How long the body should have been and was, if these differ.
    pub(super) fn mismatch(&self) -> Option<(u64, u64)> {
        let length = self.length.or_else(|| Some(self.total?.saturating_sub(self.first)))?;
        (length != self.received).then_some((length, self.received))
    }
}

/// Where the wanted bytes end: with their range, with what was declared, or, by Google's rules, at a round number before.
fn wanted_end(receiver: &Receiver, session: &Session, first: u64, length: Option<u64>, is_final: bool) -> u64 {
    let declared = session.declared.length.unwrap_or(u64::MAX);
    let Some(length) = length else { return declared };
    let end = first.saturating_add(length);
    let is_rounded = receiver.rules == Rules::Faithful && !is_final && end != declared;
    let end = if is_rounded { end - end % GRANULARITY_BYTES } else { end };
    end.min(declared)
}
