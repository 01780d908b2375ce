use std::fs;

use crate::Error;
use crate::upload::UploadToken;
use crate::uploads::{Journal, folder};

fn token(url: &str, began_s: u64) -> UploadToken {
    let text = format!(
        r#"{{"method":"POST","methodOverride":false,"url":"{url}","headers":[],"metadata":null,"mediaType":"text/plain",
        "file":{{"path":"/m","fingerprint":{{"length":9,"modifiedNs":1,"inode":1}}}},"beganS":{began_s},
        "sender":{{"uri":"http://h/s","length":9,"chunkBytes":null,"offset":4,"crc32c":1,"marks":[]}}}}"#
    );
    UploadToken::from_json(&text).unwrap()
}

fn journal() -> (tempfile::TempDir, Journal) {
    let outer = tempfile::tempdir().unwrap();
    let journal = Journal::open(outer.path().join("state/uploads")).unwrap();
    (outer, journal)
}

#[test]
fn what_is_put_away_is_found_again() {
    let (_outer, journal) = journal();
    for (url, began_s) in [("http://h/later", 20), ("http://h/first", 10)] {
        let token = token(url, began_s);
        journal.lock_for(&token).unwrap().save(&token).unwrap();
    }
    fs::write(journal.folder.join("0123456789abcdef.json"), "damaged").unwrap();
    fs::write(journal.folder.join("notes.json"), "somebody else's").unwrap();
    let pending = journal.pending().unwrap();
    let urls: Vec<Option<&str>> = pending.iter().map(|upload| upload.token.as_ref().map(UploadToken::url)).collect();
    assert_eq!(urls, [Some("http://h/first"), Some("http://h/later"), None]);
    for upload in pending {
        assert!(!upload.is_running);
        let entry = journal.lock(&upload.id).unwrap();
        assert_eq!(entry.token().unwrap(), upload.token);
        entry.remove().unwrap();
    }
    assert_eq!(fs::read_dir(&journal.folder).unwrap().count(), 1);
}

#[test]
fn an_entry_is_held_by_one() {
    let (_outer, journal) = journal();
    let token = token("http://h/", 1);
    let entry = journal.lock_for(&token).unwrap();
    for _ in 0..2 {
        let error = journal.lock_for(&token).unwrap_err();
        assert!(matches!(&error, Error::Journal(message) if message.contains("being sent already")), "{error}");
    }
    entry.save(&token).unwrap();
    assert!(journal.pending().unwrap()[0].is_running);
    drop(entry);
    // The lock's file stays with the token, and keeps nobody out.
    assert!(!journal.pending().unwrap()[0].is_running);
    assert_eq!(journal.lock_for(&token).unwrap().token().unwrap(), Some(token));
}

#[test]
fn nothing_is_left_of_what_was_never_put_away() {
    let (_outer, journal) = journal();
    drop(journal.lock_for(&token("http://h/", 1)).unwrap());
    assert_eq!(fs::read_dir(&journal.folder).unwrap().count(), 0);
}

#[test]
fn ids_stay_the_same_and_are_nothing_else() {
    assert_eq!(Journal::id_of(&token("http://h/", 1)), "fd0c93026851f76a");
    assert_ne!(Journal::id_of(&token("http://h/a", 1)), Journal::id_of(&token("http://h/", 1)));
    let (_outer, journal) = journal();
    for id in ["", "../../etc/passwd", "0123456789ABCDEF", "0123456789abcdef", "0123456789abcde"] {
        let error = journal.lock(id).unwrap_err();
        assert!(error.to_string().contains("no upload that has begun has the id"), "{error}");
    }
    assert_eq!(fs::read_dir(&journal.folder).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn the_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_outer, journal) = journal();
    let token = token("http://h/", 1);
    let entry = journal.lock_for(&token).unwrap();
    entry.save(&token).unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&journal.folder), 0o700);
    assert_eq!(mode(&folder::token_path(&journal.folder, entry.id())), 0o600);
}

#[test]
fn a_folder_that_cannot_be_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = Journal::open(file.path().join("uploads")).unwrap_err();
    assert!(error.to_string().contains("the journal of uploads in"), "{error}");
}

/// What a killed process has left, and what is none of ours.
#[test]
fn locks_of_nothing_are_swept_away() {
    let (outer, journal) = journal();
    let begun = token("http://h/begun", 1);
    let entry = journal.lock_for(&begun).unwrap();
    entry.save(&begun).unwrap();
    drop(entry);
    let _beginning = journal.lock_for(&token("http://h/beginning", 1)).unwrap();
    let left = ["0123456789abcdef.lock", "0123456789abcdef.new", "other.lock"];
    left.iter().for_each(|name| fs::write(journal.folder.join(name), "").unwrap());
    let names = |journal: &Journal| {
        let entries = fs::read_dir(&journal.folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect::<std::collections::BTreeSet<_>>()
    };
    let before = names(&journal);
    Journal::open(outer.path().join("state/uploads")).unwrap();
    let gone: Vec<String> = before.difference(&names(&journal)).cloned().collect();
    assert_eq!(gone, ["0123456789abcdef.lock", "0123456789abcdef.new"]);
}

#[test]
fn a_folder_is_no_upload() {
    let (_outer, journal) = journal();
    fs::create_dir(journal.folder.join("0123456789abcdef.json")).unwrap();
    assert!(journal.pending().unwrap().is_empty());
}
