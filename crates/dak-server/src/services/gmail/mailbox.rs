//! Mailboxes: whose one a request is about, and whether the caller may.

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_store::{Batch, Cursor, Direction, ErrorKind, Expectation, Key, Lookup, Page, Query};
use serde_json::{Value, json};

use super::{aliases, fault, index};
use crate::app::App;
use crate::clock::rfc3339;
use crate::random;
use crate::services::{Call, store_fault};
use crate::settings::AuthorisationMode;

/// What a caller is called by who does not say the own address.
const ME: &str = "me";
/// The longest address, in bytes (RFC 5321 4.5.3.1.3).
const ADDRESS_BYTES_MAX: usize = 254;

/// How often a mailbox that cannot be made yet is tried again.
const ROUNDS_MAX: usize = 100;
/// How many users are read at a time.
const USERS_AT_ONCE: usize = 1000;

/// A mailbox that the caller may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mailbox {
    /// Its user's address, in lower case.
    pub(super) address: Arc<str>,
    /// Where all that is in it stands.
    pub(super) space: Arc<str>,
}

impl Mailbox {
    /// The mailbox of this address, whether or not there is one.
    pub(super) fn of(address: &str) -> Mailbox {
        let address = address.to_lowercase();
        Mailbox { space: index::space(&address), address: address.into() }
    }

    /// The mailbox that a request names by `userId`. In open mode it is made when it is first used.
    ///
    /// # Errors
    /// 400 for what is no address and for a user without mailbox, 403 for another user's mailbox without delegation.
    pub(super) async fn open(call: &Call<'_>) -> Result<Mailbox, Fault> {
        let own = Mailbox::of(&call.principal.user);
        let named = match call.arguments.text("userId") {
            None | Some(ME) => own.clone(),
            Some(address) if is_address(address) => Mailbox::of(address),
            Some(_) => return Err(fault::invalid("Invalid userId value")),
        };
        if named != own && call.principal.is_named && !is_delegated(call.app, &named, &own).await? {
            return Err(fault::delegation_denied(&call.principal.user));
        }
        named.settle(call.app).await?;
        Ok(named)
    }

    /// Where a record of this mailbox stands.
    pub(super) fn key(&self, collection: &'static str, id: impl Into<Arc<str>>) -> Key {
        Key::new(Arc::clone(&self.space), collection, id)
    }

    /// Whether there is this mailbox.
    pub(super) async fn is_there(&self, app: &App) -> Result<bool, Fault> {
        let lookup = app.store.lookup(&user_key(&self.address), None).await.map_err(|error| store_fault(&error))?;
        Ok(lookup != Lookup::Absent)
    }

    /// The mailbox that mail to an address comes into, if it is here: what stands behind a plus sign before the `@` does
    /// not count.
    pub(super) async fn at(app: &App, address: &str) -> Result<Option<Mailbox>, Fault> {
        for address in std::iter::once(address).chain(plain(address).as_deref()) {
            let mailbox = Mailbox::of(address);
            if mailbox.is_there(app).await? {
                return Ok(Some(mailbox));
            }
        }
        Ok(None)
    }

    /// Makes this mailbox, unless there is one; whether it was made.
    ///
    /// # Errors
    /// 503 while one of its name is being deleted.
    pub(super) async fn make(&self, app: &App) -> Result<bool, Fault> {
        let body = json!({"address": &*self.address, "created": rfc3339(app.clock.now_ms())}).to_string();
        let key = user_key(&self.address);
        for _ in 0..ROUNDS_MAX {
            let batch = Batch::new(random::batch_id(), random::tag())
                .expect(self.absent())
                .expect(Expectation::Absent(going_key(&self.address)))
                .put(key.clone(), "{}", body.clone());
            match app.store.commit(aliases::question(app, batch, self).await?).await {
                Ok(_) => return Ok(true),
                Err(error) if error.kind() != ErrorKind::Conflict => return Err(store_fault(&error)),
                Err(_) if self.is_there(app).await? => return Ok(false),
                Err(_) if self.is_going(app).await? => break,
                Err(_) => {}
            }
        }
        Err(Fault::unavailable(1))
    }

    /// That there is no such mailbox.
    pub(super) fn absent(&self) -> Expectation {
        Expectation::Absent(user_key(&self.address))
    }

    /// Takes this mailbox out of those that are there: from now on nothing comes in, and what is in it can go.
    pub(super) async fn close(&self, app: &App) -> Result<(), Fault> {
        let batch = Batch::new(random::batch_id(), random::tag()).delete(user_key(&self.address)).put(
            going_key(&self.address),
            "{}",
            "{}",
        );
        app.store.commit(batch).await.map(drop).map_err(|error| store_fault(&error))
    }

    /// Whether this mailbox was [closed](Mailbox::close) and has not [ended](Mailbox::end).
    pub(super) async fn is_going(&self, app: &App) -> Result<bool, Fault> {
        let lookup = app.store.lookup(&going_key(&self.address), None).await.map_err(|error| store_fault(&error))?;
        Ok(lookup != Lookup::Absent)
    }

    /// Ends a closed mailbox in which nothing is left.
    pub(super) async fn end(&self, app: &App) -> Result<(), Fault> {
        let batch = Batch::new(random::batch_id(), random::tag()).delete(going_key(&self.address));
        app.store.commit(batch).await.map(drop).map_err(|error| store_fault(&error))
    }

    /// Sees to it that there is this mailbox.
    async fn settle(&self, app: &App) -> Result<(), Fault> {
        if self.is_there(app).await? {
            return Ok(());
        }
        match app.settings.authorisation.mode {
            AuthorisationMode::Open => self.make(app).await.map(drop),
            AuthorisationMode::Tokens => Err(fault::failed_precondition("Mail service not enabled")),
        }
    }
}

/// A page of those who have a mailbox, by address.
pub(super) async fn page(app: &App, after: Option<Cursor>) -> Result<Page, Fault> {
    let query = Query {
        limit: USERS_AT_ONCE,
        direction: Direction::Ascending,
        heads_only: true,
        after,
        ..Query::new(index::SPACE, index::USERS, index::ID)
    };
    app.store.query(&query).await.map_err(|error| store_fault(&error))
}

/// That there is the mailbox whose space this is. Whatever comes into a mailbox is committed with this.
pub(super) fn there(space: &str) -> Expectation {
    let address = space.strip_prefix(index::SPACE).and_then(|address| address.strip_prefix(':'));
    Expectation::Present(user_key(&address.unwrap_or(space).into()))
}

/// Whether a text can be a user's address.
pub(super) fn is_address(text: &str) -> bool {
    let is_strange = |c: char| c.is_whitespace() || c.is_control() || c == '@';
    let is_plain = |part: &str| !part.is_empty() && !part.contains(is_strange);
    text.len() <= ADDRESS_BYTES_MAX && text.split_once('@').is_some_and(|(name, host)| is_plain(name) && is_plain(host))
}

/// Whether the owner of a mailbox lets another user act in it.
async fn is_delegated(app: &App, mailbox: &Mailbox, user: &Mailbox) -> Result<bool, Fault> {
    let key = mailbox.key(index::DELEGATES, Arc::clone(&user.address));
    let lookup = app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?;
    let Lookup::Found(delegate) = lookup else { return Ok(false) };
    let delegate: Value = serde_json::from_slice(&delegate.body).map_err(|_| Fault::internal())?;
    Ok(delegate["verificationStatus"] == "accepted")
}

/// An address without what stands behind a plus sign before the `@`; `None` for one that has none there.
pub(super) fn plain(address: &str) -> Option<String> {
    let (name, host) = address.split_once('@')?;
    let (name, _) = name.split_once('+').filter(|(name, _)| !name.is_empty())?;
    Some(format!("{name}@{host}"))
}

fn going_key(address: &Arc<str>) -> Key {
    Key::new(index::SPACE, index::GOING, Arc::clone(address))
}

fn user_key(address: &Arc<str>) -> Key {
    Key::new(index::SPACE, index::USERS, Arc::clone(address))
}
