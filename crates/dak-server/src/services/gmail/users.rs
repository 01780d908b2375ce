//! The mailbox as a whole.

use std::borrow::Cow;

use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;

use super::mailbox::Mailbox;
use super::{history, index, unknown, watch};
use crate::reply::Reply;
use crate::services::{Call, store_fault};

pub(super) async fn carry_out(call: Call<'_>, verb: &str) -> Result<Reply, Fault> {
    match verb {
        "getProfile" => profile(&call).await,
        "stop" => watch::stop(&call).await,
        "watch" => watch::watch(&call).await,
        _ => Err(unknown(&call)),
    }
}

/// Gives a mailbox's address, its counts and its history's newest id.
async fn profile(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let version = call.app.store.version(&mailbox.space).await.map_err(|error| store_fault(&error))?;
    let etag = Etag::from_tag(&version.tag.0);
    if let Some(reply) = call.short_cut(&etag.clone().into())? {
        return Ok(reply);
    }
    let mut members: Vec<(Cow<'static, str>, Rope)> = vec![("emailAddress".into(), Rope::string(&mailbox.address))];
    for (name, counter) in [("messagesTotal", index::MESSAGES_TOTAL), ("threadsTotal", index::THREADS_TOTAL)] {
        let count = call.app.store.counter(&mailbox.space, counter).await.map_err(|error| store_fault(&error))?;
        members.push((name.into(), Rope::number(count)));
    }
    members.push(("historyId".into(), Rope::string(&history::id(version.sequence))));
    Ok(Reply::read(Rope::object(members), etag))
}
