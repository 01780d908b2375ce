//! Search: whole words in every script, phrases, beginnings, and their combinations.

use super::fixture::{Sample, batch, key, latest};
use super::{Case, wait};
use crate::{Direction, Filter, Query, Records};

pub(crate) const CASES: &[Case] = &[
    Case { name: "words are found whole", test: words },
    Case { name: "marks belong to words", test: marks },
    Case { name: "one text has many spellings", test: spellings },
    Case { name: "phrases and beginnings", test: phrases },
    Case { name: "punctuation within words counts", test: punctuation },
    Case { name: "words, tags and ranges combine", test: combinations },
    Case { name: "a changed text is found anew", test: changes },
    Case { name: "hits are in list order", test: order },
    Case { name: "fields are apart", test: fields },
    Case { name: "no phrase crosses entries", test: entries },
    Case { name: "what is near", test: near },
    Case { name: "long searches are answered", test: long },
    Case { name: "queries cannot be broken out of", test: hostile },
];

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

/// Stores the texts under the ids 0, 1, ... and holds each filter against the ids it should find, in their order.
fn check(store: &dyn Records, texts: &[&str], cases: &[(Filter, &str)]) {
    let put = |(batch, number), text: &&str| {
        (Sample::at(&format!("{number}"), number).saying(text).put_in(batch), number + 1)
    };
    let (batch, _) = texts.iter().fold((batch(1), 0), put);
    wait(store.commit(batch));
    cases.iter().for_each(|(filter, expected)| finds(store, filter, expected));
}

fn finds(store: &dyn Records, filter: &Filter, expected: &str) {
    for order in ["time", "name"] {
        let query = Query { filter: filter.clone(), order: order.into(), direction: Direction::Ascending, ..latest() };
        let ids: Vec<String> = wait(store.query(&query)).records.iter().map(|record| record.id.to_string()).collect();
        assert_eq!(ids.join(" "), expected, "{filter:?} by {order}");
    }
}

fn words(store: &dyn Records) {
    let texts = ["The quick brown fox", "quickly now", "BROWN; fox: Quick!", ""];
    check(
        store,
        &texts,
        &[
            (Filter::word("quick"), "0 2"),
            (Filter::word("QUICK"), "0 2"),
            (Filter::word("quic"), ""),
            (Filter::word("brown fox"), "0 2"),
            (Filter::word("fox brown"), ""),
            (Filter::word("..."), ""),
            (Filter::word(""), ""),
            (not(Filter::word("")), "0 1 2 3"),
        ],
    );
}

fn marks(store: &dyn Records) {
    let texts = ["বাংলা ভাষা", "কথা বলা", "বোল বল", "বিশ্ববিদ্যালয়", "बल हिन्दी", "हिन्द", "naïve", "naive"];
    check(
        store,
        &texts,
        &[
            (Filter::word("বাংলা"), "0"),
            (Filter::word("বলা"), "1"),
            (Filter::word("বল"), "2"),
            (Filter::word("ব"), ""),
            (Filter::prefix("বাং"), "0"),
            (Filter::word("বিশ্ববিদ্যালয়"), "3"),
            (Filter::word("বিশ্ব"), ""),
            (Filter::word("हिन्दी"), "4"),
            (Filter::word("हिन्द"), "5"),
            (Filter::prefix("हिन्द"), "4 5"),
            (Filter::word("naïve"), "6"),
            (Filter::word("naive"), "7"),
        ],
    );
}

fn spellings(store: &dyn Records) {
    let texts = ["য\u{9bc}ে \u{9df}ে", "nai\u{308}ve", "র\u{200d}্যাব", "ΣΟΦΟΣ", "co\u{ad}operate", "Ünïcödé"];
    check(
        store,
        &texts,
        &[
            (Filter::word("\u{9df}ে"), "0"),
            (Filter::phrase("\u{9df}ে য\u{9bc}ে"), "0"),
            (Filter::word("naïve"), "1"),
            (Filter::word("র্যাব"), "2"),
            (Filter::word("σοφος"), "3"),
            (Filter::prefix("σοφοσ"), "3"),
            (Filter::word("cooperate"), "4"),
            (Filter::word("u\u{308}ni\u{308}co\u{308}de\u{301}"), "5"),
        ],
    );
}

fn phrases(store: &dyn Records) {
    let texts = ["one two three", "two one three", "one two threefold", "東京都に住む", "京東"];
    check(
        store,
        &texts,
        &[
            (Filter::phrase("one two"), "0 2"),
            (Filter::phrase("two three"), "0"),
            (Filter::prefix("two three"), "0 2"),
            (Filter::prefix("thr"), "0 1 2"),
            (Filter::prefix("one two threef"), "2"),
            (Filter::prefix("tw thr"), ""),
            (Filter::phrase("one three"), "1"),
            (Filter::word("東京"), "3"),
            (Filter::phrase("京都に住"), "3"),
            (Filter::word("京"), "3 4"),
        ],
    );
}

fn punctuation(store: &dyn Records) {
    let texts = ["pi is 3.14", "3 14", "can't", "can t", "snake_case", "snake case", "a\"b"];
    check(
        store,
        &texts,
        &[
            (Filter::word("3.14"), "0"),
            (Filter::word("3 14"), "1"),
            (Filter::word("can't"), "2"),
            (Filter::word("can"), "3"),
            (Filter::word("snake_case"), "4"),
            (Filter::word("snake"), "5"),
            (Filter::word("a\"b"), "6"),
            (Filter::prefix("can"), "2 3"),
        ],
    );
}

fn combinations(store: &dyn Records) {
    let sample = |number: i64, text: &str| Sample::at(&format!("{number}"), number * 5000).saying(text);
    let samples = [
        sample(0, "red apple").tagged("x"),
        sample(1, "green apple").tagged("y"),
        sample(2, "red pear").tagged("x"),
        sample(3, "green pear"),
        Sample::at("4", 20_000).tagged("x"),
    ];
    wait(store.commit(samples.iter().fold(batch(1), |batch, sample| sample.put_in(batch))));
    let tag = |tag: &str| Filter::Tag(tag.to_owned());
    let since =
        |time_ms: i64| Filter::Range { order: "time".into(), from: Some(crate::time_key(time_ms).to_vec()), to: None };
    let cases = [
        (Filter::And(vec![Filter::word("red"), Filter::word("apple")]), "0"),
        (Filter::Or(vec![Filter::word("red"), Filter::word("apple")]), "0 1 2"),
        (Filter::And(vec![Filter::word("red"), not(Filter::word("apple"))]), "2"),
        (Filter::And(vec![not(Filter::word("apple")), Filter::word("red")]), "2"),
        (not(Filter::word("red")), "1 3 4"),
        (Filter::And(vec![not(Filter::word("red")), not(Filter::word("apple"))]), "3 4"),
        (Filter::And(vec![Filter::word("pear"), tag("x")]), "2"),
        (Filter::Or(vec![Filter::word("pear"), tag("y")]), "1 2 3"),
        (Filter::And(vec![Filter::word("red"), not(tag("x"))]), ""),
        (Filter::And(vec![tag("x"), not(Filter::word("red"))]), "4"),
        (
            Filter::And(vec![
                Filter::Or(vec![Filter::word("red"), Filter::word("green")]),
                Filter::word("apple"),
                not(Filter::word("green")),
            ]),
            "0",
        ),
        (Filter::And(vec![Filter::word("apple"), since(5000)]), "1"),
        (Filter::And(vec![Filter::word("apple"), Filter::Or(vec![tag("y"), Filter::word("pear")])]), "1"),
        (Filter::And(vec![Filter::word("apple"), Filter::word("!")]), ""),
        (Filter::Or(vec![Filter::word("!"), Filter::word("pear")]), "2 3"),
        (Filter::And(vec![Filter::word("apple"), not(Filter::word("!"))]), "0 1"),
        (Filter::And(vec![Filter::word("apple"), not(Filter::And(vec![not(Filter::word("red"))]))]), "0"),
    ];
    cases.iter().for_each(|(filter, expected)| finds(store, filter, expected));
}

fn changes(store: &dyn Records) {
    check(store, &["alpha", "beta"], &[(Filter::word("alpha"), "0")]);
    wait(store.commit(Sample::at("0", 0).saying("gamma").put_in(batch(2))));
    [(Filter::word("alpha"), ""), (Filter::word("gamma"), "0")]
        .iter()
        .for_each(|(filter, expected)| finds(store, filter, expected));
    wait(store.commit(batch(3).retag(key("0"), Sample::at("0", 0).tagged("t").head())));
    finds(store, &Filter::word("gamma"), "0");
    wait(store.commit(Sample::at("0", 0).put_in(batch(4))));
    finds(store, &Filter::word("gamma"), "");
    wait(store.commit(Sample::at("0", 70_000).named("z").saying("beta").put_in(batch(5))));
    finds(store, &Filter::word("beta"), "1 0");
    wait(store.commit(batch(6).delete(key("1"))));
    finds(store, &Filter::word("beta"), "0");
}

fn order(store: &dyn Records) {
    let times = [5, 100_000, 3, i64::MAX, 2_000_000_000_000, 1 << 45, 5, 1 << 50, 3000];
    let put = |(batch, number), time: &i64| {
        (Sample::at(&format!("{number}"), *time).saying("word").put_in(batch), number + 1)
    };
    let (batch, _) = times.iter().fold((batch(1), 0), put);
    wait(store.commit(batch));
    for (direction, expected) in
        [(Direction::Ascending, "2 0 6 8 1 4 5 7 3"), (Direction::Descending, "3 7 5 4 1 8 6 0 2")]
    {
        for limit in [1, 2, 100] {
            let mut query = Query { filter: Filter::word("word"), direction, limit, ..latest() };
            let mut ids = Vec::new();
            loop {
                let page = wait(store.query(&query));
                ids.extend(page.records.iter().map(|record| record.id.to_string()));
                let Some(next) = page.next else { break };
                query.after = Some(next);
            }
            assert_eq!(ids.join(" "), expected);
        }
    }
}

fn put(store: &dyn Records, samples: &[Sample]) {
    wait(store.commit(samples.iter().fold(batch(1), |batch, sample| sample.put_in(batch))));
}

fn fields(store: &dyn Records) {
    let samples = [
        Sample::at("0", 0).saying("dinner plans").saying_in("subject", "red dinner"),
        Sample::at("1", 1).saying("red tape").saying_in("from", "dinner@example.com"),
        Sample::at("2", 2).saying_in("subject", "Café's menu"),
        Sample::at("3", 3).saying("subject red").saying_in("Subject", "red").saying_in("sub-ject", "it's"),
    ];
    put(store, &samples);
    let subject = |filter: Filter| filter.within("subject");
    let cases = [
        (Filter::word("dinner"), "0"),
        (subject(Filter::word("dinner")), "0"),
        (Filter::word("dinner").within("from"), "1"),
        (Filter::word("dinner").within("to"), ""),
        (Filter::word("red"), "1 3"),
        (subject(Filter::word("red")), "0"),
        (Filter::word("red").within("Subject"), "3"),
        (Filter::word("red").within("subject").within(""), "1 3"),
        (subject(Filter::phrase("red dinner")), "0"),
        (Filter::phrase("red dinner"), ""),
        (Filter::phrase("plans red"), ""),
        (Filter::prefix("s"), "3"),
        (Filter::prefix("subject"), "3"),
        (subject(Filter::prefix("caf")), "2"),
        (subject(Filter::word("café's")), "2"),
        (Filter::word("it's").within("sub-ject"), "3"),
        (subject(Filter::near("dinner", "red", 0)), "0"),
        (subject(Filter::word("...")), ""),
        (subject(not(Filter::word("red"))), "1 2 3"),
        (subject(Filter::Or(vec![Filter::word("menu"), Filter::word("tape"), Filter::Tag("t".into())])), "2"),
        (Filter::And(vec![Filter::word("dinner"), subject(Filter::word("red"))]), "0"),
        (Filter::And(vec![Filter::word("red"), not(subject(Filter::word("dinner")))]), "1 3"),
    ];
    cases.iter().for_each(|(filter, expected)| finds(store, filter, expected));
}

fn entries(store: &dyn Records) {
    let twice = |id: &str, field: &str, texts: [&str; 3]| {
        texts.iter().fold(Sample::at(id, 0), |sample, text| sample.saying_in(field, text).saying_in("other", "x"))
    };
    put(store, &[twice("0", "", ["one two", "...", "three one"]), twice("1", "f", ["one two", "", "three one"])]);
    let cases = [
        (Filter::phrase("one two"), "0", "1"),
        (Filter::phrase("three one"), "0", "1"),
        (Filter::phrase("two three"), "", ""),
        (Filter::prefix("two thr"), "", ""),
        (Filter::near("two", "three", 0), "", ""),
        (Filter::near("two", "three", 1), "0", "1"),
    ];
    for (filter, unnamed, named) in cases {
        finds(store, &filter, unnamed);
        finds(store, &filter.within("f"), named);
    }
}

fn near(store: &dyn Records) {
    let texts = ["a b c d e", "e x a", "a a", "c b a x x x a b", "b a"];
    let near = |one: &str, other: &str, words_max: u32| Filter::near(one, other, words_max);
    check(
        store,
        &texts,
        &[
            (near("a", "e", 3), "0 1"),
            (near("e", "a", 3), "0 1"),
            (near("a", "e", 2), "1"),
            (near("a", "e", 0), ""),
            (near("a", "b", 0), "0 3 4"),
            (near("a", "e", u32::MAX), "0 1"),
            (near("a b", "e", 2), "0"),
            (near("a b", "e", 1), ""),
            (near("e", "a b", 2), "0"),
            (near("c b", "a b", 4), "3"),
            (near("c b", "a b", 3), ""),
            (near("b c", "a b", 0), "0"),
            (near("a", "a", 0), "0 1 2 3 4"),
            (near("a", "...", 9), ""),
            (near("", "a", 9), ""),
            (not(near("a", "e", 9)), "2 3 4"),
            (Filter::And(vec![near("a", "b", 0), not(near("b", "c", 0))]), "4"),
            (Filter::Or(vec![near("c", "d", 0), Filter::phrase("e x")]), "0 1"),
        ],
    );
}

/// As many parts and as deep as a filter may be.
fn long(store: &dyn Records) {
    let several = |count: usize| (0..count).map(|number| Filter::word(format!("none{number}"))).collect::<Vec<_>>();
    let with = |filter: Filter, mut parts: Vec<Filter>| {
        parts.push(filter);
        parts
    };
    let deep = |innermost: Filter| {
        (0..62).fold(innermost, |filter, number| match number % 2 {
            0 => Filter::Or(vec![Filter::word("none"), filter]),
            _ => Filter::And(vec![filter, Filter::word("red")]),
        })
    };
    let without = several(1200).into_iter().map(not).collect();
    check(
        store,
        &["red apple", "green apple", "red pear"],
        &[
            (Filter::Or(with(Filter::word("pear"), several(2400))), "2"),
            (Filter::And(with(Filter::word("pear"), several(2400))), ""),
            (Filter::And(with(Filter::word("pear"), without)), "2"),
            (Filter::And(vec![Filter::word("apple"); 2400]), "0 1"),
            (deep(Filter::word("apple")), "0"),
            (deep(Filter::Tag("none".into())), ""),
            ((0..62).fold(Filter::word("pear"), |filter, _| not(filter)), "2"),
        ],
    );
}

fn hostile(store: &dyn Records) {
    let texts = ["plain", "a OR b", "NEAR x", "words : col"];
    check(
        store,
        &texts,
        &[
            (Filter::word("plain\" OR \"a"), ""),
            (Filter::word("plain OR a"), ""),
            (Filter::word("a OR b"), "1"),
            (Filter::phrase("words:col"), ""),
            (Filter::word("words: col"), "3"),
            (Filter::prefix("pl*"), "0"),
            (Filter::word("{words} : plain"), ""),
            (Filter::word("^plain"), "0"),
            (Filter::word("pla\0in"), ""),
        ],
    );
}
