use http::Method;
use proptest::prelude::*;

use super::{GiveUp, Outcome, Policy, Repeat, Retry, RetryAfter, Verdict, Why};

/// The time of the tests, in seconds since 1970: Sun, 06 Nov 1994 08:49:37 GMT.
const NOW_S: u64 = 784_111_777;

/// Plays outcomes one after the other without chance and says in short what became of each.
fn play(policy: Policy, repeat: Repeat, outcomes: &[Outcome]) -> String {
    let mut retry = Retry::new(policy);
    let verdicts = outcomes.iter().map(|outcome| match retry.next(*outcome, repeat, NOW_S, 0) {
        Verdict::Done => "done".to_owned(),
        Verdict::Wait { ms, why: Why::Backoff } => format!("{ms}"),
        Verdict::Wait { ms, why: Why::Fixed } => format!("{ms} fixed"),
        Verdict::Wait { ms, why: Why::RetryAfter } => format!("{ms} asked"),
        Verdict::GiveUp(reason) => format!("{reason:?}"),
    });
    verdicts.collect::<Vec<_>>().join(", ")
}

const fn status(code: u16) -> Outcome {
    Outcome::status(code)
}

const fn asked(code: u16, retry_after: RetryAfter) -> Outcome {
    Outcome::Status { code, retry_after: Some(retry_after) }
}

/// `U12`, `U13`: (outcomes, what became of each) under the documents' policy, for a GET
const GOOGLE: &[(&[Outcome], &str)] = &[
    (&[status(200)], "done"),
    (&[status(304)], "done"),
    (&[status(308)], "done"),
    (&[status(503), status(200)], "1000, done"),
    (
        &[status(500), status(502), status(503), status(504), status(599), status(500)],
        "1000, 2000, 4000, 8000, 16000, Exhausted",
    ),
    // What can get better is tried a few times, without the wait growing.
    (
        &[Outcome::Connect, Outcome::Broken, Outcome::Timeout, Outcome::Refused],
        "1000 fixed, 1000 fixed, 1000 fixed, Exhausted",
    ),
    (&[status(408), status(429), status(425)], "1000 fixed, 1000 fixed, 1000 fixed"),
    // The budgets are apart.
    (&[Outcome::Broken, status(503), Outcome::Broken, status(503)], "1000 fixed, 1000, 1000 fixed, 2000"),
    // What cannot get better.
    (&[status(400)], "Permanent"),
    (&[status(401)], "Permanent"),
    (&[status(403)], "Permanent"),
    (&[status(404)], "Permanent"),
    (&[status(409)], "Permanent"),
    (&[status(410)], "Permanent"),
    (&[status(412)], "Permanent"),
    (&[status(999)], "Permanent"),
    // The server says when.
    (&[asked(503, RetryAfter::Seconds(7)), status(503)], "7000 asked, 2000"),
    (&[asked(429, RetryAfter::Seconds(3600))], "58000 asked"),
    (&[asked(503, RetryAfter::Seconds(u64::MAX))], "58000 asked"),
    (&[asked(503, RetryAfter::Date(NOW_S + 12))], "12000 asked"),
    (&[asked(503, RetryAfter::Date(u64::MAX))], "58000 asked"),
    (&[asked(503, RetryAfter::Date(NOW_S))], "1000"),
    (&[asked(429, RetryAfter::Date(NOW_S - 12))], "1000 fixed"),
    (&[asked(503, RetryAfter::Seconds(0))], "1000"),
    (&[asked(404, RetryAfter::Seconds(5))], "Permanent"),
    (&[asked(200, RetryAfter::Seconds(5))], "done"),
];

#[test]
fn the_documents_policy() {
    for (outcomes, wanted) in GOOGLE {
        assert_eq!(play(Policy::google(), Repeat::Safe, outcomes), *wanted, "{outcomes:?}");
    }
}

/// (policy, waits out of twelve 503, out of twelve lost connections)
const POLICIES: &[(Policy, usize, usize)] = &[
    (Policy::google(), 5, 3),
    (Policy::none(), 0, 0),
    (Policy::google().server_max(8), 8, 3),
    (Policy::google().server_max(0), 0, 3),
    (Policy::google().other_max(10), 5, 10),
    (Policy::google().other_max(11), 5, 10),
    (Policy::none().other_max(1), 0, 1),
];

#[test]
fn each_budget_is_kept() {
    let waits = |policy, outcome| {
        let mut retry = Retry::new(policy);
        let verdicts = (0..12).map(|_| retry.next(outcome, Repeat::Safe, NOW_S, 0));
        verdicts.filter(|verdict| matches!(verdict, Verdict::Wait { .. })).count()
    };
    for (policy, server, other) in POLICIES {
        assert_eq!(waits(*policy, status(503)), *server, "{policy:?}");
        assert_eq!(waits(*policy, Outcome::Broken), *other, "{policy:?}");
    }
}

/// (outcome, what becomes of a POST without a key, of a request whose body is gone)
const CAREFUL: &[(Outcome, &str, &str)] = &[
    (status(200), "done", "done"),
    (status(404), "Permanent", "Permanent"),
    (Outcome::Connect, "1000 fixed", "Unrepeatable"),
    (Outcome::Refused, "1000 fixed", "Unrepeatable"),
    (status(429), "1000 fixed", "Unrepeatable"),
    (status(503), "1000", "Unrepeatable"),
    (status(500), "MayHaveActed", "Unrepeatable"),
    (status(502), "MayHaveActed", "Unrepeatable"),
    (status(504), "MayHaveActed", "Unrepeatable"),
    (status(408), "MayHaveActed", "Unrepeatable"),
    (Outcome::Broken, "MayHaveActed", "Unrepeatable"),
    (Outcome::Timeout, "MayHaveActed", "Unrepeatable"),
];

#[test]
fn nothing_is_done_twice() {
    for (outcome, untouched, never) in CAREFUL {
        let outcomes = [*outcome];
        assert_eq!(play(Policy::google(), Repeat::IfUntouched, &outcomes), *untouched);
        assert_eq!(play(Policy::google(), Repeat::Never, &outcomes), *never);
    }
}

#[test]
fn which_methods_may_be_repeated() {
    use Repeat::{IfUntouched, Safe};
    for (method, without_key) in [
        (Method::GET, Safe),
        (Method::HEAD, Safe),
        (Method::OPTIONS, Safe),
        (Method::PUT, Safe),
        (Method::DELETE, Safe),
        (Method::POST, IfUntouched),
        (Method::PATCH, IfUntouched),
    ] {
        assert_eq!(Repeat::of(&method, false), without_key, "{method}");
        assert_eq!(Repeat::of(&method, true), Safe, "{method}");
    }
}

#[test]
fn no_retries_is_said_as_such() {
    assert_eq!(play(Policy::none(), Repeat::Safe, &[status(503)]), "Disabled");
    assert_eq!(play(Policy::none(), Repeat::Safe, &[status(404)]), "Permanent");
}

#[test]
fn progress_brings_the_budget_back() {
    let mut retry = Retry::new(Policy::google().server_max(1));
    let next = |retry: &mut Retry| retry.next(status(503), Repeat::Safe, NOW_S, 0);
    assert!(matches!(next(&mut retry), Verdict::Wait { ms: 1000, .. }));
    assert_eq!(next(&mut retry), Verdict::GiveUp(GiveUp::Exhausted));
    retry.restart();
    assert!(matches!(next(&mut retry), Verdict::Wait { ms: 1000, .. }));
}

/// (Retry-After, what it says)
const HEADERS: &[(&str, Option<RetryAfter>)] = &[
    ("120", Some(RetryAfter::Seconds(120))),
    (" 0 ", Some(RetryAfter::Seconds(0))),
    ("99999999999999999999999", Some(RetryAfter::Seconds(u64::MAX))),
    ("Sun, 06 Nov 1994 08:49:37 GMT", Some(RetryAfter::Date(NOW_S))),
    ("Sunday, 06-Nov-94 08:49:37 GMT", Some(RetryAfter::Date(NOW_S))),
    ("", None),
    ("-1", None),
    ("1.5", None),
    ("soon", None),
];

#[test]
fn retry_after_comes_in_two_forms() {
    for (text, wanted) in HEADERS {
        assert_eq!(RetryAfter::parse(text), *wanted, "{text}");
    }
}

proptest! {
    #[test]
    fn it_ends_and_every_wait_is_under_a_minute(
        codes in prop::collection::vec(400u16..600, 40),
        seconds: u64,
        random: u64,
        server_max in 0..20u32,
        other_max: u32,
    ) {
        let policy = Policy::google().server_max(server_max).other_max(other_max);
        let mut retry = Retry::new(policy);
        let mut waits = 0;
        for code in codes {
            let outcome = asked(code, RetryAfter::Seconds(seconds));
            if let Verdict::Wait { ms, .. } = retry.next(outcome, Repeat::Safe, NOW_S, random) {
                prop_assert!((1000..60_000).contains(&ms));
                waits += 1;
            }
        }
        prop_assert!(waits <= server_max + 10);
    }
}
