//! The last requests, so that a test can see what its client really sent.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use dak_proto::secrets;
use http::uri::PathAndQuery;
use serde_json::{Map, Value, json};

use crate::pipeline::{Request, Trace};
use crate::reply::Answer;

/// How many requests are remembered.
const REMEMBERED_MAX: usize = 1000;
/// The last requests in the order of their arrival.
#[derive(Debug, Default)]
pub struct Requests {
    noted: Mutex<Noted>,
}

#[derive(Debug, Default)]
struct Noted {
    next: u64,
    entries: VecDeque<(u64, Value)>,
}

impl Requests {
    /// Remembers a request; the number it bears from now on.
    pub fn note(&self, request: &Request) -> u64 {
        let entry = json!({
            "method": request.head.method.as_str(),
            "target": secrets::hidden(request.head.uri.path_and_query().map_or("/", PathAndQuery::as_str)),
            "headers": headers(request),
        });
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let number = noted.next;
        noted.next += 1;
        noted.entries.push_back((number, entry));
        if noted.entries.len() > REMEMBERED_MAX {
            noted.entries.pop_front();
        }
        number
    }

    /// Adds what became of a request.
    pub fn finish(&self, number: u64, answer: &Answer, trace: &Trace<'_>) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((_, entry)) = noted.entries.iter_mut().find(|(known, _)| *known == number) else { return };
        entry["status"] = json!(answer.status.as_u16());
        entry["methodId"] = json!(trace.method_id);
    }

    /// All that are remembered.
    #[must_use]
    pub fn list(&self) -> Vec<Value> {
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.entries.iter().map(|(_, entry)| entry.clone()).collect()
    }

    /// Forgets them.
    pub fn clear(&self) {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).entries.clear();
    }
}

fn headers(request: &Request) -> Map<String, Value> {
    let mut headers = Map::new();
    for (name, value) in &request.head.headers {
        let text = match secrets::is_header(name.as_str()) {
            true => secrets::HIDDEN.to_owned(),
            false => secrets::hidden(&String::from_utf8_lossy(value.as_bytes())),
        };
        match headers.get_mut(name.as_str()) {
            Some(Value::String(known)) => *known = format!("{known}, {text}"),
            _ => {
                headers.insert(name.as_str().to_owned(), json!(text));
            }
        }
    }
    headers
}
