//! Drafts as they are stored: a container that keeps its id, and names the message in it.

use std::borrow::Cow;

use dak_proto::fault::Fault;
use dak_store::{Batch, Expectation, Key, Record, Tag};
use serde_json::{Value, json};

use crate::app::App;
use crate::ids;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::messages::version;
use crate::services::gmail::stored::Message;
use crate::services::gmail::{fault, index};
use crate::services::{Call, store_fault};

/// The longest id that is looked for.
const ID_CHARS_MAX: usize = 40;

/// How often a draft that changes meanwhile is read again.
const ROUNDS_MAX: usize = 10;

/// A draft that is there.
#[derive(Clone, Debug)]
pub(in crate::services::gmail) struct Draft {
    key: Key,
    tag: Tag,
    /// Its message.
    pub(in crate::services::gmail) message: Message,
    /// The message's record.
    pub(in crate::services::gmail) record: Record,
}

/// What becomes of a draft when mail is posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::services::gmail) enum Drafting<'a> {
    /// There is none.
    Nothing,
    /// The mail is a new one.
    Create,
    /// The mail is what this one says from now on.
    Replace(&'a str),
    /// The mail was this one, whose message had this id if it is what is sent.
    Send(&'a str, Option<&'a str>),
}

impl Draft {
    /// The draft of this id.
    ///
    /// # Errors
    /// 404 for one that is not there.
    pub(in crate::services::gmail) async fn find(app: &App, mailbox: &Mailbox, id: &str) -> Result<Draft, Fault> {
        let id = Some(id).filter(|id| (1..=ID_CHARS_MAX).contains(&id.len())).ok_or_else(fault::not_found)?;
        let key = mailbox.key(index::DRAFTS, id);
        for _ in 0..ROUNDS_MAX {
            let Some(draft) = find(app, &key).await? else { return Err(fault::not_found()) };
            let named: Value = serde_json::from_slice(&draft.body).map_err(|_| Fault::internal())?;
            let message = named["message"].as_str().ok_or_else(Fault::internal)?;
            // Between the two reads the draft may have got another message.
            if let Some(record) = find(app, &mailbox.key(index::MESSAGES, message)).await? {
                return Ok(Draft { key, tag: draft.tag, message: Message::of(&record)?, record });
            }
        }
        Err(Fault::unavailable(1))
    }

    /// That it is still as it was read.
    pub(super) fn unchanged(&self) -> Expectation {
        Expectation::Tagged(self.key.clone(), self.tag)
    }
}

impl Drafting<'_> {
    /// The draft that is there already, if the request's conditions hold for it.
    ///
    /// # Errors
    /// 404 for one that is not there, 412 where it is another version, 409 where what was to be sent has changed.
    pub(super) async fn replaced(&self, call: &Call<'_>, mailbox: &Mailbox) -> Result<Option<Draft>, Fault> {
        let (Drafting::Replace(id) | Drafting::Send(id, _)) = self else { return Ok(None) };
        let draft = Draft::find(call.app, mailbox, id).await?;
        call.check(&version(draft.message.tag))?;
        match self {
            Drafting::Send(_, Some(message)) if *message != &*draft.message.id => {
                Err(Fault::conflict("The draft was changed by another request at the same time."))
            }
            _ => Ok(Some(draft)),
        }
    }

    /// The id of the draft that there is then.
    pub(super) fn id(&self) -> Option<Cow<'_, str>> {
        match self {
            Drafting::Nothing | Drafting::Send(..) => None,
            Drafting::Create => Some(new_id().into()),
            Drafting::Replace(id) => Some((*id).into()),
        }
    }
}

/// The id of a new draft.
pub(in crate::services::gmail) fn new_id() -> String {
    format!("r-{}", ids::next())
}

/// Adds to a batch that a draft has this message.
pub(in crate::services::gmail) fn put(batch: Batch, mailbox: &Mailbox, draft: &str, message: &str) -> Batch {
    batch.put(mailbox.key(index::DRAFTS, draft), "{}", json!({ "message": message }).to_string())
}

async fn find(app: &App, key: &Key) -> Result<Option<Record>, Fault> {
    Ok(app.store.lookup(key, None).await.map_err(|error| store_fault(&error))?.record())
}
