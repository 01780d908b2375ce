//! What is stored of an upload session between requests: plain data with a JSON form.

#[cfg(test)]
mod tests;

use http::Method;
use serde_json::{Map, Value, json};

use super::hash::{Digests, Hashes, Wanted};

/// A session's life: one week (`U11`). Its tombstone stands for one more.
pub const LIFE_S: u64 = 7 * 24 * 60 * 60;

/// An upload in progress, or what is left of it.
///
/// Whoever stores it says what is durable: `offset` and `hashes` are of bytes that survive a power cut, no others.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// How many bytes are kept, from the first on.
    pub offset: u64,
    /// The checksums of those bytes.
    pub hashes: Hashes,
    /// Counts data requests: a newer one overtakes what an older one still writes.
    pub epoch: u64,
    /// The method that began the session; it decides the final status (`U8`).
    pub method: Method,
    /// What was declared at the beginning.
    pub declared: Declared,
    /// When it began, in seconds since 1970.
    pub created_s: u64,
    /// When it expires, in seconds since 1970.
    pub expires_s: u64,
    /// Where it is in its life.
    pub state: State,
}

/// What a client said about the whole at the beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Its length in bytes; `None` if unknown.
    pub length: Option<u64>,
    /// Its media type; `None` if left to the data requests.
    pub content_type: Option<String>,
    /// Its checksums, as far as they are known.
    pub digests: Digests,
}

/// Where a session is in its life. That its time has run out is not stored: the time tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Bytes may come.
    Active,
    /// It ended with this answer, be it the resource or a refusal for good; whoever asks again is answered the same.
    Finished(Reply),
    /// A client gave it up at this time, in seconds since 1970.
    Cancelled {
        /// When.
        at_s: u64,
    },
}

/// The last answer of a session, kept to be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Its status code.
    pub code: u16,
    /// Its header fields, beside those the server adds to every answer.
    pub headers: Vec<(String, String)>,
    /// Its body: JSON, or the text of a refusal.
    pub body: String,
}

impl Session {
    /// A session that begins now and counts the checksums that were declared, and those wanted beside them.
    pub fn new(method: Method, declared: Declared, wanted: Wanted, now_s: u64) -> Session {
        Session {
            offset: 0,
            hashes: Hashes::new(wanted_for(wanted, &declared.digests)),
            epoch: 0,
            method,
            declared,
            created_s: now_s,
            expires_s: now_s.saturating_add(LIFE_S),
            state: State::Active,
        }
    }

    /// Counts from now on what these need, if no byte has come: what was missed cannot be made up.
    pub(super) fn count_also(&mut self, digests: &Digests) {
        if self.offset == 0 {
            self.hashes = Hashes::new(wanted_for(self.hashes.wanted(), digests));
        }
    }

    /// Counts bytes that now are kept, in order.
    pub fn append(&mut self, bytes: &[u8]) {
        self.offset = self.offset.saturating_add(bytes.len() as u64);
        self.hashes.update(bytes);
    }

    /// Where the session is at this time.
    pub fn phase(&self, now_s: u64) -> Phase<'_> {
        let ended_s = match self.state {
            State::Cancelled { at_s } => at_s.min(self.expires_s),
            _ => self.expires_s,
        };
        match &self.state {
            _ if now_s >= ended_s.saturating_add(LIFE_S) => Phase::Forgotten,
            State::Cancelled { .. } => Phase::Cancelled,
            _ if now_s >= self.expires_s => Phase::Expired,
            State::Active => Phase::Active,
            State::Finished(reply) => Phase::Finished(reply),
        }
    }

    /// The stored form.
    pub fn to_json(&self) -> Value {
        let state = match &self.state {
            State::Active => json!("active"),
            State::Cancelled { at_s } => json!({ "cancelledS": at_s }),
            State::Finished(Reply { code, headers, body }) => {
                json!({ "reply": { "code": code, "headers": headers, "body": body } })
            }
        };
        json!({
            "offset": self.offset,
            "hashes": self.hashes.to_json(),
            "epoch": self.epoch,
            "method": self.method.as_str(),
            "declared": self.declared.to_json(),
            "createdS": self.created_s,
            "expiresS": self.expires_s,
            "state": state,
        })
    }

    /// Reads the stored form. `None` if it is not one.
    pub fn from_json(session: &Value) -> Option<Session> {
        let number = |name: &str| session.get(name)?.as_u64();
        Some(Session {
            offset: number("offset")?,
            hashes: Hashes::from_json(session.get("hashes")?)?,
            epoch: number("epoch")?,
            method: session.get("method")?.as_str()?.parse().ok()?,
            declared: Declared::from_json(session.get("declared")?)?,
            created_s: number("createdS")?,
            expires_s: number("expiresS")?,
            state: state_from(session.get("state")?)?,
        })
    }
}

/// Where a session is at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase<'a> {
    /// Bytes may come.
    Active,
    /// It ended with this answer.
    Finished(&'a Reply),
    /// A client gave it up: 410.
    Cancelled,
    /// Its time has run out: 410.
    Expired,
    /// So long ago that it is as if it had never been: 404. What is stored of it can go.
    Forgotten,
}

impl Declared {
    fn to_json(&self) -> Value {
        let mut declared = Map::new();
        declared.extend(self.length.map(|length| ("length".into(), length.into())));
        declared.extend(self.content_type.as_deref().map(|kind| ("contentType".into(), kind.into())));
        if !self.digests.is_empty() {
            declared.insert("digests".into(), self.digests.to_json());
        }
        declared.into()
    }

    fn from_json(declared: &Value) -> Option<Declared> {
        let digests = declared.get("digests").map(Digests::from_json);
        Some(Declared {
            length: declared.get("length").map(|length| length.as_u64().ok_or(())).transpose().ok()?,
            content_type: declared.get("contentType").and_then(Value::as_str).map(str::to_owned),
            digests: digests.unwrap_or(Some(Digests::NONE))?,
        })
    }
}

fn wanted_for(wanted: Wanted, digests: &Digests) -> Wanted {
    Wanted { md5: wanted.md5 || digests.md5.is_some(), sha256: wanted.sha256 || digests.sha256.is_some() }
}

fn state_from(state: &Value) -> Option<State> {
    if state.as_str() == Some("active") {
        return Some(State::Active);
    }
    if let Some(at_s) = state.get("cancelledS") {
        return Some(State::Cancelled { at_s: at_s.as_u64()? });
    }
    let reply = state.get("reply")?;
    let headers = reply
        .get("headers")?
        .as_array()?
        .iter()
        .map(|field| Some((field.get(0)?.as_str()?.to_owned(), field.get(1)?.as_str()?.to_owned())));
    Some(State::Finished(Reply {
        code: reply.get("code")?.as_u64()?.try_into().ok()?,
        headers: headers.collect::<Option<_>>()?,
        body: reply.get("body")?.as_str()?.to_owned(),
    }))
}
