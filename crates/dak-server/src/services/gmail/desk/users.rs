//! Who has a mailbox.

use std::sync::Arc;

use dak_proto::fault::Fault;
use serde_json::{Value, json};

use super::{check, empty, of};
use crate::app::App;
use crate::services::gmail::{index, mailbox};
use crate::services::store_fault;

/// Lists who has a mailbox: `{"users": [{"address", "messagesTotal", "threadsTotal"}]}`.
pub(crate) async fn list(app: &App) -> Result<Value, Fault> {
    let (mut users, mut after) = (Vec::new(), None);
    loop {
        let page = mailbox::page(app, after).await?;
        for user in &page.records {
            users.push(shown(app, &user.id).await?);
        }
        after = page.next;
        if after.is_none() {
            return Ok(json!({"users": users}));
        }
    }
}

/// Makes a mailbox: `{"address"}`.
pub(crate) async fn create(app: &App, sent: &Value) -> Result<Value, Fault> {
    let mailbox = of(address(sent)?)?;
    if mailbox.is_there(app).await? {
        return Err(Fault::duplicate(format!("{} has a mailbox already.", mailbox.address)));
    }
    mailbox.make(app).await?;
    Ok(json!({"address": &*mailbox.address}))
}

/// Closes a mailbox and deletes some of what is in it: `{"address"}`. Says `{"isLeft": true}` until nothing is left.
pub(crate) async fn delete(app: &Arc<App>, sent: &Value) -> Result<Value, Fault> {
    let mailbox = of(address(sent)?)?;
    if !mailbox.is_going(app).await? {
        check(app, &mailbox).await?;
        mailbox.close(app).await?;
    }
    if empty::is_left(app, &mailbox).await? {
        return Ok(json!({"isLeft": true}));
    }
    mailbox.end(app).await?;
    Ok(json!({}))
}

fn address(sent: &Value) -> Result<&str, Fault> {
    sent["address"].as_str().ok_or_else(|| Fault::required("address"))
}

async fn shown(app: &App, address: &str) -> Result<Value, Fault> {
    let (mut shown, space) = (json!({"address": address}), index::space(address));
    for name in [index::MESSAGES_TOTAL, index::THREADS_TOTAL] {
        let total = app.store.counter(&space, name).await.map_err(|error| store_fault(&error))?;
        shown[format!("{name}Total")] = total.into();
    }
    Ok(shown)
}
