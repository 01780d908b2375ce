use http::header::{ACCEPT_ENCODING, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;

use super::Coding::{Gzip, Identity};
use super::{
    Coding, GZIP_BYTES_MAX, GZIP_BYTES_MIN, UserAgentRule, check_transfer_coding, choose, content_coding, user_agent,
};

const LARGE: usize = GZIP_BYTES_MIN;
const SMALL: usize = GZIP_BYTES_MIN - 1;

/// (Accept-Encoding, the coding of a large body, of a small one)
const CHOICES: &[(Option<&str>, Coding, Coding)] = &[
    (None, Identity, Identity),
    (Some(""), Identity, Identity),
    (Some("gzip"), Gzip, Identity),
    (Some("x-gzip"), Gzip, Identity),
    (Some("GZip"), Gzip, Identity),
    (Some("gzip, deflate, br"), Gzip, Identity),
    (Some("br;q=1.0, gzip;q=0.1"), Gzip, Identity),
    (Some("deflate, br"), Identity, Identity),
    (Some("gzipped"), Identity, Identity),
    (Some("*"), Gzip, Identity),
    (Some("identity"), Identity, Identity),
    // Weights.
    (Some("gzip;q=0"), Identity, Identity),
    (Some("gzip;q=0.000"), Identity, Identity),
    (Some("gzip;q=0, *"), Identity, Identity),
    (Some("gzip;q=0.001"), Gzip, Identity),
    (Some("gzip;q=0.5, identity;q=0.8"), Identity, Identity),
    (Some("gzip;q=0.8, identity;q=0.8"), Gzip, Identity),
    (Some("identity;q=0.5, *;q=0.1"), Identity, Identity),
    (Some("gzip;q=0.5, *;q=0.8"), Identity, Identity),
    (Some(" gzip ; Q=1.000 "), Gzip, Identity),
    (Some("gzip;level=9;q=0.3"), Gzip, Identity),
    (Some("gzip;q=0, x-gzip;q=1"), Gzip, Identity),
    // An invalid weight takes its member along.
    (Some("gzip;q=2"), Identity, Identity),
    (Some("gzip;q=1.001"), Identity, Identity),
    (Some("gzip;q=0.1234"), Identity, Identity),
    (Some("gzip;q=-1"), Identity, Identity),
    (Some("gzip;q=.5"), Identity, Identity),
    (Some("gzip;q="), Identity, Identity),
    (Some("gzip;q=high, *;q=0.2"), Gzip, Identity),
    // Identity forbidden: compressed however small; nothing acceptable: sent all the same.
    (Some("gzip, identity;q=0"), Gzip, Gzip),
    (Some("gzip, *;q=0"), Gzip, Gzip),
    (Some("*;q=0"), Identity, Identity),
    (Some("identity;q=0"), Identity, Identity),
    (Some("br, *;q=0"), Identity, Identity),
    (Some(",,;;q=,gzip"), Gzip, Identity),
];

/// What would look like a bomb stays as it is, unless nothing else is accepted.
#[test]
fn very_large_bodies_stay_as_they_are() {
    for (accept, bytes, expected) in [
        ("gzip", GZIP_BYTES_MAX - 1, Gzip),
        ("gzip", GZIP_BYTES_MAX, Identity),
        ("gzip, identity;q=0", GZIP_BYTES_MAX, Gzip),
    ] {
        assert_eq!(choose(Some(accept), None, bytes, UserAgentRule::Ignore), expected, "{accept} {bytes}");
    }
}

#[test]
fn what_the_client_accepts_decides() {
    for (accept, large, small) in CHOICES {
        let chosen = [LARGE, SMALL].map(|bytes| choose(*accept, None, bytes, UserAgentRule::Ignore));
        assert_eq!(chosen, [*large, *small], "{accept:?}");
    }
    let forbidden = Some("gzip, identity;q=0");
    assert_eq!(choose(forbidden, None, 0, UserAgentRule::Ignore), Identity);
}

/// (User-Agent, the coding where it must say gzip)
const AGENTS: &[(Option<&str>, Coding)] = &[
    (Some("my program (gzip)"), Gzip),
    (Some("Google-API-Java-Client Google-HTTP-Java-Client/1.43 (GZIP)"), Gzip),
    (Some("curl/8.5.0"), Identity),
    (Some("gz"), Identity),
    (Some(""), Identity),
    (None, Identity),
];

#[test]
fn the_user_agent_must_say_gzip_where_that_is_the_rule() {
    for (agent, wanted) in AGENTS {
        let chosen = choose(Some("gzip"), *agent, LARGE, UserAgentRule::Require);
        assert_eq!(chosen, *wanted, "{agent:?}");
        assert_eq!(choose(Some("gzip"), *agent, LARGE, UserAgentRule::Ignore), Gzip, "{agent:?}");
    }
    assert_eq!(UserAgentRule::Require.vary(), "Accept-Encoding, User-Agent");
}

#[test]
fn our_user_agent_says_it_once() {
    for (program, wanted) in
        [("my program", "my program (gzip)"), ("dak/0.1.0 (gzip)", "dak/0.1.0 (gzip)"), ("GZipper/2", "GZipper/2")]
    {
        assert_eq!(user_agent(program), wanted);
        let chosen = choose(Some("gzip"), Some(&user_agent(program)), LARGE, UserAgentRule::Require);
        assert_eq!(chosen, Gzip);
    }
}

/// (Content-Encoding of a request, its coding; `None`: 415)
const REQUESTS: &[(Option<&str>, Option<Coding>)] = &[
    (None, Some(Identity)),
    (Some(""), Some(Identity)),
    (Some("identity"), Some(Identity)),
    (Some("gzip"), Some(Gzip)),
    (Some(" X-GZIP "), Some(Gzip)),
    (Some("identity, gzip"), Some(Gzip)),
    (Some("gzip, identity"), Some(Gzip)),
    (Some("gzip, gzip"), None),
    (Some("deflate"), None),
    (Some("br, gzip"), None),
    (Some("gzip;q=1"), None),
    (Some("*"), None),
];

#[test]
fn a_request_may_be_gzip_and_no_more() {
    for (header, wanted) in REQUESTS {
        let found = content_coding(*header);
        assert_eq!(found.as_ref().ok(), wanted.as_ref(), "{header:?}");
        if let Err(fault) = found {
            assert_eq!(fault.code, 415, "{header:?}");
            assert!(fault.headers.iter().any(|(name, value)| *name == ACCEPT_ENCODING && value == "gzip"));
        }
    }
}

#[test]
fn a_coding_reads_what_it_writes() {
    assert_eq!(Identity.header_value(), None);
    let value = Gzip.header_value().unwrap();
    assert_eq!(content_coding(value.to_str().ok()).unwrap(), Gzip);
}

proptest! {
    #[test]
    fn no_header_is_too_odd(accept: String, agent: String, bytes: usize) {
        let _ = choose(Some(&accept), Some(&agent), bytes, UserAgentRule::Require);
        let _ = content_coding(Some(&accept));
    }
}

#[test]
fn no_transfer_coding_but_chunked_is_understood() {
    let cases: [(&[&'static str], bool); 6] = [
        (&[], true),
        (&["chunked"], true),
        (&[" Chunked "], true),
        (&["gzip, chunked"], false),
        (&["chunked", "chunked"], false),
        (&["identity"], false),
    ];
    for (values, is_understood) in cases {
        let fields = values.iter().map(|value| (TRANSFER_ENCODING, HeaderValue::from_static(value)));
        assert_eq!(check_transfer_coding(&fields.collect::<HeaderMap>()).is_ok(), is_understood, "{values:?}");
    }
}
