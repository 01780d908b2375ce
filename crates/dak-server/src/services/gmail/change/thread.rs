//! A thread as it is kept beside its messages: how many of them bear which label, and which is the newest.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use dak_mail::labels::UNREAD;
use dak_proto::fault::Fault;
use dak_store::{Batch, Expectation, Filter, Key, Lookup, Operation, Query, Record, Tag};
use serde_json::{Value, json};

use super::Step;
use crate::app::App;
use crate::services::gmail::index;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::stored::{Facts, Head};
use crate::services::store_fault;

/// What is known of a thread that has messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::services::gmail) struct Summary {
    /// How many messages it has.
    pub(in crate::services::gmail) messages: i64,
    /// How many of them have a label, and how many of those are unread. No label without messages is here.
    pub(in crate::services::gmail) labels: BTreeMap<String, [i64; 2]>,
    /// Its newest message.
    pub(in crate::services::gmail) newest: Newest,
}

/// The newest message of a thread. Those of one date follow each other by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::services::gmail) struct Newest {
    /// Its date, in ms since 1970.
    pub(in crate::services::gmail) date_ms: i64,
    /// Its id.
    pub(in crate::services::gmail) id: String,
    /// The beginning of its text.
    pub(in crate::services::gmail) snippet: String,
}

impl Summary {
    /// Reads a record's head.
    ///
    /// # Errors
    /// 500 for what is none.
    pub(in crate::services::gmail) fn parse(head: &[u8]) -> Result<Summary, Fault> {
        let head: Value = serde_json::from_slice(head).map_err(|_| Fault::internal())?;
        Summary::from_json(&head).ok_or_else(Fault::internal)
    }

    fn from_json(head: &Value) -> Option<Summary> {
        let counts = |counts: &Value| Some([counts.get(0)?.as_i64()?, counts.get(1)?.as_i64()?]);
        let labels = head.get("labels")?.as_object()?.iter();
        let text = |name: &str| Some(head.get(name)?.as_str()?.to_owned());
        Some(Summary {
            messages: head.get("messages")?.as_i64()?,
            labels: labels.map(|(label, both)| Some((label.clone(), counts(both)?))).collect::<Option<_>>()?,
            newest: Newest { date_ms: head.get("date")?.as_i64()?, id: text("newest")?, snippet: text("snippet")? },
        })
    }

    fn to_bytes(&self) -> Bytes {
        let Summary { messages, labels, newest } = self;
        let head = json!({
            "messages": messages,
            "labels": labels,
            "newest": newest.id,
            "date": newest.date_ms,
            "snippet": newest.snippet,
        });
        head.to_string().into()
    }

    /// Counts a message in (1) or out (-1).
    pub(in crate::services::gmail) fn count(&mut self, head: &Head, by: i64) {
        self.messages += by;
        let is_unread = i64::from(head.has(UNREAD));
        for label in &head.label_ids {
            let [messages, unread] = self.labels.entry(label.clone()).or_default();
            *messages += by;
            *unread += by * is_unread;
        }
        self.labels.retain(|_, [messages, _]| *messages > 0);
    }
}

/// A thread as it was read.
pub(super) struct Thread {
    key: Key,
    /// Its version; `None` if it is not there.
    tag: Option<Tag>,
    /// What it has; `None` if it is not there.
    pub(super) summary: Option<Summary>,
}

impl Thread {
    /// Reads a thread.
    pub(super) async fn read(app: &App, mailbox: &Mailbox, id: &str) -> Result<Thread, Fault> {
        let key = mailbox.key(index::THREADS, id);
        let found = app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?;
        let Lookup::Found(record) = found else { return Ok(Thread { key, tag: None, summary: None }) };
        Ok(Thread { key, tag: Some(record.tag), summary: Some(Summary::parse(&record.head)?) })
    }

    /// What it is after these steps; `None` if nothing is left of it.
    pub(super) async fn after(&self, app: &App, mailbox: &Mailbox, steps: &[&Step]) -> Result<Option<Summary>, Fault> {
        let mut summary = self.summary.clone().unwrap_or_default();
        for step in steps {
            match step {
                Step::Add(new) => summary.count(&new.head, 1),
                Step::Alter { was, head } => {
                    summary.count(&was.head, -1);
                    summary.count(head, 1);
                }
                Step::Delete(was) => summary.count(&was.head, -1),
            }
        }
        if summary.messages <= 0 {
            return Ok(None);
        }
        let is_gone = |id: &str| steps.iter().any(|step| matches!(step, Step::Delete(was) if &*was.id == id));
        if is_gone(&summary.newest.id) {
            let found = self.newest_left(app, mailbox, steps.len(), is_gone).await?;
            summary.newest = found.unwrap_or_default();
        }
        let added = steps.iter().filter_map(|step| match step {
            Step::Add(new) => Some(Newest {
                date_ms: new.head.internal_date_ms,
                id: new.id.to_string(),
                snippet: new.snippet.clone(),
            }),
            _ => None,
        });
        summary.newest = added.fold(summary.newest, Ord::max);
        Ok(Some(summary))
    }

    /// Puts what the thread has become into a batch, against the version that was read.
    pub(super) fn replace(self, batch: &mut Batch, after: Option<&Summary>) {
        let Thread { key, tag: had, .. } = self;
        let tag = batch.tag;
        batch.expectations.push(match had {
            Some(had) => Expectation::Tagged(key.clone(), had),
            None => Expectation::Absent(key.clone()),
        });
        batch.operations.push(match (after, had) {
            (None, _) => Operation::Delete { key },
            (Some(after), Some(_)) => Operation::Retag { key, head: after.to_bytes(), tag },
            (Some(after), None) => Operation::Put { key, head: after.to_bytes(), body: Bytes::from_static(b"{}"), tag },
        });
    }

    /// The newest message that is not gone after this change.
    async fn newest_left(
        &self,
        app: &App,
        mailbox: &Mailbox,
        steps: usize,
        is_gone: impl Fn(&str) -> bool,
    ) -> Result<Option<Newest>, Fault> {
        let query = Query {
            filter: Filter::Tag(index::thread_tag(&self.key.id)),
            limit: steps + 1,
            heads_only: true,
            ..Query::new(Arc::clone(&mailbox.space), index::MESSAGES, index::DATE)
        };
        let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        let Some(left) = page.records.into_iter().find(|record| !is_gone(&record.id)) else { return Ok(None) };
        let key = mailbox.key(index::MESSAGES, left.id);
        let lookup = app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?;
        lookup.record().as_ref().map(newest).transpose()
    }
}

fn newest(record: &Record) -> Result<Newest, Fault> {
    Ok(Newest {
        date_ms: Head::parse(&record.head)?.internal_date_ms,
        id: record.id.to_string(),
        snippet: Facts::of(&record.body).snippet,
    })
}
