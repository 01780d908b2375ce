//! Threads: messages that belong together.

mod read;
mod write;

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_store::{Direction, Filter, Query};

use super::mailbox::Mailbox;
use super::messages::is_id;
use super::stored::Message;
use super::{fault, index, unknown};
use crate::app::App;
use crate::reply::Reply;
use crate::services::{Call, store_fault};

/// How many messages of a thread are read at a time.
const AT_ONCE: usize = 1000;

pub(super) async fn carry_out(call: Call<'_>, verb: &str) -> Result<Reply, Fault> {
    match verb {
        "delete" => write::delete(&call).await,
        "get" => read::get(&call).await,
        "list" => read::list(&call).await,
        "modify" => write::modify(call).await,
        "trash" => write::trash(&call).await,
        "untrash" => write::untrash(&call).await,
        _ => Err(unknown(&call)),
    }
}

/// The messages of a thread in the order of their dates, without their bodies.
///
/// # Errors
/// 400 for what is no id, 404 for a thread that is not there.
pub(super) async fn messages(app: &App, mailbox: &Mailbox, id: &str) -> Result<Vec<Message>, Fault> {
    if !is_id(id) {
        return Err(fault::invalid("Invalid id value"));
    }
    let mut query = Query { heads_only: true, limit: AT_ONCE, ..query(mailbox, id) };
    let mut messages = Vec::new();
    loop {
        let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        for record in &page.records {
            messages.push(Message::of(record)?);
        }
        match page.next {
            None if messages.is_empty() => return Err(fault::not_found()),
            None => return Ok(messages),
            next => query.after = next,
        }
    }
}

fn query(mailbox: &Mailbox, id: &str) -> Query {
    Query {
        filter: Filter::Tag(index::thread_tag(id)),
        direction: Direction::Ascending,
        ..Query::new(Arc::clone(&mailbox.space), index::MESSAGES, index::DATE)
    }
}
