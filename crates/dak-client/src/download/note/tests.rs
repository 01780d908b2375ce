use std::fs;
use std::path::Path;

use serde_json::json;

use super::{Note, ROOM_GRAIN_BYTES};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_note_is_replaced_and_the_last_one_needs_no_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut note = Note::of(&folder.path().join("x"));
    assert_eq!((note.is_there(), note.read()), (false, None));
    let (first, second) = (json!({"url": "u", "kept": 5}), json!({"url": "u", "kept": 12345}));
    note.write(&first).unwrap();
    assert_eq!(note.read(), Some(first.clone()));
    // The blocks that the next one is written to are there already.
    let room = fs::metadata(folder.path().join("x.part.json.new")).unwrap();
    assert_eq!(room.len(), ROOM_GRAIN_BYTES as u64);
    note.write_last(&second).unwrap();
    assert_eq!((note.read(), names(folder.path())), (Some(second), vec!["x.part.json".to_owned()]));
    note.write(&first).unwrap();
    note.remove();
    assert!(names(folder.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn the_last_note_is_written_into_the_room_that_was_made() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let inode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().ino();
    let mut note = Note::of(&folder.path().join("x"));
    note.write(&json!({"url": "u"})).unwrap();
    let room = inode("x.part.json.new");
    note.write_last(&json!({"url": "v"})).unwrap();
    assert_eq!(inode("x.part.json"), room);
}

#[test]
fn what_is_no_note_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let note = Note::of(&folder.path().join("x"));
    for text in ["", "{", "{}", "[1]"] {
        fs::write(note.path(), text).unwrap();
        assert_eq!((note.is_there(), note.read()), (true, None), "{text}");
    }
}
