//! Getting a message.

use dak_proto::fault::Fault;

use super::{find, version};
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::present::{self, Showing};
use crate::services::gmail::stored::Head;
use crate::services::gmail::{scopes, strips};

/// Gives a message.
pub(super) async fn get(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let record = find(call.app, &mailbox, call.arguments.text("id").unwrap_or_default()).await?;
    let hidden = strips::hidden(call.app, &mailbox).await?;
    let version = scopes::version(call, version(record.tag));
    // While a label is taken off, messages look otherwise than by their version.
    if hidden.is_empty()
        && let Some(reply) = call.short_cut(&version)?
    {
        return Ok(reply);
    }
    let is_lasting = hidden.is_empty();
    let showing = Showing::asked(call, hidden);
    let room = showing.room(call.app, Head::parse(&record.head)?.size).await?;
    let rope = present::message(call.app, &record, &showing).await?;
    Ok(if is_lasting { Reply::read(rope, version) } else { Reply::json(rope) }.within(room))
}
