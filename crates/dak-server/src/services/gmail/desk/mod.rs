//! What the control desk does to mailboxes and the API cannot: who has one, all of their mail in and out, and mail for others.

mod addresses;
mod empty;
pub(crate) mod intake;
pub(crate) mod outbox;
pub(crate) mod outlet;
mod users;

pub(crate) use addresses::accept;
pub(crate) use users::{create, delete, list};

use dak_proto::fault::Fault;
use dak_proto::query::Query;

use super::mailbox::{Mailbox, is_address};
use crate::app::App;

/// The mailbox that a call of the desk names by `user`.
///
/// # Errors
/// 400 for what is no address.
fn named(query: Option<&str>) -> Result<Mailbox, Fault> {
    let query = Query::parse(query.unwrap_or_default())?;
    of(query.first("user").ok_or_else(|| Fault::required("user"))?)
}

fn of(address: &str) -> Result<Mailbox, Fault> {
    match is_address(address) {
        true => Ok(Mailbox::of(address)),
        false => Err(Fault::invalid_body("A mailbox is named by an e-mail address.")),
    }
}

/// # Errors
/// 404 for a mailbox that is not there.
async fn check(app: &App, mailbox: &Mailbox) -> Result<(), Fault> {
    match mailbox.is_there(app).await? {
        true => Ok(()),
        false => Err(Fault::not_found(format!("{} has no mailbox.", mailbox.address))),
    }
}
