//! Mail from elsewhere: many at a time, each once, with the labels it had there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dak_mail::labels::{self, DRAFT};
use dak_mail::parcel::{Parcel, Reader};
use dak_proto::encoding::Coding;
use dak_proto::fault::Fault;
use dak_store::{Batch, Expectation, Filter, Key, Query};
use http::request::Parts;
use ring::digest;
use serde_json::{Value, json};

use super::named;
use crate::app::App;
use crate::body::{self, Body, Pieces};
use crate::ids;
use crate::services::gmail::change::{self, Change, New, Plan, Step};
use crate::services::gmail::index;
use crate::services::gmail::labels as mailbox_labels;
use crate::services::gmail::mail::{self, Letter};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::messages::threading::{self, Named};
use crate::services::gmail::posting::draft;
use crate::services::gmail::raw::Kept;
use crate::services::gmail::stored::Head;
use crate::services::store_fault;

/// The largest mail, in bytes: as `users.messages.import` takes it.
const MAIL_BYTES_MAX: usize = 150 << 20;
/// The most bytes of one call.
const CALL_BYTES_MAX: u64 = MAIL_BYTES_MAX as u64 + (1 << 20);
/// The most mails of one call.
const MAILS_MAX: usize = 1000;

/// Takes parcels into the mailbox that the call names; it is made if there is none: `{"added", "known", "made"}`.
///
/// All of a call's mails come in one commit.
///
/// # Errors
/// 400 and 413 for a body that cannot be read, and whatever the store refuses. Nothing of the call was taken then.
pub(crate) async fn take(app: &Arc<App>, head: &Parts, body: Body) -> Result<Value, Fault> {
    let mailbox = named(head.uri.query())?;
    let length = body.announced().unwrap_or(CALL_BYTES_MAX);
    if length > CALL_BYTES_MAX {
        return Err(too_large());
    }
    let _room = app.room.take(length.saturating_mul(body::COPIES)).await?;
    let parcels = read(app, body).await?;
    let is_made = mailbox.make(app).await?;
    let added = add(app, &mailbox, &parcels).await?;
    Ok(json!({"added": added, "known": parcels.len() - added, "made": is_made}))
}

/// Adds mails to a mailbox in one commit; how many of them were not there.
///
/// # Errors
/// Whatever the store refuses.
pub(in crate::services::gmail) async fn add(
    app: &Arc<App>,
    mailbox: &Mailbox,
    parcels: &[Parcel],
) -> Result<usize, Fault> {
    let mut intake = Intake { mailbox, arrivals: Vec::with_capacity(parcels.len()) };
    for parcel in parcels {
        intake.arrivals.push(Arrival::new(app, parcel).await?);
    }
    let taken = change::carry_out(app, &intake).await;
    if !matches!(&taken, Ok(added) if *added == parcels.len()) {
        // What was known already, or could not be taken, leaves nothing behind.
        intake.give_up(app).await;
    }
    taken
}

async fn read(app: &App, body: Body) -> Result<Vec<Parcel>, Fault> {
    let mut pieces = Pieces::new(body, Coding::Identity, &app.settings.limits);
    let (mut reader, mut parcels) = (Reader::new(MAIL_BYTES_MAX), Vec::new());
    let mut bytes = 0;
    while let Some(piece) = pieces.next().await? {
        bytes += piece.len() as u64;
        if bytes > CALL_BYTES_MAX {
            return Err(too_large());
        }
        reader.push(&piece);
        while let Some(parcel) = reader.next()? {
            parcels.push(parcel);
        }
        if parcels.len() > MAILS_MAX {
            return Err(Fault::too_large(format!("A call may bring {MAILS_MAX} mails.")));
        }
    }
    match reader.is_empty() {
        true => Ok(parcels),
        false => Err(Fault::bad_request("badContent", "The last mail is not whole.")),
    }
}

fn too_large() -> Fault {
    Fault::too_large(format!("A call may bring {CALL_BYTES_MAX} bytes of mail."))
}

/// A mail that arrived, read.
struct Arrival<'a> {
    parcel: &'a Parcel,
    letter: Letter,
    /// Where its bytes are.
    kept: Kept,
    /// What it is known by if it has no Message-ID.
    hash: Option<String>,
}

impl<'a> Arrival<'a> {
    async fn new(app: &App, parcel: &'a Parcel) -> Result<Arrival<'a>, Fault> {
        let letter = Letter::of(&parcel.raw).await?;
        let hash = letter.facts.message_id.is_empty().then(|| hash(&parcel.raw));
        Ok(Arrival { parcel, hash, kept: Kept::apart(app, &parcel.raw, false).await?, letter })
    }

    /// The record that says of a mail without Message-ID that it is there.
    fn hash_key(&self, mailbox: &Mailbox) -> Option<Key> {
        self.hash.as_ref().map(|hash| mailbox.key(index::IMPORTS, format!("mail:{hash}")))
    }

    /// The record that says what became of the thread it was in elsewhere.
    fn thread_key(&self, mailbox: &Mailbox) -> Option<Key> {
        let thread = self.parcel.thread.as_ref()?;
        Some(mailbox.key(index::IMPORTS, format!("thread:{}", hash(thread.as_bytes()))))
    }

    /// When it was received there, if that is known, else its own date, else now.
    fn date_ms(&self, now_ms: i64) -> i64 {
        let mut known = [self.parcel.date_ms, self.letter.date_ms].into_iter().flatten();
        known.find(|date_ms| *date_ms >= 0).unwrap_or(now_ms)
    }
}

fn hash(bytes: &[u8]) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(digest::digest(&digest::SHA256, bytes))
}

/// Mails on their way into a mailbox.
struct Intake<'a> {
    mailbox: &'a Mailbox,
    arrivals: Vec<Arrival<'a>>,
}

impl Intake<'_> {
    async fn give_up(&self, app: &Arc<App>) {
        for arrival in &self.arrivals {
            arrival.kept.give_up(app).await;
        }
    }
}

impl Change for Intake<'_> {
    /// How many were added.
    type Made = usize;

    async fn plan(&self, app: &Arc<App>) -> Result<(Plan, usize), Fault> {
        let mut coming = Coming::new(app, self.mailbox);
        for arrival in &self.arrivals {
            if !coming.is_known(arrival).await? {
                coming.add(arrival).await?;
            }
        }
        let added = coming.steps.len();
        coming.plan.mailboxes.push((self.mailbox.clone(), coming.steps));
        Ok((coming.plan, added))
    }
}

/// What comes of arrivals, one after the other.
struct Coming<'a> {
    app: &'a Arc<App>,
    mailbox: &'a Mailbox,
    plan: Plan,
    steps: Vec<Step>,
    /// The mails that are added, as those after them may name them.
    named: Vec<Named>,
    /// Message-IDs and hashes of those mails.
    seen: BTreeSet<String>,
    /// What became of threads elsewhere.
    threads: BTreeMap<Key, String>,
    /// The ids of labels by their names.
    labels: BTreeMap<String, String>,
}

impl<'a> Coming<'a> {
    fn new(app: &'a Arc<App>, mailbox: &'a Mailbox) -> Coming<'a> {
        Coming {
            app,
            mailbox,
            plan: Plan::new(),
            steps: Vec::new(),
            named: Vec::new(),
            seen: BTreeSet::new(),
            threads: BTreeMap::new(),
            labels: BTreeMap::new(),
        }
    }

    /// Whether the mail is in the mailbox, or came just before.
    async fn is_known(&mut self, arrival: &Arrival<'_>) -> Result<bool, Fault> {
        let message_id = &arrival.letter.facts.message_id;
        if !self.seen.insert(arrival.hash.clone().unwrap_or_else(|| message_id.clone())) {
            return Ok(true);
        }
        match arrival.hash_key(self.mailbox) {
            Some(key) => Ok(self.found(&key).await?.is_some()),
            None => {
                let query = Query {
                    filter: Filter::Tag(index::message_id_tag(message_id)),
                    limit: 1,
                    heads_only: true,
                    ..Query::new(Arc::clone(&self.mailbox.space), index::MESSAGES, index::DATE)
                };
                let page = self.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
                Ok(!page.records.is_empty())
            }
        }
    }

    async fn add(&mut self, arrival: &Arrival<'_>) -> Result<(), Fault> {
        let id = ids::next_hex();
        let is_draft = arrival.parcel.labels.iter().any(|label| label == DRAFT);
        let head = Head {
            thread_id: self.thread(arrival, &id).await?,
            label_ids: if is_draft { labels::drafted() } else { self.label_ids(&arrival.parcel.labels).await? },
            draft: is_draft.then(draft::new_id),
            internal_date_ms: arrival.date_ms(self.app.clock.now_ms()),
            size: arrival.parcel.raw.len() as u64,
            segments: arrival.kept.segments.clone(),
            ..Head::default()
        };
        let facts = &arrival.letter.facts;
        self.named.push(Named {
            thread_id: head.thread_id.clone(),
            thread_messages: 1 + self.named.iter().filter(|named| named.thread_id == head.thread_id).count(),
            message_id: facts.message_id.clone(),
            subject: facts.subject.clone(),
        });
        if let Some(draft) = &head.draft {
            let mailbox = self.mailbox;
            self.alter(|_, batch| draft::put(batch, mailbox, draft, &id));
        }
        if let Some(key) = arrival.hash_key(self.mailbox) {
            self.claim(key, &json!({"id": id}));
        }
        self.alter(|app, batch| arrival.kept.include(app, batch));
        let body = mail::body(&arrival.letter, &arrival.parcel.raw, &arrival.kept).await?;
        self.steps.push(Step::Add(New { id: id.into(), head, body, snippet: facts.snippet.clone() }));
        Ok(())
    }

    /// The thread that a mail joins: what became of the one it was in, else the one that it answers, else one of its own.
    async fn thread(&mut self, arrival: &Arrival<'_>, id: &str) -> Result<String, Fault> {
        let elsewhere = arrival.thread_key(self.mailbox);
        if let Some(key) = &elsewhere
            && let Some(thread) = self.became(key).await?
        {
            return Ok(thread);
        }
        let joined = threading::thread_among(self.app, self.mailbox, &arrival.letter, &self.named).await?;
        let thread = joined.unwrap_or_else(|| id.to_owned());
        if let Some(key) = elsewhere {
            self.threads.insert(key.clone(), thread.clone());
            self.claim(key, &json!({"thread": thread}));
        }
        Ok(thread)
    }

    /// The thread that one elsewhere became, if it is there still.
    async fn became(&mut self, key: &Key) -> Result<Option<String>, Fault> {
        if let Some(thread) = self.threads.get(key) {
            return Ok(Some(thread.clone()));
        }
        let claimed = self.found(key).await?;
        let Some(thread) = claimed.as_ref().and_then(|claimed| claimed["thread"].as_str()) else { return Ok(None) };
        let is_there = self.found(&self.mailbox.key(index::THREADS, thread)).await?.is_some();
        Ok(is_there.then(|| thread.to_owned()))
    }

    /// The ids of labels: of the system's by themselves, of the user's own by their names, made where there is none.
    async fn label_ids(&mut self, names: &[String]) -> Result<Vec<String>, Fault> {
        let mut ids: Vec<String> = Vec::new();
        for name in names.iter().filter(|name| !name.trim().is_empty()) {
            let id = match labels::system(name) {
                Some(system) => system.id.to_owned(),
                None => self.own_label(name).await?,
            };
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(labels::moved_in(ids))
    }

    async fn own_label(&mut self, name: &str) -> Result<String, Fault> {
        if let Some(id) = self.labels.get(name) {
            return Ok(id.clone());
        }
        let id = mailbox_labels::of_name(self.app, self.mailbox, name).await?;
        let key = self.mailbox.key(index::LABELS, id.as_str());
        self.plan.batch.expectations.push(Expectation::Present(key));
        self.labels.insert(name.to_owned(), id.clone());
        Ok(id)
    }

    /// What a record says, if it is there.
    async fn found(&self, key: &Key) -> Result<Option<Value>, Fault> {
        let lookup = self.app.store.lookup(key, None).await.map_err(|error| store_fault(&error))?;
        Ok(lookup.record().map(|record| serde_json::from_slice(&record.body).unwrap_or_default()))
    }

    fn claim(&mut self, key: Key, body: &Value) {
        self.alter(|_, batch| batch.put(key, "{}", body.to_string()));
    }

    fn alter(&mut self, more: impl FnOnce(&App, Batch) -> Batch) {
        let empty = Batch::new(self.plan.batch.id, self.plan.batch.tag);
        let batch = std::mem::replace(&mut self.plan.batch, empty);
        self.plan.batch = more(self.app, batch);
    }
}
