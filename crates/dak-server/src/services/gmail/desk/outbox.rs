//! Mail for those who have no mailbox here.

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_proto::query::Query;
use http::request::Parts;
use serde_json::Value;

use crate::app::App;
use crate::services::gmail::outbox;

/// Lists them by pages, the oldest first: `{"mails": [{"id", "from", "recipients", …}], "nextPageToken"}`. The call may name
/// `pageToken` and `maxResults`.
///
/// # Errors
/// 400 for another list's token, and whatever the store refuses.
pub(crate) async fn list(app: &App, head: &Parts) -> Result<Value, Fault> {
    outbox::list(app, &Query::parse(head.uri.query().unwrap_or_default())?).await
}

/// Shows one of them: `{"id"}`. Its bytes are `raw`.
///
/// # Errors
/// 404 for one that is not there.
pub(crate) async fn get(app: &App, id: &str) -> Result<Value, Fault> {
    outbox::get(app, id).await
}

/// Takes one of them out for good: `{"id"}`.
///
/// # Errors
/// 404 for one that is not there.
pub(crate) async fn take(app: &Arc<App>, id: &str) -> Result<Value, Fault> {
    outbox::remove(app, id).await
}
