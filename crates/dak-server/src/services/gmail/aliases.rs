//! Addresses that are nobody's own mailbox and that somebody sends from: mail to one reaches that user (G76).
//!
//! Who sends from an address stands in each user's own space, so that it is claimed in the common one as well, in the same
//! commit.

use dak_proto::fault::Fault;
use dak_store::{Batch, Direction, Filter, Key, Query};
use serde_json::{Value, json};

use super::index::{self, ALIASES};
use super::mailbox::Mailbox;
use super::settings::send_as;
use crate::app::App;
use crate::services::store_fault;

/// What stands in an id between an address and the user who sends from it: no address has one.
const BETWEEN: char = ' ';
/// The character behind it, where the ids of an address end.
const BEHIND: char = '!';

/// Adds to a batch that a user may send from an address from now on.
pub(super) fn claim(batch: Batch, mailbox: &Mailbox, address: &str) -> Batch {
    let body = json!({"address": &*mailbox.address}).to_string();
    batch.put(key(mailbox, address), "{}", body)
}

/// Adds to a batch that a user does not send from an address any more.
pub(super) fn release(batch: Batch, mailbox: &Mailbox, address: &str) -> Batch {
    batch.delete(key(mailbox, address))
}

/// The user who may send from an address; `None` where nobody may, or several.
///
/// # Errors
/// Whatever the store refuses.
pub(super) async fn owner(app: &App, address: &str) -> Result<Option<Mailbox>, Fault> {
    let [from, to] = [BETWEEN, BEHIND].map(|end| format!("{}{end}", address.to_lowercase()).into_bytes());
    let query = Query {
        filter: Filter::Range { order: index::ID.to_owned(), from: Some(from), to: Some(to) },
        // Two are as good as many.
        limit: 2,
        direction: Direction::Ascending,
        ..Query::new(index::SPACE, ALIASES, index::ID)
    };
    let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let [claim] = page.records.as_slice() else { return Ok(None) };
    let claim: Value = serde_json::from_slice(&claim.body).map_err(|_| Fault::internal())?;
    let owner = Mailbox::of(claim["address"].as_str().ok_or_else(Fault::internal)?);
    let is_usable = send_as::find(app, &owner, address).await?.is_some_and(|address| send_as::is_usable(&address));
    Ok(Some(owner).filter(|_| is_usable))
}

fn key(mailbox: &Mailbox, address: &str) -> Key {
    Key::new(index::SPACE, ALIASES, format!("{}{BETWEEN}{}", address.to_lowercase(), mailbox.address))
}
