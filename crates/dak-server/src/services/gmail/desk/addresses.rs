//! Answering for the owners of other addresses.

use dak_proto::fault::Fault;
use serde_json::{Value, json};

use crate::app::App;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::settings;

/// Agrees for the owner of an address that a user forwards to or sends from: `{"user", "address"}`.
///
/// # Errors
/// 400 where one is missing, 404 where nobody waits for that.
pub(crate) async fn accept(app: &App, sent: &Value) -> Result<Value, Fault> {
    let text = |name: &str| sent[name].as_str().ok_or_else(|| Fault::required(name));
    settings::accept(app, &Mailbox::of(text("user")?), text("address")?).await?;
    Ok(json!({}))
}
