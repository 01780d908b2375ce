//! Deleting messages for good.

use std::sync::Arc;

use dak_proto::fault::Fault;

use super::modify::there;
use super::{find, ids, sent, version};
use crate::app::App;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::change::{self, Change, Plan, Step};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::stored::Message;
use crate::services::gmail::threads;

/// Which messages go.
pub(in crate::services::gmail) enum Scope<'a> {
    /// One, which must be there and on which the request's conditions hold.
    One(&'a Call<'a>, &'a str),
    /// Those of many that are there.
    Many(&'a [String]),
    /// All of a thread, which must be there.
    Thread(&'a str),
}

/// The end of messages.
pub(in crate::services::gmail) struct Deletion<'a> {
    /// Where.
    pub(in crate::services::gmail) mailbox: &'a Mailbox,
    /// Which.
    pub(in crate::services::gmail) scope: Scope<'a>,
}

/// Deletes a message.
pub(super) async fn delete(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let id = call.arguments.text("id").unwrap_or_default();
    change::carry_out(call.app, &Deletion { mailbox: &mailbox, scope: Scope::One(call, id) }).await?;
    Ok(Reply::NoContent)
}

/// Deletes up to a thousand messages; those that are not there are no error.
pub(super) async fn batch_delete(mut call: Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(&call).await?;
    let ids = ids(&sent(&mut call))?;
    change::carry_out(call.app, &Deletion { mailbox: &mailbox, scope: Scope::Many(&ids) }).await?;
    Ok(Reply::NoContent)
}

impl Change for Deletion<'_> {
    type Made = ();

    async fn plan(&self, app: &Arc<App>) -> Result<(Plan, ()), Fault> {
        let messages = match self.scope {
            Scope::One(call, id) => {
                let message = Message::of(&find(app, self.mailbox, id).await?)?;
                call.check(&version(message.tag))?;
                vec![message]
            }
            Scope::Many(ids) => there(app, self.mailbox, ids).await?,
            Scope::Thread(id) => threads::messages(app, self.mailbox, id).await?,
        };
        Ok((Plan::of(self.mailbox, messages.into_iter().map(Step::Delete).collect()), ()))
    }
}
