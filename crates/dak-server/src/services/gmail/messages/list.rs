//! Listing messages, and what narrows lists of messages and threads.

use std::borrow::Cow;
use std::sync::Arc;

use dak_mail::labels;
use dak_mail::search::{Context, Node};
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Filter, Page, Query};

use super::modify;
use crate::reply::Reply;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::stored::Head;
use crate::services::gmail::{index, paging, search};
use crate::services::{Call, store_fault};

/// What a list is asked for.
pub(in crate::services::gmail) struct Asked {
    /// A page of the messages.
    pub(in crate::services::gmail) query: Query,
    /// Whether the list changes only with the mailbox, and not because time passes.
    pub(in crate::services::gmail) is_lasting: bool,
}

/// Gives a page of messages, the newest first.
pub(super) async fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let Asked { query, is_lasting } = asked(call, &mailbox).await?;
    let version = call.app.store.version(&mailbox.space).await.map_err(|error| store_fault(&error))?;
    let etag = Etag::from_tag(&version.tag.0);
    if is_lasting && let Some(reply) = call.short_cut(&etag.clone().into())? {
        return Ok(reply);
    }
    let page = call.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let mut members: Vec<(Cow<'static, str>, Rope)> = Vec::new();
    if !page.records.is_empty() {
        let mut messages = Vec::with_capacity(page.records.len());
        for record in &page.records {
            let thread = Head::parse(&record.head)?.thread_id;
            messages.push(Rope::object(vec![
                ("id".into(), Rope::string(&record.id)),
                ("threadId".into(), Rope::string(&thread)),
            ]));
        }
        members.push(("messages".into(), Rope::array(messages)));
    }
    members.extend(paging::next(call, &mailbox, &page));
    members.push(("resultSizeEstimate".into(), Rope::number(estimate(call, &query, &page).await?)));
    Ok(if is_lasting { Reply::read(Rope::object(members), etag) } else { Reply::json(Rope::object(members)) })
}

/// What a request asks for, by `labelIds`, `q` and `includeSpamTrash`.
///
/// # Errors
/// 400 for labels that are not there, a search that is too large, and a token that is none of this list's.
pub(in crate::services::gmail) async fn asked(call: &Call<'_>, mailbox: &Mailbox) -> Result<Asked, Fault> {
    let text = call.arguments.text("q").unwrap_or_default();
    let context = Context { now_ms: call.app.clock.now_ms() };
    let node = dak_mail::search::parse(text, &context).map_err(|fault| fault.at_parameter("q"))?;
    let query = Query {
        filter: filter(call, mailbox, &node).await?,
        limit: paging::items(call),
        bytes_max: call.app.settings.limits.page_bytes_max,
        after: paging::after(call, mailbox)?,
        heads_only: true,
        ..Query::new(Arc::clone(&mailbox.space), index::MESSAGES, index::DATE)
    };
    Ok(Asked { query, is_lasting: search::is_lasting(text, &node) })
}

/// How many results there are, of which this is a page: exact up to a bound, and one more than that beyond it.
pub(in crate::services::gmail) async fn estimate(call: &Call<'_>, query: &Query, page: &Page) -> Result<usize, Fault> {
    let count_max = call.app.settings.gmail.estimate_max.saturating_add(1);
    if query.after.is_none() && page.next.is_none() {
        return Ok(page.records.len().min(count_max));
    }
    let whole = Query { after: None, ..query.clone() };
    call.app.store.count(&whole, count_max).await.map_err(|error| store_fault(&error))
}

async fn filter(call: &Call<'_>, mailbox: &Mailbox, node: &Node) -> Result<Filter, Fault> {
    let asked: Vec<String> = call.arguments.all("labelIds").map(str::to_owned).collect();
    check_labels(call, mailbox, &asked).await?;
    let mut parts: Vec<Filter> = asked.iter().map(|label| Filter::Tag(index::label_tag(label))).collect();
    if *node != Node::All {
        parts.push(search::filter(node, &search::Names::read(call.app, mailbox, [node]).await?));
    }
    if !call.arguments.flag("includeSpamTrash") {
        parts.push(search::shown(node, &asked));
    }
    Ok(Filter::And(parts))
}

async fn check_labels(call: &Call<'_>, mailbox: &Mailbox, asked: &[String]) -> Result<(), Fault> {
    let known = modify::user_labels(call.app, mailbox, asked.iter()).await?;
    let is_there = |id: &String| labels::system(id).is_some() || known.iter().any(|key| *key.id == **id);
    match asked.iter().find(|id| !is_there(id)) {
        Some(unknown) => Err(labels::invalid(unknown)),
        None => Ok(()),
    }
}
