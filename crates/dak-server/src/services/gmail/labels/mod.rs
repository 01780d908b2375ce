//! Labels: what messages are sorted by.

use std::collections::BTreeSet;

use dak_proto::fault::Fault;

use super::mailbox::Mailbox;
use super::{item, unknown};
use crate::app::App;
use crate::reply::Reply;
use crate::services::Call;

/// The collection.
const LABELS: &str = "gmail.labels";

pub(super) async fn carry_out(call: Call<'_>, _verb: &str) -> Result<Reply, Fault> {
    Err(unknown(&call))
}

/// The ids of the user's own labels.
pub(super) async fn ids(app: &App, mailbox: &Mailbox) -> Result<BTreeSet<String>, Fault> {
    let labels = item::all(app, mailbox, LABELS).await?;
    Ok(labels.iter().map(|label| label.id().to_owned()).collect())
}
