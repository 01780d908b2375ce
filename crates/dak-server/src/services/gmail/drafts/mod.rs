//! Drafts: messages that are still written, each in a container that keeps its id.

mod read;
mod write;

use dak_proto::fault::Fault;

use super::{check_metadata, unknown};
use crate::reply::Reply;
use crate::services::Call;

pub(super) async fn carry_out(call: Call<'_>, verb: &str) -> Result<Reply, Fault> {
    match verb {
        "create" => write::create(call).await,
        "delete" => write::delete(&call).await,
        "get" => read::get(&call).await,
        "list" => read::list(&call).await,
        "send" => write::send(call).await,
        "update" => write::update(call).await,
        _ => Err(unknown(&call)),
    }
}

/// Looks whether an upload could come to something.
pub(super) async fn check_upload(call: &Call<'_>, verb: &str) -> Result<(), Fault> {
    let (mailbox, draft) = check_metadata(call).await?;
    match verb {
        "create" => Ok(()),
        "send" => write::check(call, &mailbox, write::named(&draft)?).await,
        "update" => write::check(call, &mailbox, call.arguments.text("id").unwrap_or_default()).await,
        _ => Err(unknown(call)),
    }
}
