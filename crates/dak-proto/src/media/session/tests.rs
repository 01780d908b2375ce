use http::Method;
use serde_json::json;

use super::{Declared, LIFE_S, Phase, Reply, Session, State};
use crate::media::hash::{Digests, Hashes, Wanted};

const NOW_S: u64 = 1_800_000_000;

fn session(state: State) -> Session {
    let mut hashes = Hashes::new(Wanted { md5: true, sha256: true });
    hashes.update(b"whole");
    let declared = Declared { length: Some(5), content_type: Some("text/plain".into()), digests: hashes.digests() };
    let mut session = Session::new(Method::PUT, declared, Wanted::default(), NOW_S);
    session.append(b"who");
    Session { epoch: 7, state, ..session }
}

fn reply() -> Reply {
    Reply { code: 201, headers: vec![("etag".into(), "\"x\"".into())], body: "{}\n".into() }
}

#[test]
fn every_state_is_read_as_it_was_written() {
    let states = [State::Active, State::Cancelled { at_s: NOW_S + 3 }, State::Finished(reply())];
    for state in states {
        let stored = session(state);
        let text = stored.to_json().to_string();
        assert_eq!(Session::from_json(&serde_json::from_str(&text).unwrap()), Some(stored), "{text}");
    }
    let bare = Session::new(Method::POST, Declared::default(), Wanted::default(), NOW_S);
    assert_eq!(Session::from_json(&bare.to_json()), Some(bare));
}

#[test]
fn what_is_none_is_refused() {
    let good = session(State::Active).to_json();
    for name in ["offset", "hashes", "epoch", "method", "declared", "createdS", "expiresS", "state"] {
        let mut bad = good.clone();
        bad[name] = json!(["?"]);
        assert_eq!(
            Session::from_json(&bad).map(|session| session.declared),
            match name {
                // Nothing declared is a declaration too.
                "declared" => Some(Declared { digests: Digests::NONE, ..Declared::default() }),
                _ => None,
            }
        );
    }
}

#[test]
fn declared_checksums_are_counted_from_the_first_byte() {
    assert_eq!(session(State::Active).hashes.wanted(), Wanted { md5: true, sha256: true });
}

/// `U11`: (state, seconds after its beginning, phase)
#[test]
fn a_week_of_life_and_a_week_of_tombstone() {
    let reply_kept = reply();
    let finished = Phase::Finished(&reply_kept);
    let cases = [
        (State::Active, 0, Phase::Active),
        (State::Active, LIFE_S - 1, Phase::Active),
        (State::Active, LIFE_S, Phase::Expired),
        (State::Active, 2 * LIFE_S - 1, Phase::Expired),
        (State::Active, 2 * LIFE_S, Phase::Forgotten),
        (State::Finished(reply()), LIFE_S - 1, finished),
        (State::Finished(reply()), LIFE_S, Phase::Expired),
        (State::Cancelled { at_s: NOW_S + 9 }, 9, Phase::Cancelled),
        (State::Cancelled { at_s: NOW_S + 9 }, 8 + LIFE_S, Phase::Cancelled),
        (State::Cancelled { at_s: NOW_S + 9 }, 9 + LIFE_S, Phase::Forgotten),
    ];
    for (state, after_s, phase) in cases {
        assert_eq!(session(state.clone()).phase(NOW_S + after_s), phase, "{state:?} after {after_s} s");
    }
}
