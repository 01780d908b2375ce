use std::sync::Arc;

use super::{Ledger, USERS_MAX, units};

#[test]
fn what_calls_cost() {
    for (method, cost) in [
        ("messages.send", 100),
        ("drafts.send", 100),
        ("messages.insert", 25),
        ("messages.get", 5),
        ("messages.list", 5),
        ("messages.attachments.get", 5),
        ("threads.get", 10),
        ("history.list", 2),
        ("labels.get", 1),
        ("labels.create", 5),
        ("getProfile", 1),
        ("settings.getLanguage", 1),
        ("settings.updateImap", 5),
        ("settings.filters.list", 1),
        ("settings.filters.create", 5),
        ("settings.cse.keypairs.get", 1),
        ("settings.cse.keypairs.enable", 5),
    ] {
        assert_eq!(units(method), cost, "{method}");
    }
}

#[test]
fn every_method_is_one() {
    let document = dak_api::builtin().into_iter().map(|document| dak_api::Api::parse(document).unwrap());
    let gmail = document.into_iter().find(|api| api.name == "gmail").unwrap();
    for (method, _) in units::UNITS {
        assert!(gmail.method(&format!("gmail.users.{method}")).is_some(), "{method}");
    }
}

/// A minute begins with a call and ends for all of it at once; a refusal takes nothing.
#[test]
fn minutes() {
    let ledger = Ledger::default();
    let (rina, jo): (Arc<str>, Arc<str>) = ("rina@example.com".into(), "jo@example.com".into());
    for (now_ms, user, units, taken) in [
        (0, &rina, 60, Ok(())),
        (1_000, &rina, 50, Err(60_000)),
        (1_000, &jo, 100, Ok(())),
        (2_000, &rina, 40, Ok(())),
        (59_999, &rina, 1, Err(60_000)),
        (60_000, &rina, 100, Ok(())),
        (60_000, &jo, 1, Err(61_000)),
        (61_000, &jo, 101, Err(121_000)),
        (5_000, &rina, 1, Ok(())),
        (5_001, &rina, u64::MAX, Err(65_000)),
    ] {
        assert_eq!(ledger.take(user, units, 100, now_ms), taken, "{now_ms} {user} {units}");
    }
}

/// Memory is bounded: who comes late shares a minute with the others who do.
#[test]
fn more_users_than_are_told_apart() {
    let ledger = Ledger::default();
    let take = |number: usize, now_ms: i64| ledger.take(&format!("{number}@example.com").into(), 60, 100, now_ms);
    assert!((0..USERS_MAX).all(|number| take(number, 0).is_ok()));
    assert_eq!((take(USERS_MAX, 1), take(USERS_MAX + 1, 2), take(0, 3)), (Ok(()), Err(60_001), Err(60_000)));
    assert_eq!((take(USERS_MAX + 2, 60_000), take(USERS_MAX + 3, 60_000)), (Ok(()), Ok(())));
}
