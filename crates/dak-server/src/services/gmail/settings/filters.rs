//! Filters: what is done to mail that comes in. Here they are kept; what they do is done where mail is delivered.

use dak_mail::labels::Change;
use dak_mail::search::{Context, Node};
use dak_proto::fault::Fault;
use dak_store::{Batch, Key};
use serde_json::{Value, json};

use super::{body, forwarding};
use crate::app::App;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::item::{self, Growing, Item};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::{fault, labels, search, unknown};

/// The collection.
const FILTERS: &str = "gmail.filters";
/// Those of one mailbox (the discovery document).
const OF_MAILBOX: Growing =
    Growing { name: FILTERS, items_max: 1000, full: "Too many filters", taken: "Filter already exists" };
/// The most labels of the user's own that a filter puts on (Google's guide to filters).
const USER_LABELS_MAX: usize = 1;
/// Members of criteria that are looked for in text.
const TEXTS: [&str; 5] = ["from", "to", "subject", "query", "negatedQuery"];

pub(super) async fn carry_out(call: &Call<'_>, verb: &str) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    match verb {
        "list" => item::list(call, &mailbox, FILTERS, "filter").await,
        "get" => item::read(call, &item::named(call, key(call, &mailbox)).await?),
        "create" => create(call, &mailbox).await,
        "delete" => item::delete(call, key(call, &mailbox)).await,
        _ => Err(unknown(call)),
    }
}

/// The filters of a mailbox as they are shown, those made first come first.
pub(in crate::services::gmail) async fn all(app: &App, mailbox: &Mailbox) -> Result<Vec<Value>, Fault> {
    let filters = item::all(app, mailbox, FILTERS).await?;
    Ok(filters.into_iter().map(|filter| filter.value).collect())
}

async fn create(call: &Call<'_>, mailbox: &Mailbox) -> Result<Reply, Fault> {
    item::change(call.app, || async {
        let (batch, value) = made(call.app, mailbox, body(call)).await?;
        let tag = batch.tag;
        item::kept(call, (batch, item::written(&value, tag)))
    })
    .await
}

/// Makes a filter with what a request might say of it, unless the same one is there.
///
/// # Errors
/// 400 for what no filter may be.
pub(in crate::services::gmail) async fn sow(app: &App, mailbox: &Mailbox, filter: &Value) -> Result<(), Fault> {
    let sown = item::change(app, || async { Ok((made(app, mailbox, filter.clone()).await?.0, ())) }).await;
    match sown {
        Err(fault) if fault.message == OF_MAILBOX.taken => Ok(()),
        sown => sown,
    }
}

/// What makes a filter, and the filter as it will be.
async fn made(app: &App, mailbox: &Mailbox, mut filter: Value) -> Result<(Batch, Value), Fault> {
    tidy_subject(&mut filter["criteria"]);
    let context = Context { now_ms: app.clock.now_ms() };
    search::criteria(&filter["criteria"], &context)?;
    if !has_criteria(&filter["criteria"], &context)? {
        return Err(fault::invalid("Filter doesn't have any criteria"));
    }
    check_action(app, mailbox, &filter["action"]).await?;
    let batch = OF_MAILBOX.grown(app, mailbox, item::batch()).await;
    // A filter that is there already is told of also where there is no room.
    if item::all(app, mailbox, FILTERS).await?.iter().any(|other| is_same(other, &filter)) {
        return Err(fault::failed_precondition(OF_MAILBOX.taken));
    }
    let id = item::new_id();
    let value = json!({"id": id, "criteria": filter["criteria"], "action": filter["action"]});
    Ok((Item::unwritten(mailbox.key(FILTERS, id), Value::Null).replaced(batch?, &value), value))
}

/// Whether criteria ask for anything. Punctuation does not, and a search for nothing finds all mail.
pub(in crate::services::gmail) fn has_criteria(criteria: &Value, context: &Context) -> Result<bool, Fault> {
    let texts: Value = TEXTS.iter().map(|name| (*name, criteria[*name].clone())).collect();
    let has_size = criteria["size"].as_i64().is_some_and(|size| size > 0)
        && matches!(criteria["sizeComparison"].as_str(), Some("smaller" | "larger"));
    Ok(has_size || criteria["hasAttachment"] == true || search::criteria(&texts, context)? != Node::All)
}

async fn check_action(app: &App, mailbox: &Mailbox, action: &Value) -> Result<(), Fault> {
    let ids = |name: &str| -> Vec<String> {
        action[name].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (add, remove) = (ids("addLabelIds"), ids("removeLabelIds"));
    let forward = action["forward"].as_str().unwrap_or_default();
    if add.is_empty() && remove.is_empty() && forward.is_empty() {
        return Err(fault::invalid("Filter doesn't have any actions"));
    }
    if !forward.is_empty() {
        forwarding::accepted(app, mailbox, forward).await?;
    }
    if !add.is_empty() || !remove.is_empty() {
        let own = labels::ids(app, mailbox).await?;
        Change::new(&add, &remove, |id| own.contains(id))?;
        if add.iter().filter(|id| own.contains(*id)).count() > USER_LABELS_MAX {
            return Err(fault::invalid("Only one user-defined label is allowed per filter"));
        }
    }
    Ok(())
}

/// Blanks around a subject do not count, and several count as one (the discovery document).
fn tidy_subject(criteria: &mut Value) {
    if let Some(subject) = criteria["subject"].as_str() {
        criteria["subject"] = subject.split_whitespace().collect::<Vec<_>>().join(" ").into();
    }
}

fn is_same(other: &Item, filter: &Value) -> bool {
    other.value["criteria"] == filter["criteria"] && other.value["action"] == filter["action"]
}

fn key(call: &Call<'_>, mailbox: &Mailbox) -> Key {
    mailbox.key(FILTERS, call.arguments.text("id").unwrap_or_default())
}
