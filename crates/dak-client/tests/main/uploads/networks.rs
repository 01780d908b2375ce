//! Networks that want a password first, and say 200 to everything (`U16`).

use std::fs;

use dak_client::uploads::Journal;
use dak_client::{Error, Way};
use dak_testkit::Scripted;

use super::{BOTH, CHUNK_BYTES, KIB, START, Wish, media, outcome, play, shown};

const WHOLE: &str = "PUT 0-614399/614400 (614400)";
const ASK: &str = "PUT */614400 (0)";
const REST: &str = "PUT 524288-614399/614400 (90112)";

/// An upload of 600 KiB that stops.
fn begun(server: &Scripted, chunk_bytes: Option<u64>) -> (tempfile::TempDir, Wish) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("media.bin");
    fs::write(&file, media(600 * KIB)).unwrap();
    let journal = Some(Journal::open(folder.path().join("journal")).unwrap());
    let wish = Wish { file: Some(file), way: Some(Way::Resumable), journal, chunk_bytes, ..Wish::default() };
    wish.clone().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
    (folder, wish)
}

/// How a session was left: after its first chunk, or without its last answer.
const CUT: [&str; 8] = ["200 /s", "308 0-262143", "503", "503", "503", "503", "503", "503"];
const UNANSWERED: [&str; 7] = ["200 /s", "close", "503", "503", "503", "503", "503"];

/// A network that lets nothing through for a while.
struct Passing {
    /// How the session was left.
    left: &'static [&'static str],
    /// What the network says, six times.
    said: &'static str,
    /// What the server says then.
    then: &'static [&'static str],
    requests: &'static [&'static str],
}

const PASSING: &[Passing] = &[
    Passing { left: &CUT, said: "200 page", then: &["308 0-524287", "201"], requests: &[ASK, REST] },
    Passing { left: &CUT, said: "201", then: &["308 0-524287", "201"], requests: &[ASK, REST] },
    Passing { left: &UNANSWERED, said: "200 page", then: &["201"], requests: &[ASK] },
    Passing { left: &UNANSWERED, said: "200 page", then: &["404", "200 /t", "201"], requests: &[ASK, START, WHOLE] },
];

#[test]
fn a_page_ends_no_upload_and_passes() {
    for Passing { left, said, then, requests } in PASSING {
        let script = [*left, &[*said; 6], *then].concat();
        let server = Scripted::start(script.into_iter().map(play));
        let (_folder, wish) = begun(&server, (*left == CUT).then_some(CHUNK_BYTES));
        let error = wish.clone().send(BOTH[0], &server.url("/demo/v1")).0.unwrap_err();
        assert!(error.to_string().contains("perhaps the network wants a login"), "{said}: {error}");
        assert!(error.upload_token().is_some(), "{said}");
        let before = server.requests().len();
        assert_eq!(outcome(&wish.send(BOTH[0], &server.url("/demo/v1")).0), "201 1", "{said}");
        let sent: Vec<String> = server.requests()[before..].iter().map(shown).collect();
        assert_eq!(sent, *requests, "{said}");
    }
}

/// The last answer was lost, and it is noted that nothing was missing: any answer but a page is one.
#[test]
fn what_was_sent_whole_is_done_when_it_is_said_so() {
    let server = Scripted::start(UNANSWERED.iter().chain(&["201"]).map(|line| play(line)));
    let (_folder, wish) = begun(&server, None);
    assert_eq!(outcome(&wish.send(BOTH[0], &server.url("/demo/v1")).0), "201 1");
}

#[test]
fn a_redirect_to_a_page_is_not_followed_for_good() {
    let led_astray = ["302 /login", "200 page"].into_iter().cycle().take(12);
    let script = CUT.into_iter().chain(led_astray).chain(["308 0-524287", "201"]);
    let server = Scripted::start(script.map(play));
    let (_folder, wish) = begun(&server, Some(CHUNK_BYTES));
    wish.clone().send(BOTH[0], &server.url("/demo/v1")).0.unwrap_err();
    assert_eq!(outcome(&wish.send(BOTH[0], &server.url("/demo/v1")).0), "201 1");
    assert_eq!(server.requests().last().unwrap().target, "/s");
}

/// In one request there is no session that could be asked: the page is told, and the upload may be there or not.
#[test]
fn a_page_is_no_answer_to_one_request() {
    for way in [Way::Simple, Way::Multipart] {
        let server = Scripted::start(["200 page"].map(play));
        let error = Wish { way: Some(way), ..Wish::bytes(10) }.send(BOTH[0], &server.url("/demo/v1")).0.unwrap_err();
        assert!(matches!(&error, Error::Unreadable(message) if message.contains("is a page")), "{error}");
    }
}

/// A process may be killed at any time: it is noted before the last byte goes out, not when it is answered.
#[test]
fn that_the_last_byte_goes_out_is_noted_before_it_does() {
    let server = Scripted::start(["200 /s", "201"].map(play));
    let wish = Wish::bytes(10);
    let tokens = wish.tokens.clone();
    wish.send(BOTH[0], &server.url("/demo/v1")).0.unwrap();
    let noted: Vec<bool> =
        tokens.lock().unwrap().iter().map(|token| token.to_json().contains("\"isAllSent\":true")).collect();
    assert_eq!(noted, [false, true]);
}
