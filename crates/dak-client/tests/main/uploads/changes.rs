//! Files that change while they are sent.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use dak_client::{Response, blocking};
use dak_testkit::Scripted;

use super::{KIB, media, play, shown};
use crate::support::impatient;

/// Sends a file of 600 KiB in one session; `change` is called each time its first piece is on its way.
fn send_while(
    script: &[&str],
    change: impl Fn(&Path) + Send + Sync + 'static,
) -> (Result<Response, dak_client::Error>, Vec<String>, Vec<Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("media.bin");
    fs::write(&path, media(600 * KIB)).unwrap();
    let server = Scripted::start(script.iter().map(|line| play(line)));
    let (builder, _) = impatient();
    let client: blocking::Client = builder.build().unwrap();
    let last = Mutex::new(0);
    let changed = path.clone();
    let upload = client.upload(server.url("/demo/v1")).file(&path).resumable().progress(move |progress| {
        let mut last = last.lock().unwrap();
        if *last == 0 && progress.passed > 0 {
            change(&changed);
        }
        *last = progress.passed;
    });
    let result = upload.send();
    let requests = server.requests();
    let bodies = requests.iter().map(|request| request.body.clone()).collect();
    (result, requests.iter().map(shown).collect(), bodies)
}

/// Calls `change` the first time only.
fn once(change: impl Fn(&Path) + Send + Sync + 'static) -> impl Fn(&Path) + Send + Sync + 'static {
    let is_done = Mutex::new(false);
    move |path| {
        if !std::mem::replace(&mut *is_done.lock().unwrap(), true) {
            change(path);
        }
    }
}

fn append(path: &Path) {
    let file = OpenOptions::new().append(true).open(path).unwrap();
    file.set_len(file.metadata().unwrap().len() + 1).unwrap();
}

const START: &str = "POST /upload/demo/v1?uploadType=resumable (0)";

#[test]
fn a_file_that_changes_is_sent_as_it_is_in_the_end() {
    let replace = |path: &Path| {
        let new = path.with_extension("new");
        fs::write(&new, vec![7; 600 * KIB]).unwrap();
        fs::rename(new, path).unwrap();
    };
    #[allow(clippy::type_complexity, reason = "a table")]
    let cases: [(&str, fn(&Path), &str); 3] = [
        ("longer", append, "PUT 0-614400/614401 (614401)"),
        ("shorter", |path| fs::write(path, "short").unwrap(), "PUT 0-4/5 (5)"),
        ("another of its length", replace, "PUT 0-614399/614400 (614400)"),
    ];
    for (name, change, wanted) in cases {
        // The request that the change spoils is never whole, so the script does not see it.
        let (result, requests, bodies) = send_while(&["200 /s", "200 /t", "201"], once(change));
        assert_eq!(result.unwrap()["id"], "1", "{name}");
        assert_eq!(requests, [START, START, wanted], "{name}");
        if name == "another of its length" {
            assert!(bodies.last().unwrap().iter().all(|byte| *byte == 7));
        }
    }
}

/// What it is called is said, and whether the same call again may succeed.
#[test]
fn one_request_whose_file_changes_is_not_sent_again() {
    #[allow(clippy::type_complexity, reason = "a table")]
    let cases: [(fn(&Path), &str, bool); 3] = [
        (append, "media.bin changed while it was sent: the same call again sends it as it is now", true),
        (|path| fs::write(path, "short").unwrap(), "media.bin changed while it was sent", true),
        (|path| fs::remove_file(path).unwrap(), "media.bin: No such file or directory", false),
    ];
    for (change, wanted, is_retryable) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("media.bin");
        fs::write(&path, media(600 * KIB)).unwrap();
        let server = Scripted::start(["200"].map(play));
        let (builder, clock) = impatient();
        let changed = path.clone();
        let change = once(change);
        let upload = builder.build().unwrap().upload(server.url("/demo/v1")).file(&path).progress(move |progress| {
            if progress.passed > 0 {
                change(&changed);
            }
        });
        let error = upload.send().unwrap_err();
        assert!(error.to_string().contains(wanted), "{wanted}: {error}");
        assert_eq!((error.is_retryable(), clock.waits_s().len()), (is_retryable, 0), "{wanted}");
    }
}

#[test]
fn a_file_that_never_rests_is_given_up() {
    let (result, requests, _) = send_while(&["200 /s", "200 /s", "200 /s", "200 /s", "200 /s"], append);
    let error = result.unwrap_err();
    assert_eq!(error.to_string(), "what is being sent changes while it is sent");
    assert_eq!((error.upload_token().is_some(), requests.len()), (false, 4));
}
