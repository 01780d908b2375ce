//! Addresses that are nobody's own mailbox and that somebody sends from: mail to one reaches that user (G76).
//!
//! Who sends from an address stands in each user's own space, so that it is claimed in the common one as well, in the same
//! commit.

use dak_proto::fault::Fault;
use dak_store::{Batch, Direction, Filter, Key, Query};

use super::index::{self, ALIASES};
use super::mailbox::{Mailbox, plain};
use super::settings::send_as;
use crate::app::App;
use crate::services::store_fault;

/// What stands in an id between an address and the user who sends from it: no address has one.
const BETWEEN: char = ' ';
/// How many claims are looked at.
const CLAIMS_AT_ONCE: usize = 1000;
/// The character behind it, where the ids of an address end.
const BEHIND: char = '!';

/// Adds to a batch that a user may send from an address from now on.
pub(super) fn claim(batch: Batch, mailbox: &Mailbox, address: &str) -> Batch {
    batch.put(key(mailbox, address), "{}", "{}")
}

/// Whose an address would be if they had mailboxes.
pub(super) fn owners(address: &str) -> impl Iterator<Item = Mailbox> {
    [Some(address.to_owned()), plain(address)].into_iter().flatten().map(|address| Mailbox::of(&address))
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
    let claims = claims(app, [BETWEEN, BEHIND].map(|end| format!("{}{end}", address.to_lowercase()))).await?;
    let [(_, owner)] = claims.as_slice() else { return Ok(None) };
    let is_usable = send_as::find(app, owner, address).await?.is_some_and(|address| send_as::is_usable(&address));
    Ok(Some(owner.clone()).filter(|_| is_usable))
}

/// Adds to a batch that makes a mailbox that others who send from its address, whatever stands behind a plus sign, must ask
/// its user from now on.
///
/// # Errors
/// Whatever the store refuses.
pub(super) async fn question(app: &App, mut batch: Batch, mailbox: &Mailbox) -> Result<Batch, Fault> {
    let Some((name, host)) = mailbox.address.split_once('@') else { return Ok(batch) };
    let own = [BETWEEN, BEHIND].map(|end| format!("{name}@{host}{end}"));
    let with_plus = ["+", ","].map(|end| format!("{name}{end}"));
    for bounds in [own, with_plus] {
        for (address, owner) in claims(app, bounds).await? {
            let is_of_this = address == *mailbox.address || plain(&address).as_deref() == Some(&*mailbox.address);
            let found = if is_of_this { send_as::find(app, &owner, &address).await? } else { None };
            if let Some(found) = found.filter(|found| owner != *mailbox && send_as::is_usable(found)) {
                batch = send_as::questioned(app, release(batch, &owner, &address), &owner, &found).await?;
            }
        }
    }
    Ok(batch)
}

/// The addresses that are claimed between these bounds, and by whom.
async fn claims(app: &App, [from, to]: [String; 2]) -> Result<Vec<(String, Mailbox)>, Fault> {
    let query = Query {
        filter: Filter::Range { order: index::ID.to_owned(), from: Some(from.into()), to: Some(to.into()) },
        limit: CLAIMS_AT_ONCE,
        direction: Direction::Ascending,
        ..Query::new(index::SPACE, ALIASES, index::ID)
    };
    let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let both = |id: &str| id.split_once(BETWEEN).map(|(address, owner)| (address.to_owned(), Mailbox::of(owner)));
    Ok(page.records.iter().filter_map(|claim| both(&claim.id)).collect())
}

fn key(mailbox: &Mailbox, address: &str) -> Key {
    Key::new(index::SPACE, ALIASES, format!("{}{BETWEEN}{}", address.to_lowercase(), mailbox.address))
}
