//! Gmail v1 over the whole road.

mod drafts;
mod encryption;
mod history;
mod labels;
mod lists;
mod mailboxes;
mod messages;
mod quota;
mod repeats;
mod scopes;
mod search;
mod seeds;
mod senders;
mod sending;
mod settings;
mod sizes;
mod threads;
mod walks;

use base64_simd::URL_SAFE;
use dak_server::Settings;
use serde_json::{Value, json};

use crate::stage::{Stage, Told};

/// Noon of 28 November 2026.
pub(crate) const NOW_MS: i64 = 1_795_867_200_000;

/// Stands for any value.
const ANY: &str = "*";

/// A step of a walk: method and path below the user, body, status, and what is answered: the whole JSON, where `"*"` stands
/// for any value, or the message of an error; null for nothing.
pub(crate) struct Step<'a>(pub(crate) &'a str, pub(crate) Value, pub(crate) u16, pub(crate) Value);

/// A server with mailboxes, whose time stands still at noon of 28 November 2026, with its control desk.
pub(crate) struct Post {
    /// The server.
    pub(crate) stage: Stage,
}

impl Post {
    pub(crate) async fn new() -> Post {
        Post::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Post {
        let control_token = Some("desk".to_owned());
        Post { stage: Stage::at(Settings { control_token, test_controls: true, ..settings }, NOW_MS).await }
    }

    /// Sends a request to the default user's mailbox: method and the path behind it, then a body.
    pub(crate) async fn send(&self, line: &str, body: &Value) -> Told {
        let (method, path) = line.split_once(' ').unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.stage.send(&format!("{method} /gmail/v1/users/me/{path}\n\n{body}")).await
    }

    /// The same, answered with this status, and the JSON of the answer.
    pub(crate) async fn call(&self, status: u16, line: &str, body: Value) -> Value {
        let told = self.send(line, &body).await;
        assert_eq!(told.status, status, "{line} {body}\n{}", told.text);
        if told.text.is_empty() { Value::Null } else { told.json() }
    }

    /// Sends the requests of a table one after another.
    pub(crate) async fn walk(&self, steps: impl IntoIterator<Item = Step<'_>>) {
        for Step(line, body, status, expected) in steps {
            let found = self.call(status, line, body).await;
            let found = if expected.is_string() { found["error"]["message"].clone() } else { found };
            assert!(fits(&expected, &found), "{line}\n   found {found}\nexpected {expected}");
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.call(200, &format!("GET {path}"), Value::Null).await
    }

    /// The message of a refusal with this status, and its reason.
    pub(crate) async fn refused(&self, status: u16, line: &str, body: Value) -> (String, String) {
        let error = self.call(status, line, body).await["error"].clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&error["message"]), text(&error["errors"][0]["reason"]))
    }

    /// Inserts a mail with these labels.
    pub(crate) async fn insert(&self, mail: &str, labels: &[&str]) -> Value {
        self.call(200, "POST messages", json!({"raw": raw(mail), "labelIds": labels})).await
    }

    /// Inserts mails of these subjects into the inbox; their ids.
    pub(crate) async fn fill(&self, subjects: &[&str]) -> Vec<String> {
        let mut ids = Vec::new();
        for subject in subjects {
            let mail = format!("From: a@example.com\nSubject: {subject}\nMessage-ID: <{subject}@x>\n\nAbout {subject}");
            ids.push(id(&self.insert(&mail, &["INBOX", "UNREAD"]).await));
        }
        ids
    }

    /// A call to the control desk.
    pub(crate) async fn desk(&self, line: &str, body: &Value) -> Value {
        self.stage.json(200, &format!("{line}\nAuthorization: Bearer desk\n\n{body}")).await
    }
}

/// A mail as JSON holds it.
pub(crate) fn raw(mail: &str) -> String {
    URL_SAFE.encode_to_string(mail.replace('\n', "\r\n"))
}

pub(crate) fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

/// The ids in a list.
pub(crate) fn ids(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(id).collect()
}

/// The labels of a message.
pub(crate) fn labels(message: &Value) -> Vec<&str> {
    message["labelIds"].as_array().into_iter().flatten().map(|label| label.as_str().unwrap()).collect()
}

fn fits(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::String(any), found) if any == ANY => !found.is_null(),
        (Value::Object(expected), Value::Object(found)) => {
            expected.len() == found.len()
                && expected.iter().all(|(name, value)| found.get(name).is_some_and(|found| fits(value, found)))
        }
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(expected, found)| fits(expected, found))
        }
        _ => expected == found,
    }
}
