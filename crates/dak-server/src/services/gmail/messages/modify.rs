//! Changing the labels of messages: of one, of many, of a thread.

use std::sync::Arc;

use dak_mail::labels::{self, INBOX, TRASH};
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Expectation, Key, Lookup};
use serde_json::{Map, Value};

use super::{find, ids, reference, sent, texts, version};
use crate::app::App;
use crate::reply::Reply;
use crate::services::gmail::change::{self, Change, Plan, Step};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::stored::{Head, Message};
use crate::services::gmail::{index, threads};
use crate::services::{Call, store_fault};

/// What is done to the labels of messages.
#[derive(Debug)]
pub(in crate::services::gmail) struct Relabel {
    act: Act,
    /// Values of classification labels that are set.
    classified: Vec<Value>,
    /// Classification labels that are taken off.
    declassified: Vec<String>,
    /// Labels of the user's own that are put on: they must be there still when it happens.
    user_labels: Vec<Key>,
}

#[derive(Debug)]
enum Act {
    Change(labels::Change),
    Nothing,
    Trash,
    Untrash,
}

/// Which messages it is done to.
#[derive(Debug)]
pub(in crate::services::gmail) enum Scope<'a> {
    /// One, which must be there and on which the request's conditions hold.
    One(&'a Call<'a>, &'a str),
    /// Those of many that are there.
    Many(&'a [String]),
    /// All of a thread, which must be there.
    Thread(&'a str),
}

/// A change of labels.
#[derive(Debug)]
pub(in crate::services::gmail) struct Relabelling<'a> {
    /// Where.
    pub(in crate::services::gmail) mailbox: &'a Mailbox,
    /// What.
    pub(in crate::services::gmail) relabel: &'a Relabel,
    /// Of which.
    pub(in crate::services::gmail) scope: Scope<'a>,
}

/// Changes the labels of a message.
pub(super) async fn modify(mut call: Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(&call).await?;
    let members = sent(&mut call);
    let relabel = Relabel::asked(call.app, &mailbox, &members).await?;
    one(&call, &mailbox, &relabel).await
}

/// Puts a message into the trash.
pub(super) async fn trash(call: &Call<'_>) -> Result<Reply, Fault> {
    one(call, &Mailbox::open(call).await?, &Relabel::trash()).await
}

/// Takes a message out of the trash.
pub(super) async fn untrash(call: &Call<'_>) -> Result<Reply, Fault> {
    one(call, &Mailbox::open(call).await?, &Relabel::untrash()).await
}

/// Changes the labels of up to a thousand messages.
pub(super) async fn batch_modify(mut call: Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(&call).await?;
    let members = sent(&mut call);
    let ids = ids(&members)?;
    let relabel = Relabel::asked(call.app, &mailbox, &members).await?;
    let relabelling = Relabelling { mailbox: &mailbox, relabel: &relabel, scope: Scope::Many(&ids) };
    change::carry_out(call.app, &relabelling).await?;
    Ok(Reply::NoContent)
}

async fn one(call: &Call<'_>, mailbox: &Mailbox, relabel: &Relabel) -> Result<Reply, Fault> {
    let id = call.arguments.text("id").unwrap_or_default();
    let relabelling = Relabelling { mailbox, relabel, scope: Scope::One(call, id) };
    let messages = change::carry_out(call.app, &relabelling).await?;
    let message = messages.first().ok_or_else(Fault::internal)?;
    Ok(Reply::written(Rope::value(&reference(&message.id, &message.head)), version(message.tag)))
}

impl Relabel {
    /// Into the trash.
    pub(in crate::services::gmail) fn trash() -> Relabel {
        Relabel::plain(Act::Trash)
    }

    /// Out of the trash.
    pub(in crate::services::gmail) fn untrash() -> Relabel {
        Relabel::plain(Act::Untrash)
    }

    fn plain(act: Act) -> Relabel {
        Relabel { act, classified: Vec::new(), declassified: Vec::new(), user_labels: Vec::new() }
    }

    /// What the body of a request asks for.
    ///
    /// # Errors
    /// 400 for labels that are not there or cannot be set, and for a request that asks for nothing.
    pub(in crate::services::gmail) async fn asked(
        app: &App,
        mailbox: &Mailbox,
        members: &Map<String, Value>,
    ) -> Result<Relabel, Fault> {
        let (add, remove) = (texts(members, "addLabelIds"), texts(members, "removeLabelIds"));
        let classified = members.get("addClassificationLabels").and_then(Value::as_array).cloned().unwrap_or_default();
        let declassified =
            [texts(members, "removeClassificationLabels"), texts(members, "removeClassificationLabelIds")];
        let declassified = declassified.concat();
        let known = user_labels(app, mailbox, add.iter().chain(&remove)).await?;
        let is_known = |id: &str| known.iter().any(|key| &*key.id == id);
        let asks_otherwise = !classified.is_empty() || !declassified.is_empty();
        let act = match add.is_empty() && remove.is_empty() && asks_otherwise {
            true => Act::Nothing,
            false => Act::Change(labels::Change::new(&add, &remove, is_known)?),
        };
        let user_labels = known.into_iter().filter(|key| add.iter().any(|id| *id == *key.id)).collect();
        Ok(Relabel { act, classified, declassified, user_labels })
    }

    /// The head of a message after this.
    fn of(&self, was: &Head) -> Head {
        let label_ids = match &self.act {
            Act::Nothing => was.label_ids.clone(),
            Act::Change(change) => change.of(&was.label_ids),
            Act::Trash => labels::Change::trash().of(&was.label_ids),
            Act::Untrash => labels::untrashed(&was.label_ids, was.was_in_inbox),
        };
        let mut head = Head { label_ids, ..was.clone() };
        if head.has(TRASH) != was.has(TRASH) {
            head.was_in_inbox = was.has(INBOX) && !head.has(INBOX);
        }
        self.classify(&mut head);
        head
    }

    /// A draft bears no other label; a change of many messages passes it over.
    fn check_draft(&self, head: &Head) -> Result<(), Fault> {
        match &self.act {
            Act::Change(change) => change.check_draft(&head.label_ids),
            _ => Ok(()),
        }
    }

    fn classify(&self, head: &mut Head) {
        let is_of = |value: &Value, id: &Value| value["labelId"] == *id;
        head.classification.retain(|value| {
            let is_set = self.classified.iter().any(|new| is_of(value, &new["labelId"]));
            !is_set && !self.declassified.iter().any(|id| value["labelId"] == id.as_str())
        });
        head.classification.extend(self.classified.iter().cloned());
    }
}

impl Change for Relabelling<'_> {
    type Made = Vec<Message>;

    async fn plan(&self, app: &Arc<App>) -> Result<(Plan, Vec<Message>), Fault> {
        let mut plan = Plan::new();
        let (mut steps, mut made) = (Vec::new(), Vec::new());
        for was in self.messages(app).await? {
            let passes_over = match self.relabel.check_draft(&was.head) {
                Err(fault) if matches!(self.scope, Scope::One(..)) => return Err(fault),
                checked => checked.is_err(),
            };
            let head = if passes_over { was.head.clone() } else { self.relabel.of(&was.head) };
            let tag = if head == was.head { was.tag } else { plan.batch.tag };
            made.push(Message { id: Arc::clone(&was.id), tag, head: head.clone() });
            steps.extend(Step::alter(was, head));
        }
        plan.batch.expectations.extend(self.relabel.user_labels.iter().cloned().map(Expectation::Present));
        plan.mailboxes.push((self.mailbox.clone(), steps));
        Ok((plan, made))
    }
}

impl Relabelling<'_> {
    async fn messages(&self, app: &App) -> Result<Vec<Message>, Fault> {
        match &self.scope {
            Scope::One(call, id) => {
                let message = Message::of(&find(app, self.mailbox, id).await?)?;
                call.check(&version(message.tag))?;
                Ok(vec![message])
            }
            Scope::Many(ids) => there(app, self.mailbox, ids).await,
            Scope::Thread(id) => threads::messages(app, self.mailbox, id).await,
        }
    }
}

/// Those of some messages that are there.
pub(super) async fn there(app: &App, mailbox: &Mailbox, ids: &[String]) -> Result<Vec<Message>, Fault> {
    let mut messages = Vec::with_capacity(ids.len());
    for id in ids {
        let lookup = app.store.lookup(&mailbox.key(index::MESSAGES, id.as_str()), None).await;
        if let Lookup::Found(record) = lookup.map_err(|error| store_fault(&error))? {
            messages.push(Message::of(&record)?);
        }
    }
    Ok(messages)
}

/// The keys of those of some labels that are the user's own and are there.
pub(in crate::services::gmail) async fn user_labels(
    app: &App,
    mailbox: &Mailbox,
    ids: impl Iterator<Item = &String>,
) -> Result<Vec<Key>, Fault> {
    let mut known = Vec::new();
    for id in ids.filter(|id| labels::is_user_label(id)) {
        let key = mailbox.key(index::LABELS, id.as_str());
        let lookup = app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?;
        if lookup != Lookup::Absent {
            known.push(key);
        }
    }
    Ok(known)
}
