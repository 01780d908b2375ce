//! Tokens: made, listed, revoked and found again (P15).
//!
//! Only a token's SHA-256 is kept, so a copied store opens no door. A token is looked up in the store at each
//! request: what was revoked is refused at once.

pub mod scopes;

use std::collections::BTreeSet;
use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_store::{Batch, Direction, Key, Lookup, Query};
use serde_json::{Value, json};

use super::store_fault;
use crate::app::App;
use crate::{clock, random, system};

/// The scope that stands for all scopes.
pub const EVERY_SCOPE: &str = "*";
/// How many characters of a token's hash name it.
const ID_CHARS: usize = 16;
/// The most tokens that are listed.
const LISTED_MAX: usize = 10_000;

/// What a token allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Whose token it is.
    pub user: String,
    /// Its scopes; [`EVERY_SCOPE`] may be one of them.
    pub scopes: Arc<BTreeSet<String>>,
}

impl Grant {
    /// Whether one of a method's scopes was granted; a method without scopes is open to every token.
    #[must_use]
    pub fn allows(&self, scopes: &[String]) -> bool {
        scopes.is_empty() || self.scopes.contains(EVERY_SCOPE) || scopes.iter().any(|scope| self.scopes.contains(scope))
    }
}

/// A wish for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Whose token it will be: an e-mail address.
    pub user: String,
    /// What it will allow.
    pub scopes: Vec<String>,
    /// When it ends, in milliseconds since 1970; never when absent.
    pub expires_ms: Option<i64>,
}

impl Request {
    /// Reads a wish from JSON: `user`, `scopes`, and `expires` (RFC 3339) if it is to end.
    ///
    /// # Errors
    /// 400 that names the member which is missing or wrong.
    pub fn parse(value: &Value) -> Result<Request, Fault> {
        let user = value["user"].as_str().filter(|user| user.contains('@'));
        let user = user.ok_or_else(|| Fault::invalid_body("\"user\" is an e-mail address."))?.to_owned();
        let scopes: Vec<String> = members(&value["scopes"]).map(str::to_owned).collect();
        if scopes.is_empty() {
            return Err(Fault::invalid_body("\"scopes\" names at least one scope; \"*\" is all of them."));
        }
        let expires_ms = match &value["expires"] {
            Value::Null => None,
            expires => Some(
                expires
                    .as_str()
                    .and_then(clock::parse_rfc3339)
                    .ok_or_else(|| Fault::invalid_body("\"expires\" is a time such as 2026-11-22T09:00:00Z."))?,
            ),
        };
        Ok(Request { user, scopes, expires_ms })
    }

    /// The wish as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"user": self.user, "scopes": self.scopes, "expires": self.expires_ms.map(clock::rfc3339)})
    }
}

/// Makes a token. The answer is the only place where it stands in clear.
///
/// # Errors
/// Whatever the store refuses.
pub async fn create(app: &App, request: &Request) -> Result<Value, Fault> {
    let (token, hash) = new_token();
    let body = json!({
        "user": request.user,
        "scopes": request.scopes,
        "created": clock::rfc3339(app.clock.now_ms()),
        "expiresMs": request.expires_ms,
    });
    let batch = Batch::new(random::batch_id(), random::tag()).put(key(&hash), "{}", body.to_string());
    app.store.commit(batch).await.map_err(|error| store_fault(&error))?;
    let mut shown = shown(&hash, &body);
    shown["token"] = json!(token);
    Ok(shown)
}

/// A token and its hash, of which the beginning is its id: one that a command line takes for a name, not for a flag.
fn new_token() -> (String, String) {
    loop {
        let token = format!("dak_{}", random::secret());
        let hash = hash(&token);
        if !hash.starts_with('-') {
            return (token, hash);
        }
    }
}

/// All tokens, without their text.
///
/// # Errors
/// Whatever the store refuses.
pub async fn list(app: &App) -> Result<Value, Fault> {
    let tokens: Vec<Value> = all(app).await?.iter().map(|(hash, body)| shown(hash, body)).collect();
    Ok(json!({"tokens": tokens}))
}

/// Revokes a token, named by its id or by itself.
///
/// # Errors
/// 404 for one that is not there.
pub async fn revoke(app: &App, named: &str) -> Result<Value, Fault> {
    let own_hash = hash(named);
    let tokens = all(app).await?;
    let found = tokens.iter().find(|(hash, _)| **hash == *own_hash || id_of(hash) == named);
    let (hash, body) = found.ok_or_else(|| Fault::not_found(format!("There is no token \"{named}\".")))?;
    let batch = Batch::new(random::batch_id(), random::tag()).delete(key(hash));
    app.store.commit(batch).await.map_err(|error| store_fault(&error))?;
    Ok(shown(hash, body))
}

/// What a token allows; `None` for one that is unknown, revoked or expired.
///
/// # Errors
/// Whatever the store refuses.
pub async fn find(app: &App, token: &str) -> Result<Option<Grant>, Fault> {
    let lookup = app.store.lookup(&key(&hash(token)), None).await.map_err(|error| store_fault(&error))?;
    let Lookup::Found(record) = lookup else { return Ok(None) };
    let body: Value = serde_json::from_slice(&record.body).map_err(|_| Fault::internal())?;
    let expired = body["expiresMs"].as_i64().is_some_and(|expires_ms| expires_ms <= app.clock.now_ms());
    let scopes = Arc::new(members(&body["scopes"]).map(str::to_owned).collect());
    let user = body["user"].as_str().unwrap_or_default().to_owned();
    Ok((!expired).then_some(Grant { user, scopes }))
}

async fn all(app: &App) -> Result<Vec<(Arc<str>, Value)>, Fault> {
    let query = Query {
        limit: LISTED_MAX,
        direction: Direction::Ascending,
        ..Query::new(system::SPACE, system::TOKENS, system::EXPIRES)
    };
    let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let parsed = page.records.into_iter().map(|record| {
        let body = serde_json::from_slice(&record.body).unwrap_or_default();
        (record.id, body)
    });
    Ok(parsed.collect())
}

fn shown(hash: &str, body: &Value) -> Value {
    json!({
        "id": id_of(hash),
        "user": body["user"],
        "scopes": body["scopes"],
        "created": body["created"],
        "expires": body["expiresMs"].as_i64().map(clock::rfc3339),
    })
}

fn id_of(hash: &str) -> &str {
    hash.get(..ID_CHARS).unwrap_or(hash)
}

fn key(hash: &str) -> Key {
    Key::new(system::SPACE, system::TOKENS, hash)
}

fn hash(token: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(digest)
}

fn members(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_looks_like_a_flag() {
        // One hash of 64 begins with a hyphen.
        for _ in 0..2_000 {
            let (token, made) = new_token();
            assert_eq!(made, hash(&token));
            assert!(!id_of(&made).starts_with('-'));
        }
    }
}
