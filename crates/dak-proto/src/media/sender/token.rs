//! An upload on its way, as text: enough to go on in another process.

use serde_json::{Value, json};

use super::mark::{Mark, Trail};
use super::{Ask, Next, Plan, Sender};
use crate::retry::Policy;

impl Sender {
    /// The stored form. The session's URI in it is a capability: whoever has it can write to the upload.
    pub fn to_json(&self) -> Value {
        json!({
            "uri": self.home.as_ref().or(self.uri.as_ref()),
            "length": self.plan.length,
            "chunkBytes": self.plan.chunk_bytes,
            "offset": self.kept.offset,
            "crc32c": self.kept.crc32c,
            "sent": self.sent,
            "sentCrc32c": self.passed.crc32c.filter(|_| self.passed.offset == self.sent),
            "isAllSent": self.is_all_sent(),
            "marks": self.trail.marks().map(|mark| json!([mark.offset, mark.crc32c])).collect::<Vec<Value>>(),
        })
    }

    /// Goes on from the stored form: asks the session how much it has, or begins one. Retries are counted anew.
    ///
    /// First the last part of what was sent is read again ([`Step::Hash`](super::Step::Hash)): where it is not the same, the
    /// upload begins anew. Whether what stands before it is still the same is for the caller to know; who does not takes
    /// [`recounted`](Sender::recounted).
    ///
    /// `None` if it is not one, or speaks of more bytes than there are.
    pub fn from_json(token: &Value, policy: Policy) -> Option<Sender> {
        let plan = Plan { length: number(token, "length")?, chunk_bytes: number(token, "chunkBytes")? };
        let uri = match token.get("uri")? {
            Value::Null => None,
            uri => Some(uri.as_str()?.to_owned()),
        };
        let crc32c = checksum(token.get("crc32c")?)?;
        let sender = Sender::new(plan, policy);
        if uri.is_none() {
            return Some(sender);
        }
        let kept = Mark { offset: token.get("offset")?.as_u64()?, crc32c };
        let sent = token.get("sent").and_then(Value::as_u64).unwrap_or(kept.offset);
        let marks = token.get("marks")?.as_array()?.iter().map(mark).collect::<Option<Vec<(u64, u32)>>>()?;
        let is_possible = |offset: u64| plan.length.is_none_or(|length| offset <= length);
        if ![kept.offset, sent].into_iter().chain(marks.iter().map(|(offset, _)| *offset)).all(is_possible) {
            return None;
        }
        let trail = Trail::of(marks.into_iter())?;
        let passed = Mark { offset: sent, crc32c: checksum(token.get("sentCrc32c").unwrap_or(&Value::Null))? };
        let next = recount([kept, passed], &trail);
        let is_all_sent = token.get("isAllSent").and_then(Value::as_bool).unwrap_or(plan.length == Some(sent));
        // Of the others some may have been sent after this was put away.
        let sent_max = plan.length.map(|length| if is_all_sent { length } else { length.saturating_sub(1) });
        Some(Sender { uri, kept, passed: kept, sent, sent_max, trail, farthest: kept.offset, next, ..sender })
    }

    /// Sends the rest in chunks of this many bytes, whatever it was before.
    #[must_use]
    pub fn in_chunks(mut self, chunk_bytes: u64) -> Sender {
        self.plan.chunk_bytes = Some(chunk_bytes);
        self
    }

    /// Reads all again that an earlier process has counted, for the source may be another: it must be the same. What that
    /// process sent without counting it must be proven by the server, or the upload begins anew.
    #[must_use]
    pub fn recounted(mut self) -> Sender {
        self.is_recounted = true;
        if let Next::Recount { from, .. } = &mut self.next {
            *from = Mark::START;
        }
        self
    }
}

/// Begins by counting the last part again of what was counted, if anything was.
fn recount(ends: [Mark; 2], trail: &Trail) -> Next {
    let counted = |mark: &Mark| mark.crc32c.is_some();
    let end = ends.into_iter().chain(trail.marks()).filter(counted).max_by_key(|mark| mark.offset);
    let Some(to) = end.filter(|end| end.offset > 0) else { return Next::Ask(Ask::PAID) };
    let from = trail.marks().filter(|mark| mark.offset < to.offset).last().unwrap_or(Mark::START);
    Next::Recount { from, to }
}

/// An offset and a checksum.
fn mark(mark: &Value) -> Option<(u64, u32)> {
    match mark.as_array()?.as_slice() {
        [offset, crc32c] => Some((offset.as_u64()?, u32::try_from(crc32c.as_u64()?).ok()?)),
        _ => None,
    }
}

/// A CRC32C or `null`.
fn checksum(value: &Value) -> Option<Option<u32>> {
    match value {
        Value::Null => Some(None),
        value => Some(Some(u32::try_from(value.as_u64()?).ok()?)),
    }
}

/// A number or `null`.
fn number(token: &Value, name: &str) -> Option<Option<u64>> {
    match token.get(name)? {
        Value::Null => Some(None),
        number => number.as_u64().map(Some),
    }
}
