//! Whether what is counted of mailboxes is what is in them: for `dak check`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use dak_mail::labels::{SYSTEM, UNREAD};
use dak_store::{Cursor, Direction, Error, ErrorKind, Lookup, Query, Record, Records};

use super::change::Summary;
use super::index::{self, Counted};
use super::mailbox::Mailbox;
use super::stored::Head;

/// How many records are read at a time.
const AT_ONCE: usize = 2000;
/// How often a mailbox that changes meanwhile is counted again, before it is left as it is.
const ROUNDS_MAX: usize = 3;
/// The most problems of one mailbox that are told.
const PROBLEMS_MAX: usize = 100;

/// Counts the messages and threads of all mailboxes again and tells what differs, a sentence each.
///
/// A mailbox that changes while it is counted is counted again, and passed over if it changes again and again.
///
/// # Errors
/// Whatever the store refuses.
pub async fn recount(store: &dyn Records) -> Result<Vec<String>, Error> {
    let mut problems = Vec::new();
    let mut query = Query { limit: AT_ONCE, ..Query::new(index::SPACE, index::USERS, index::ID) };
    loop {
        let page = store.query(&query).await?;
        for user in &page.records {
            let mailbox = Mailbox::of(&user.id);
            problems.extend(Recount { store, mailbox: &mailbox }.settled().await?);
        }
        match page.next {
            None => return Ok(problems),
            next => query.after = next,
        }
    }
}

struct Recount<'a> {
    store: &'a dyn Records,
    mailbox: &'a Mailbox,
}

/// What is in a mailbox.
#[derive(Default)]
struct Found {
    messages: i64,
    labels: BTreeMap<String, [i64; 4]>,
    threads: HashMap<String, Summary>,
    /// Drafts that messages name, and the messages.
    drafts: BTreeMap<String, Arc<str>>,
}

impl Recount<'_> {
    /// What is wrong while nothing changes.
    async fn settled(&self) -> Result<Vec<String>, Error> {
        for _ in 0..ROUNDS_MAX {
            let before = self.store.version(&self.mailbox.space).await?;
            let problems = self.problems().await?;
            if problems.is_empty() || self.store.version(&self.mailbox.space).await? == before {
                return Ok(problems);
            }
        }
        Ok(Vec::new())
    }

    async fn problems(&self) -> Result<Vec<String>, Error> {
        let mut found = self.found().await?;
        let mut problems = self.threads(&mut found).await?;
        problems.extend(self.counters(&found).await?);
        problems.extend(self.drafts(&found).await?);
        let told = problems.into_iter().take(PROBLEMS_MAX);
        Ok(told.map(|problem| format!("In the mailbox of {}: {problem}", self.mailbox.address)).collect())
    }

    async fn found(&self) -> Result<Found, Error> {
        let mut found = Found::default();
        let mut after = None;
        loop {
            let (records, next) = self.page(index::MESSAGES, index::DATE, after).await?;
            for record in records {
                found.count(&record)?;
            }
            match next {
                None => return Ok(found),
                next => after = next,
            }
        }
    }

    /// Whether the threads that are kept are those of the messages. They are counted with their labels.
    async fn threads(&self, found: &mut Found) -> Result<Vec<String>, Error> {
        let mut problems = Vec::new();
        let mut left: BTreeSet<String> = found.threads.keys().cloned().collect();
        let mut after = None;
        loop {
            let (records, next) = self.page(index::THREADS, index::ID, after).await?;
            for record in records {
                left.remove(&*record.id);
                let mut kept = Summary::parse(&record.head).map_err(|_| unreadable(&record))?;
                kept.newest.snippet.clear();
                if found.threads.get(&*record.id) != Some(&kept) {
                    problems.push(format!("the thread {} is not kept as it is.", record.id));
                }
            }
            if next.is_none() {
                break;
            }
            after = next;
        }
        problems.extend(left.iter().map(|id| format!("the thread {id} is not kept.")));
        Ok(problems)
    }

    async fn counters(&self, found: &Found) -> Result<Vec<String>, Error> {
        let mut expected = BTreeMap::from([
            (index::MESSAGES_TOTAL.to_owned(), found.messages),
            (index::THREADS_TOTAL.to_owned(), i64::try_from(found.threads.len()).unwrap_or(i64::MAX)),
        ]);
        let own = self.page(index::LABELS, index::ID, None).await?.0;
        let known = SYSTEM.iter().map(|label| label.id).chain(own.iter().map(|label| &*label.id));
        for label in known.chain(found.labels.keys().map(String::as_str)) {
            let counts = found.labels.get(label).copied().unwrap_or_default();
            let counters = Counted::ALL.map(|counted| index::counter(label, counted));
            expected.extend(counters.into_iter().zip(counts));
        }
        let mut problems = Vec::new();
        for (name, count) in expected {
            let counter = self.store.counter(&self.mailbox.space, &name).await?;
            if counter != count {
                problems.push(format!("the counter {name} is {counter}; {count} were found."));
            }
        }
        Ok(problems)
    }

    /// Whether every draft has its message, and every message of a draft its draft.
    async fn drafts(&self, found: &Found) -> Result<Vec<String>, Error> {
        let mut problems = Vec::new();
        for (draft, message) in &found.drafts {
            let lookup = self.store.lookup(&self.mailbox.key(index::DRAFTS, draft.as_str()), None).await?;
            if lookup == Lookup::Absent {
                problems.push(format!("the message {message} is of a draft that is not there."));
            }
        }
        let mut after = None;
        loop {
            let (records, next) = self.page(index::DRAFTS, index::ID, after).await?;
            let lone = records.iter().filter(|draft| !found.drafts.contains_key(&*draft.id));
            problems.extend(lone.map(|draft| format!("the draft {} has no message.", draft.id)));
            match next {
                None => return Ok(problems),
                next => after = next,
            }
        }
    }

    async fn page(
        &self,
        collection: &'static str,
        order: &str,
        after: Option<Cursor>,
    ) -> Result<(Vec<Record>, Option<Cursor>), Error> {
        let query = Query {
            limit: AT_ONCE,
            direction: Direction::Ascending,
            heads_only: true,
            after,
            ..Query::new(Arc::clone(&self.mailbox.space), collection, order)
        };
        let page = self.store.query(&query).await?;
        Ok((page.records, page.next))
    }
}

impl Found {
    fn count(&mut self, record: &Record) -> Result<(), Error> {
        let head = Head::parse(&record.head).map_err(|_| unreadable(record))?;
        self.messages += 1;
        let unread = i64::from(head.has(UNREAD));
        let thread = self.threads.entry(head.thread_id.clone()).or_default();
        for label in &head.label_ids {
            let had = thread.labels.get(label).copied().unwrap_or_default();
            let counts = self.labels.entry(label.clone()).or_default();
            counts[0] += 1;
            counts[1] += unread;
            counts[2] += i64::from(had[0] == 0);
            counts[3] += i64::from(had[1] == 0 && unread == 1);
        }
        thread.count(&head, 1);
        // Messages come in the order of their dates.
        thread.newest.date_ms = head.internal_date_ms;
        thread.newest.id = record.id.to_string();
        if let Some(draft) = head.draft {
            self.drafts.insert(draft, Arc::clone(&record.id));
        }
        Ok(())
    }
}

fn unreadable(record: &Record) -> Error {
    Error::new(ErrorKind::Invalid, format!("The record {} cannot be read.", record.id))
}
