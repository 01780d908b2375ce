//! A download on its way, as text: enough to go on in another process.

use http::HeaderValue;
use serde_json::{Value, json};

use super::{Fetcher, Version};
use crate::media::hash::Digests;
use crate::range::IfRange;
use crate::retry::Policy;

impl Fetcher {
    /// The stored form.
    pub fn to_json(&self) -> Value {
        let validator = self.version.validator.as_ref().map(IfRange::header_value);
        json!({
            "kept": self.kept,
            "validator": validator.as_ref().and_then(|value| value.to_str().ok()),
            "length": self.version.length,
            "digests": self.version.digests.to_json(),
            "mediaType": self.version.media_type,
        })
    }

    /// Goes on from the stored form: asks for the rest. Retries are counted anew.
    ///
    /// `None` if it is not one. Whether the bytes are still there is for the caller to know.
    pub fn from_json(token: &Value, policy: Policy) -> Option<Fetcher> {
        let kept = token.get("kept")?.as_u64()?;
        let validator = match token.get("validator")? {
            Value::Null => None,
            text => Some(IfRange::parse(&HeaderValue::from_str(text.as_str()?).ok()?)?),
        };
        let length = match token.get("length")? {
            Value::Null => None,
            length => Some(length.as_u64()?),
        };
        if length.is_some_and(|length| kept > length) {
            return None;
        }
        let digests = Digests::from_json(token.get("digests")?)?;
        // An older note has none.
        let media_type = token.get("mediaType").and_then(Value::as_str).map(ToOwned::to_owned);
        let version = Version { validator, length, digests, media_type };
        Some(Fetcher { version, kept, farthest: kept, ..Fetcher::new(policy) })
    }
}
