//! Measures lists and searches of a mailbox of 200,000 messages beside one of 1,000, in one run:
//! `cargo run --release -p dak-store --example mailbox [FOLDER]`. The folder is filled once and used again.
//!
//! What a list costs should hang on what it shows, not on what else there is. The two mailboxes have the same make, and
//! each question is asked in turn of both; the ratio of the slowest hundredth is what counts.

#![allow(clippy::unwrap_used, reason = "a measurement that fails is none")]

use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use dak_store::conformance::block_on;
use dak_store::sqlite::{Options, Sqlite};
use dak_store::{Batch, Entries, Filter, Indexer, Key, Order, Query, Records, Tag, TextField, time_key};

const SIZES: [u64; 2] = [1_000, 200_000];
const RUNS: usize = 500;
const BATCH: u64 = 500;
/// How many messages get another label at once.
const RELABELLED: usize = 200;
const START_MS: i64 = 1_500_000_000_000;
const BETWEEN_MS: i64 = 300_000;
/// How many different words the messages are made of.
const VOCABULARY: f64 = 50_000.0;
/// On how many bytes of a message what it is found by depends.
const FACTS_BYTES_MAX: usize = 4096;
/// Labels and how many messages in a thousand have them.
const LABELS: [(&str, u64); 16] = [
    ("INBOX", 200),
    ("UNREAD", 100),
    ("SENT", 150),
    ("SPAM", 30),
    ("TRASH", 20),
    ("STARRED", 10),
    ("CATEGORY_UPDATES", 300),
    ("CATEGORY_SOCIAL", 200),
    ("CATEGORY_FORUMS", 100),
    ("has=attachment", 200),
    ("Label_1", 300),
    ("Label_2", 100),
    ("Label_3", 50),
    ("Label_4", 20),
    ("Label_5", 10),
    ("Label_6", 2),
];
/// Words and how many messages in a thousand have them.
const WORDS: [(&str, u64); 5] = [("always", 1000), ("often", 300), ("meeting", 100), ("invoice", 50), ("seldom", 5)];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(|| std::env::temp_dir().join("dak-mailbox"), PathBuf::from);
    let stores = SIZES.map(|size| open(&folder.join(size.to_string()), size).unwrap());
    for bytes in [1 << 10, 1 << 14, 1 << 20] {
        say(&format!("a label for a message of {bytes} bytes: {:.0} us", relabelling(bytes)?));
    }
    say(&format!("{:<58} {:>23} {:>23} {:>6}", "found, us: median and 99 %", SIZES[0], SIZES[1], "ratio"));
    for question in questions() {
        let [small, large] = ask(&stores, &question);
        let ratio = large.slowest / small.slowest;
        say(&format!("{:<58} {small} {large} {ratio:>6.1}", question.what));
    }
    Ok(())
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

struct Mail;

impl Indexer for Mail {
    fn orders(&self, _: &str) -> Vec<Order> {
        vec![Order::time("date"), Order::bytes("size"), Order::sequence("sequence")]
    }

    fn entries_body_bytes_max(&self, _: &str) -> usize {
        FACTS_BYTES_MAX
    }

    fn entries(&self, _: &Key, head: &[u8], body: &[u8]) -> Entries {
        let head = str::from_utf8(head).unwrap();
        let mut lines = head.lines();
        let time_ms = lines.next().unwrap().parse().unwrap();
        let thread = lines.next().unwrap();
        let entries = Entries::default()
            .with_sort("date", time_key(time_ms))
            .with_sort("size", body.get(..20).unwrap_or_default())
            .with_tag(format!("thread={thread}"))
            .with_tag(format!("messageId={time_ms}@example.com"))
            .with_group(thread);
        lines.next().unwrap().split(' ').filter(|tag| !tag.is_empty()).fold(entries, Entries::with_tag)
    }

    fn text(&self, _: &Key, body: &[u8]) -> Vec<TextField> {
        let body = str::from_utf8(body).unwrap();
        let lines = body.lines().filter_map(|line| line.split_once(':'));
        let entries = lines.flat_map(|(name, text)| [TextField::new(name, text), TextField::unnamed(text)]);
        entries.filter(|entry| entry.name != "body").collect()
    }
}

/// Opens a mailbox of so many messages, and fills it if it is new.
fn open(folder: &Path, size: u64) -> Result<Sqlite, dak_store::Error> {
    let store = Sqlite::open(folder, &Options::default(), Arc::new(Mail))?;
    if !store.is_new() {
        return Ok(store);
    }
    let begin = Instant::now();
    for start in (0..size).step_by(usize::try_from(BATCH).unwrap()) {
        let batch = (start..(start + BATCH).min(size)).fold(Batch::new([0; 16], Tag([1; 12])), put);
        block_on(store.commit(batch))?;
    }
    let rate = size as f64 / begin.elapsed().as_secs_f64();
    say(&format!("{size} messages: {rate:.0} a second, {} MiB", store.stats()?.file_bytes >> 20));
    Ok(store)
}

/// Microseconds that it takes to change the labels of a message of about so many bytes, of which many are changed at once.
fn relabelling(bytes: usize) -> Result<f64, Box<dyn Error>> {
    let folder = tempfile::TempDir::new()?;
    let store = Sqlite::open(folder.path(), &Options::default(), Arc::new(Mail))?;
    let key = |number: usize| Key::new("mailbox", "messages", number.to_string());
    let body = format!("{bytes:020}\nbody:{}\n", "word ".repeat(bytes / 5));
    let batch = |number: u8| Batch::new([number; 16], Tag([number; 12]));
    let put = |batch: Batch, number| batch.put(key(number), "1\nthread\nINBOX\n", body.clone());
    block_on(store.commit((0..RELABELLED).fold(batch(1), put)))?;
    let mut times = Vec::new();
    for turn in 2..22 {
        let head = format!("1\nthread\nINBOX Label_{turn}\n");
        let retag = |batch: Batch, number| batch.retag(key(number), head.clone());
        let begin = Instant::now();
        block_on(store.commit((0..RELABELLED).fold(batch(turn), retag)))?;
        times.push(begin.elapsed().as_nanos() as f64 / 1e3 / RELABELLED as f64);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// Numbers that look drawn and are the same in each run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// A word: the second is half as frequent as the first, the third a third, and so on, as in languages.
    fn word(&mut self) -> String {
        let share = self.below(1 << 32) as f64 / (1_u64 << 32) as f64;
        format!("w{:.0}", VOCABULARY.powf(share))
    }

    fn words(&mut self, count: u64) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    /// Those that fall to a message.
    fn some(&mut self, among: &[(&str, u64)]) -> String {
        let drawn: Vec<&str> =
            among.iter().filter(|(_, share)| self.below(1000) < *share).map(|(name, _)| *name).collect();
        drawn.join(" ")
    }
}

fn put(batch: Batch, number: u64) -> Batch {
    let mut drawn = Drawn(number << 20);
    // About three messages to a thread, not far from each other.
    let thread = (number / 12) * 4 + drawn.below(4);
    let time_ms = START_MS + number.cast_signed() * BETWEEN_MS + drawn.below(1000).cast_signed();
    let head = format!("{time_ms}\nt{thread}\n{}\n{:70}", drawn.some(&LABELS), "");
    let subject = format!("{} {}", drawn.words(5), drawn.some(&WORDS));
    let (from, to) = (drawn.below(2000), drawn.below(2000));
    let length = 250 + drawn.below(500);
    let text = format!("{} {}", drawn.words(length), drawn.some(&WORDS));
    let headers = format!("subject:{subject}\nfrom:someone{from}@example.com\nto:someone{to}@example.com");
    let body = format!("{:020}\n{headers}\nbody:{text}\n", text.len());
    batch.put(Key::new("mailbox", "messages", format!("{number:016x}")), head, body)
}

struct Question {
    what: String,
    query: Query,
    /// Counted up to here, not listed.
    count_max: Option<usize>,
}

fn question(what: &str, query: Query) -> Question {
    Question { what: what.to_owned(), query, count_max: None }
}

fn tag(tag: &str) -> Filter {
    Filter::Tag(tag.to_owned())
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

/// Neither spam nor trash, as lists are unless they say otherwise.
fn kept(parts: impl IntoIterator<Item = Filter>) -> Filter {
    let hidden = Filter::Or(vec![tag("SPAM"), tag("TRASH")]);
    Filter::And(parts.into_iter().chain([not(hidden)]).collect())
}

/// From one message to another, by their numbers.
fn between(from: i64, to: i64) -> Filter {
    let key = |number: i64| Some(time_key(START_MS + number * BETWEEN_MS).to_vec());
    Filter::Range { order: "date".into(), from: key(from), to: key(to) }
}

fn questions() -> Vec<Question> {
    let newest = |filter: Filter| Query { filter, limit: 50, ..Query::new("mailbox", "messages", "date") };
    let heads = |filter: Filter| Query { limit: 100, heads_only: true, ..newest(filter) };
    let threads = |filter: Filter| Query { collapse: true, ..heads(filter) };
    let ranged = |filter: Filter| Filter::And(vec![between(100, 900), filter]);
    let mut all = vec![
        question("newest 50", newest(Filter::All)),
        question("newest 50 with a label (one in five)", newest(tag("INBOX"))),
        question("newest 100 heads", heads(Filter::All)),
        question("newest 100 heads with a label", heads(tag("INBOX"))),
        question("newest 100 heads, default list", heads(kept([]))),
        question("newest 100 heads of two labels (or)", heads(Filter::Or(vec![tag("INBOX"), tag("SENT")]))),
        question("newest 100 heads of two rare labels (or)", heads(Filter::Or(vec![tag("Label_6"), tag("Label_5")]))),
        question("newest 100 heads of two labels (and)", heads(kept([tag("INBOX"), tag("UNREAD")]))),
        question("newest 100 heads of a large and a rare label", heads(kept([tag("INBOX"), tag("Label_6")]))),
        question("newest 100 heads in a range with a label", heads(ranged(tag("INBOX")))),
        question("one message by its id", heads(tag("messageId=1500000300409@example.com"))),
        question("newest 100 threads", threads(kept([]))),
        question("newest 100 threads with a label", threads(kept([tag("INBOX")]))),
        question("newest 100 by size", Query { order: "size".into(), ..heads(kept([])) }),
    ];
    let (labels, words) =
        (0..1000).map(|number| (tag(&format!("Label_{number}")), Filter::word(format!("w{number}")))).unzip();
    let (labels, words) = (Filter::Or(labels), Filter::Or(words));
    all.extend([
        question("any of 1,000 labels", heads(kept([labels.clone()]))),
        question("any of 1,000 words", heads(kept([words.clone()]))),
        question("any of 1,000 words and any of 1,000 labels", heads(kept([words, labels]))),
    ]);
    for (word, share) in WORDS {
        let what = |what: &str| format!("word of {share} in 1,000: {what}");
        let word = || Filter::word(word);
        all.extend([
            question(&what("newest 50"), newest(word())),
            question(&what("newest 100 heads"), heads(kept([word()]))),
            question(&what("and a label"), heads(kept([word(), tag("INBOX")]))),
            question(&what("and a small label"), heads(kept([word(), tag("Label_4")]))),
            question(&what("and a rare label"), heads(kept([word(), tag("Label_6")]))),
            question(
                &what("and either of two labels"),
                heads(kept([word(), Filter::Or(vec![tag("INBOX"), tag("SENT")])])),
            ),
            question(&what("and not a label"), heads(kept([word(), not(tag("Label_1"))]))),
            question(&what("in the subject"), heads(kept([word().within("subject")]))),
            question(&what("in a range, with a label"), heads(ranged(kept([word(), tag("INBOX")])))),
            question(&what("or a label"), heads(kept([Filter::Or(vec![word(), tag("STARRED")])]))),
            question(&what("missing"), heads(kept([not(word())]))),
            question(&what("threads"), threads(kept([word()]))),
        ]);
    }
    let counted = [
        ("all", kept([])),
        ("a label", kept([tag("INBOX")])),
        ("a rare label", kept([tag("Label_6")])),
        ("a frequent word", kept([Filter::word("often")])),
        ("a rare word", kept([Filter::word("seldom")])),
        ("a word and a label", kept([Filter::word("meeting"), tag("INBOX")])),
    ];
    for (what, filter) in counted {
        for (what, query) in [(what.to_owned(), heads(filter.clone())), (format!("{what}, threads"), threads(filter))] {
            all.push(Question { what: format!("count to 1,000: {what}"), query, count_max: Some(1000) });
        }
    }
    all
}

/// What a question came to.
struct Measured {
    found: usize,
    /// Microseconds: the middle and the slowest hundredth.
    middle: f64,
    slowest: f64,
}

impl Display for Measured {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:>5} {:>8.0} {:>8.0}", self.found, self.middle, self.slowest)
    }
}

fn ask(stores: &[Sqlite; 2], question: &Question) -> [Measured; 2] {
    let mut times = [const { Vec::new() }; 2];
    let mut found = [0; 2];
    for _ in 0..RUNS {
        for ((store, times), found) in stores.iter().zip(&mut times).zip(&mut found) {
            let begin = Instant::now();
            *found = match question.count_max {
                Some(count_max) => block_on(store.query_counted(&question.query, count_max)).unwrap().count,
                None => block_on(store.query(&question.query)).unwrap().records.len(),
            };
            times.push(begin.elapsed().as_nanos() as f64 / 1e3);
        }
    }
    let mut found = found.into_iter();
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        let (middle, slowest) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        Measured { found: found.next().unwrap_or_default(), middle, slowest }
    })
}
