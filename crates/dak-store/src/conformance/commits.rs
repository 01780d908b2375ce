//! Batches: what they change, what they refuse, what they draw and count.

use super::fixture::{LETTER_BYTES, SPACE, Sample, batch, key, latest, tag};
use super::{Case, block_on, wait};
use crate::{Batch, Committed, ErrorKind, Expectation, Filter, Key, Lookup, Query, Record, Records, SpaceVersion};

pub(crate) const CASES: &[Case] = &[
    Case { name: "nothing is there at first", test: nothing_is_there_at_first },
    Case { name: "a put is found, whole", test: a_put_is_found },
    Case { name: "a lookup with the current tag moves no bytes", test: a_lookup_unless },
    Case { name: "a put replaces", test: a_put_replaces },
    Case { name: "a retag changes the head alone", test: a_retag_changes_the_head },
    Case { name: "a retag keeps a long body", test: a_retag_keeps_a_long_body },
    Case { name: "entries are made of as much of a body as the indexer looks at", test: entries_of_a_beginning },
    Case { name: "a retag of nothing is a conflict", test: a_retag_of_nothing },
    Case { name: "a delete removes, twice without error", test: a_delete_removes },
    Case { name: "operations follow one another", test: operations_follow },
    Case { name: "expectations hold or nothing happens", test: expectations },
    Case { name: "a claim is given once", test: a_claim_is_given_once },
    Case { name: "each space has its sequence", test: sequences },
    Case { name: "a refused batch draws nothing", test: a_refused_batch_draws_nothing },
    Case { name: "counters add up", test: counters },
    Case { name: "spaces and collections are apart", test: spaces_are_apart },
    Case { name: "impossible keys are refused", test: impossible_keys },
];

fn found(store: &dyn Records, id: &str) -> Option<Record> {
    wait(store.lookup(&key(id), None)).record()
}

fn kind(store: &dyn Records, batch: Batch) -> Option<ErrorKind> {
    block_on(store.commit(batch)).err().map(|error| error.kind())
}

fn nothing_is_there_at_first(store: &dyn Records) {
    assert_eq!(wait(store.lookup(&key("a"), None)), Lookup::Absent);
    assert_eq!(wait(store.lookup(&key("a"), Some(tag(0)))), Lookup::Absent);
    assert_eq!(wait(store.version(SPACE)), SpaceVersion::default());
    assert_eq!(wait(store.counter(SPACE, "unread")), 0);
    assert!(wait(store.query(&latest())).records.is_empty());
}

fn a_put_is_found(store: &dyn Records) {
    wait(store.commit(batch(1).put(key("a"), "head", "body")));
    let expected = Record { id: "a".into(), head: "head".into(), body: "body".into(), tag: tag(1), sequence: 1 };
    assert_eq!(found(store, "a"), Some(expected.clone()));
    assert_eq!(found(store, "a"), Some(expected), "the second time as well");
}

fn a_lookup_unless(store: &dyn Records) {
    wait(store.commit(batch(1).put(key("a"), "", "")));
    for _ in 0..2 {
        assert_eq!(wait(store.lookup(&key("a"), Some(tag(1)))), Lookup::Unchanged);
        assert!(matches!(wait(store.lookup(&key("a"), Some(tag(2)))), Lookup::Found(_)));
    }
}

fn a_put_replaces(store: &dyn Records) {
    for number in 1..=3 {
        wait(store.commit(batch(number).put(key("a"), format!("head {number}"), format!("body {number}"))));
        let record = found(store, "a").map(|record| (record.head, record.body, record.tag, record.sequence));
        assert_eq!(
            record,
            Some((format!("head {number}").into(), format!("body {number}").into(), tag(number), u64::from(number)))
        );
    }
    assert_eq!(wait(store.query(&latest())).records.len(), 1);
}

fn a_retag_changes_the_head(store: &dyn Records) {
    wait(store.commit(batch(1).put(key("a"), "head", "body")));
    wait(store.commit(batch(2).retag(key("a"), "new")));
    let expected = Record { id: "a".into(), head: "new".into(), body: "body".into(), tag: tag(2), sequence: 2 };
    assert_eq!(found(store, "a"), Some(expected));
}

fn a_retag_keeps_a_long_body(store: &dyn Records) {
    let body = |length: usize| "x".repeat(length);
    for (number, length) in (1..).zip([0, 1, 2047, 2048, 2049, 5000, 300_000, 10]) {
        wait(store.commit(batch(number).put(key("a"), "{}", body(length))));
        wait(store.commit(batch(number).retag(key("a"), "[]")));
        assert_eq!(
            found(store, "a").map(|record| (record.head, record.body)),
            Some(("[]".into(), body(length).into()))
        );
    }
}

fn entries_of_a_beginning(store: &dyn Records) {
    let letter = |id: &str| Key::new(SPACE, "letters", id);
    let seen = |bytes: usize| {
        let filter = Filter::Tag(format!("seen={bytes}"));
        let page = wait(store.query(&Query { filter, ..Query::new(SPACE, "letters", "time") }));
        page.records.into_iter().map(|record| (record.id, record.head, record.body.len())).collect::<Vec<_>>()
    };
    let lengths = [("a", 10), ("b", LETTER_BYTES), ("c", LETTER_BYTES + 1), ("d", 100_000)];
    let put = |batch: Batch, (id, length): &(&str, usize)| batch.put(letter(id), "[]", " ".repeat(*length));
    wait(store.commit(lengths.iter().fold(batch(1), put)));
    assert_eq!(seen(10), [("a".into(), "[]".into(), 10)]);
    wait(store.commit(lengths.iter().fold(batch(2), |batch, (id, _)| batch.retag(letter(id), "{}"))));
    assert_eq!(seen(10), [("a".into(), "{}".into(), 10)]);
    let long: Vec<_> = lengths[1..].iter().rev().map(|(id, length)| ((*id).into(), "{}".into(), *length)).collect();
    assert_eq!(seen(LETTER_BYTES), long);
}

fn a_retag_of_nothing(store: &dyn Records) {
    assert_eq!(kind(store, batch(1).retag(key("a"), "")), Some(ErrorKind::Conflict));
    let both = batch(2).put(key("b"), "", "").retag(key("a"), "");
    assert_eq!(kind(store, both), Some(ErrorKind::Conflict));
    assert_eq!(found(store, "b"), None, "a batch happens whole or not at all");
}

fn a_delete_removes(store: &dyn Records) {
    wait(store.commit(Sample::at("a", 1).saying("word").tagged("t").put_in(batch(1))));
    wait(store.commit(batch(2).delete(key("a"))));
    assert_eq!(found(store, "a"), None);
    assert!(wait(store.query(&latest())).records.is_empty());
    wait(store.commit(batch(3).delete(key("a"))));
    assert_eq!(wait(store.version(SPACE)), SpaceVersion { sequence: 3, tag: tag(3) });
}

fn operations_follow(store: &dyn Records) {
    wait(store.commit(batch(1).put(key("a"), "1", "").delete(key("a")).put(key("a"), "2", "").retag(key("a"), "3")));
    assert_eq!(found(store, "a").map(|record| record.head), Some("3".into()));
    wait(store.commit(batch(2).put(key("a"), "4", "").delete(key("a"))));
    assert_eq!(found(store, "a"), None);
}

fn expectations(store: &dyn Records) {
    wait(store.commit(batch(1).put(key("a"), "", "")));
    let refused = [
        Expectation::Absent(key("a")),
        Expectation::Present(key("b")),
        Expectation::Tagged(key("a"), tag(9)),
        Expectation::Tagged(key("b"), tag(1)),
        Expectation::Present(Key::new("elsewhere", "notes", "a")),
    ];
    for expectation in refused {
        let batch = batch(2).expect(expectation).put(key("c"), "", "");
        assert_eq!(kind(store, batch), Some(ErrorKind::Conflict));
        assert_eq!(found(store, "c"), None);
    }
    let batch = batch(3)
        .expect(Expectation::Absent(key("b")))
        .expect(Expectation::Present(key("a")))
        .expect(Expectation::Tagged(key("a"), tag(1)))
        .put(key("c"), "", "");
    wait(store.commit(batch));
    assert!(found(store, "c").is_some());
}

fn a_claim_is_given_once(store: &dyn Records) {
    let claim = Key::new(SPACE, "claims", "me@example.com");
    let take = |number| batch(number).expect(Expectation::Absent(claim.clone())).put(claim.clone(), "", "");
    wait(store.commit(take(1)));
    assert_eq!(kind(store, take(2)), Some(ErrorKind::Conflict));
    wait(store.commit(batch(3).delete(claim.clone())));
    wait(store.commit(take(4)));
}

fn sequences(store: &dyn Records) {
    let other = Key::new("other", "notes", "a");
    let drawn = wait(store.commit(batch(1).put(key("a"), "", "")));
    assert_eq!(drawn, Committed { sequences: vec![(SPACE.into(), 1)] });
    let drawn = wait(store.commit(batch(2).put(other.clone(), "", "").put(key("b"), "", "").add("third", "n", 1)));
    assert_eq!(drawn, Committed { sequences: vec![("other".into(), 1), (SPACE.into(), 2), ("third".into(), 1)] });
    assert_eq!(wait(store.commit(batch(3))), Committed::default());
    assert_eq!(wait(store.version(SPACE)), SpaceVersion { sequence: 2, tag: tag(2) });
    assert_eq!(wait(store.version("third")), SpaceVersion { sequence: 1, tag: tag(2) });
    let sequence = |key: &Key| wait(store.lookup(key, None)).record().map(|record| record.sequence);
    assert_eq!((sequence(&key("a")), sequence(&key("b")), sequence(&other)), (Some(1), Some(2), Some(1)));
}

fn a_refused_batch_draws_nothing(store: &dyn Records) {
    wait(store.commit(batch(1).put(key("a"), "", "").add(SPACE, "n", 1)));
    let refused = batch(2).put(key("a"), "x", "x").add(SPACE, "n", 1).retag(key("nobody"), "");
    assert_eq!(kind(store, refused), Some(ErrorKind::Conflict));
    assert_eq!(wait(store.version(SPACE)), SpaceVersion { sequence: 1, tag: tag(1) });
    assert_eq!(wait(store.counter(SPACE, "n")), 1);
    assert_eq!(found(store, "a").map(|record| record.tag), Some(tag(1)));
}

fn counters(store: &dyn Records) {
    for (number, delta) in (1..).zip([5, -2, 0, i64::MAX, 1]) {
        wait(store.commit(batch(number).add(SPACE, "n", delta).add(SPACE, "m", 1).add("other", "n", 1)));
    }
    assert_eq!(wait(store.counter(SPACE, "n")), i64::MIN + 3, "sums wrap around");
    assert_eq!((wait(store.counter(SPACE, "m")), wait(store.counter("other", "n"))), (5, 5));
    wait(store.commit(batch(9).add(SPACE, "m", 1).add(SPACE, "m", 1)));
    assert_eq!(wait(store.counter(SPACE, "m")), 7);
}

fn spaces_are_apart(store: &dyn Records) {
    let keys = [key("a"), Key::new("other", "notes", "a"), Key::new(SPACE, "others", "a")];
    let all =
        keys.iter().fold(batch(1), |batch, key| batch.put(key.clone(), "", key.space.to_string() + &key.collection));
    wait(store.commit(all));
    for key in &keys {
        let body = wait(store.lookup(key, None)).record().map(|record| record.body);
        assert_eq!(body, Some((key.space.to_string() + &key.collection).into()));
    }
    wait(store.commit(batch(2).delete(key("a"))));
    assert!(wait(store.lookup(&keys[1], None)).record().is_some());
    assert!(wait(store.lookup(&keys[2], None)).record().is_some());
}

fn impossible_keys(store: &dyn Records) {
    let long = "x".repeat(Key::PART_BYTES_MAX + 1);
    for key in
        [Key::new("", "c", "i"), Key::new("s", "", "i"), Key::new("s", "c", ""), Key::new("s", "c", long.as_str())]
    {
        assert_eq!(kind(store, batch(1).put(key, "", "")), Some(ErrorKind::Invalid));
    }
    let longest = Key::new("s", "c", &long[1..]);
    wait(store.commit(batch(1).put(longest.clone(), "", "")));
    assert!(wait(store.lookup(&longest, None)).record().is_some());
    let tagged = Sample::at("a", 1).tagged(&long);
    assert_eq!(kind(store, tagged.put_in(batch(2))), Some(ErrorKind::Invalid));
}
