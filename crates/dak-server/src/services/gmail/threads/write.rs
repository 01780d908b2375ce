//! Changing all messages of a thread at once.

use dak_proto::fault::Fault;
use dak_proto::rope::Rope;

use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::change;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::messages::delete::{self, Deletion};
use crate::services::gmail::messages::modify::{Relabel, Relabelling, Scope};
use crate::services::gmail::messages::{reference, sent};

/// Changes the labels of a thread's messages.
pub(super) async fn modify(mut call: Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(&call).await?;
    let members = sent(&mut call);
    let relabel = Relabel::asked(call.app, &mailbox, &members).await?;
    relabelled(&call, &mailbox, &relabel).await
}

/// Puts a thread into the trash.
pub(super) async fn trash(call: &Call<'_>) -> Result<Reply, Fault> {
    relabelled(call, &Mailbox::open(call).await?, &Relabel::trash()).await
}

/// Takes a thread out of the trash.
pub(super) async fn untrash(call: &Call<'_>) -> Result<Reply, Fault> {
    relabelled(call, &Mailbox::open(call).await?, &Relabel::untrash()).await
}

/// Deletes a thread for good.
pub(super) async fn delete(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let scope = delete::Scope::Thread(call.arguments.text("id").unwrap_or_default());
    change::carry_out(call.app, &Deletion { mailbox: &mailbox, scope }).await?;
    Ok(Reply::NoContent)
}

async fn relabelled(call: &Call<'_>, mailbox: &Mailbox, relabel: &Relabel) -> Result<Reply, Fault> {
    let id = call.arguments.text("id").unwrap_or_default();
    let relabelling = Relabelling { mailbox, relabel, scope: Scope::Thread(id) };
    let messages = change::carry_out(call.app, &relabelling).await?;
    let messages = messages.iter().map(|message| Rope::value(&reference(&message.id, &message.head))).collect();
    Ok(Reply::json(Rope::object(vec![("id".into(), Rope::string(id)), ("messages".into(), Rope::array(messages))])))
}
