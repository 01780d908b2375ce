//! Getting and listing threads.

use std::borrow::Cow;

use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Lookup, Page, Record};

use crate::app::App;
use crate::reply::Reply;
use crate::room::Taken;
use crate::services::gmail::change::Summary;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::messages::list::{Asked, Found};
use crate::services::gmail::messages::{is_id, version};
use crate::services::gmail::present::{self, Showing};
use crate::services::gmail::stored::Head;
use crate::services::gmail::{fault, history, index, scopes, strips};
use crate::services::{Call, store_fault};

/// Gives a thread with its messages.
pub(super) async fn get(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let id = call.arguments.text("id").unwrap_or_default();
    if !is_id(id) {
        return Err(fault::invalid("Invalid id value"));
    }
    let thread = find(call.app, &mailbox, id).await?.ok_or_else(fault::not_found)?;
    let hidden = strips::hidden(call.app, &mailbox).await?;
    let (version, is_lasting) = (scopes::version(call, version(thread.tag)), hidden.is_empty());
    if is_lasting && let Some(reply) = call.short_cut(&version)? {
        return Ok(reply);
    }
    let (messages, room) = messages(call, &mailbox, id, &Showing::asked(call, hidden)).await?;
    let rope = Rope::object(vec![
        ("id".into(), Rope::string(id)),
        ("historyId".into(), Rope::string(&history::id(thread.sequence))),
        ("messages".into(), Rope::array(messages)),
    ]);
    Ok(if is_lasting { Reply::read(rope, version) } else { Reply::json(rope) }.within(room))
}

/// Gives a page of threads: each at the place of its newest message that matches.
pub(super) async fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let mut asked = Asked::read(call, &mailbox).await?;
    asked.query.collapse = true;
    let results = match asked.find(call, &mailbox).await? {
        Found::Answer(reply) => return Ok(reply),
        Found::Results(results) => results,
    };
    let threads = shown(call, &mailbox, &results.page).await?;
    Ok(asked.reply(call, &mailbox, results, "threads", threads))
}

/// The threads of a page of messages.
async fn shown(call: &Call<'_>, mailbox: &Mailbox, page: &Page) -> Result<Vec<Rope>, Fault> {
    let has_snippet = !scopes::is_metadata_only(call);
    let mut threads = Vec::with_capacity(page.records.len());
    for record in &page.records {
        let id = Head::parse(&record.head)?.thread_id;
        // One that was deleted just now is not there any more.
        let Some(thread) = find(call.app, mailbox, &id).await? else { continue };
        let mut members: Vec<(Cow<'static, str>, Rope)> = vec![("id".into(), Rope::string(&id))];
        if has_snippet {
            let snippet = Summary::parse(&thread.head)?.newest.snippet;
            members.push(("snippet".into(), Rope::string(&snippet)));
        }
        members.push(("historyId".into(), Rope::string(&history::id(thread.sequence))));
        threads.push(Rope::object(members));
    }
    Ok(threads)
}

/// The messages of a thread as they are answered, and the room that they take.
///
/// # Errors
/// 403 for what is too large to be answered as a whole.
async fn messages(
    call: &Call<'_>,
    mailbox: &Mailbox,
    id: &str,
    showing: &Showing,
) -> Result<(Vec<Rope>, Taken), Fault> {
    let mut query = super::query(mailbox, id);
    let mut page = call.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let room = showing.room(call.app, size(call.app, mailbox, id, &page).await?).await?;
    let (mut messages, mut bytes) = (Vec::new(), 0);
    loop {
        for record in &page.records {
            let message = present::message(call.app, record, showing).await?;
            bytes += message.bytes_about();
            if bytes > call.app.settings.limits.room_bytes_max / 2 {
                return Err(fault::response_too_large());
            }
            messages.push(message);
        }
        match page.next {
            None => return Ok((messages, room)),
            next => query.after = next,
        }
        page = call.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    }
}

/// How many bytes the mails of a thread have, of which this is the first page.
async fn size(app: &App, mailbox: &Mailbox, id: &str, page: &Page) -> Result<u64, Fault> {
    if page.next.is_some() {
        return Ok(super::messages(app, mailbox, id).await?.iter().map(|message| message.head.size).sum());
    }
    page.records.iter().map(|record| Ok(Head::parse(&record.head)?.size)).sum()
}

async fn find(app: &App, mailbox: &Mailbox, id: &str) -> Result<Option<Record>, Fault> {
    match app.store.lookup(&mailbox.key(index::THREADS, id), None).await.map_err(|error| store_fault(&error))? {
        Lookup::Found(record) => Ok(Some(record)),
        _ => Ok(None),
    }
}
