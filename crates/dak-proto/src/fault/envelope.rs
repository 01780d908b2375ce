//! The error envelope on the wire, both directions.

use std::borrow::Cow;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::{Fault, Location, LocationKind};

/// The longest line of plain text that is taken for a message.
const PLAIN_CHARACTERS_MAX: usize = 300;

impl Fault {
    /// The error body: indented by two spaces and ended by a newline whatever `prettyPrint` says.
    ///
    /// `errors_list` is false where the caller asked for the newer envelope alone (`$.xgafv=2`).
    pub fn to_json(&self, errors_list: bool) -> Vec<u8> {
        let mut error = Map::new();
        error.insert("code".into(), self.code.into());
        error.insert("message".into(), self.message.as_str().into());
        if errors_list {
            error.insert("errors".into(), json!([self.entry()]));
        }
        error.insert("status".into(), self.rpc_status().into());
        if !self.details.is_empty() {
            error.insert("details".into(), self.details.clone().into());
        }
        format!("{:#}\n", json!({ "error": error })).into_bytes()
    }

    /// The fault in another server's answer. Any body will do: what cannot be read is left to the status code.
    pub fn from_response(code: u16, body: &[u8]) -> Fault {
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        // Streaming methods answer with a list of one envelope.
        let envelope = value.get(0).unwrap_or(&value);
        match envelope.get("error") {
            Some(Value::Object(error)) => from_error(code, error),
            Some(Value::String(reason)) => from_oauth(code, reason, envelope),
            _ => Fault::new(code, "", wordless(code)),
        }
    }

    /// A status as it is told: `404 Not Found`, or the code alone where no standard has words for it.
    pub fn told_status(code: u16) -> String {
        status_words(code).map_or_else(|| code.to_string(), |words| format!("{code} {words}"))
    }

    /// What the fault's sender says beyond the status, if anything.
    pub fn own_message(&self) -> Option<&str> {
        let message = self.message.as_str();
        (!message.is_empty() && message != wordless(self.code)).then_some(message)
    }

    /// The fault in another server's answer. One in plain text says what is wrong in its first line, if that is short; HTML
    /// is for people, and says it anywhere.
    pub fn from_answer(code: u16, headers: &HeaderMap, body: &[u8]) -> Fault {
        let mut fault = Fault::from_response(code, body);
        let said = plain_line(headers, body).filter(|_| fault.own_message().is_none());
        if let Some(said) = said {
            fault.message = said;
        }
        fault
    }

    fn entry(&self) -> Value {
        let mut entry = Map::new();
        entry.insert("message".into(), self.brief().into());
        entry.insert("domain".into(), self.domain().into());
        entry.insert("reason".into(), self.reason.as_ref().into());
        if let Some(Location { kind, name }) = &self.location {
            entry.insert("location".into(), name.as_str().into());
            entry.insert("locationType".into(), kind.name().into());
        }
        entry.into()
    }

    /// The entry says of tokens what Google's older APIs say, which clients look for; the message says more.
    fn brief(&self) -> &str {
        match (self.code, &*self.reason) {
            (401, "required") => "Login Required.",
            (401, "authError") => "Invalid Credentials",
            (403, "insufficientPermissions") => "Insufficient Permission",
            _ => &self.message,
        }
    }

    fn domain(&self) -> &'static str {
        match self.is_rate_limit() {
            true => "usageLimits",
            false => "global",
        }
    }
}

/// Both of Google's families: `errors` may be missing, then the canonical status stands for the reason.
fn from_error(code: u16, error: &Map<String, Value>) -> Fault {
    let first = error.get("errors").and_then(|errors| errors.get(0));
    let member = |name| first.and_then(|entry| text(entry.get(name)));
    let reason = member("reason").or_else(|| text(error.get("status")));
    let message = text(error.get("message")).or_else(|| member("message"));
    let mut fault = Fault::new(
        code,
        reason.map_or(Cow::Borrowed(""), |reason| Cow::Owned(reason.to_owned())),
        message.map_or_else(|| wordless(code), str::to_owned),
    );
    if let (Some(name), Some(kind)) = (member("location"), location_kind(member("locationType"))) {
        fault = fault.at(kind, name.to_owned());
    }
    if let Some(Value::Array(details)) = error.get("details") {
        fault.details.clone_from(details);
    }
    fault
}

/// RFC 6749 5.2: `{"error": "invalid_grant", "error_description": "..."}`.
fn from_oauth(code: u16, reason: &str, envelope: &Value) -> Fault {
    let message = text(envelope.get("error_description")).unwrap_or(reason);
    Fault::new(code, reason.to_owned(), message)
}

fn location_kind(name: Option<&str>) -> Option<LocationKind> {
    match name {
        Some("parameter") => Some(LocationKind::Parameter),
        Some("header") => Some(LocationKind::Header),
        _ => None,
    }
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

fn wordless(code: u16) -> String {
    status_words(code).map_or_else(|| format!("HTTP status {code}"), str::to_owned)
}

fn status_words(code: u16) -> Option<&'static str> {
    StatusCode::from_u16(code).ok()?.canonical_reason()
}

/// The first line of a text, without what would move a terminal's cursor.
fn plain_line(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let content_type = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    if !content_type.split(';').next()?.trim().eq_ignore_ascii_case("text/plain") {
        return None;
    }
    let line = std::str::from_utf8(body).ok()?.trim_start().lines().next()?;
    let line: String = line.trim_end().chars().filter(|letter| !letter.is_control()).collect();
    let is_message = !line.is_empty() && !line.starts_with('<') && line.chars().count() <= PLAIN_CHARACTERS_MAX;
    is_message.then_some(line)
}
