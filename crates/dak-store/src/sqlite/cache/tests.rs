use super::*;
use crate::Tag;

fn key() -> Key {
    Key::new("space", "notes", "a")
}

fn record(sequence: u64) -> Record {
    Record { id: "a".into(), head: "".into(), body: "".into(), tag: Tag::default(), sequence }
}

fn cache() -> Records {
    Records::new(1 << 20)
}

fn change(after: After) -> Vec<Change> {
    vec![Change { key: key(), after }]
}

fn found(cache: &Records) -> Option<u64> {
    cache.find(&key()).map(|record| record.sequence)
}

/// Looks up with what the file has, as a lookup that misses does.
fn read(cache: &Records, sequence: u64) {
    let stamp = cache.stamp(&key());
    cache.fill(&key(), &record(sequence), stamp);
}

#[test]
fn what_was_read_is_kept() {
    let cache = cache();
    read(&cache, 1);
    assert_eq!(found(&cache), Some(1));
}

#[test]
fn a_commit_replaces_what_was_there_and_adds_nothing() {
    let cache = cache();
    let begun = cache.begin(change(After::Put(record(1))));
    cache.end(begun, true);
    assert_eq!(found(&cache), None, "what nobody reads is not kept");
    read(&cache, 1);
    let begun = cache.begin(change(After::Put(record(2))));
    assert_eq!(found(&cache), None, "an old value is not served once a newer one may be seen");
    cache.end(begun, true);
    assert_eq!(found(&cache), Some(2));
}

#[test]
fn a_commit_that_fails_or_deletes_leaves_nothing() {
    for (after, committed) in
        [(After::Put(record(2)), false), (After::Retagged(record(2)), false), (After::Deleted, true)]
    {
        let cache = cache();
        read(&cache, 1);
        let begun = cache.begin(change(after));
        cache.end(begun, committed);
        assert_eq!(found(&cache), None);
    }
}

#[test]
fn a_slow_reader_never_brings_back_an_old_value() {
    let cache = cache();
    let before = cache.stamp(&key());
    let begun = cache.begin(change(After::Put(record(2))));
    cache.fill(&key(), &record(1), before);
    assert_eq!(found(&cache), None, "a commit has begun since");
    let during = cache.stamp(&key());
    cache.fill(&key(), &record(1), during);
    assert_eq!(found(&cache), None, "a commit is open");
    cache.end(begun, true);
    for stamp in [before, during] {
        cache.fill(&key(), &record(1), stamp);
        assert_eq!(found(&cache), None, "a commit has ended since");
    }
    read(&cache, 2);
    assert_eq!(found(&cache), Some(2));
}

#[test]
fn one_record_does_not_fill_the_cache() {
    let cache = cache();
    let long = Record { body: vec![0; 100_000].into(), ..record(1) };
    let stamp = cache.stamp(&key());
    cache.fill(&key(), &long, stamp);
    assert_eq!(found(&cache), None);
}

#[test]
fn a_retag_keeps_the_body() {
    let with_body = |sequence: u64, body: &'static str| Record { body: body.into(), ..record(sequence) };
    let retag = After::Retagged(record(3));
    let put = After::Put(with_body(2, "new"));
    let cases = [
        (retag.clone(), with_body(3, "old")),
        (retag.clone().following(Some(&After::Retagged(record(2)))), with_body(3, "old")),
        (retag.following(Some(&put)), with_body(3, "new")),
        (put.clone().following(Some(&After::Deleted)), with_body(2, "new")),
    ];
    for (after, expected) in cases {
        let cache = cache();
        cache.fill(&key(), &with_body(1, "old"), cache.stamp(&key()));
        let begun = cache.begin(change(after));
        cache.end(begun, true);
        assert_eq!(cache.find(&key()), Some(expected));
    }
}
