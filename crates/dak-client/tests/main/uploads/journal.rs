//! Uploads that go on in another process.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use dak_client::uploads::{self, Journal};
use dak_client::{Error, UploadPhase, UploadToken, secrets};
use dak_testkit::Scripted;

use super::{BOTH, CHUNK_BYTES, KIB, Wish, media, outcome, play, shown};

const START: &str = "POST /upload/demo/v1?uploadType=resumable (0)";

/// 100,000 bytes arrive, and then it is tried six times in vain.
const GIVES_UP: [&str; 9] = ["200 /s", "cut 100000", "308 0-99999", "cut 0", "503", "503", "503", "503", "503"];

struct Place {
    folder: tempfile::TempDir,
    journal: Journal,
    path: PathBuf,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("media.bin");
        fs::write(&path, media(600 * KIB)).unwrap();
        Place { journal: Journal::open(folder.path().join("journal")).unwrap(), folder, path }
    }

    fn wish(&self) -> Wish {
        Wish {
            file: Some(self.path.clone()),
            way: Some(dak_client::Way::Resumable),
            journal: Some(self.journal.clone()),
            ..Wish::default()
        }
    }

    /// The names in the journal's folder.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join("journal")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

#[test]
fn the_same_upload_again_goes_on_where_it_stopped() {
    for by in BOTH {
        let place = Place::new();
        let rest = ["308 0-199999", "201"];
        let server = Scripted::start(GIVES_UP.iter().chain(&rest).map(|line| play(line)));
        let error = place.wish().send(by, &server.url("/demo/v1")).0.unwrap_err();
        assert!(error.upload_token().is_some_and(|token| token.offset() == 100_000), "{error}");
        let pending = place.journal.pending().unwrap();
        let [upload] = pending.as_slice() else { panic!("{pending:?}") };
        let token = upload.token.as_ref().unwrap();
        assert_eq!((token.offset(), token.length(), upload.is_running), (100_000, Some(614_400), false));
        assert_eq!(token.file(), Some(&*place.path));

        let before = server.requests().len();
        assert_eq!(outcome(&place.wish().send(by, &server.url("/demo/v1")).0), "201 1");
        let requests: Vec<String> = server.requests()[before..].iter().map(shown).collect();
        assert_eq!(requests, ["PUT */614400 (0)", "PUT 200000-614399/614400 (414400)"]);
        assert!(place.names().is_empty(), "{:?}", place.names());
    }
}

#[test]
fn a_token_is_enough_to_go_on() {
    for by in BOTH {
        let place = Place::new();
        let rest = ["308 0-199999", "201"];
        let server = Scripted::start(GIVES_UP.iter().chain(&rest).map(|line| play(line)));
        let wish = Wish { journal: None, ..place.wish() };
        let tokens = wish.tokens.clone();
        wish.send(by, &server.url("/demo/v1")).0.unwrap_err();
        let saved = tokens.lock().unwrap().last().unwrap().to_json();
        let token = Some(UploadToken::from_json(&saved).unwrap());
        let before = server.requests().len();
        assert_eq!(outcome(&Wish { token, ..Wish::default() }.send(by, "").0), "201 1");
        assert!(place.names().is_empty());
        let requests: Vec<String> = server.requests()[before..].iter().map(shown).collect();
        assert_eq!(requests, ["PUT */614400 (0)", "PUT 200000-614399/614400 (414400)"]);
    }
}

/// What `pending` gives leads back to its journal: the entry is held, and goes when the upload is done.
#[test]
fn what_is_pending_knows_its_journal() {
    let rests: [(&[&str], &str); 3] = [
        (&["308 0-199999", "201"], "201 1"),
        (&["404", "200 /t", "201"], "201 1"),
        (&["308 0-199999", "401"], "the upload was interrupted: the server answered 401"),
    ];
    for (rest, end) in rests {
        for by in BOTH {
            let place = Place::new();
            let server = Scripted::start(GIVES_UP.iter().chain(rest).map(|line| play(line)));
            place.wish().send(by, &server.url("/demo/v1")).0.unwrap_err();
            let pending = || uploads::pending(place.folder.path().join("journal")).unwrap();
            let token = pending()[0].token.clone();
            let resume = || Wish { token: token.clone(), ..Wish::default() }.send(by, "").0;

            let entry = place.journal.lock(&pending()[0].id).unwrap();
            assert!(outcome(&resume()).contains("being sent already"));
            drop(entry);
            assert!(outcome(&resume()).starts_with(end));
            let is_done = end == "201 1";
            assert_eq!(pending().len(), usize::from(!is_done));
            if is_done {
                let requests = server.requests().len();
                assert!(outcome(&resume()).contains("not in its journal any more"));
                assert_eq!((server.requests().len(), place.names().len()), (requests, 0));
            } else {
                assert_eq!(pending()[0].token.as_ref().map(UploadToken::offset), Some(200_000));
            }
        }
    }
}

/// Its name stays though the request is a little different; what an error gives knows its journal too.
#[test]
fn what_is_pending_may_be_asked_for_otherwise() {
    let place = Place::new();
    let server = Scripted::start(GIVES_UP.iter().chain(&["401", "404", "200 /t", "201"]).map(|line| play(line)));
    place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
    let id = place.journal.pending().unwrap()[0].id.clone();
    let client = crate::support::impatient().0.build().unwrap();
    let token = place.journal.pending().unwrap()[0].token.clone().unwrap();
    let error = client.resume_upload(token).fields("id").send().unwrap_err();
    assert_eq!(place.journal.pending().unwrap()[0].id, id);
    client.resume_upload(error.upload_token().unwrap().clone()).fields("id").send().unwrap();
    assert!(place.names().is_empty(), "{:?}", place.names());
    assert_eq!(shown(&server.requests()[11]), "POST /upload/demo/v1?fields=id&uploadType=resumable (0)");
}

/// The chunks that are asked for now win over those of the token.
#[test]
fn the_rest_goes_in_other_chunks() {
    let place = Place::new();
    let rest = ["308 0-199999", "308 0-462143", "201"];
    let server = Scripted::start(GIVES_UP.iter().chain(&rest).map(|line| play(line)));
    place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
    let before = server.requests().len();
    let wish = Wish { chunk_bytes: Some(256 * KIB as u64), ..place.wish() };
    assert_eq!(outcome(&wish.send(BOTH[1], &server.url("/demo/v1")).0), "201 1");
    let requests: Vec<String> = server.requests()[before..].iter().map(shown).collect();
    assert_eq!(
        requests,
        ["PUT */614400 (0)", "PUT 200000-462143/614400 (262144)", "PUT 462144-614399/614400 (152256)"]
    );
}

/// Bytes from memory are not known again by anything but themselves.
#[test]
fn bytes_that_are_others_begin_again() {
    let mut end_is_other = media(600 * KIB);
    end_is_other[99_999] ^= 1;
    let others: [(Vec<u8>, &[&str], &[&str]); 4] = [
        (media(700 * KIB), &["200 /s", "201"], &[START, "PUT 0-716799/716800 (716800)"]),
        (media(1000), &["200 /s", "201"], &[START, "PUT 0-999/1000 (1000)"]),
        (end_is_other, &["200 /s", "201"], &[START, "PUT 0-614399/614400 (614400)"]),
        (vec![7; 600 * KIB], &["200 /s", "201"], &[START, "PUT 0-614399/614400 (614400)"]),
    ];
    for (bytes, script, wanted) in others {
        let server = Scripted::start(GIVES_UP.iter().chain(script).map(|line| play(line)));
        let wish = Wish::bytes(600 * KIB);
        let tokens = wish.tokens.clone();
        wish.send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
        let token = tokens.lock().unwrap().last().cloned();
        let before = server.requests().len();
        assert_eq!(outcome(&Wish { token, bytes: Some(bytes), ..Wish::default() }.send(BOTH[1], "").0), "201 1");
        let requests: Vec<String> = server.requests()[before..].iter().map(shown).collect();
        assert_eq!(requests, wanted);
    }
}

/// What a file is called and when it was changed may be the same, and its bytes others.
#[test]
fn a_file_of_other_bytes_and_the_same_time_begins_again() {
    let place = Place::new();
    let server = Scripted::start(GIVES_UP.iter().chain(&["200 /s", "201"]).map(|line| play(line)));
    place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
    let mut file = fs::OpenOptions::new().write(true).open(&place.path).unwrap();
    let modified = file.metadata().unwrap().modified().unwrap();
    file.write_all(&[7; 100]).unwrap();
    file.set_modified(modified).unwrap();
    let before = server.requests().len();
    assert_eq!(outcome(&place.wish().send(BOTH[1], &server.url("/demo/v1")).0), "201 1");
    let requests: Vec<String> = server.requests()[before..].iter().map(shown).collect();
    assert_eq!(requests, [START, "PUT 0-614399/614400 (614400)"]);
}

#[test]
fn a_file_that_has_changed_begins_again() {
    for by in BOTH {
        let place = Place::new();
        let server = Scripted::start(GIVES_UP.iter().chain(&["200 /s", "201"]).map(|line| play(line)));
        place.wish().send(by, &server.url("/demo/v1")).0.unwrap_err();
        fs::write(&place.path, "other").unwrap();
        let before = server.requests().len();
        let wish = place.wish();
        let phases = wish.phases.clone();
        assert_eq!(outcome(&wish.send(by, &server.url("/demo/v1")).0), "201 1");
        let requests: Vec<String> = server.requests()[before..].iter().map(shown).collect();
        assert_eq!(requests, [START, "PUT 0-4/5 (5)"]);
        assert!(phases.lock().unwrap()[0].contains("the file has changed since the upload began"));
    }
}

/// A file that is short now would go in one request, and the session stay for somebody to send it a second time.
#[test]
fn a_session_that_has_begun_is_used_or_forgotten() {
    let other_way = Some(dak_client::Way::Simple);
    let cases: [(_, &[&str], &[&str]); 2] = [
        (None, &["200 /s", "201"], &[START, "PUT 0-4/5 (5)"]),
        (other_way, &["200"], &["POST /upload/demo/v1?uploadType=media (5)"]),
    ];
    for (way, script, wanted) in cases {
        let place = Place::new();
        let server = Scripted::start(GIVES_UP.iter().chain(script).map(|line| play(line)));
        place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
        fs::write(&place.path, "other").unwrap();
        let before = server.requests().len();
        assert!(Wish { way, ..place.wish() }.send(BOTH[1], &server.url("/demo/v1")).0.is_ok());
        let requests: Vec<String> = server.requests()[before..].iter().map(shown).collect();
        assert_eq!(requests, wanted);
        assert!(place.names().is_empty(), "{:?}", place.names());
    }
}

#[test]
fn a_link_and_its_file_are_one_upload() {
    let place = Place::new();
    let server = Scripted::start(GIVES_UP.iter().chain(&["308 0-199999", "201"]).map(|line| play(line)));
    place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
    let link = place.folder.path().join("link.bin");
    std::os::unix::fs::symlink(&place.path, &link).unwrap();
    assert_eq!(outcome(&Wish { file: Some(link), ..place.wish() }.send(BOTH[1], &server.url("/demo/v1")).0), "201 1");
}

#[test]
fn credentials_are_not_put_away() {
    let place = Place::new();
    let server = Scripted::start(GIVES_UP.map(play));
    let client = crate::support::impatient().0.build().unwrap();
    let upload = client.upload(server.url("/demo/v1?a=b")).file(&place.path).resumable().header("x-other", "kept");
    let upload = secrets::HEADERS.iter().fold(upload, |upload, name| upload.header(name, "hidden"));
    let upload = secrets::PARAMETERS.iter().fold(upload, |upload, name| upload.query(name, "hidden"));
    upload.journal(&place.journal).send().unwrap_err();
    assert!(server.requests()[0].target.contains("client_secret=hidden"));
    let token = place.journal.pending().unwrap()[0].token.clone().unwrap();
    let text = token.to_json();
    assert!(text.contains("kept") && !text.contains("hidden"), "{text}");
    assert_eq!(token.url(), server.url("/upload/demo/v1?a=b&uploadType=resumable"));
}

#[test]
fn with_new_credentials_it_is_the_same_upload() {
    let place = Place::new();
    let server = Scripted::start(GIVES_UP.iter().chain(&["308 0-199999", "201"]).map(|line| play(line)));
    for (query, token) in [("?a=b%20c&token=old", "old"), ("?token=new&a=b%20c", "new")] {
        let client = crate::support::impatient().0.build().unwrap();
        let upload = client.upload(server.url(&format!("/demo/v1{query}"))).file(&place.path).resumable();
        let ended = upload.header("x-auth-token", token).journal(&place.journal).send();
        assert_eq!(ended.is_ok(), token == "new", "{ended:?}");
    }
    assert_eq!(shown(server.requests().last().unwrap()), "PUT 200000-614399/614400 (414400)");
}

#[test]
fn a_folder_that_cannot_be_written_is_found_out() {
    let place = Place::new();
    place.journal.check().unwrap();
    assert!(place.names().is_empty());
    fs::remove_dir(place.folder.path().join("journal")).unwrap();
    assert!(matches!(place.journal.check(), Err(Error::Journal(_))));
}

#[test]
fn what_cannot_be_resumed_is_not_kept() {
    for script in [&["200 /s", "400"][..], &["401"], &["200 /s", "200 crc32c=AAAAAA=="]] {
        let place = Place::new();
        let server = Scripted::start(script.iter().map(|line| play(line)));
        place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
        assert!(place.names().is_empty(), "{:?}", place.names());
    }
}

/// Who says that the session is gone and begins none may be a proxy without a server behind it.
#[test]
fn a_session_stays_until_there_is_another() {
    for script in [&["404", "404"][..], &["410", "200"], &["404", "503", "503", "503", "503", "503", "503"]] {
        let place = Place::new();
        let then = script.iter().chain(&["308 0-199999", "201"]);
        let server = Scripted::start(GIVES_UP.iter().chain(then).map(|line| play(line)));
        place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
        let error = place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
        assert!(error.upload_token().is_some_and(|token| token.offset() == 100_000), "{script:?}: {error}");
        let before = server.requests().len();
        assert_eq!(outcome(&place.wish().send(BOTH[1], &server.url("/demo/v1")).0), "201 1");
        let requests: Vec<String> = server.requests()[before..].iter().map(shown).collect();
        assert_eq!(requests, ["PUT */614400 (0)", "PUT 200000-614399/614400 (414400)"], "{script:?}");
    }
}

/// A file that was only touched goes on; one of the same length and other bytes does not.
#[test]
fn a_file_that_was_touched_is_compared() {
    let mut other = media(600 * KIB);
    other[5] ^= 1;
    for (bytes, script, wanted) in [
        (media(600 * KIB), &["308 0-99999", "201"][..], ["PUT */614400 (0)", "PUT 100000-614399/614400 (514400)"]),
        (other, &["200 /t", "201"], [START, "PUT 0-614399/614400 (614400)"]),
    ] {
        let place = Place::new();
        let server = Scripted::start(GIVES_UP.iter().chain(script).map(|line| play(line)));
        place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
        fs::remove_file(&place.path).unwrap();
        fs::write(&place.path, bytes).unwrap();
        fs::File::open(&place.path).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        let before = server.requests().len();
        assert_eq!(outcome(&place.wish().send(BOTH[1], &server.url("/demo/v1")).0), "201 1");
        let requests: Vec<String> = server.requests()[before..].iter().map(shown).collect();
        assert_eq!(requests, wanted);
        assert!(place.names().is_empty(), "{:?}", place.names());
    }
}

/// Of a file that was touched, what was sent after the last note may be other bytes: where nothing proves it, it is sent again.
#[test]
fn what_was_not_noted_of_a_touched_file_is_sent_again() {
    let begun = ["200 /s", "308 0-262143", "503", "503", "503", "503", "503", "503"];
    let untouched: [&[&str]; 2] = [&["308 0-599999", "201"], &["PUT */614400 (0)", "PUT 600000-614399/614400 (14400)"]];
    let touched: [&[&str]; 2] = [
        &["308 0-599999", "200 /t", "308 0-262143", "308 0-524287", "201"],
        &[
            "PUT */614400 (0)",
            START,
            "PUT 0-262143/614400 (262144)",
            "PUT 262144-524287/614400 (262144)",
            "PUT 524288-614399/614400 (90112)",
        ],
    ];
    for (is_touched, [script, wanted]) in [(false, untouched), (true, touched)] {
        let place = Place::new();
        let server = Scripted::start(begun.iter().chain(script).map(|line| play(line)));
        let wish = Wish { chunk_bytes: Some(CHUNK_BYTES), ..place.wish() };
        wish.send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
        if is_touched {
            fs::File::open(&place.path).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        }
        let before = server.requests().len();
        assert_eq!(outcome(&place.wish().send(BOTH[1], &server.url("/demo/v1")).0), "201 1", "{is_touched}");
        let requests: Vec<String> = server.requests()[before..].iter().map(shown).collect();
        assert_eq!(requests, wanted, "{is_touched}");
    }
}

#[test]
fn one_upload_has_one_sender() {
    let place = Place::new();
    let server = Scripted::start(GIVES_UP.map(play));
    place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
    let id = place.journal.pending().unwrap()[0].id.clone();
    let entry = place.journal.lock(&id).unwrap();
    assert!(place.journal.pending().unwrap()[0].is_running);
    let error = place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
    assert!(matches!(&error, Error::Journal(message) if message.contains("being sent already")), "{error}");
    entry.remove().unwrap();
    assert!(uploads::pending(place.folder.path().join("journal")).unwrap().is_empty());
    assert!(uploads::pending(place.folder.path().join("nowhere")).unwrap().is_empty());
}

/// As on a disk that is full: nothing can be written, and what is there can be read and removed.
#[test]
fn what_has_begun_goes_on_where_nothing_can_be_written() {
    let begins_again = ["404", "200 /s", "201"];
    let cases: [(&[&str], &[&str]); 2] = [
        (&["308 0-199999", "201"], &["PUT */614400 (0)", "PUT 200000-614399/614400 (414400)"]),
        (&begins_again, &["PUT */614400 (0)", START, "PUT 0-614399/614400 (614400)"]),
    ];
    for (script, wanted) in cases {
        let place = Place::new();
        let server = Scripted::start(GIVES_UP.iter().chain(script).map(|line| play(line)));
        place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
        let id = place.journal.pending().unwrap()[0].id.clone();
        let in_the_way = place.folder.path().join("journal").join(format!("{id}.new"));
        fs::create_dir(&in_the_way).unwrap();
        let wish = || Wish { journal: Some(place.journal.clone().without_new()), ..place.wish() };

        let entry = place.journal.lock(&id).unwrap();
        let error = wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
        assert!(error.to_string().contains("being sent already"), "{error}");
        drop(entry);
        let before = server.requests().len();
        assert_eq!(outcome(&wish().send(BOTH[1], &server.url("/demo/v1")).0), "201 1");
        let requests: Vec<String> = server.requests()[before..].iter().map(shown).collect();
        assert_eq!(requests, wanted);
        fs::remove_dir(&in_the_way).unwrap();
        assert!(place.names().is_empty(), "{:?}", place.names());
    }
}

/// Where the entry can be neither changed nor removed the upload would be made once more by whoever finds it.
#[test]
fn what_would_stay_in_the_journal_does_not_begin_again() {
    let place = Place::new();
    let server = Scripted::start(GIVES_UP.iter().chain(&["410", "200 /t", "201"]).map(|line| play(line)));
    place.wish().send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
    let id = &place.journal.pending().unwrap()[0].id;
    let kept = place.folder.path().join(format!("journal/{id}.json"));
    let upload = crate::support::impatient().0.build().unwrap().upload(server.url("/demo/v1")).file(&place.path);
    let in_the_way = kept.clone();
    let upload = upload.resumable().journal(&place.journal).progress(move |progress| {
        if matches!(progress.phase, UploadPhase::Restarting { .. }) {
            fs::remove_file(&in_the_way).unwrap();
            fs::create_dir_all(in_the_way.join("something")).unwrap();
        }
    });
    let error = upload.send().unwrap_err();
    assert!(matches!(&error, Error::Journal(message) if message.contains("cannot begin again")), "{error}");
    assert_eq!(shown(server.requests().last().unwrap()), START);
    assert!(kept.exists());
}

#[test]
fn what_has_not_begun_needs_no_place_where_nothing_can_be_written() {
    let place = Place::new();
    let server = Scripted::start(GIVES_UP.map(play));
    let wish = Wish { journal: Some(place.journal.clone().without_new()), ..place.wish() };
    let error = wish.send(BOTH[1], &server.url("/demo/v1")).0.unwrap_err();
    assert!(error.upload_token().is_some_and(|token| !place.journal.has(token)), "{error}");
    assert!(place.names().is_empty(), "{:?}", place.names());
}
