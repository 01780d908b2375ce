//! Listing messages, and what narrows lists of messages and threads.

use std::borrow::Cow;
use std::sync::Arc;

use dak_mail::labels::{self, SPAM, TRASH};
use dak_mail::search::{Context, Node};
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{CountedPage, Filter, Page, Query, Record};

use super::modify;
use crate::reply::Reply;
use crate::services::gmail::index::Counted;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::paging::{self, Place};
use crate::services::gmail::stored::Head;
use crate::services::gmail::{index, scopes, search};
use crate::services::{Call, store_fault};
use crate::shelf::Draft;

/// What a list is asked for.
pub(in crate::services::gmail) struct Asked {
    /// A page of the messages.
    pub(in crate::services::gmail) query: Query,
    /// Where the page begins.
    place: Place,
    /// Whether the list changes only with the mailbox, and not because time passes.
    is_lasting: bool,
    /// The one label that it is narrowed by, if any; `None` where it is narrowed otherwise.
    narrowed_by: Option<Option<String>>,
}

/// What is there of a list.
pub(in crate::services::gmail) enum Found {
    /// The answer is there already.
    Answer(Reply),
    /// The answer must be made of these.
    Results(Results),
}

/// What a list is made of.
pub(in crate::services::gmail) struct Results {
    pub(in crate::services::gmail) page: Page,
    /// How many results all pages have, up to one more than is shown.
    count: usize,
    /// The mailbox's version.
    etag: Etag,
}

/// Gives a page of messages, the newest first.
pub(super) async fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let asked = Asked::read(call, &mailbox).await?;
    let results = match asked.find(call, &mailbox).await? {
        Found::Answer(reply) => return Ok(reply),
        Found::Results(results) => results,
    };
    let messages = results.page.records.iter().map(shown).collect::<Result<_, Fault>>()?;
    Ok(asked.reply(call, &mailbox, results, "messages", messages))
}

fn shown(message: &Record) -> Result<Rope, Fault> {
    let thread = Head::parse(&message.head)?.thread_id;
    Ok(Rope::object(vec![("id".into(), Rope::string(&message.id)), ("threadId".into(), Rope::string(&thread))]))
}

impl Asked {
    /// What a request asks for, by `labelIds`, `q` and `includeSpamTrash`.
    ///
    /// # Errors
    /// 400 for labels that are not there, a search that is too large, and a token that is none of this list's.
    pub(in crate::services::gmail) async fn read(call: &Call<'_>, mailbox: &Mailbox) -> Result<Asked, Fault> {
        let text = call.arguments.text("q").unwrap_or_default();
        let context = Context { now_ms: call.app.clock.now_ms() };
        let node = dak_mail::search::parse(text, &context).map_err(|fault| fault.at_parameter("q"))?;
        let labels: Vec<String> = call.arguments.all("labelIds").map(str::to_owned).collect();
        let place = Place::asked(call, mailbox)?;
        let query = Query {
            filter: filter(call, mailbox, &node, &labels).await?,
            limit: paging::items(call),
            bytes_max: call.app.settings.limits.page_bytes_max,
            after: place.after.clone(),
            heads_only: true,
            ..Query::new(Arc::clone(&mailbox.space), index::MESSAGES, index::DATE)
        };
        let is_plain = node == Node::All && labels.len() <= 1;
        let narrowed_by = is_plain.then(|| labels.into_iter().next());
        Ok(Asked { query, place, is_lasting: search::is_lasting(text, &node), narrowed_by })
    }

    /// The same of messages alone that are found so.
    pub(in crate::services::gmail) fn among(mut self, filter: Filter) -> Asked {
        self.query.filter = Filter::And(vec![filter, self.query.filter]);
        self.narrowed_by = None;
        self
    }

    /// The page, unless its answer is there.
    pub(in crate::services::gmail) async fn find(&self, call: &Call<'_>, mailbox: &Mailbox) -> Result<Found, Fault> {
        let version = call.app.store.version(&mailbox.space).await.map_err(|error| store_fault(&error))?;
        let etag = scopes::version(call, Etag::from_tag(&version.tag.0).into()).etag;
        if self.is_lasting {
            if let Some(reply) = call.short_cut(&etag.clone().into())? {
                return Ok(Found::Answer(reply));
            }
            if let Some(draft) = call.app.shelf.find_draft(&draft_key(call, mailbox), &etag) {
                return Ok(Found::Answer(Reply::read(draft.rope.clone(), etag)));
            }
        }
        let found = self.counted(call, mailbox).await?;
        Ok(Found::Results(Results { page: found.page, count: found.count, etag }))
    }

    /// The page, and how many results all pages have. Those are counted only where it is not known that they are many.
    async fn counted(&self, call: &Call<'_>, mailbox: &Mailbox) -> Result<CountedPage, Fault> {
        let count_max = call.app.settings.gmail.estimate_max.saturating_add(1);
        if let Some(label) = &self.narrowed_by
            && self.at_least(call, mailbox, label.as_deref()).await? >= count_max
        {
            let page = call.app.store.query(&self.query).await.map_err(|error| store_fault(&error))?;
            return Ok(CountedPage { page, count: count_max });
        }
        call.app.store.query_counted(&self.query, count_max).await.map_err(|error| store_fault(&error))
    }

    /// The answer with these items of the page. An empty list has no array.
    pub(in crate::services::gmail) fn reply(
        &self,
        call: &Call<'_>,
        mailbox: &Mailbox,
        results: Results,
        name: &'static str,
        items: Vec<Rope>,
    ) -> Reply {
        let Results { page, count, etag } = results;
        let mut members: Vec<(Cow<'static, str>, Rope)> = Vec::new();
        if !items.is_empty() {
            members.push((name.into(), Rope::array(items)));
        }
        members.extend(self.place.next(call, mailbox, &page));
        // Exact up to a bound and on the last page, elsewhere one more than the bound.
        let estimate = self.place.items_in_all(&page).unwrap_or(count as u64);
        members.push(("resultSizeEstimate".into(), Rope::number(estimate)));
        let rope = Rope::object(members);
        if !self.is_lasting {
            return Reply::json(rope);
        }
        let rope = Arc::new(rope);
        let draft = Draft { etag: etag.clone(), rope: Arc::clone(&rope) };
        call.app.shelf.keep_draft(draft_key(call, mailbox), draft);
        Reply::read(rope, etag)
    }

    /// How many results there are for certain, out of what is counted anyway: those with the label, less all of spam and trash.
    async fn at_least(&self, call: &Call<'_>, mailbox: &Mailbox, label: Option<&str>) -> Result<usize, Fault> {
        let (total, counted) = match self.query.collapse {
            true => (index::THREADS_TOTAL, Counted::Threads),
            false => (index::MESSAGES_TOTAL, Counted::Messages),
        };
        let all = label.map_or_else(|| total.to_owned(), |label| index::counter(label, counted));
        let mut count = 0;
        for (name, sign) in [(all, 1), (index::counter(SPAM, counted), -1), (index::counter(TRASH, counted), -1)] {
            let counter = call.app.store.counter(&mailbox.space, &name).await;
            count += sign * counter.map_err(|error| store_fault(&error))?;
        }
        Ok(usize::try_from(count).unwrap_or(0))
    }
}

/// What no parameter says: who `me` is, and whether the token shows text.
fn draft_key(call: &Call<'_>, mailbox: &Mailbox) -> Vec<u8> {
    let mut key = call.draft_key();
    key.push(u8::from(scopes::is_metadata_only(call)));
    key.extend_from_slice(mailbox.space.as_bytes());
    key
}

async fn filter(call: &Call<'_>, mailbox: &Mailbox, node: &Node, asked: &[String]) -> Result<Filter, Fault> {
    check_labels(call, mailbox, asked).await?;
    let mut parts: Vec<Filter> = asked.iter().map(|label| Filter::Tag(index::label_tag(label))).collect();
    if *node != Node::All {
        parts.push(search::filter(node, &search::Names::read(call.app, mailbox, [node]).await?));
    }
    if !call.arguments.flag("includeSpamTrash") {
        parts.push(search::shown(node, asked));
    }
    Ok(Filter::And(parts))
}

async fn check_labels(call: &Call<'_>, mailbox: &Mailbox, asked: &[String]) -> Result<(), Fault> {
    let known = modify::user_labels(call.app, mailbox, asked.iter()).await?;
    let is_there = |id: &String| labels::system(id).is_some() || known.iter().any(|key| *key.id == **id);
    match asked.iter().find(|id| !is_there(id)) {
        Some(unknown) => Err(labels::invalid(unknown)),
        None => Ok(()),
    }
}
