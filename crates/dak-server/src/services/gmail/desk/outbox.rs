//! Mail for those who have no mailbox here.

use std::sync::Arc;

use dak_proto::fault::Fault;
use serde_json::Value;

use crate::app::App;
use crate::services::gmail::outbox;

/// Lists the oldest of them: `{"mails": [{"id", "from", "recipients", …}]}`.
///
/// # Errors
/// Whatever the store refuses.
pub(crate) async fn list(app: &App) -> Result<Value, Fault> {
    outbox::list(app).await
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
