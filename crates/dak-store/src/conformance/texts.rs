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
    Case { name: "queries cannot be broken out of", test: hostile },
];

fn word(text: &str) -> Filter {
    Filter::Word(text.to_owned())
}

fn phrase(text: &str) -> Filter {
    Filter::Phrase(text.to_owned())
}

fn prefix(text: &str) -> Filter {
    Filter::Prefix(text.to_owned())
}

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
            (word("quick"), "0 2"),
            (word("QUICK"), "0 2"),
            (word("quic"), ""),
            (word("brown fox"), "0 2"),
            (word("fox brown"), ""),
            (word("..."), ""),
            (word(""), ""),
            (not(word("")), "0 1 2 3"),
        ],
    );
}

fn marks(store: &dyn Records) {
    let texts = ["বাংলা ভাষা", "কথা বলা", "বোল বল", "বিশ্ববিদ্যালয়", "बल हिन्दी", "हिन्द", "naïve", "naive"];
    check(
        store,
        &texts,
        &[
            (word("বাংলা"), "0"),
            (word("বলা"), "1"),
            (word("বল"), "2"),
            (word("ব"), ""),
            (prefix("বাং"), "0"),
            (word("বিশ্ববিদ্যালয়"), "3"),
            (word("বিশ্ব"), ""),
            (word("हिन्दी"), "4"),
            (word("हिन्द"), "5"),
            (prefix("हिन्द"), "4 5"),
            (word("naïve"), "6"),
            (word("naive"), "7"),
        ],
    );
}

fn spellings(store: &dyn Records) {
    let texts = ["য\u{9bc}ে \u{9df}ে", "nai\u{308}ve", "র\u{200d}্যাব", "ΣΟΦΟΣ", "co\u{ad}operate", "Ünïcödé"];
    check(
        store,
        &texts,
        &[
            (word("\u{9df}ে"), "0"),
            (phrase("\u{9df}ে য\u{9bc}ে"), "0"),
            (word("naïve"), "1"),
            (word("র্যাব"), "2"),
            (word("σοφος"), "3"),
            (prefix("σοφοσ"), "3"),
            (word("cooperate"), "4"),
            (word("u\u{308}ni\u{308}co\u{308}de\u{301}"), "5"),
        ],
    );
}

fn phrases(store: &dyn Records) {
    let texts = ["one two three", "two one three", "one two threefold", "東京都に住む", "京東"];
    check(
        store,
        &texts,
        &[
            (phrase("one two"), "0 2"),
            (phrase("two three"), "0"),
            (prefix("two three"), "0 2"),
            (prefix("thr"), "0 1 2"),
            (prefix("one two threef"), "2"),
            (prefix("tw thr"), ""),
            (phrase("one three"), "1"),
            (word("東京"), "3"),
            (phrase("京都に住"), "3"),
            (word("京"), "3 4"),
        ],
    );
}

fn punctuation(store: &dyn Records) {
    let texts = ["pi is 3.14", "3 14", "can't", "can t", "snake_case", "snake case", "a\"b"];
    check(
        store,
        &texts,
        &[
            (word("3.14"), "0"),
            (word("3 14"), "1"),
            (word("can't"), "2"),
            (word("can"), "3"),
            (word("snake_case"), "4"),
            (word("snake"), "5"),
            (word("a\"b"), "6"),
            (prefix("can"), "2 3"),
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
        (Filter::And(vec![word("red"), word("apple")]), "0"),
        (Filter::Or(vec![word("red"), word("apple")]), "0 1 2"),
        (Filter::And(vec![word("red"), not(word("apple"))]), "2"),
        (Filter::And(vec![not(word("apple")), word("red")]), "2"),
        (not(word("red")), "1 3 4"),
        (Filter::And(vec![not(word("red")), not(word("apple"))]), "3 4"),
        (Filter::And(vec![word("pear"), tag("x")]), "2"),
        (Filter::Or(vec![word("pear"), tag("y")]), "1 2 3"),
        (Filter::And(vec![word("red"), not(tag("x"))]), ""),
        (Filter::And(vec![tag("x"), not(word("red"))]), "4"),
        (Filter::And(vec![Filter::Or(vec![word("red"), word("green")]), word("apple"), not(word("green"))]), "0"),
        (Filter::And(vec![word("apple"), since(5000)]), "1"),
        (Filter::And(vec![word("apple"), Filter::Or(vec![tag("y"), word("pear")])]), "1"),
        (Filter::And(vec![word("apple"), word("!")]), ""),
        (Filter::Or(vec![word("!"), word("pear")]), "2 3"),
        (Filter::And(vec![word("apple"), not(word("!"))]), "0 1"),
        (Filter::And(vec![word("apple"), not(Filter::And(vec![not(word("red"))]))]), "0"),
    ];
    cases.iter().for_each(|(filter, expected)| finds(store, filter, expected));
}

fn changes(store: &dyn Records) {
    check(store, &["alpha", "beta"], &[(word("alpha"), "0")]);
    wait(store.commit(Sample::at("0", 0).saying("gamma").put_in(batch(2))));
    [(word("alpha"), ""), (word("gamma"), "0")].iter().for_each(|(filter, expected)| finds(store, filter, expected));
    wait(store.commit(batch(3).retag(key("0"), Sample::at("0", 0).tagged("t").head())));
    finds(store, &word("gamma"), "0");
    wait(store.commit(Sample::at("0", 0).put_in(batch(4))));
    finds(store, &word("gamma"), "");
    wait(store.commit(Sample::at("0", 70_000).named("z").saying("beta").put_in(batch(5))));
    finds(store, &word("beta"), "1 0");
    wait(store.commit(batch(6).delete(key("1"))));
    finds(store, &word("beta"), "0");
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
            let mut query = Query { filter: word("word"), direction, limit, ..latest() };
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

fn hostile(store: &dyn Records) {
    let texts = ["plain", "a OR b", "NEAR x", "words : col"];
    check(
        store,
        &texts,
        &[
            (word("plain\" OR \"a"), ""),
            (word("plain OR a"), ""),
            (word("a OR b"), "1"),
            (phrase("words:col"), ""),
            (word("words: col"), "3"),
            (prefix("pl*"), "0"),
            (word("{words} : plain"), ""),
            (word("^plain"), "0"),
            (word("pla\0in"), ""),
        ],
    );
}
