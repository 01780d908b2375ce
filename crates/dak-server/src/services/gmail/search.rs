//! What a search means in a mailbox: a question to the store, and the same question to one message.
//!
//! Both come from one tree ([`dak_mail::search`]) by the same names and words, so that a filter sorts incoming mail as a
//! search for its criteria would find it.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use dak_mail::labels::{SPAM, TRASH, is_user_label};
use dak_mail::search::{self, Context, Criteria, Feature, Field, Node, State, spaced};
use dak_proto::fault::Fault;
use dak_store::text::Words;
use dak_store::{Filter, Pattern, TextField, TextFilter, time_key};
use serde_json::Value;

use super::mailbox::Mailbox;
use super::stored::{Facts, Head};
use super::{index, labels, sizes, strips};
use crate::app::App;

/// Up to how many sizes a search asks for them by classes, which take some thirty tags each.
const CLASSED_SIZES_MAX: usize = 8;

/// What a mailbox calls things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// The user's address.
    me: Arc<str>,
    /// Ids of the user's labels by what searches call them.
    labels: BTreeMap<String, String>,
    /// What is needed to tell labels that were deleted, where some of them are still on messages and a search asks.
    gone: Option<Gone>,
}

/// Labels that were deleted and are still on messages.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Gone {
    /// Their ids.
    labels: Vec<String>,
    /// The ids of those that are there.
    others: Vec<String>,
}

impl Names {
    /// The names that these searches in a mailbox need.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) async fn read(
        app: &App,
        mailbox: &Mailbox,
        searches: impl IntoIterator<Item = &Node>,
    ) -> Result<Names, Fault> {
        let mut names = Names { me: Arc::clone(&mailbox.address), labels: BTreeMap::new(), gone: None };
        for node in searches {
            for called in node.labels() {
                if !names.labels.contains_key(called)
                    && let Some(id) = labels::called(app, mailbox, called).await?
                {
                    names.labels.insert(called.to_owned(), id);
                }
            }
            if names.gone.is_none() && node.asks_whether_has(Feature::UserLabels) {
                names.gone = Gone::read(app, mailbox).await?;
            }
        }
        Ok(names)
    }
}

impl Gone {
    async fn read(app: &App, mailbox: &Mailbox) -> Result<Option<Gone>, Fault> {
        let gone = strips::hidden(app, mailbox).await?;
        if gone.is_empty() {
            return Ok(None);
        }
        let others = labels::ids(app, mailbox).await?.into_iter().collect();
        Ok(Some(Gone { labels: gone, others }))
    }

    /// Messages without any of them, or with another.
    fn passed_over(&self) -> Filter {
        let any = |ids: &[String]| Filter::Or(ids.iter().map(|id| label(id)).collect());
        Filter::Or(vec![not(any(&self.labels)), any(&self.others)])
    }
}

/// Whether a search finds the same at any time, so that its answer may be kept while the mailbox does not change.
pub(super) fn is_lasting(query: &str, node: &Node) -> bool {
    search::parse(query, &Context { now_ms: 0 }).as_ref() == Ok(node)
}

/// What the criteria of a filter, as the API shows them, ask of a message.
///
/// # Errors
/// 400 for a search in them that is too large.
pub(super) fn criteria(criteria: &Value, context: &Context) -> Result<Node, Fault> {
    let text = |name: &str| criteria[name].as_str().unwrap_or_default();
    let size = |comparison: &str| criteria["size"].as_u64().filter(|_| criteria["sizeComparison"] == comparison);
    let criteria = Criteria {
        from: text("from"),
        to: text("to"),
        subject: text("subject"),
        query: text("query"),
        negated_query: text("negatedQuery"),
        has_attachment: criteria["hasAttachment"] == true,
        exclude_chats: criteria["excludeChats"] == true,
        larger: size("larger"),
        smaller: size("smaller"),
    };
    search::criteria(&criteria, context)
}

/// The messages of a mailbox that fulfil a search.
pub(super) fn filter(node: &Node, names: &Names) -> Filter {
    meaning(node, names, sizes_in(node) <= CLASSED_SIZES_MAX)
}

fn meaning(node: &Node, names: &Names, is_by_class: bool) -> Filter {
    let each = |nodes: &[Node]| nodes.iter().map(|node| meaning(node, names, is_by_class)).collect();
    match node {
        Node::All => Filter::All,
        Node::And(nodes) => Filter::And(each(nodes)),
        Node::Or(nodes) => Filter::Or(each(nodes)),
        Node::Not(node) => not(meaning(node, names, is_by_class)),
        Node::Words { field, text } => Filter::Text(phrase(*field, text)),
        Node::Near { field, first, second, words_between_max } => {
            Filter::Text(near(*field, first, second, *words_between_max))
        }
        Node::Me(field) => Filter::Text(phrase(*field, &names.me)),
        Node::Label(key) => names.labels.get(key).map_or(Filter::Or(Vec::new()), |id| label(id)),
        Node::System(state) => in_state(state),
        Node::Has(feature) => has(*feature, names),
        Node::MessageId(id) => Filter::Tag(index::message_id_tag(id)),
        Node::After(time_ms) => dates(Some(time_key(*time_ms)), None),
        Node::Before(time_ms) => dates(None, Some(time_key(*time_ms))),
        Node::Larger(bytes) if is_by_class => sizes::from(bytes.saturating_add(1)),
        Node::Larger(bytes) => sizes::range(Some(bytes.saturating_add(1)), None),
        Node::Smaller(bytes) if is_by_class => sizes::below(*bytes),
        Node::Smaller(bytes) => sizes::range(None, Some(*bytes)),
    }
}

/// How many sizes a search asks for.
fn sizes_in(node: &Node) -> usize {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().map(sizes_in).sum(),
        Node::Not(node) => sizes_in(node),
        Node::Larger(_) | Node::Smaller(_) => 1,
        _ => 0,
    }
}

/// What leaves out spam and what is in the trash, unless these labels or this search ask for it. Whoever asks for one of
/// them is also shown what is in both.
pub(super) fn shown(node: &Node, label_ids: &[String]) -> Filter {
    let is_asked_for = |id: &&str| node.asks_for(id) || label_ids.iter().any(|asked| asked == id);
    let (asked, hidden): (Vec<&str>, Vec<&str>) = [SPAM, TRASH].into_iter().partition(is_asked_for);
    let hidden = not(any(&hidden));
    match asked.as_slice() {
        [] => hidden,
        [asked] => Filter::Or(vec![label(asked), hidden]),
        _ => Filter::All,
    }
}

/// A message that comes in, as searches see it.
pub(super) struct Incoming<'a> {
    head: &'a Head,
    facts: &'a Facts,
    words: Words,
    names: &'a Names,
}

impl<'a> Incoming<'a> {
    /// A message with this head and these facts; `fields` are what it is searched by, pairs of name and text.
    pub(super) fn new(
        head: &'a Head,
        facts: &'a Facts,
        fields: impl IntoIterator<Item = (String, String)>,
        names: &'a Names,
    ) -> Incoming<'a> {
        let fields: Vec<TextField> = fields.into_iter().map(|(name, text)| TextField { name, text }).collect();
        Incoming { head, facts, words: Words::new(&fields), names }
    }
}

impl search::Facts for Incoming<'_> {
    fn has_words(&self, field: Field, text: &str) -> bool {
        self.words.has(&phrase(field, text))
    }

    fn has_near(&self, field: Field, first: &str, second: &str, words_between_max: u32) -> bool {
        self.words.has(&near(field, first, second, words_between_max))
    }

    fn has_label(&self, id: &str) -> bool {
        self.head.has(id)
    }

    fn has_label_called(&self, key: &str) -> bool {
        self.names.labels.get(key).is_some_and(|id| self.head.has(id))
    }

    fn has(&self, feature: Feature) -> bool {
        match feature {
            Feature::UserLabels => self.head.label_ids.iter().any(|id| is_user_label(id)),
            other => self.facts.tags.contains(&index::feature_tag(other)),
        }
    }

    fn has_me(&self, field: Field) -> bool {
        self.words.has(&phrase(field, &self.names.me))
    }

    fn has_message_id(&self, id: &str) -> bool {
        self.facts.message_id == id
    }

    fn time_ms(&self) -> i64 {
        self.head.internal_date_ms
    }

    fn size_bytes(&self) -> u64 {
        self.head.size
    }
}

/// The tag of messages with labels of the user's is on those too whose labels are gone and not taken off yet.
fn has(feature: Feature, names: &Names) -> Filter {
    let tagged = Filter::Tag(index::feature_tag(feature));
    match &names.gone {
        Some(gone) if feature == Feature::UserLabels => Filter::And(vec![tagged, gone.passed_over()]),
        _ => tagged,
    }
}

fn in_state(state: &State) -> Filter {
    match (state.any, state.none) {
        ([], []) => Filter::All,
        (ids, []) => any(ids),
        ([], ids) => not(any(ids)),
        (ids, others) => Filter::And(vec![any(ids), not(any(others))]),
    }
}

fn any(ids: &[&str]) -> Filter {
    match ids {
        [id] => label(id),
        ids => Filter::Or(ids.iter().map(|id| label(id)).collect()),
    }
}

fn label(id: &str) -> Filter {
    Filter::Tag(index::label_tag(id))
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

fn phrase(field: Field, text: &str) -> TextFilter {
    TextFilter { field: field.name().into(), pattern: Pattern::Phrase(spaced(text).into()) }
}

fn near(field: Field, first: &str, second: &str, words_max: u32) -> TextFilter {
    let (one, other) = (spaced(first).into(), spaced(second).into());
    TextFilter { field: field.name().into(), pattern: Pattern::Near { one, other, words_max } }
}

fn dates(from: Option<[u8; 8]>, to: Option<[u8; 8]>) -> Filter {
    Filter::Range { order: index::DATE.into(), from: from.map(Into::into), to: to.map(Into::into) }
}
