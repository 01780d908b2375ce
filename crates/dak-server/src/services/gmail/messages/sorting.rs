//! Filters, which look at what comes into a mailbox: mail that is sent here, and mail that is imported (G77).

use bytes::Bytes;
use dak_mail::labels::{self, Change, SPAM};
use dak_mail::search::{Context, Node, matches};
use dak_proto::fault::Fault;
use serde_json::Value;

use super::modify::user_labels;
use crate::app::App;
use crate::services::gmail::mail;
use crate::services::gmail::posting::Delivery;
use crate::services::gmail::search::{self, Incoming, Names};
use crate::services::gmail::settings::filters;

/// Does to a new message what the filters of its mailbox say, one after the other. All of them look at it as it came.
/// What may not be spam is not made spam.
pub(super) async fn sort(app: &App, delivery: &mut Delivery, raw: &Bytes, may_be_spam: bool) -> Result<(), Fault> {
    let context = Context { now_ms: app.clock.now_ms() };
    let mut filters = filters::all(app, &delivery.mailbox).await?;
    // Filters of older folders may have nothing but punctuation, which would be all mail.
    filters.retain(|filter| filters::has_criteria(&filter["criteria"], &context) != Ok(false));
    if filters.is_empty() {
        return Ok(());
    }
    let criteria = |filter: &Value| search::criteria(&filter["criteria"], &context);
    let nodes = filters.iter().map(criteria).collect::<Result<Vec<Node>, Fault>>()?;
    let names = Names::read(app, &delivery.mailbox, &nodes).await?;
    let head = delivery.head.clone();
    let incoming = Incoming::new(&head, &delivery.letter.facts, mail::fields(raw).await?, &names);
    let found = filters.iter().zip(&nodes).filter(|(_, node)| matches(node, &incoming));
    let actions: Vec<&Value> = found.map(|(filter, _)| &filter["action"]).collect();
    for action in actions {
        apply(app, delivery, action, may_be_spam).await?;
    }
    Ok(())
}

/// Labels that are not there any more are passed over.
async fn apply(app: &App, delivery: &mut Delivery, action: &Value, may_be_spam: bool) -> Result<(), Fault> {
    let ids = |name: &str| -> Vec<String> {
        action[name].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (mut add, mut remove) = (ids("addLabelIds"), ids("removeLabelIds"));
    let known = user_labels(app, &delivery.mailbox, add.iter().chain(&remove)).await?;
    let is_known = |id: &str| known.iter().any(|key| &*key.id == id);
    for ids in [&mut add, &mut remove] {
        ids.retain(|id| labels::system(id).is_some() || is_known(id));
    }
    add.retain(|id| may_be_spam || id != SPAM);
    // A filter that only forwards changes no labels.
    if let Ok(change) = Change::new(&add, &remove, is_known) {
        delivery.head.label_ids = change.of(&delivery.head.label_ids);
        delivery.user_labels.extend(known.iter().filter(|key| add.iter().any(|id| **id == *key.id)).cloned());
    }
    Ok(())
}
