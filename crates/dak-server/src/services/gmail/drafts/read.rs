//! Getting and listing drafts.

use std::borrow::Cow;

use dak_mail::labels::DRAFT;
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Filter, Record};
use serde_json::json;

use crate::reply::Reply;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::messages::list::{self, Asked};
use crate::services::gmail::messages::version;
use crate::services::gmail::posting::Draft;
use crate::services::gmail::present::{self, Showing};
use crate::services::gmail::stored::Head;
use crate::services::gmail::{index, paging, strips};
use crate::services::{Call, store_fault};

/// Gives a draft with its message.
pub(super) async fn get(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let id = call.arguments.text("id").unwrap_or_default();
    let draft = Draft::find(call.app, &mailbox, id).await?;
    let hidden = strips::hidden(call.app, &mailbox).await?;
    let (version, is_lasting) = (version(draft.message.tag), hidden.is_empty());
    if is_lasting && let Some(reply) = call.short_cut(&version)? {
        return Ok(reply);
    }
    let message = present::message(call.app, &draft.record, &Showing::asked(call, hidden)).await?;
    let rope = Rope::object(vec![("id".into(), Rope::string(id)), ("message".into(), message)]);
    Ok(if is_lasting { Reply::read(rope, version) } else { Reply::json(rope) })
}

/// Gives a page of drafts, those written last first.
pub(super) async fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let Asked { mut query, is_lasting } = list::asked(call, &mailbox).await?;
    query.filter = Filter::And(vec![Filter::Tag(index::label_tag(DRAFT)), query.filter]);
    let version = call.app.store.version(&mailbox.space).await.map_err(|error| store_fault(&error))?;
    let etag = Etag::from_tag(&version.tag.0);
    if is_lasting && let Some(reply) = call.short_cut(&etag.clone().into())? {
        return Ok(reply);
    }
    let page = call.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let mut members: Vec<(Cow<'static, str>, Rope)> = Vec::new();
    if !page.records.is_empty() {
        let drafts = page.records.iter().map(shown).collect::<Result<_, Fault>>()?;
        members.push(("drafts".into(), Rope::array(drafts)));
    }
    members.extend(paging::next(call, &mailbox, &page));
    members.push(("resultSizeEstimate".into(), Rope::number(list::estimate(call, &query, &page).await?)));
    Ok(if is_lasting { Reply::read(Rope::object(members), etag) } else { Reply::json(Rope::object(members)) })
}

fn shown(message: &Record) -> Result<Rope, Fault> {
    let head = Head::parse(&message.head)?;
    let named = json!({"id": &*message.id, "threadId": head.thread_id});
    Ok(Rope::value(&json!({"id": head.draft, "message": named})))
}
