//! What the store finds is what fulfils the search, message by message (`G40`).

use std::collections::BTreeSet;

use dak_mail::labels::key;
use dak_mail::search::matches;
use dak_store::sqlite::{Options, Sqlite};
use dak_store::{Batch, CountedPage, Query, Records, Tag};
use dak_testkit::{Mail, Mails, Random};

use super::*;
use crate::services::gmail::mail::{Letter, search_fields};
use crate::services::resources::ServerIndexer;

const ME: &str = "amina@dak.example";
const MAILS: usize = 250;
const SEARCHES: u64 = 1_500;
/// So many levels a made-up search has at most.
const DEPTH_MAX: u64 = 3;

/// A message as both sides see it.
struct Stored {
    id: String,
    head: Head,
    facts: Facts,
    fields: Vec<(String, String)>,
}

#[tokio::test]
async fn a_search_finds_what_fulfils_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path(), &Options::default(), Arc::new(ServerIndexer::new(&[]))).unwrap();
    let own: Vec<(String, String)> =
        (0..).zip(Mails::own_labels()).map(|(n, name)| (key(&name), format!("Label_{n}"))).collect();
    let names = names(ME, own.iter().map(|(key, id)| (&**key, &**id)));
    let mut random = Random::new(7);
    let mut messages = Vec::new();
    for (number, mail) in Mails::new(11, ME).take(MAILS).enumerate() {
        messages.push(put(&store, &names, number, &mail, &mut random).await);
    }
    let seen: Vec<(&str, Incoming<'_>)> = messages.iter().map(|message| (&*message.id, message.seen(&names))).collect();
    let mut telling = 0;
    for seed in 0..SEARCHES {
        let query = any_search(&mut Random::new(seed), &messages, DEPTH_MAX);
        let node = search::parse(&query, &NOW).unwrap();
        let fulfils = seen.iter().filter(|(_, message)| matches(&node, message));
        let expected: BTreeSet<String> = fulfils.map(|(id, _)| (*id).to_owned()).collect();
        assert_eq!(found(&store, &node, &names).await, expected, "seed {seed}: {query}");
        telling += usize::from(!expected.is_empty() && expected.len() < messages.len());
    }
    assert!(telling > 700, "{telling} of {SEARCHES} searches tell messages apart");
}

impl Stored {
    fn seen<'a>(&'a self, names: &'a Names) -> Incoming<'a> {
        Incoming::new(&self.head, &self.facts, self.fields.clone(), names)
    }
}

async fn put(store: &Sqlite, names: &Names, number: usize, mail: &Mail, random: &mut Random) -> Stored {
    let facts = Letter::read(&mail.raw).facts;
    let mut head = Head {
        thread_id: format!("{:016x}", mail.conversation),
        // Whole seconds, so that a search can say exactly when.
        internal_date_ms: mail.date_ms / 1_000 * 1_000,
        size: mail.raw.len() as u64,
        ..Head::default()
    };
    for label in &mail.labels {
        head.label_ids.push(names.labels.get(&key(label)).unwrap_or(label).clone());
    }
    if random.once_in(5) {
        let label = random.pick::<&str>(&["SPAM", "TRASH", "RED_STAR", "CATEGORY_SOCIAL", "SENT"]);
        head.label_ids.push((*label).to_owned());
    }
    let id = format!("{number:016x}");
    let place = Mailbox::of(ME).key(index::MESSAGES, &*id);
    let batch = Batch::new([number as u8; 16], Tag([1; 12]));
    let batch = batch.put(place, head.to_bytes(), facts.with_mail(&mail.raw));
    store.commit(batch).await.unwrap();
    Stored { id, head, facts, fields: search_fields(&mail.raw) }
}

async fn found(store: &Sqlite, node: &Node, names: &Names) -> BTreeSet<String> {
    let query = Query {
        filter: filter(node, names),
        limit: MAILS,
        heads_only: true,
        ..Query::new(Mailbox::of(ME).space, index::MESSAGES, index::DATE)
    };
    let CountedPage { page, count } = store.query_counted(&query, MAILS).await.unwrap();
    assert_eq!(count, page.records.len());
    page.records.iter().map(|record| record.id.to_string()).collect()
}

/// A search about things that are in the messages, mostly.
fn any_search(random: &mut Random, messages: &[Stored], depth: u64) -> String {
    let part = |random: &mut Random| any_search(random, messages, depth.saturating_sub(1));
    match random.below(if depth == 0 { 1 } else { 5 }) {
        1 => format!("({} {})", part(random), part(random)),
        2 => format!("{{{} {}}}", part(random), part(random)),
        3 => format!("-({})", part(random)),
        4 => format!("{} OR {}", part(random), part(random)),
        _ => any_term(random, messages),
    }
}

fn any_term(random: &mut Random, messages: &[Stored]) -> String {
    let message = random.pick(messages);
    let (field, text) = random.pick(&message.fields);
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c.is_ascii()).filter(|w| !w.is_empty()).collect();
    let at = random.below(words.len() as u64) as usize;
    let word = words.get(at).copied().unwrap_or("x");
    let next = words.get(at + 1).copied().unwrap_or("y");
    let later = words.get(at + 3).copied().unwrap_or(word);
    let operator = if field.is_empty() { String::new() } else { format!("{field}:") };
    match random.below(14) {
        0..=2 => format!("{operator}{word}"),
        3 => format!("{operator}\"{word} {next}\""),
        4 => format!("{operator}\"{word} AROUND {} {later}\"", random.below(4)),
        5 => word.to_owned(),
        6 => format!("label:\"{}\"", random.pick(&Mails::own_labels())),
        7 => (*random.pick(&["in:inbox", "is:unread", "is:read", "is:starred", "in:sent", "in:archive", "in:trash"]))
            .into(),
        8 => {
            (*random.pick(&["has:attachment", "has:userlabels", "has:nouserlabels", "has:red-star", "has:yellow-star"]))
                .into()
        }
        9 => format!("{}:{}", random.pick(&["after", "before"]), message.head.internal_date_ms / 1_000),
        10 => format!("{}:{}", random.pick(&["larger", "smaller"]), message.head.size),
        11 => format!("rfc822msgid:{}", message.facts.message_id),
        12 => format!("{}:me", random.pick(&["from", "to", "cc"])),
        _ => (*random.pick(&["category:social", "in:anywhere", "label:nothing", "newer_than:3000d", "in:spam"])).into(),
    }
}
