//! Listing what happened since a moment.

use std::borrow::Cow;
use std::sync::Arc;

use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Direction, Filter, Query, Record};
use serde_json::{Map, Value};

use super::{KINDS, id, kind_tag, labels, retention, sequence};
use crate::reply::Reply;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::paging::{self, Place};
use crate::services::gmail::{fault, index};
use crate::services::{Call, store_fault};

/// The kinds of events as requests call them, in the order of [`KINDS`].
const ASKED: [&str; 4] = ["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"];

/// What of the history is wanted.
struct Wanted<'a> {
    /// Kinds of events, as [`KINDS`] has them.
    kinds: Vec<&'static str>,
    /// A label that the messages must have, or have got, or have lost.
    label: Option<&'a str>,
}

/// Gives a page of what happened after a history id.
pub(super) async fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let missing = || fault::invalid("Missing/invalid parameter: startHistoryId");
    let start = call.arguments.text("startHistoryId").and_then(|id| id.parse().ok()).ok_or_else(missing)?;
    let place = Place::asked(call, &mailbox)?;
    let version = call.app.store.version(&mailbox.space).await.map_err(|error| store_fault(&error))?;
    let since = retention::known_since(call.app, &mailbox).await?;
    let start = sequence(start).filter(|start| (since..=version.sequence).contains(start));
    let start = start.ok_or_else(fault::not_found)?;
    let etag = Etag::from_tag(&version.tag.0);
    if let Some(reply) = call.short_cut(&etag.clone().into())? {
        return Ok(reply);
    }
    let wanted = Wanted::of(call);
    // What happens meanwhile is for the next time: nobody is told anything behind the id that the answer ends with.
    let [from, to] = [start, version.sequence].map(|sequence| Some(sequence.saturating_add(1).to_be_bytes().to_vec()));
    let later = Filter::Range { order: index::SEQUENCE.to_owned(), from, to };
    let query = Query {
        filter: Filter::And(vec![later, wanted.filter()]),
        direction: Direction::Ascending,
        limit: paging::items(call),
        bytes_max: call.app.settings.limits.page_bytes_max,
        after: place.after.clone(),
        ..Query::new(Arc::clone(&mailbox.space), index::HISTORY, index::SEQUENCE)
    };
    let page = call.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let mut members: Vec<(Cow<'static, str>, Rope)> = Vec::new();
    if !page.records.is_empty() {
        let shown = page.records.iter().map(|record| wanted.shown(record)).collect::<Result<_, Fault>>()?;
        members.push(("history".into(), Rope::array(shown)));
    }
    members.extend(place.next(call, &mailbox, &page));
    members.push(("historyId".into(), Rope::string(&id(version.sequence))));
    Ok(Reply::read(Rope::object(members), etag))
}

impl<'a> Wanted<'a> {
    fn of(call: &'a Call<'_>) -> Wanted<'a> {
        let asked: Vec<&str> = call.arguments.all("historyTypes").collect();
        let kinds = KINDS.into_iter().zip(ASKED).filter(|(_, name)| asked.is_empty() || asked.contains(name));
        let label = call.arguments.text("labelId").filter(|label| !label.is_empty());
        Wanted { kinds: kinds.map(|(kind, _)| kind).collect(), label }
    }

    fn is_everything(&self) -> bool {
        self.kinds.len() == KINDS.len() && self.label.is_none()
    }

    /// The records in which something is wanted.
    fn filter(&self) -> Filter {
        match self.is_everything() {
            true => Filter::All,
            false => Filter::Or(self.kinds.iter().map(|kind| Filter::Tag(kind_tag(kind, self.label))).collect()),
        }
    }

    /// A record as it is answered: what is wanted of it.
    fn shown(&self, record: &Record) -> Result<Rope, Fault> {
        let computed = vec![("id".into(), Rope::string(&id(record.sequence)))];
        if self.is_everything() {
            return Ok(Rope::stored(computed, record.body.clone()));
        }
        let stored: Value = serde_json::from_slice(&record.body).map_err(|_| Fault::internal())?;
        Ok(Rope::stored(computed, self.narrowed(&stored).to_string().into()))
    }

    fn narrowed(&self, stored: &Value) -> Value {
        let mut narrowed = Map::new();
        narrowed.insert("messages".to_owned(), Value::Null);
        let mut messages: Vec<Value> = Vec::new();
        for kind in &self.kinds {
            let events = stored[*kind].as_array().into_iter().flatten();
            let events: Vec<&Value> = events.filter(|event| self.has_label(event)).collect();
            for message in events.iter().map(|event| reference(&event["message"])) {
                if !messages.contains(&message) {
                    messages.push(message);
                }
            }
            if !events.is_empty() {
                narrowed.insert((*kind).to_owned(), events.into_iter().cloned().collect());
            }
        }
        narrowed.insert("messages".to_owned(), messages.into());
        Value::Object(narrowed)
    }

    fn has_label(&self, event: &Value) -> bool {
        self.label.is_none_or(|wanted| labels(event).any(|label| label == wanted))
    }
}

fn reference(message: &Value) -> Value {
    serde_json::json!({"id": message["id"], "threadId": message["threadId"]})
}
