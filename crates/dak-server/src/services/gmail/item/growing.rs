//! Collections that callers add to, each up to its bound.

use dak_proto::fault::Fault;
use dak_store::Batch;
use serde_json::{Value, json};

use super::{Item, all, find};
use crate::app::App;
use crate::services::gmail::fault;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::settings::values::SETTINGS;

/// A collection of a mailbox that callers add to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::services::gmail) struct Growing {
    /// Its name.
    pub(in crate::services::gmail) name: &'static str,
    /// How much it holds.
    pub(in crate::services::gmail) items_max: usize,
    /// What is said when it holds so much.
    pub(in crate::services::gmail) full: &'static str,
    /// What is said of something that is there already.
    pub(in crate::services::gmail) taken: &'static str,
}

impl Growing {
    /// Adds to a batch that one item more comes into the collection, if nobody else adds one meanwhile: of two that come
    /// together as the last one, the second is planned again and finds the collection full.
    ///
    /// # Errors
    /// 400 where it is full.
    pub(in crate::services::gmail) async fn grown(
        &self,
        app: &App,
        mailbox: &Mailbox,
        batch: Batch,
    ) -> Result<Batch, Fault> {
        let key = mailbox.key(SETTINGS, format!("growth:{}", self.name));
        let growth = find(app, key.clone()).await?.unwrap_or_else(|| Item::unwritten(key, Value::Null));
        match all(app, mailbox, self.name).await?.len() < self.items_max {
            true => Ok(growth.replaced(batch, &json!({}))),
            false => Err(fault::failed_precondition(self.full)),
        }
    }
}
