//! All mail of a mailbox, on its way elsewhere.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use dak_mail::parcel::Parcel;
use dak_proto::fault::Fault;
use dak_store::{Cursor, Direction, Query, Record};
use http::StatusCode;
use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use serde_json::Value;

use super::{check, named};
use crate::app::App;
use crate::body::Interrupted;
use crate::reply::{Answer, Content, Making};
use crate::services::gmail::index;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::raw::Raw;
use crate::services::gmail::stored::Head;
use crate::services::store_fault;

/// How many labels are read at a time.
const LABELS_AT_ONCE: usize = 1000;

/// All mails of the mailbox that the call names as parcels, the oldest first.
///
/// # Errors
/// 404 for a mailbox that is not there.
pub(crate) async fn give(app: &Arc<App>, head: &Parts) -> Result<Answer, Fault> {
    let mailbox = named(head.uri.query())?;
    check(app, &mailbox).await?;
    let names = label_names(app, &mailbox).await?;
    let going = Going { app: Arc::clone(app), mailbox, names, page: VecDeque::new(), next: Some(None) };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let step = |going: Going| Making::new(going.step());
    Ok(Answer::new(StatusCode::OK, headers, Content::made(None, going, step)))
}

/// The names of the user's own labels by their ids.
async fn label_names(app: &App, mailbox: &Mailbox) -> Result<BTreeMap<String, String>, Fault> {
    let (mut names, mut after) = (BTreeMap::new(), None);
    loop {
        let query =
            Query { after, limit: LABELS_AT_ONCE, ..Query::new(Arc::clone(&mailbox.space), index::LABELS, index::ID) };
        let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        for record in &page.records {
            let label: Value = serde_json::from_slice(&record.body).unwrap_or_default();
            names.insert(record.id.to_string(), label["name"].as_str().unwrap_or(&record.id).to_owned());
        }
        after = page.next;
        if after.is_none() {
            return Ok(names);
        }
    }
}

/// Mails on their way out.
struct Going {
    app: Arc<App>,
    mailbox: Mailbox,
    names: BTreeMap<String, String>,
    page: VecDeque<Record>,
    /// Where to go on; `None` behind the last page.
    next: Option<Option<Cursor>>,
}

impl Going {
    async fn step(mut self) -> Option<(Result<Bytes, Interrupted>, Going)> {
        let piece = self.parcel().await.map_err(|fault| Interrupted(fault.message)).transpose()?;
        Some((piece, self))
    }

    async fn parcel(&mut self) -> Result<Option<Bytes>, Fault> {
        loop {
            if let Some(record) = self.page.pop_front() {
                return self.of(&record).await.map(Some);
            }
            let Some(after) = self.next.take() else { return Ok(None) };
            let query = Query {
                after,
                direction: Direction::Ascending,
                ..Query::new(Arc::clone(&self.mailbox.space), index::MESSAGES, index::DATE)
            };
            let page = self.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
            self.next = page.next.map(Some);
            self.page = page.records.into();
        }
    }

    async fn of(&self, record: &Record) -> Result<Bytes, Fault> {
        let head = Head::parse(&record.head)?;
        let raw = Raw::of(&self.app, &head, record).await?;
        let named = |id: String| self.names.get(&id).cloned().unwrap_or(id);
        let parcel = Parcel {
            labels: head.label_ids.into_iter().map(named).collect(),
            date_ms: Some(head.internal_date_ms),
            thread: Some(head.thread_id),
            raw: raw.bytes,
        };
        Ok(parcel.to_bytes().into())
    }
}
