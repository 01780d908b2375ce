use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::{NAME_BYTES_MAX, NEXT_NOTE, NOTE, PART, beside, create_private, open_note, open_part};

#[test]
fn names_are_the_file_s_with_an_ending_and_never_too_long() {
    let name = |target: &str, ending| beside(Path::new(target), ending).into_os_string().into_string().unwrap();
    assert_eq!(name("a/b.png", PART), "a/b.png.part");
    assert_eq!(name("b.png", NOTE), "b.png.part.json");
    for letters in [241, 242, 250, 255] {
        let target = "k".repeat(letters);
        for ending in [PART, NOTE, NEXT_NOTE] {
            let (once, again) = (name(&target, ending), name(&target, ending));
            assert!(once.len() <= NAME_BYTES_MAX && once.ends_with(ending) && once == again, "{letters}: {once}");
        }
        assert_eq!(name(&target, PART).starts_with(&target), letters == 241, "{letters}");
    }
    let (one, other) = (format!("{}1", "k".repeat(250)), format!("{}2", "k".repeat(250)));
    assert_ne!(name(&one, PART), name(&other, PART));
    let wide = name(&"চ".repeat(85), PART);
    assert!(wide.len() <= NAME_BYTES_MAX && wide.starts_with(&"চ".repeat(60)), "{wide}");
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let (precious, link) = (folder.path().join("precious"), folder.path().join("link"));
    fs::write(&precious, "mine").unwrap();
    symlink(&precious, &link).unwrap();
    for create in [true, false] {
        let refused = open_part(&link, create).unwrap_err();
        assert_eq!(
            (refused.kind(), refused.to_string()),
            (ErrorKind::AlreadyExists, "it is a link, which is not followed".into())
        );
    }
    assert!(open_note(&link).is_none() && open_note(&precious).is_some());
    create_private(&link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_file());
    assert_eq!(fs::read_to_string(&precious).unwrap(), "mine");
}

#[test]
fn a_folder_is_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let refusals = [open_part(folder.path(), true).map(drop), create_private(folder.path()).map(drop)];
    assert!(
        refusals.iter().all(|refused| refused.as_ref().is_err_and(|cause| cause.kind() == ErrorKind::AlreadyExists))
    );
    assert!(open_note(folder.path()).is_none());
    assert!(open_part(&folder.path().join("none"), false).unwrap().is_none());
}

/// In a folder for all a file with two names is taken for another's, as one of another user is.
#[cfg(unix)]
#[test]
fn what_others_put_into_a_folder_for_all_is_in_the_way() {
    use std::os::unix::fs::{PermissionsExt, chown};
    // (the folder's mode, what was done to the file, whether it is taken)
    let cases = [
        (0o700, "nothing", true),
        (0o700, "linked", true),
        (0o1777, "nothing", true),
        (0o1777, "linked", false),
        (0o1777, "given away", false),
    ];
    for (mode, done, taken) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.part");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
        fs::write(&path, "bytes").unwrap();
        match done {
            "linked" => fs::hard_link(&path, folder.path().join("y")).unwrap(),
            "given away" if chown(&path, Some(1), None).is_err() => {
                eprintln!("skipped: only root gives files away");
                continue;
            }
            _ => {}
        }
        let opened = open_part(&path, false);
        assert_eq!(opened.is_ok(), taken, "{mode:o} {done}: {opened:?}");
        assert!(opened.is_ok() || opened.is_err_and(|cause| cause.to_string() == "it is somebody else's"));
    }
}
