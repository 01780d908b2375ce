//! An upload on its way, as text: enough to go on in another process.

use serde_json::{Value, json};

use super::mark::{Mark, Trail};
use super::{Next, Plan, Sender};
use crate::retry::Policy;

impl Sender {
    /// The stored form. The session's URI in it is a capability: whoever has it can write to the upload.
    pub fn to_json(&self) -> Value {
        json!({
            "uri": self.uri,
            "length": self.plan.length,
            "chunkBytes": self.plan.chunk_bytes,
            "offset": self.kept.offset,
            "crc32c": self.kept.crc32c,
            "sent": self.sent,
            "marks": self.trail.marks().map(|mark| json!([mark.offset, mark.crc32c])).collect::<Vec<Value>>(),
        })
    }

    /// Goes on from the stored form: asks the session how much it has, or begins one. Retries are counted anew.
    ///
    /// `None` if it is not one, or speaks of more bytes than there are. Whether the source is still the same is for the caller to know.
    pub fn from_json(token: &Value, policy: Policy) -> Option<Sender> {
        let plan = Plan { length: number(token, "length")?, chunk_bytes: number(token, "chunkBytes")? };
        let uri = match token.get("uri")? {
            Value::Null => None,
            uri => Some(uri.as_str()?.to_owned()),
        };
        let crc32c = number(token, "crc32c")?.map(u32::try_from).transpose().ok()?;
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
        let next = Next::Ask { has_doubt: false };
        Some(Sender { uri, kept, passed: kept, sent, sent_max: None, trail, farthest: kept.offset, next, ..sender })
    }

    /// Counts nothing that an earlier process counted, for the source may be another: what the session keeps of it is read
    /// again ([`Step::Hash`](super::Step::Hash)), and must be the same.
    #[must_use]
    pub fn recounted(mut self) -> Sender {
        self.kept.crc32c = None;
        self.passed = self.kept;
        self.trail = Trail::default();
        self
    }
}

/// An offset and a checksum.
fn mark(mark: &Value) -> Option<(u64, u32)> {
    match mark.as_array()?.as_slice() {
        [offset, crc32c] => Some((offset.as_u64()?, u32::try_from(crc32c.as_u64()?).ok()?)),
        _ => None,
    }
}

/// A number or `null`.
fn number(token: &Value, name: &str) -> Option<Option<u64>> {
    match token.get(name)? {
        Value::Null => Some(None),
        number => number.as_u64().map(Some),
    }
}
