//! Both engines through the conformance suite, and against each other.

use std::ops::Deref;
use std::sync::Arc;

use dak_store::conformance::{self, Fixture, Sample, Step, agree, key};
use dak_store::memory::Memory;
use dak_store::sqlite::{Options, Sqlite};
use dak_store::{
    Batch, BoxFuture, Committed, CountedPage, Direction, Expectation, Filter, Key, Lookup, Page, Query, Records,
    SpaceVersion, Tag, TextField, sequence_key, time_key,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use tempfile::TempDir;

/// A store whose folder goes with it.
struct Temporary {
    store: Sqlite,
    _folder: TempDir,
}

impl Temporary {
    fn new() -> Temporary {
        let folder = TempDir::new().unwrap();
        let options = Options { readers: 1, scanners: 1, cache_bytes: 1 << 20, ..Options::default() };
        Temporary { store: Sqlite::open(folder.path(), &options, Arc::new(Fixture)).unwrap(), _folder: folder }
    }
}

impl Deref for Temporary {
    type Target = Sqlite;

    fn deref(&self) -> &Sqlite {
        &self.store
    }
}

impl Records for Temporary {
    fn lookup<'a>(&'a self, key: &'a Key, unless: Option<Tag>) -> BoxFuture<'a, Lookup> {
        self.store.lookup(key, unless)
    }

    fn query<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Page> {
        self.store.query(query)
    }

    fn query_counted<'a>(&'a self, query: &'a Query, count_max: usize) -> BoxFuture<'a, CountedPage> {
        self.store.query_counted(query, count_max)
    }

    fn version<'a>(&'a self, space: &'a str) -> BoxFuture<'a, SpaceVersion> {
        self.store.version(space)
    }

    fn spaces<'a>(&'a self, prefix: &'a str, after: &'a str, limit: usize) -> BoxFuture<'a, Vec<Arc<str>>> {
        self.store.spaces(prefix, after, limit)
    }

    fn counter<'a>(&'a self, space: &'a str, name: &'a str) -> BoxFuture<'a, i64> {
        self.store.counter(space, name)
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Committed> {
        self.store.commit(batch)
    }
}

#[test]
fn memory_conforms() {
    conformance::run(&|indexer| Box::new(Memory::new(indexer)));
}

#[test]
fn sqlite_conforms() {
    conformance::run(&|_| Box::new(Temporary::new()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn engines_agree(script in vec(step(), 1..60)) {
        let store = Temporary::new();
        let model = Memory::new(Arc::new(Fixture));
        agree(&store, &model, &script);
        let report = store.check().unwrap();
        prop_assert!(report.is_clean(), "{:?}", report.problems);
        conformance::block_on(store.rebuild()).unwrap();
        prop_assert!(store.check().unwrap().is_clean());
        let questions: Vec<Step> = script.into_iter().filter(|step| !matches!(step, Step::Commit(_))).collect();
        agree(&store, &model, &questions);
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => batch().prop_map(Step::Commit),
        4 => query().prop_map(Step::Query),
        1 => (query(), 0..9_usize).prop_map(|(query, count_max)| Step::Count(query, count_max)),
        2 => (id(), option::of(tag())).prop_map(|(id, tag)| Step::Lookup(key(&id), tag)),
        1 => Just(Step::Version("space".into())),
        1 => Just(Step::Counter("space".into(), "n".into())),
    ]
}

fn id() -> impl Strategy<Value = String> {
    (0..12).prop_map(|number| format!("id{number}"))
}

fn tag() -> impl Strategy<Value = Tag> {
    (0..4_u8).prop_map(|number| Tag([number; 12]))
}

fn word() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("বাংলা"),
        Just("বলা"),
        Just("can't"),
        Just("can"),
        Just("naïve"),
        Just("nai\u{308}ve"),
        Just("।"),
        Just("日本")
    ]
}

fn text() -> impl Strategy<Value = String> {
    vec(word(), 0..4).prop_map(|words| words.join(" "))
}

fn entry() -> impl Strategy<Value = TextField> {
    (field(), text()).prop_map(|(name, text)| TextField { name, text })
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just(String::new()), 1 => "[AaC]"]
}

fn text_filter() -> impl Strategy<Value = Filter> {
    let filter = prop_oneof![
        word().prop_map(Filter::word),
        text().prop_map(Filter::phrase),
        "(c|ca|na|বা|日)".prop_map(Filter::prefix),
        (text(), text(), 0..4_u32).prop_map(|(one, other, words_max)| Filter::near(one, other, words_max)),
    ];
    (filter, field()).prop_map(|(filter, field)| filter.within(&field))
}

fn time() -> impl Strategy<Value = i64> {
    prop_oneof![0..4_i64, Just(5_000), Just(6_000_000), Just(i64::MAX)]
}

prop_compose! {
    fn sample()(
        id in id(), time_ms in option::of(time()), name in option::of("[ab]{0,2}"), tags in vec("[xyz]", 0..3),
        texts in vec(entry(), 0..4), group in option::of("[gh]"),
    ) -> Sample {
        Sample { id, time_ms, name, tags, texts, group }
    }
}

#[derive(Clone, Debug)]
enum Act {
    Add(i64),
    Delete(String),
    Expect(Expectation),
    Put(Sample),
    Retag(Sample),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => sample().prop_map(Act::Put),
        2 => sample().prop_map(Act::Retag),
        2 => id().prop_map(Act::Delete),
        1 => (-5..5_i64).prop_map(Act::Add),
        1 => (id(), tag()).prop_map(|(id, tag)| Act::Expect(Expectation::Tagged(key(&id), tag))),
        1 => id().prop_map(|id| Act::Expect(Expectation::Absent(key(&id)))),
        1 => id().prop_map(|id| Act::Expect(Expectation::Present(key(&id)))),
    ]
}

fn batch() -> impl Strategy<Value = Batch> {
    (tag(), vec(act(), 0..5)).prop_map(|(tag, acts)| {
        acts.into_iter().fold(Batch::new([0; 16], tag), |batch, act| match act {
            Act::Add(delta) => batch.add("space", "n", delta),
            Act::Delete(id) => batch.delete(key(&id)),
            Act::Expect(expectation) => batch.expect(expectation),
            Act::Put(sample) => sample.put_in(batch),
            Act::Retag(sample) => batch.retag(key(&sample.id), sample.head()),
        })
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    let bound = || option::of(time().prop_map(|time_ms| time_key(time_ms).to_vec()));
    let leaf = prop_oneof![
        1 => Just(Filter::All),
        1 => "[xyz]".prop_map(Filter::Tag),
        1 => (bound(), bound()).prop_map(|(from, to)| Filter::Range { order: "time".into(), from, to }),
        1 => option::of("[ab]").prop_map(|from| Filter::Range {
            order: "name".into(),
            from: from.map(String::into_bytes),
            to: None
        }),
        1 => option::of(0..9_u64).prop_map(|from| Filter::Range {
            order: "sequence".into(),
            from: from.map(|number| sequence_key(number).to_vec()),
            to: None
        }),
        3 => text_filter(),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Filter::And),
            vec(inner.clone(), 0..3).prop_map(Filter::Or),
            inner.prop_map(|part| Filter::Not(Box::new(part))),
        ]
    })
}

prop_compose! {
    fn query()(
        filter in filter(), order in "(time|time|name|sequence)", up in any::<bool>(), limit in 1..6_usize,
        collapse in any::<bool>(), heads_only in any::<bool>(),
    ) -> Query {
        let direction = if up { Direction::Ascending } else { Direction::Descending };
        Query { filter, direction, limit, collapse, heads_only, ..Query::new("space", "notes", order) }
    }
}
