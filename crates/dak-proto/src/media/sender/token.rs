//! An upload on its way, as text: enough to go on in another process.

use serde_json::{Value, json};

use super::{Mark, Next, Plan, Sender};
use crate::retry::{Policy, Retry};

impl Sender {
    /// The stored form. The session's URI in it is a capability: whoever has it can write to the upload.
    pub fn to_json(&self) -> Value {
        json!({
            "uri": self.uri,
            "length": self.plan.length,
            "chunkBytes": self.plan.chunk_bytes,
            "offset": self.kept.offset,
            "crc32c": self.kept.crc32c,
        })
    }

    /// Goes on from the stored form: asks the session how much it has, or begins one. Retries are counted anew.
    ///
    /// `None` if it is not one. Whether the source is still the same is for the caller to know.
    pub fn from_json(token: &Value, policy: Policy) -> Option<Sender> {
        let plan = Plan { length: number(token, "length")?, chunk_bytes: number(token, "chunkBytes")? };
        let uri = match token.get("uri")? {
            Value::Null => None,
            uri => Some(uri.as_str()?.to_owned()),
        };
        let crc32c = number(token, "crc32c")?.map(u32::try_from).transpose().ok()?;
        let kept = if uri.is_some() { Mark { offset: token.get("offset")?.as_u64()?, crc32c } } else { Mark::START };
        let next = if uri.is_some() { Next::Ask { has_doubt: false } } else { Next::Start };
        let farthest = kept.offset;
        Some(Sender { plan, uri, kept, passed: kept, farthest, restarts: 0, retry: Retry::new(policy), next })
    }
}

/// A number or `null`.
fn number(token: &Value, name: &str) -> Option<Option<u64>> {
    match token.get(name)? {
        Value::Null => Some(None),
        number => number.as_u64().map(Some),
    }
}
