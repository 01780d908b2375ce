//! Which thread a new message joins.

use std::sync::Arc;

use dak_mail::threading::{Known, joined, may_join};
use dak_proto::fault::Fault;
use dak_store::{Filter, Key, Lookup, Query};

use super::is_id;
use crate::app::App;
use crate::services::gmail::change::Summary;
use crate::services::gmail::mail::Letter;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::stored::{Facts, Head};
use crate::services::gmail::{fault, index};
use crate::services::store_fault;

/// How many of the messages that a mail names are looked for: the nearest.
const REFERENCES_MAX: usize = 50;
/// How many messages with one of these ids are looked at.
const KNOWN_MAX: usize = 100;

/// A message that a new one may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::services::gmail) struct Named {
    /// Its thread.
    pub(in crate::services::gmail) thread_id: String,
    /// How many messages its thread has.
    pub(in crate::services::gmail) thread_messages: usize,
    /// Its Message-ID.
    pub(in crate::services::gmail) message_id: String,
    /// Its subject, [normalised](dak_mail::threading::normalised_subject).
    pub(in crate::services::gmail) subject: String,
}

/// The thread that a mail joins: the one that its request asks for, or that of a message it answers. `None` if it begins one.
///
/// # Errors
/// 400 for what is no thread's id, 404 for a thread that is not there.
pub(in crate::services::gmail) async fn thread(
    app: &App,
    mailbox: &Mailbox,
    letter: &Letter,
    asked: Option<&str>,
) -> Result<Option<String>, Fault> {
    if let Some(asked) = asked {
        check(app, mailbox, asked).await?;
    }
    let named = named(app, mailbox, letter).await?;
    let known: Vec<Known<'_>> = named.iter().map(Named::known).collect();
    let (references, subject) = (&letter.references, &letter.facts.subject);
    match asked {
        Some(asked) => Ok(may_join(asked, references, subject, &known).then(|| asked.to_owned())),
        None => Ok(joined(references, subject, &known).map(str::to_owned)),
    }
}

/// The same for a mail that comes with others, of which some are not stored yet.
pub(in crate::services::gmail) async fn thread_among(
    app: &App,
    mailbox: &Mailbox,
    letter: &Letter,
    others: &[Named],
) -> Result<Option<String>, Fault> {
    let mut named = named(app, mailbox, letter).await?;
    named.extend(others.iter().filter(|other| letter.references.contains(&other.message_id)).cloned());
    let known: Vec<Known<'_>> = named.iter().map(Named::known).collect();
    Ok(joined(&letter.references, &letter.facts.subject, &known).map(str::to_owned))
}

impl Named {
    fn known(&self) -> Known<'_> {
        Known {
            thread_id: &self.thread_id,
            thread_messages: self.thread_messages,
            message_id: &self.message_id,
            subject: &self.subject,
        }
    }
}

async fn check(app: &App, mailbox: &Mailbox, thread: &str) -> Result<(), Fault> {
    if !is_id(thread) {
        return Err(fault::invalid("Invalid thread_id value"));
    }
    match summary(app, &mailbox.key(index::THREADS, thread)).await? {
        Some(_) => Ok(()),
        None => Err(fault::not_found()),
    }
}

/// The messages of a mailbox that a mail names.
async fn named(app: &App, mailbox: &Mailbox, letter: &Letter) -> Result<Vec<Named>, Fault> {
    let nearest = letter.references.iter().rev().take(REFERENCES_MAX);
    let tags: Vec<Filter> = nearest.map(|id| Filter::Tag(index::message_id_tag(id))).collect();
    if tags.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query {
        filter: Filter::Or(tags),
        limit: KNOWN_MAX,
        heads_only: true,
        ..Query::new(Arc::clone(&mailbox.space), index::MESSAGES, index::DATE)
    };
    let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let mut named = Vec::new();
    for record in page.records {
        let thread_id = Head::parse(&record.head)?.thread_id;
        let key = mailbox.key(index::MESSAGES, record.id);
        let lookup = app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?;
        let thread = summary(app, &mailbox.key(index::THREADS, thread_id.as_str())).await?;
        // What was deleted just now is named by nobody.
        let (Lookup::Found(record), Some(thread)) = (lookup, thread) else { continue };
        let Facts { message_id, subject, .. } = Facts::of(&record.body);
        let thread_messages = usize::try_from(thread.messages).unwrap_or_default();
        named.push(Named { thread_id, thread_messages, message_id, subject });
    }
    Ok(named)
}

async fn summary(app: &App, key: &Key) -> Result<Option<Summary>, Fault> {
    let lookup = app.store.lookup(key, None).await.map_err(|error| store_fault(&error))?;
    lookup.record().map(|record| Summary::parse(&record.head)).transpose()
}
