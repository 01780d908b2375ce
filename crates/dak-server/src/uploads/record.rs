//! An upload as it is stored. What changes while bytes come is in the record's head; what was said at the beginning is in
//! its body and never changes.

use std::sync::Arc;

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_proto::media::session::{LIFE_S, Phase, Session, State};
use dak_store::{Batch, Expectation, Key, Lookup, Records, Segment, Tag};
use http::{HeaderMap, HeaderName, Method};
use serde_json::{Value, json};

use crate::app::App;
use crate::body::COPIES;
use crate::media::{segments_from_json, segments_to_json};
use crate::pipeline::authorise::Principal;
use crate::room::Taken;
use crate::services::store_fault;
use crate::{random, system};

/// What was said when an upload began: the request that is carried out once all bytes are there. Its metadata may be large
/// and is asked for at the end alone ([`Stored::metadata`]).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Begun {
    /// Its method.
    pub(crate) method: Method,
    /// Its path and query, without what belongs to the upload.
    pub(crate) target: String,
    /// Those of its header fields that shape what is done and how it is answered.
    pub(crate) headers: HeaderMap,
    /// Who sent it.
    pub(crate) principal: Principal,
    /// What links in the answer start with.
    pub(crate) base_url: String,
    /// The id of the API's method.
    pub(crate) method_id: String,
    /// The status of the last answer if all goes well (`U8`).
    pub(crate) code: u16,
}

/// How an upload's bytes come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// In a session that somebody was told of.
    Session,
    /// In one request: when that is over, or the process is, so is the upload.
    Once,
}

/// An upload.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Upload {
    /// How it began.
    pub(crate) begun: Begun,
    /// How far it has come.
    pub(crate) session: Session,
    /// Where its bytes are; empty once it has ended.
    pub(crate) segments: Vec<Segment>,
    /// How they come.
    pub(crate) course: Course,
    /// How large the record's body is.
    pub(crate) body_bytes: u64,
}

/// An upload with its place in the store.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// The record's key.
    pub(crate) key: Key,
    /// The record's version.
    pub(crate) tag: Tag,
    /// What it says.
    pub(crate) upload: Upload,
}

/// The key of the upload that this secret id opens. Only the id's hash is stored.
pub(crate) fn key(upload_id: &str) -> Key {
    let digest = ring::digest::digest(&ring::digest::SHA256, upload_id.as_bytes());
    let hash = base64_simd::URL_SAFE_NO_PAD.encode_to_string(&digest.as_ref()[..18]);
    Key::new(system::SPACE, system::UPLOADS, hash)
}

impl Stored {
    /// The upload at this key; `None` if there is none.
    ///
    /// # Errors
    /// Whatever the store refuses.
    pub(crate) async fn find(store: &dyn Records, key: &Key) -> Result<Option<Stored>, dak_store::Error> {
        let Lookup::Found(record) = store.lookup(key, None).await? else { return Ok(None) };
        let upload = Upload::parse(&record.head, &record.body);
        Ok(upload.map(|upload| Stored { key: key.clone(), tag: record.tag, upload }))
    }

    /// The metadata it began with; `None` if it had none. A large one takes room, which is to be held as long.
    ///
    /// # Errors
    /// Whatever the store refuses, 503 without room.
    pub(crate) async fn metadata(&self, app: &App) -> Result<(Option<Value>, Taken), Fault> {
        let room = app.room.take(self.upload.body_bytes.saturating_mul(COPIES)).await?;
        let found = app.store.lookup(&self.key, None).await.map_err(|error| store_fault(&error))?;
        Ok((found.record().and_then(|record| metadata(&record.body)), room))
    }

    /// A batch that holds only for this version of the upload.
    pub(crate) fn batch(&self) -> Batch {
        Batch::new(random::batch_id(), random::tag()).expect(Expectation::Tagged(self.key.clone(), self.tag))
    }

    /// Also stores what the upload now is.
    pub(crate) fn save(&self, batch: Batch) -> Batch {
        batch.retag(self.key.clone(), self.upload.head())
    }
}

impl Upload {
    /// The record's head.
    pub(crate) fn head(&self) -> Bytes {
        let head = json!({
            "dueMs": self.due_s().saturating_mul(1000),
            "session": self.session.to_json(),
            "segments": segments_to_json(&self.segments),
            "once": self.course == Course::Once,
        });
        head.to_string().into()
    }

    /// Reads a record.
    pub(crate) fn parse(head: &[u8], body: &[u8]) -> Option<Upload> {
        let head: Value = serde_json::from_slice(head).ok()?;
        let begun: Value = serde_json::from_slice(body).ok()?;
        Some(Upload {
            begun: Begun::from_json(&begun)?,
            body_bytes: body.len() as u64,
            session: Session::from_json(head.get("session")?)?,
            segments: segments_from_json(head.get("segments")?)?,
            course: if head.get("once") == Some(&Value::Bool(true)) { Course::Once } else { Course::Session },
        })
    }

    /// When something is to be done about it by itself, in seconds since 1970: its bytes go when it expires, it is
    /// forgotten a week after its end.
    fn due_s(&self) -> u64 {
        match self.session.state {
            State::Cancelled { at_s } => at_s.min(self.session.expires_s).saturating_add(LIFE_S),
            State::Active if !self.segments.is_empty() => self.session.expires_s,
            _ => self.session.expires_s.saturating_add(LIFE_S),
        }
    }

    /// Whether it is so long ago that the record can go.
    pub(crate) fn is_forgotten(&self, now_s: u64) -> bool {
        self.session.phase(now_s) == Phase::Forgotten
    }
}

impl Begun {
    /// The record's body.
    pub(crate) fn to_body(&self, metadata: Option<Value>) -> Bytes {
        let text = |value: &http::HeaderValue| value.to_str().map(str::to_owned).ok();
        let fields = self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), text(value)?)));
        let body = json!({
            "method": self.method.as_str(),
            "target": self.target,
            "headers": fields.collect::<Vec<_>>(),
            "user": &*self.principal.user,
            "isNamed": self.principal.is_named,
            "scopes": self.principal.scopes.as_deref(),
            "baseUrl": self.base_url,
            "metadata": metadata,
            "methodId": self.method_id,
            "code": self.code,
        });
        body.to_string().into()
    }

    fn from_json(begun: &Value) -> Option<Begun> {
        let text = |name: &str| Some(begun.get(name)?.as_str()?.to_owned());
        let fields = begun.get("headers")?.as_array()?.iter().map(|field| {
            let name: HeaderName = field.get(0)?.as_str()?.parse().ok()?;
            Some((name, field.get(1)?.as_str()?.parse().ok()?))
        });
        Some(Begun {
            method: text("method")?.parse().ok()?,
            target: text("target")?,
            headers: fields.collect::<Option<_>>()?,
            principal: principal(begun)?,
            base_url: text("baseUrl")?,
            method_id: text("methodId")?,
            code: u16::try_from(begun.get("code")?.as_u64()?).ok()?,
        })
    }
}

/// The metadata in a record's body.
fn metadata(body: &[u8]) -> Option<Value> {
    let mut begun: Value = serde_json::from_slice(body).ok()?;
    begun.get_mut("metadata").map(Value::take).filter(|metadata| !metadata.is_null())
}

/// An upload that an earlier Dak began says nothing but the user.
fn principal(begun: &Value) -> Option<Principal> {
    let scopes = begun.get("scopes").and_then(Value::as_array);
    let scopes = scopes.map(|scopes| scopes.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    Some(Principal {
        user: begun.get("user")?.as_str()?.into(),
        is_named: begun.get("isNamed").and_then(Value::as_bool).unwrap_or(true),
        scopes: scopes.map(Arc::new),
    })
}
